"""What a site has pushed to its inboxes: how far, when, and what went wrong last. No document here holds an answer."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import exists, select
from tinydb import TinyDB, where

from forms_app.storage.chain import Head
from forms_app.storage.documents import Shelf
from forms_app.storage.kinds import Push, kept
from forms_app.storage.schema import log as rows
from forms_app.storage.tables import store_of


class Pushes(Shelf[Push]):
    """How each inbox stands, by its address."""

    table = "pushes"
    kind = Push

    def __init__(self, database: TinyDB) -> None:
        super().__init__(database)
        self._store = store_of(database)
        self._packages = database.table("packages")

    def get(self, url: str) -> Push:
        """Return how an inbox stands; of a new one, that it has nothing."""
        found = self._table.get(where("url") == url)
        return kept(Push, found) if isinstance(found, self._table.document_class) else Push(url)

    def keep(self, push: Push) -> None:
        """Write anew how an inbox stands."""
        self._table.upsert(asdict(push), where("url") == push.url)

    def carry(self, number: int) -> None:
        """Note that a package has left the site."""
        self._packages.update({"carried": True}, doc_ids=[number])

    def secret_after(self, seq: int) -> bool:
        """Whether a secret record came in after this number: quick, however much is stored."""
        statement = select(exists().where(rows.c.seq > seq, rows.c.kind == "s"))
        with self._store.reading() as connection:
            return bool(connection.execute(statement).scalar())


def head_of(push: Push) -> Head | None:
    """Return the end of what the inbox has, or None when it has nothing."""
    return Head(push.epoch, push.seq, bytes.fromhex(push.hash)) if push.hash else None
