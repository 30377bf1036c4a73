"""TinyDB kept in a SQL database: its whole interface, one row per document, several threads and processes at once.

    database = open_database("sqlite:///instance/site.db")
    database.table("events").insert({"title": "Hari Anak"})

It differs from TinyDB on a JSON file where that would lose or confuse documents: an id is never given twice (but
`truncate` begins again with 1), documents come in the order of their ids, no result is cached, so that no process
answers from an old copy (the query cache keeps what a query is in SQL, until the next change), a change is made as a
whole or not at all, and documents that JSON cannot hold are refused. TinyDB's own tests pass on it
(tests/storage/test_tinydb_suite.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any

from sqlalchemy import Connection, select
from tinydb import TinyDB
from tinydb.queries import QueryLike
from tinydb.table import Document, Table

from forms_app.storage.pushdown import Translations
from forms_app.storage.rows import Body, Rows
from forms_app.storage.schema import collections
from forms_app.storage.sqlstorage import SQLStorage, store_of

__all__ = ["SQLDatabase", "SQLStorage", "SQLTable", "open_database", "store_of"]

Fields = Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None]


class SQLTable(Table):
    """One table: what TinyDB's own does, row by row, and `page`, `last` and `index` beside it."""

    query_cache_class = Translations

    def __init__(
        self,
        storage: SQLStorage,
        name: str,
        cache_size: int = Table.default_query_cache_capacity,
        persist_empty: bool = False,
    ) -> None:
        super().__init__(storage, name, cache_size=cache_size)
        self._query_cache: Translations
        self._rows = Rows(storage.store, name, self._query_cache.translate)
        if persist_empty:
            self._rows.create()

    def insert(self, document: Mapping[str, Any]) -> int:
        """Store a document, a `Document` under its own id; return the id. Raises ValueError if that is taken."""
        return self.insert_multiple([document])[0]

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
        """Store several documents, all or none; return their ids."""
        given: list[tuple[int | None, Mapping[str, Any]]] = []
        for document in documents:
            if not isinstance(document, Mapping):
                raise ValueError("Document is not a Mapping")  # noqa: TRY004 - TinyDB's own error
            given.append((int(document.doc_id) if isinstance(document, self.document_class) else None, document))
        self.clear_cache()
        return self._rows.add(given)

    def search(self, cond: QueryLike) -> list[Document]:
        """Return all documents that match."""
        return [self._document(doc_id, body) for doc_id, body in self._rows.matching(cond)]

    def page(self, after: int = 0, limit: int = 100, cond: QueryLike | None = None) -> list[Document]:
        """Return the next `limit` documents with ids above `after`, in their order."""
        found = islice(self._rows.matching(cond, after, limit), limit)
        return [self._document(doc_id, body) for doc_id, body in found]

    def last(self) -> Document | None:
        """Return the document with the highest id, or None when there is none."""
        found = self._rows.last()
        return self._document(*found) if found else None

    def index(self, *path: str) -> None:
        """Make `where(path) == text` quick however many documents there are."""
        self._rows.index(*path)

    def get(  # type: ignore[override]  # TinyDB declares one overload per combination of arguments
        self, cond: QueryLike | None = None, doc_id: int | None = None, doc_ids: Iterable[int] | None = None
    ) -> Document | list[Document] | None:
        """Return the document with this id, those with these ids, or the first that matches."""
        if doc_id is not None:
            body = self._rows.get(doc_id) if isinstance(doc_id, int) else None
            return None if body is None else self._document(doc_id, body)
        if doc_ids is not None:
            return [self._document(number, body) for number, body in self._rows.named(doc_ids).items()]
        if cond is None:
            raise RuntimeError("You have to pass either cond or doc_id or doc_ids")
        return next((self._document(*found) for found in self._rows.matching(cond)), None)

    def text(self, doc_id: int) -> str | None:
        """Return the document with this id as JSON text, or None."""
        return self._rows.text(doc_id)

    def contains(self, cond: QueryLike | None = None, doc_id: int | None = None) -> bool:
        """Tell whether a document has this id, or matches."""
        if cond is None and doc_id is None:
            raise RuntimeError("You have to pass either cond or doc_id")
        return self.get(cond, doc_id) is not None

    def update(self, fields: Fields, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        """Set fields, or call a function on each document: those with these ids, those that match, or all."""
        updated: list[int] = []

        def step(doc_id: int, body: Body) -> bool:
            _apply(fields, body)
            updated.append(doc_id)
            return True

        if doc_ids is None:
            self._rows.change(step, cond)
            self.clear_cache()
            return updated
        requested = list(doc_ids)
        with self._rows.store.writing():
            found = self._rows.named(requested)
            for doc_id in requested:
                if doc_id in found:
                    step(doc_id, found[doc_id])
            self._rows.put(found)
        self.clear_cache()
        return updated

    def update_multiple(self, updates: Iterable[tuple[Fields, QueryLike]]) -> list[int]:
        """Make several updates, each on what the ones before it left; return the ids, once per update made."""
        steps = list(updates)
        updated: list[int] = []

        def step(doc_id: int, body: Body) -> bool:
            made = len(updated)
            for fields, cond in steps:
                if cond(body):
                    updated.append(doc_id)
                    _apply(fields, body)
            return len(updated) > made

        self._rows.change(step)
        self.clear_cache()
        return updated

    def upsert(self, document: Mapping[str, Any], cond: QueryLike | None = None) -> list[int]:
        """Update the documents that match, or the `Document` with this id; store it as a new one if there is none."""
        with self._rows.store.writing():
            return super().upsert(document, cond)

    def remove(self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        """Remove the documents with these ids, or those that match; return the ids that were there."""
        if doc_ids is None and cond is None:
            raise RuntimeError("Use truncate() to remove all documents")
        with self._rows.store.writing():
            if doc_ids is not None:
                requested = list(doc_ids)
                found = self._rows.named(requested)
                removed = [doc_id for doc_id in requested if doc_id in found]
            else:
                removed = [doc_id for doc_id, _ in self._rows.matching(cond)]
            self._rows.discard(removed)
        self.clear_cache()
        return removed

    def truncate(self) -> None:
        """Remove all documents; the next id is 1 again."""
        self.clear_cache()
        self._rows.clear()

    def count(self, cond: QueryLike) -> int:
        """Return how many documents match."""
        return self._rows.count(cond)

    def __len__(self) -> int:
        return self._rows.count()

    def __iter__(self) -> Iterator[Document]:
        for doc_id, body in self._rows.matching():
            yield self._document(doc_id, body)

    def _document(self, doc_id: int, body: Body) -> Document:
        return self.document_class(body, self.document_id_class(doc_id))

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return {str(doc_id): body for doc_id, body in self._rows.matching()}

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, Any]]], None]) -> None:
        """Let TinyDB's extensions change the table as one dictionary."""
        with self._rows.store.writing():
            table: dict[int, Mapping[str, Any]] = dict(self._rows.matching())
            before = set(table)
            updater(table)
            self._rows.discard(before - table.keys())
            self._rows.put({doc_id: body for doc_id, body in table.items() if doc_id in before})
            self._rows.add((doc_id, body) for doc_id, body in table.items() if doc_id not in before)


class SQLDatabase(TinyDB):
    """A TinyDB whose tables are rows of a SQL database."""

    table_class: type[Table] = SQLTable
    default_storage_class: Any = SQLStorage

    def tables(self) -> set[str]:
        """Return the names of all tables."""
        with store_of(self).reading() as connection:
            return set(connection.execute(select(collections.c.name)).scalars())

    def drop_tables(self) -> None:
        """Remove all tables. This cannot be undone."""
        self.storage.write({})
        self._tables.clear()

    def drop_table(self, name: str) -> None:
        """Remove one table. This cannot be undone."""
        self._tables.pop(name, None)
        Rows(store_of(self), name).clear(keep=False)

    def transaction(self) -> AbstractContextManager[Connection]:
        """Make all that this thread writes inside `with` one change: made as a whole or not at all."""
        return store_of(self).writing()


def open_database(url: str) -> SQLDatabase:
    """Return the database at an SQLAlchemy address, its tables made if it is new.

    Raises SettingsError for an address of another kind, NewerDatabase or OlderDatabase for another version's tables,
    StorageError when it cannot be opened.
    """
    return SQLDatabase(url)


def _apply(fields: Fields, body: Body) -> None:
    if callable(fields):
        fields(body)
    else:
        body.update(fields)
