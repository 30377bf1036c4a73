"""Reading a bundle: verified to its end before anything of it is handed out, and again while it is."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from forms_app.errors import N_, BrokenLog, CannotOpen, NotABundle
from forms_app.sealing.outline import Outline, outline
from forms_app.sealing.signing import MAX_ENVELOPE
from forms_app.sealing.statements import SiteStatement
from forms_app.storage.chain import Entry, check_chain
from forms_app.transfer.frames import MAX_SKELETON, MAX_SPEC, frame, read_bones, read_exactly, read_frame
from forms_app.transfer.manifest import BEGINNING, BundleInfo, damaged, read_manifest
from forms_app.transfer.writing import MAX_FILE

BUFFER = 1 << 18  # bytes read from the stick at once


@dataclass(frozen=True)
class Quarantined:
    """An entry whose chain is whole but whose record is not: `entry.record` holds the bytes that were found.

    `reason` is "hash" (not the bytes that arrived at the site) or "structure" (no sealed record, or another id's).
    """

    entry: Entry
    reason: str

    @property
    def seq(self) -> int:
        """The entry's place in the site's log."""
        return self.entry.seq


class Outlined(NamedTuple):
    """An entry that is whole, with what stands open in its record; None where the record is not carried."""

    entry: Entry
    outline: Outline | None


@dataclass(frozen=True)
class Bundle:
    """A bundle whose first line was verified: its parts are read from the file each time, in flat memory."""

    path: Path
    info: BundleInfo
    start: int

    def specs(self) -> Iterator[tuple[str, bytes]]:
        """Yield (digest, source) of every form file that arrived whole; the others are missing, and only they."""
        with self._open() as file:
            yield from ((digest, source) for digest, source in self._read_specs(file) if source is not None)

    def entries(self) -> Iterator[Entry | Quarantined]:
        """Yield the site's log in order: entries (with their record, if carried), and those whose record is damaged.

        Raises DamagedBundle at the end at the latest when the file is not what its first line says.
        """
        for one in self.outlined():
            yield one.entry if isinstance(one, Outlined) else one

    def outlined(self) -> Iterator[Outlined | Quarantined]:
        """Yield what `entries` does, with what stands open in each record."""
        with self._open() as file:
            deque(self._read_specs(file), maxlen=0)
            yield from self._read_entries(file)
            if file.read(1):
                raise damaged()

    def _open(self) -> IO[bytes]:
        file = self.path.open("rb", buffering=BUFFER)
        file.seek(self.start)
        return file

    def _read_specs(self, file: IO[bytes]) -> Iterator[tuple[str, bytes | None]]:
        for spec in self.info.specs:
            source = read_frame(file, MAX_SPEC)
            if len(source) != spec.size:
                raise damaged()
            whole = hashlib.sha256(source).hexdigest() == spec.source_hash
            yield spec.digest, source if whole else None

    def _read_entries(self, file: IO[bytes]) -> Iterator[Outlined | Quarantined]:
        head, records, digest = self.info.before, 0, hashlib.sha256()
        site, last = self.info.site, self.info.after.seq
        while head.seq < last:
            skeleton = read_frame(file, MAX_SKELETON)
            digest.update(frame(skeleton))
            bones = read_bones(skeleton)
            record = read_exactly(file, bones.size) if bones.size else None
            entry = bones.entry(head.hash, record)
            try:
                head = check_chain(site, head, entry)
            except BrokenLog:
                raise damaged() from None
            records += bool(record)
            yield _judge(entry) if record else Outlined(entry, None)
        if (head, records, digest.hexdigest()) != (self.info.after, self.info.records, self.info.skeletons):
            raise damaged()


def read_bundle(path: Path, sites: Mapping[str, SiteStatement]) -> Bundle:
    """Return a bundle whose signature, chain and end were verified (`sites`: key id -> enrolled statement).

    A damaged record does not spoil the rest: it is quarantined where `entries()` comes to it. Raises NotABundle,
    ForeignBundle (with the words of the key that signed) or DamagedBundle.
    """
    bundle = begin_bundle(path, sites)
    deque(bundle.entries(), maxlen=0)
    return bundle


def begin_bundle(path: Path, sites: Mapping[str, SiteStatement]) -> Bundle:
    """Return a bundle of which only the first line was verified: for whoever can undo all when its end is not good.

    Raises what `read_bundle` raises.
    """
    try:
        with path.open("rb") as file:
            line = file.readline(MAX_ENVELOPE)
    except IsADirectoryError:
        line = b""
    if not line.startswith(BEGINNING):
        raise NotABundle(N_("Berkas ini bukan paket Peksos Forms."))
    if not line.endswith(b"\n") or path.stat().st_size > MAX_FILE:
        raise damaged()
    return Bundle(path, read_manifest(line, sites), len(line))


def _judge(entry: Entry) -> Outlined | Quarantined:
    """Return the entry with its record's outline, or set it aside when the record is not what the chain says it is."""
    record = entry.record or b""
    if hashlib.sha256(record).digest() != entry.record_hash:
        return Quarantined(entry, "hash")
    try:
        found = outline(record)
    except CannotOpen:
        return Quarantined(entry, "structure")
    return Outlined(entry, found) if found.record_id == entry.record_id else Quarantined(entry, "structure")
