"""The small documents of a site: events, staff accounts, sessions, packages and audit lines. None holds an answer.

Each shelf lies on a TinyDB table. A document that is looked up by a word is stored under a number made from that word,
so that finding it is one step however many there are, and no word can be taken twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any, ClassVar, Generic

from tinydb import TinyDB, where
from tinydb.table import Document, Table

from forms_app.errors import N_, NotFound, StorageError, UnknownEvent
from forms_app.storage.codes import code_number, new_code, tidy_code, word_number
from forms_app.storage.kinds import (
    AuditLine,
    Event,
    EventKeys,
    Kept,
    Leave,
    Package,
    Session,
    StaffMember,
    event_of,
    kept,
)
from forms_app.storage.tables import SQLTable

__all__ = [
    "Audit",
    "AuditLine",
    "Event",
    "EventKeys",
    "Events",
    "Leave",
    "Package",
    "Session",
    "Sessions",
    "Shelf",
    "Staff",
    "StaffMember",
]


class Shelf(Generic[Kept]):
    """Documents of one kind in one table, found by the word that names them."""

    table: ClassVar[str]
    kind: type[Kept]

    def __init__(self, database: TinyDB) -> None:
        self._table: Table = database.table(self.table)

    def all(self) -> list[Kept]:
        """Return all of them, the oldest first where they carry a time."""
        found = [kept(self.kind, document) for document in self._table]
        return sorted(found, key=lambda one: getattr(one, "created", ""))

    def _last(self) -> Kept | None:
        """Return the one with the highest number, or None."""
        found = self._table.last() if isinstance(self._table, SQLTable) else max(self._table, key=_id_of, default=None)
        return kept(self.kind, found) if found else None

    def _look_up(self, number: int) -> Kept | None:
        document = self._table.get(doc_id=number)
        return kept(self.kind, document) if isinstance(document, Document) else None

    def _insert(self, number: int, kept: Kept) -> None:
        """Store under a number; raises ValueError if that is taken."""
        self._table.insert(Document(asdict(kept), doc_id=number))

    def _replace(self, number: int, kept: Kept) -> bool:
        """Write a document anew; tell whether there was one."""

        def rewrite(document: Any) -> None:
            document.clear()
            document.update(asdict(kept))

        return bool(self._table.update(rewrite, doc_ids=[number]))


class Events(Shelf[Event]):
    """The events of the site, by code."""

    table = "events"
    kind = Event

    def add(self, event: Event) -> Event:
        """Store a new event and return it; one without a code is given one. Raises StorageError for a code in use."""
        while True:
            named = event if event.code else replace(event, code=new_code())
            try:
                self._insert(code_number(named.code), named)
            except ValueError:
                if event.code:
                    raise StorageError(N_("Kode {code} sudah dipakai."), code=event.code) from None
            else:
                return named

    def get(self, code: str) -> Event | None:
        """Return the event with this code, however it was typed, or None."""
        tidied = tidy_code(code)
        if not tidied:
            return None
        text = self._table.text(code_number(tidied)) if isinstance(self._table, SQLTable) else None
        return event_of(text) if text else self._look_up(code_number(tidied))

    def update(self, event: Event) -> None:
        """Write an event anew. Raises UnknownEvent."""
        if not self._replace(code_number(event.code), event):
            raise UnknownEvent(N_("Kode kegiatan ini tidak ada. Periksa lagi huruf dan angkanya."))


class Staff(Shelf[StaffMember]):
    """The accounts of the desk, by name."""

    table = "staff"
    kind = StaffMember

    def add(self, member: StaffMember) -> None:
        """Store a new account. Raises StorageError if the name is taken."""
        try:
            self._insert(word_number(member.name), member)
        except ValueError:
            raise StorageError(N_("Nama akun ini sudah dipakai.")) from None

    def get(self, name: str) -> StaffMember | None:
        """Return the account with exactly this name, or None."""
        return self._look_up(word_number(name))

    def update(self, member: StaffMember) -> None:
        """Write an account anew. Raises NotFound."""
        if not self._replace(word_number(member.name), member):
            raise NotFound(N_("Akun ini tidak ada."))

    def remove(self, name: str) -> None:
        """Take an account away; nothing happens if it is gone already."""
        self._table.remove(doc_ids=[word_number(name)])


class Sessions(Shelf[Session]):
    """Who is signed in at the desk."""

    table = "sessions"
    kind = Session

    def add(self, session: Session) -> None:
        """Begin a session."""
        self._insert(word_number(session.id_hash), session)

    def get(self, id_hash: str, now: str) -> Session | None:
        """Return the session if it has not expired, or None."""
        session = self._look_up(word_number(id_hash))
        alive = session is not None and session.id_hash == id_hash and session.expires > now
        return session if alive else None

    def update(self, session: Session) -> bool:
        """Write a session anew (a later expiry, another token); tell whether it was still there."""
        return self._replace(word_number(session.id_hash), session)

    def remove(self, id_hash: str) -> None:
        """End one session."""
        self._table.remove(doc_ids=[word_number(id_hash)])

    def remove_of(self, staff: str) -> int:
        """End all sessions of one account; return how many."""
        return len(self._table.remove(where("staff") == staff))

    def remove_expired(self, now: str) -> int:
        """Forget the sessions that have expired; return how many."""
        return len(self._table.remove(where("expires") <= now))


class Audit(Shelf[AuditLine]):
    """The audit lines, in the order in which they were written; none is ever changed."""

    table = "audit"
    kind = AuditLine

    def write(self, at: str, actor: str, action: str, about: str = "") -> None:
        """Add a line."""
        self._table.insert(asdict(AuditLine(at, actor, action, about)))

    def lines(self) -> Iterator[AuditLine]:
        """Yield all lines, the oldest first."""
        return (kept(self.kind, document) for document in self._table)


def _id_of(document: Document) -> int:
    return document.doc_id
