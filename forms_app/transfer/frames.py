"""The frames of a bundle: how form files and log entries stand one after another.

spec  = length (u32), source
entry = length (u32), skeleton, then the record's bytes, if it is carried
skeleton = pack(epoch u32, seq u64, type, day u16, record id, record hash, hash, size of the record u32)

An entry's `previous` is left out: it is the hash of the entry before.
"""

from __future__ import annotations

import struct
from typing import IO, NamedTuple

from forms_app.errors import CannotOpen
from forms_app.sealing.fields import pack, text, unpack
from forms_app.sealing.layout import MAX_RECORD
from forms_app.storage.chain import RECORD, Entry
from forms_app.transfer.manifest import damaged

LENGTH = 4  # bytes
MAX_SKELETON = 512  # bytes
MAX_SPEC = 1_048_576  # bytes of one form file
WIDTHS = (4, 8, 2, 4)  # bytes of epoch, seq, day, size
_USUAL = struct.Struct(">IIIQI6sIHI16sI32sI32sII")  # the skeleton of a record, each field behind its length
_LENGTHS = (4, 8, 6, 2, 16, 32, 32, 4)


class Bones(NamedTuple):
    """What a skeleton says; `size` is that of the record (0: not carried)."""

    epoch: int
    seq: int
    type: str
    day: int
    record_id: bytes
    record_hash: bytes
    hash: bytes
    size: int

    def entry(self, previous: bytes, record: bytes | None = None) -> Entry:
        """Return the entry that follows the one with the hash `previous`."""
        named = self.record_id, self.record_hash
        return Entry(self.epoch, self.seq, self.type, self.day, *named, previous, self.hash, record)


def frame(payload: bytes) -> bytes:
    """Return the payload behind its length."""
    return len(payload).to_bytes(LENGTH, "big") + payload


def read_frame(file: IO[bytes], most: int) -> bytes:
    """Return the next payload; raises DamagedBundle when the file ends before it or it is longer than `most` bytes."""
    size = int.from_bytes(read_exactly(file, LENGTH), "big")
    if size > most:
        raise damaged()
    return read_exactly(file, size)


def read_exactly(file: IO[bytes], size: int) -> bytes:
    """Return exactly `size` bytes; raises DamagedBundle when the file ends before."""
    data = file.read(size)
    if len(data) != size:
        raise damaged()
    return data


def skeleton(entry: Entry) -> bytes:
    """Return everything about an entry but its record."""
    if entry.type == RECORD:
        numbers = 4, entry.epoch, 8, entry.seq, 6, b"record", 2, entry.day, 16, entry.record_id
        return _USUAL.pack(*numbers, 32, entry.record_hash, 32, entry.hash, 4, len(entry.record or b""))
    epoch, seq, day, size = (
        number.to_bytes(width, "big")
        for number, width in zip((entry.epoch, entry.seq, entry.day, len(entry.record or b"")), WIDTHS, strict=True)
    )
    return pack(epoch, seq, entry.type.encode(), day, entry.record_id, entry.record_hash, entry.hash, size)


def read_bones(data: bytes) -> Bones:
    """Return what a skeleton says; raises DamagedBundle."""
    if len(data) == _USUAL.size:
        fields = _USUAL.unpack(data)
        if fields[::2] == _LENGTHS and fields[5] == b"record" and fields[15] <= MAX_RECORD:
            return Bones(fields[1], fields[3], "record", *fields[7::2])
    try:
        epoch, seq, kind, day, record_id, record_hash, own, size = unpack(data, 8)
        if tuple(map(len, (epoch, seq, day, size))) != WIDTHS or int.from_bytes(size, "big") > MAX_RECORD:
            raise damaged()
        numbers = int.from_bytes(epoch, "big"), int.from_bytes(seq, "big"), text(kind), int.from_bytes(day, "big")
    except CannotOpen:
        raise damaged() from None
    return Bones(*numbers, record_id, record_hash, own, int.from_bytes(size, "big"))


def read_skeleton(data: bytes, previous: bytes) -> tuple[Entry, int]:
    """Return an entry without its record, and the record's size (0: not carried); raises DamagedBundle."""
    bones = read_bones(data)
    return bones.entry(previous), bones.size
