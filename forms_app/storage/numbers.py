"""Numbers that only grow, one for each purpose: what the office signs is told apart, and its order, by them."""

from __future__ import annotations

from hashlib import sha256

from tinydb import TinyDB
from tinydb.table import Document, Table

from forms_app.storage.tables import store_of


class Numbers:
    """The counters in the office's database."""

    def __init__(self, database: TinyDB) -> None:
        self._store = store_of(database)
        self._table: Table = database.table("office_numbers")

    def next(self, purpose: str, least: int = 1) -> int:
        """Return the next number, durably taken: above all before it, and no less than `least`.

        Given the time as `least`, numbers grow on after a restore from an old backup too.
        """
        place = int.from_bytes(sha256(purpose.encode()).digest()[:8], "big") >> 2
        with self._store.writing():
            found = self._table.get(doc_id=place)
            last = int(found["number"]) if isinstance(found, Document) else 0
            number = max(last + 1, least)
            self._table.upsert(Document({"purpose": purpose, "number": number}, doc_id=place))
        return number
