"""The rows of the log's table: what goes in, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from forms_app.storage.chain import Entry

OPAQUE = "s"  # kind of a secret record: its form and event are inside, never beside it
NAMED = "p"
PURGED, ERASED = "purged", "erased"  # why a record's bytes are no longer here

# The hot path goes to the driver: SQLAlchemy's layers would double the work of an append.
INSERT = (
    "INSERT INTO log (epoch, seq, type, day, record_id, record_hash, previous, hash, record, kind, form, event)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A sealed record on its way into the log. `kind` is `s` (secret: no form, no event) or `p`."""

    record_id: bytes
    record: bytes
    kind: str = NAMED
    form: str = ""
    event: str = ""

    def __post_init__(self) -> None:
        if len(self.record_id) != 16 or not self.record or self.kind not in (OPAQUE, NAMED):
            raise ValueError("a record needs an id of 16 bytes, a body, and a kind s or p")
        if self.kind == OPAQUE and (self.form or self.event):
            raise ValueError("a secret record names no form and no event")


@dataclass(frozen=True, slots=True)
class Line:
    """One row as a whole: its entry, the labels beside it that the chain does not hold, and whether bytes are here."""

    entry: Entry
    kind: str
    form: str
    event: str
    gone: str
    here: bool


def entry_of(row: Any) -> Entry:
    """Return the entry of a row whose columns stand in the order of Entry; one that is no record has no id."""
    epoch, seq, kind, day, record_id, *rest = row
    return Entry(epoch, seq, kind, day, record_id or b"", *rest)


def line_of(row: Any) -> Line:
    """Return the line of a row: the labels, whether bytes are here, then the columns of its entry."""
    kind, form, event, gone, here, *rest = row
    return Line(entry_of(rest), kind, form, event, gone, bool(here))


def row_of(entry: Entry, new: NewRecord | None) -> tuple[object, ...]:
    """Return the row of an entry, in the order of INSERT."""
    link = entry.epoch, entry.seq, entry.type, entry.day, entry.record_id or None
    bound = entry.record_hash, entry.previous, entry.hash
    return (*link, *bound, new.record, new.kind, new.form, new.event) if new else (*link, *bound, None, "", "", "")
