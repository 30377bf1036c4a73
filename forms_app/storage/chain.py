"""The chain that binds the record log: an entry names the one before it by its hash.

    hash = SHA-256(pack("peksos/log/1", site, epoch, seq, type, day, record id, previous, record hash))

with epoch as u32, seq as u64 and day as u16, big-endian (DESIGN.md section 6). `seq` counts on through all epochs of a
site. The first entry's `previous` is the opening of its site; the first entry of every later epoch has the type
`epoch` and names the last entry of its parent as `previous`. An entry of the type `erase` has the hash of the office's
order as its record hash. An entry whose record was purged or erased still counts.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from forms_app.errors import N_, BrokenLog
from forms_app.sealing.fields import pack

DOMAIN = b"peksos/log/1"
START = b"peksos/log/1/start"
RECORD = "record"
EPOCH = "epoch"
ERASE = "erase"
FIRST_EPOCH = 1
LAST_DAY = 0xFFFF
_USUAL = struct.Struct(">IIIQI6sIHI16sI32sI32s")  # what `pack` gives for a record's entry, in one step


class Head(NamedTuple):
    """The end of a chain: whoever holds it can tell whether anything before it was changed."""

    epoch: int
    seq: int
    hash: bytes


class Entry(NamedTuple):
    """One line of the log; `record` is None where it was not asked for, or is no longer kept.

    `day` is the day of arrival in days since 1970-01-01 (UTC); `record_id` is empty unless `type` is `record`.
    """

    epoch: int
    seq: int
    type: str
    day: int
    record_id: bytes
    record_hash: bytes
    previous: bytes
    hash: bytes
    record: bytes | None = None

    @property
    def head(self) -> Head:
        """Return the head of a chain that ends here."""
        return Head(self.epoch, self.seq, self.hash)


def opening(site: str) -> Head:
    """Return the head of a site's log before its first entry."""
    return Head(FIRST_EPOCH, 0, sha256(pack(START, site.encode(), FIRST_EPOCH.to_bytes(4, "big"))).digest())


def entry_hash(site: str, head: Head, kind: str, day: int, record_id: bytes, record_hash: bytes) -> bytes:
    """Return the hash of an entry at `head.epoch` and `head.seq` that follows the hash in `head`.

    Raises OverflowError for numbers outside their widths.
    """
    if kind == RECORD and (len(record_id), len(head.hash), len(record_hash)) == (16, 32, 32):
        numbers = 4, head.epoch, 8, head.seq, 6, b"record", 2, day, 16, record_id
        try:
            return sha256(_start(site) + _USUAL.pack(*numbers, 32, head.hash, 32, record_hash)).digest()
        except struct.error:
            raise OverflowError("a number outside its width") from None
    counters = pack(head.epoch.to_bytes(4, "big"), head.seq.to_bytes(8, "big"))
    arrival = pack(kind.encode(), day.to_bytes(2, "big"), record_id)
    return sha256(_start(site) + counters + arrival + pack(head.hash, record_hash)).digest()


@lru_cache(maxsize=64)
def _start(site: str) -> bytes:
    return pack(DOMAIN, site.encode())


def next_entry(site: str, head: Head, day: int, record_id: bytes, record_hash: bytes) -> Entry:
    """Return the entry of a record that arrived on `day`, to be added after `head`."""
    place = Head(head.epoch, head.seq + 1, head.hash)
    own = entry_hash(site, place, RECORD, day, record_id, record_hash)
    return Entry(place.epoch, place.seq, RECORD, day, record_id, record_hash, head.hash, own)


def epoch_entry(site: str, head: Head, day: int, mark: bytes = bytes(32)) -> Entry:
    """Return the entry that begins a new epoch after `head`, the end of its parent.

    `mark` (32 bytes, drawn at random) tells two restores from one backup apart: without it they would look like a fork.
    """
    place = Head(head.epoch + 1, head.seq + 1, head.hash)
    own = entry_hash(site, place, EPOCH, day, b"", mark)
    return Entry(place.epoch, place.seq, EPOCH, day, b"", mark, head.hash, own)


def erase_entry(site: str, head: Head, day: int, order: bytes) -> Entry:
    """Return the entry that says that an order of the office, known by its hash, was carried out."""
    place = Head(head.epoch, head.seq + 1, head.hash)
    own = entry_hash(site, place, ERASE, day, b"", order)
    return Entry(place.epoch, place.seq, ERASE, day, b"", order, head.hash, own)


def check_link(site: str, before: Head, entry: Entry) -> Head:
    """Return the head after `entry`; raises BrokenLog with the `seq` where the chain after `before` breaks."""
    head = check_chain(site, before, entry)
    if entry.record is not None and sha256(entry.record).digest() != entry.record_hash:
        raise _broken(before.seq + 1)
    return head


def check_chain(site: str, before: Head, entry: Entry) -> Head:
    """Return the head after `entry` as `check_link` does, but without looking at its record."""
    epoch = before.epoch + 1 if entry.type == EPOCH else before.epoch
    follows = (entry.epoch, entry.seq, entry.previous) == (epoch, before.seq + 1, before.hash)
    follows = follows and entry.type in (RECORD, EPOCH, ERASE)
    if not follows or not is_own(site, entry):
        raise _broken(before.seq + 1)
    return entry.head


def is_own(site: str, entry: Entry) -> bool:
    """Tell whether the entry's hash is its own, at this site; its record is not looked at."""
    place = Head(entry.epoch, entry.seq, entry.previous)
    return entry.hash == entry_hash(site, place, entry.type, entry.day, entry.record_id, entry.record_hash)


def _broken(seq: int) -> BrokenLog:
    return BrokenLog(N_("Catatan rusak mulai nomor {seq}: diubah, dipindah atau dihapus."), seq=seq)
