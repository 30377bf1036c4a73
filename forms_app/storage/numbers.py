"""Numbers that only grow, one for each purpose: in what order the office signs, and how far a site has followed it."""

from __future__ import annotations

from hashlib import sha256

from tinydb import TinyDB
from tinydb.table import Document, Table

from forms_app.storage.tables import store_of

OFFICE_NUMBERS, SITE_NUMBERS = "office_numbers", "site_numbers"


class Numbers:
    """The counters in a database: the office's unless named."""

    def __init__(self, database: TinyDB, name: str = OFFICE_NUMBERS) -> None:
        self._store = store_of(database)
        self._table: Table = database.table(name)

    def next(self, purpose: str, least: int = 1) -> int:
        """Return the next number, durably taken: above all before it, and no less than `least`.

        Given the time as `least`, numbers grow on after a restore from an old backup too.
        """
        with self._store.writing():
            number = max(self.last(purpose) + 1, least)
            self._keep(purpose, number)
        return number

    def last(self, purpose: str) -> int:
        """Return the highest number there was, or 0 before the first."""
        found = self._table.get(doc_id=_place(purpose))
        return int(found["number"]) if isinstance(found, Document) else 0

    def reach(self, purpose: str, number: int) -> int:
        """Return the highest number there was, this one among them, which is durably kept; none ever goes back."""
        if number > self.last(purpose):
            with self._store.writing():
                self._keep(purpose, max(number, self.last(purpose)))
        return self.last(purpose)

    def _keep(self, purpose: str, number: int) -> None:
        self._table.upsert(Document({"purpose": purpose, "number": number}, doc_id=_place(purpose)))


def _place(purpose: str) -> int:
    return int.from_bytes(sha256(purpose.encode()).digest()[:8], "big") >> 2
