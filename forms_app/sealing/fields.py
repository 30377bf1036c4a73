"""Fields side by side, each behind its length, so that no two lists of fields ever give the same bytes.

Everything that is hashed, signed or bound to a seal is built here. The twin in the browser is held to the same
vectors (tests/vectors/records.json, "fields").
"""

from __future__ import annotations

from hashlib import sha256
from struct import Struct

from forms_app.errors import N_, CannotOpen

LENGTH = 4  # bytes of the length before each field, big-endian
PIECE = 2047  # bytes
_length = Struct(">I").pack


def pack(*fields: bytes) -> bytes:
    """Return the fields one after another, each behind its length (u32, big-endian)."""
    return b"".join([part for field in fields for part in (_length(len(field)), field)])


def unpack(data: bytes, count: int | None = None) -> tuple[bytes, ...]:
    """Return the fields that `pack` joined; with `count`, exactly that many.

    Raises CannotOpen when a length points past the end, bytes are left over or the count differs.
    """
    fields: list[bytes] = []
    position = 0
    while position < len(data):
        start = position + LENGTH
        position = start + int.from_bytes(data[position:start], "big")
        if position > len(data):
            raise damaged()
        fields.append(data[start:position])
    if count is not None and len(fields) != count:
        raise damaged()
    return tuple(fields)


def digest(*parts: bytes) -> bytes:
    """Return the SHA-256 of the parts one after another.

    In pieces, since Python lets other threads go first at every piece above 2047 bytes: that costs more than the hash.
    """
    state = sha256()
    for part in parts:
        for start in range(0, len(part), PIECE):
            state.update(part[start : start + PIECE])
    return state.digest()


def text(field: bytes) -> str:
    """Return a field as text; raises CannotOpen when it is not UTF-8."""
    try:
        return field.decode("utf-8")
    except UnicodeDecodeError:
        raise damaged() from None


def damaged() -> CannotOpen:
    """Return the one error that every cause gives, so that none tells a forger what was wrong."""
    return CannotOpen(N_("Data tersegel tidak dapat dibuka: rusak, atau untuk kunci lain."))
