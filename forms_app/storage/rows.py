"""The rows of one collection: each document is a row of its own, and costs the same however many there are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Select, Text, cast, delete, func, select
from tinydb.queries import QueryLike

from forms_app.storage.engine import Store, driver
from forms_app.storage.pushdown import Pushed, field, indexable, push
from forms_app.storage.schema import collections, documents

PAGE = 500  # documents held at once when a collection is read through
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")

_GET = "SELECT CAST(body AS TEXT) FROM documents WHERE collection = ? AND doc_id = ?"
_ADD = "INSERT INTO documents (collection, doc_id, body) VALUES (?, ?, ?)"
_PUT = "UPDATE documents SET body = ? WHERE collection = ? AND doc_id = ?"
_RESERVE = (
    "INSERT INTO collections (name, next_id) VALUES (?, ?) ON CONFLICT (name) DO UPDATE"
    " SET next_id = CASE WHEN collections.next_id < ? THEN ? ELSE collections.next_id END + ? RETURNING next_id"
)
_body = cast(documents.c.body, Text)

Body = dict[str, Any]
Translate = Callable[[QueryLike | None, str], Pushed]


class Rows:
    """The documents of one collection, by id; what changes several rows changes all or none."""

    def __init__(self, store: Store, collection: str, translate: Translate = push) -> None:
        self.store = store
        self.collection = collection
        self._translate = translate
        self._get, self._add, self._put = store.sql(_GET), store.sql(_ADD), store.sql(_PUT)
        self._take = store.sql(_RESERVE)
        self._own = documents.c.collection == collection

    def get(self, doc_id: int) -> Body | None:
        """Return one document, or None."""
        text = self.text(doc_id)
        return None if text is None else json.loads(text)

    def text(self, doc_id: int) -> str | None:
        """Return one document as it is stored, or None."""
        with self.store.reading() as connection:
            row = driver(connection).execute(self._get, (self.collection, doc_id)).fetchone()
        return row[0] if row else None

    def named(self, doc_ids: Iterable[int]) -> dict[int, Body]:
        """Return those of the documents that exist, in the order of their ids."""
        wanted = sorted(set(doc_ids))
        found: dict[int, Body] = {}
        for start in range(0, len(wanted), PAGE):
            some = documents.c.doc_id.in_(wanted[start : start + PAGE])
            found |= self._fetch(select(documents.c.doc_id, _body).where(self._own, some))
        return dict(sorted(found.items()))

    def matching(
        self, query: QueryLike | None = None, after: int | None = None, size: int = PAGE
    ) -> Iterator[tuple[int, Body]]:
        """Yield (id, document) of all that match, in the order of their ids, `size` rows at a time."""
        pushed = self._translate(query, self.store.dialect)
        statement = select(documents.c.doc_id, _body).where(self._own, pushed.clause).order_by(documents.c.doc_id)
        while True:
            later = statement if after is None else statement.where(documents.c.doc_id > after)
            page = self._fetch(later.limit(size))
            for doc_id, body in page.items():
                if pushed.exact or query is None or query(body):
                    yield doc_id, body
            if len(page) < size:
                return
            after = max(page)

    def last(self) -> tuple[int, Body] | None:
        """Return (id, document) of the highest id, or None."""
        newest = select(documents.c.doc_id, _body).where(self._own).order_by(documents.c.doc_id.desc()).limit(1)
        return next(iter(self._fetch(newest).items()), None)

    def count(self, query: QueryLike | None = None) -> int:
        """Return how many documents match: counted in the database where it can tell."""
        pushed = self._translate(query, self.store.dialect)
        if not pushed.exact:
            return sum(1 for _ in self.matching(query))
        with self.store.reading() as connection:
            counted = select(func.count()).select_from(documents).where(self._own, pushed.clause)
            return connection.execute(counted).scalar_one()

    def add(self, bodies: Iterable[tuple[int | None, Mapping[str, Any]]]) -> list[int]:
        """Store documents under the ids given, or under new ones that were never used; return the ids.

        Raises ValueError if an id is taken already: then none is stored.
        """
        texts = [(doc_id, encode(body)) for doc_id, body in bodies]
        given = [doc_id for doc_id, _ in texts if doc_id is not None]
        with self.store.writing() as connection:
            fresh = iter(self._reserve(len(texts) - len(given), max(given, default=0) + 1))
            taken = set(self.named(given)) | {doc_id for doc_id in given if given.count(doc_id) > 1}
            if taken:
                raise ValueError(f"Document with ID {min(taken)} already exists")
            ids = [next(fresh) if doc_id is None else doc_id for doc_id, _ in texts]
            new = [(self.collection, doc_id, text) for doc_id, (_, text) in zip(ids, texts, strict=True)]
            if new:
                driver(connection).cursor().executemany(self._add, new)
        return ids

    def put(self, bodies: Mapping[int, Mapping[str, Any]]) -> None:
        """Replace documents that exist."""
        changed = [(encode(body), self.collection, doc_id) for doc_id, body in bodies.items()]
        if changed:
            with self.store.writing() as connection:
                driver(connection).cursor().executemany(self._put, changed)

    def change(self, step: Callable[[int, Body], bool], query: QueryLike | None = None) -> None:
        """Hand every matching document to `step`, and store those for which it returns True: all or none."""
        with self.store.writing():
            self.put({doc_id: body for doc_id, body in self.matching(query) if step(doc_id, body)})

    def discard(self, doc_ids: Iterable[int]) -> None:
        """Remove documents; an id that is not there is passed over."""
        gone = sorted(set(doc_ids))
        with self.store.writing() as connection:
            self.store.deleted()
            for start in range(0, len(gone), PAGE):
                some = documents.c.doc_id.in_(gone[start : start + PAGE])
                connection.execute(delete(documents).where(self._own, some))

    def clear(self, *, keep: bool = True) -> None:
        """Remove all documents, and begin again with id 1; with `keep`, the empty collection still exists."""
        with self.store.writing() as connection:
            self.store.deleted()
            connection.execute(delete(documents).where(self._own))
            connection.execute(delete(collections).where(collections.c.name == self.collection))
            if keep:
                self._reserve(0, 1)

    def create(self) -> None:
        """Make the collection exist, empty if it is new."""
        with self.store.writing():
            self._reserve(0, 1)

    def index(self, *path: str) -> None:
        """Make searches for the text at `path` quick, for all collections. Raises ValueError for other names."""
        if not indexable(path):
            raise ValueError("an index needs plain names: letters, digits, _ and -")
        value, name = field(path, self.store.dialect), "__".join(path)
        with self.store.writing() as connection:
            connection.exec_driver_sql(f'CREATE INDEX IF NOT EXISTS "by_{name}" ON documents (collection, ({value}))')
            connection.exec_driver_sql("ANALYZE documents")  # SQLite passes the index over until then

    def _fetch(self, statement: Select[Any]) -> dict[int, Body]:
        """Return (id, document) of the rows; inside a transaction no other process may change them meanwhile."""
        if self.store.inside:
            statement = statement.with_for_update()
        with self.store.reading() as connection:
            found = connection.execute(statement).all()
        return {doc_id: json.loads(text) for doc_id, text in found}

    def _reserve(self, count: int, floor: int) -> range:
        """Take `count` ids, none below `floor`, and hold the collection's counter until the transaction ends."""
        values = self.collection, floor + count, floor, floor, count
        with self.store.writing() as connection:
            ((end,),) = driver(connection).execute(self._take, values).fetchall()
        return range(end - count, end)


def encode(document: Mapping[str, Any]) -> str:
    """Return a document as JSON text.

    Raises ValueError for what JSON or PostgreSQL cannot hold (NaN, infinity, the sign NUL, half a surrogate pair) and
    TypeError for values that are not JSON.
    """
    text = json.dumps(dict(document), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    text.encode()
    if NUL.search(text):
        raise ValueError("a document cannot hold the sign NUL")
    return text
