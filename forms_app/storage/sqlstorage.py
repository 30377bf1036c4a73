"""TinyDB's view of the whole database: a storage that can be read and written as one dictionary."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Text, cast, delete, select
from tinydb import TinyDB
from tinydb.storages import Storage

from forms_app.storage.engine import Store
from forms_app.storage.rows import Rows
from forms_app.storage.schema import collections, documents, prepare


class SQLStorage(Storage):
    """The database behind the tables; `read` and `write` move everything, as TinyDB's storages do."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.store = Store(url)
        try:
            prepare(self.store)
        except BaseException:
            self.store.close()
            raise

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Return all tables as {name: {id: document}}, or None when there are none."""
        statement = select(documents.c.collection, documents.c.doc_id, cast(documents.c.body, Text))
        with self.store.reading() as connection:
            names = connection.execute(select(collections.c.name)).scalars().all()
            rows = connection.execute(statement.order_by(documents.c.collection, documents.c.doc_id)).all()
        tables: dict[str, dict[str, Any]] = {name: {} for name in names}
        for collection, doc_id, text in rows:
            tables[collection][str(doc_id)] = json.loads(text)
        return tables or None

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replace all tables by `data`, at once."""
        with self.store.writing() as connection:
            connection.execute(delete(documents))
            connection.execute(delete(collections))
            for name, table in data.items():
                rows = Rows(self.store, name)
                rows.create()
                rows.add((int(doc_id), document) for doc_id, document in table.items())

    def close(self) -> None:
        """Give the connections back."""
        self.store.close()


def store_of(database: TinyDB) -> Store:
    """Return the store behind a database of `open_database`. Raises TypeError for any other TinyDB."""
    store = getattr(database.storage, "store", None)  # one of TinyDB's middlewares may stand before the storage
    if not isinstance(store, Store):
        raise TypeError("this needs a database of open_database")
    return store
