"""The outside of a record, read quickly: what the office does with every record that comes, a million at a time.

It accepts exactly what `SealedRecord.from_bytes` accepts (a test holds them together), without making its parts.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from forms_app.sealing.fields import LENGTH, damaged, pack, text, unpack
from forms_app.sealing.layout import (
    COMMIT_SIZE,
    MAX_HEADER,
    MAX_RECORD,
    OPAQUE,
    OVERHEAD,
    PLAIN_WORD,
    TAG_SIZE,
    WRAP_SIZE,
    read_header,
)

ID_SIZE = 16  # bytes
_WRAP = WRAP_SIZE.to_bytes(LENGTH, "big")
_STEP = LENGTH + WRAP_SIZE


class Outline(NamedTuple):
    """What stands open in a record."""

    record_id: bytes
    site: str
    kind: str
    form: str
    event: str


def outline(data: bytes) -> Outline:
    """Return what stands open in a record; raises CannotOpen when it is none."""
    if len(data) > MAX_RECORD:
        raise damaged()
    header, sealed, commit, body = unpack(data, 4)
    *before, record_id, site, kind, keys, form, digest, event, ticket = unpack(header, 10)
    readers, named = _named(*before, site, kind, keys, form, digest, event)
    if len(header) > MAX_HEADER or len(record_id) != ID_SIZE:
        raise damaged()
    if ticket and (named[1] == OPAQUE or not PLAIN_WORD.match(text(ticket))):
        raise damaged()
    wraps = len(sealed) == readers * _STEP and all(
        sealed[place : place + LENGTH] == _WRAP for place in range(0, len(sealed), _STEP)
    )
    if not wraps or len(commit) != COMMIT_SIZE or len(body) < OVERHEAD + TAG_SIZE:
        raise damaged()
    return Outline(record_id, *named)


@lru_cache(maxsize=4096)
def _named(
    kind_of_file: bytes, suite: bytes, site: bytes, kind: bytes, keys: bytes, form: bytes, digest: bytes, event: bytes
) -> tuple[int, tuple[str, str, str, str]]:
    """Return how many readers a header names, and what it says; the same for all records of a form at an event."""
    header, readers = read_header(pack(kind_of_file, suite, bytes(ID_SIZE), site, kind, keys, form, digest, event, b""))
    return len(readers), (header.site, header.kind, header.form, header.event)
