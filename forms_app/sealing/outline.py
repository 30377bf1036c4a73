"""A record read quickly: what the office does with every one that comes, a million at a time.

It accepts exactly what `SealedRecord.from_bytes` accepts, and opens exactly what `Identity.open` opens (tests hold them
together); it only makes no objects of the parts, and reads what many headers have in common once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from forms_app.errors import CannotOpen
from forms_app.sealing.content import unlock, wrap_info
from forms_app.sealing.fields import LENGTH, damaged, pack
from forms_app.sealing.keys import Identity
from forms_app.sealing.layout import (
    COMMIT_SIZE,
    FORMAT,
    MAX_HEADER,
    MAX_RECORD,
    OVERHEAD,
    PLAIN_WORD,
    SUITE,
    TAG_SIZE,
    WRAP_SIZE,
    read_header,
)

ID_SIZE = 16  # bytes
_START = pack(FORMAT, SUITE.encode()) + ID_SIZE.to_bytes(LENGTH, "big")
_REST = len(_START) + ID_SIZE  # where the header goes on behind the id
_TAG = 32 + LENGTH  # bytes of a usual ticket's tag with its length
_WRAP = WRAP_SIZE.to_bytes(LENGTH, "big")
_STEP = LENGTH + WRAP_SIZE


class Outline(NamedTuple):
    """What stands open in a record; the attributes are those of a Header."""

    record_id: bytes
    site: str
    kind: str
    form: str
    digest: str
    event: str


class _Parts(NamedTuple):
    """A record cut up: its outline, the key ids of its readers by role, and where its parts end."""

    outline: Outline
    keys: tuple[tuple[str, str], ...]
    header: bytes
    wraps: int
    commit: int


def outline(data: bytes) -> Outline:
    """Return what stands open in a record; raises CannotOpen when it is none."""
    return _parts(data).outline


def open_quickly(data: bytes, identities: Mapping[str, Identity]) -> tuple[str, Outline, bytes]:
    """Return the id of the key that opened a record, its outline, and its text.

    Raises CannotOpen when it is none, or none of these identities opens it.
    """
    found, keys, header, wraps, commit = _parts(data)
    start = wraps + LENGTH
    for role, key_id in keys:
        identity = identities.get(key_id)
        if identity is not None and identity.role == role:
            break
        start += _STEP
    else:
        raise damaged()
    head, tail = data[commit : commit + COMMIT_SIZE], data[commit + COMMIT_SIZE + LENGTH :]
    info = wrap_info(role, key_id, header, head, tail)
    return key_id, found, unlock(identity.decrypt(data[start : start + WRAP_SIZE], info), header, head, tail)


def _parts(data: bytes) -> _Parts:
    if len(data) > MAX_RECORD:
        raise damaged()
    header_end = LENGTH + int.from_bytes(data[:LENGTH], "big")
    wraps = header_end + LENGTH
    wraps_end = wraps + int.from_bytes(data[header_end:wraps], "big")
    commit = wraps_end + LENGTH
    body = commit + COMMIT_SIZE + LENGTH
    size = int.from_bytes(data[body - LENGTH : body], "big")
    header = data[LENGTH:header_end]
    right = body + size == len(data) and int.from_bytes(data[wraps_end:commit], "big") == COMMIT_SIZE
    if not right or len(header) > MAX_HEADER or size < OVERHEAD + TAG_SIZE:
        raise damaged()
    said, keys = _read(header)
    if wraps_end - wraps != len(keys) * _STEP or any(
        data[place : place + LENGTH] != _WRAP for place in range(wraps, wraps_end, _STEP)
    ):
        raise damaged()
    return _Parts(said, keys, header, wraps, commit)


def _read(header: bytes) -> tuple[Outline, tuple[tuple[str, str], ...]]:
    """Return what a header says: what it has in common with others from memory, if its ticket's tag is a usual one."""
    if header.startswith(_START):
        rest, tag = header[_REST:], header[-_TAG:]
        if tag.startswith(b"\0\0\0\x20") and tag.isascii() and PLAIN_WORD.match(tag[LENGTH:].decode()):
            rest = header[_REST:-_TAG] + b"\0\0\0\x01x"
        named, keys = _common(rest) if rest.endswith((b"\0\0\0\0", b"\0\0\0\x01x")) else (None, ())
        if named is not None:
            return Outline(header[_REST - ID_SIZE : _REST], *named), keys
    found, keys = read_header(header)
    return Outline(found.record_id, found.site, found.kind, found.form, found.digest, found.event), keys


@lru_cache(maxsize=4096)
def _common(rest: bytes) -> tuple[tuple[str, str, str, str, str] | None, tuple[tuple[str, str], ...]]:
    """Return what a header says behind its id, where its ticket's tag is left out or stood for; None for no header."""
    try:
        found, keys = read_header(_START + bytes(ID_SIZE) + rest)
    except CannotOpen:
        return None, ()
    return (found.site, found.kind, found.form, found.digest, found.event), keys
