"""Writing a bundle: one pass over the log, flat memory, whole or absent."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO

from forms_app.errors import N_, TransferError
from forms_app.sealing.durable import durable
from forms_app.sealing.layout import MAX_RECORD
from forms_app.sealing.signing import SigningKey
from forms_app.storage.chain import Entry, Head, check_chain
from forms_app.transfer.frames import MAX_SPEC, frame, skeleton
from forms_app.transfer.manifest import BundleInfo, SpecLine

MAX_FILE = (1 << 32) - 1  # bytes: what fits on a FAT stick
STRIDE = 100  # entries between two reports of progress

Progress = Callable[[int, int], None]


def write_bundle(
    path: Path,
    site_key: SigningKey,
    site: str,
    *,
    number: int,
    previous_digest: str,
    specs: Iterable[tuple[str, bytes]],
    entries: Iterable[Entry],
    head_before: Head,
    head_after: Head,
    counts: Mapping[str, int] | None = None,
    progress: Progress | None = None,
) -> BundleInfo:
    """Write the chain after `head_before` up to `head_after` to one signed file; return what it says of itself.

    An entry is carried with its record if it has one; give entries that the office already has without it. Entries
    after `head_after` (the log may grow meanwhile) are left out. `specs` are (digest, source) of the whole library.
    `progress` is called with (entries done, entries in all).

    Raises BrokenLog when the entries do not lead from head to head, TransferError when something exceeds its cap,
    StorageFull when the disk is full. The file appears under its name only when it is whole and on the disk.
    """
    library = list(specs)
    lines = tuple(SpecLine(digest, hashlib.sha256(source).hexdigest(), len(source)) for digest, source in library)
    named = (site, site_key.public, number, previous_digest, head_before, head_after)
    info = BundleInfo(*named, 0, "0" * 64, lines, tuple(sorted((counts or {}).items())))
    _refuse_unfit(info)
    with durable(path) as file:
        # The line names what follows: kept free at first, filled in at the end. One pass over the log, no second copy.
        width = info.longest_line(site_key)
        file.write(b" " * width + b"\n")
        for _, source in library:
            file.write(frame(source))
        records, skeletons = _write_entries(file, info, entries, progress or _silent)
        info = replace(info, records=records, skeletons=skeletons)
        file.seek(0)
        file.write(info.sign(site_key).ljust(width))
    return info


def _write_entries(file: IO[bytes], info: BundleInfo, entries: Iterable[Entry], progress: Progress) -> tuple[int, str]:
    """Write the entries up to the last head; return the number of records, and the hash over all skeletons."""
    head, records, digest, size = info.before, 0, hashlib.sha256(), file.tell()
    source = iter(entries)
    while head.seq < info.after.seq:
        entry = next(source, None)
        if entry is None:
            raise _incomplete(head.seq + 1)
        # Only the chain is checked. A record that has rotted on this disk travels as it is, to be set aside at the
        # office: it must not keep all the others here.
        head = check_chain(info.site, head, entry)
        record, bones = entry.record or b"", frame(skeleton(entry))
        size += len(bones) + len(record)
        if len(record) > MAX_RECORD or size > MAX_FILE - MAX_RECORD:
            raise _unfit()
        digest.update(bones)
        file.write(bones)
        file.write(record)
        records += bool(record)
        if entry.seq % STRIDE == 0:
            progress(head.seq - info.before.seq, info.entries)
    if head != info.after:
        raise _incomplete(head.seq)
    progress(info.entries, info.entries)
    return records, digest.hexdigest()


def _refuse_unfit(info: BundleInfo) -> None:
    try:
        info.refuse_nonsense()
    except ValueError:
        raise _unfit() from None
    if any(spec.size > MAX_SPEC for spec in info.specs):
        raise _unfit()


def _incomplete(seq: int) -> TransferError:
    return TransferError(N_("Paket tidak dibuat: catatan nomor {seq} tidak ada."), seq=seq)


def _unfit() -> TransferError:
    return TransferError(N_("Paket tidak dibuat: isinya tidak sesuai aturan."))


def _silent(_done: int, _total: int) -> None:
    """Report nothing."""
