"""Reading the log: counts, single entries, and the whole of it page by page in flat memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, bindparam, func, select
from tinydb import TinyDB

from forms_app.storage.chain import Entry
from forms_app.storage.logrows import ERASED, NAMED, Line, entry_of, line_of
from forms_app.storage.schema import log as rows
from forms_app.storage.tables import store_of

PAGE = 100  # rows held at once when the log is read through
IDS = 500  # ids asked for at once

Item = TypeVar("Item")

_COLUMNS: list[ColumnElement[Any]] = [rows.c[name] for name in Entry._fields]
_LABELS: list[ColumnElement[Any]] = [rows.c.kind, rows.c.form, rows.c.event, rows.c.gone, rows.c.record.is_not(None)]


class Readable:
    """The part of the log that only looks."""

    def __init__(self, database: TinyDB) -> None:
        self._store = store_of(database)

    def find(self, record_id: bytes) -> Entry | None:
        """Return the entry of a record, with the record if it is still kept, or None."""
        return self._one(rows.c.record_id == record_id)

    def count(self, form: str = "", event: str = "", kind: str = "") -> int:
        """Return how many records arrived: all, or those of one form, event or kind."""
        statement = select(func.count()).select_from(rows).where(rows.c.kind != "")
        for column, value in ((rows.c.form, form), (rows.c.event, event), (rows.c.kind, kind)):
            statement = statement.where(column == value) if value else statement
        with self._store.reading() as connection:
            return connection.execute(statement).scalar_one()

    def counts_by(self, event: str) -> dict[str, int]:
        """Return how many records of one event arrived, by form."""
        statement = select(rows.c.form, func.count()).where(rows.c.event == event, rows.c.kind == NAMED)
        with self._store.reading() as connection:
            found = connection.execute(statement.group_by(rows.c.form).order_by(rows.c.form)).all()
        return dict(found)

    def ids_of(self, event: str, form: str, after_seq: int = 0) -> list[tuple[int, bytes]]:
        """Return (place, record id) of the records of one form at one event after a place, in order, gone ones too."""
        mine = rows.c.event == event, rows.c.form == form, rows.c.kind == NAMED, rows.c.seq > after_seq
        with self._store.reading() as connection:
            found = connection.execute(select(rows.c.seq, rows.c.record_id).where(*mine).order_by(rows.c.seq)).all()
        return [(seq, bytes(identity)) for seq, identity in found]

    def unnamed(self, after_seq: int = 0) -> dict[int, str]:
        """Return place -> kind of everything after a place that is no record of a named form: few, found by index."""
        nameless = rows.c.event == "", rows.c.form == "", rows.c.kind != NAMED, rows.c.seq > after_seq
        with self._store.reading() as connection:
            return dict(connection.execute(select(rows.c.seq, rows.c.kind).where(*nameless)).all())

    def erased(self, ids: Sequence[bytes]) -> dict[int, str]:
        """Return place -> kind of those of these records that an order erased."""
        found: dict[int, str] = {}
        for some in in_parts(ids, IDS):
            wanted = rows.c.record_id.in_(some), rows.c.gone == ERASED
            with self._store.reading() as connection:
                found |= dict(connection.execute(select(rows.c.seq, rows.c.kind).where(*wanted)).all())
        return found

    def entries(self, after_seq: int = 0, limit: int | None = None, *, records: bool = True) -> Iterator[Entry]:
        """Yield the entries after a place, in order, in flat memory, with their records unless these are not wanted."""
        return map(entry_of, self._read(_COLUMNS if records else _COLUMNS[:-1], after_seq, limit))

    def lines(self, after_seq: int = 0, *, records: bool = True) -> Iterator[Line]:
        """Yield the rows after a place as a whole, in order and in flat memory."""
        return map(line_of, self._read(_LABELS + (_COLUMNS if records else _COLUMNS[:-1]), after_seq, None))

    def _read(self, columns: Sequence[ColumnElement[Any]], after_seq: int, left: int | None) -> Iterator[Any]:
        """Yield the columns, `seq` among them, of the rows after a place, a page at a time."""
        statement = (
            select(*columns).where(rows.c.seq > bindparam("after")).order_by(rows.c.seq).limit(bindparam("most"))
        )
        while left is None or left > 0:
            size = PAGE if left is None else min(left, PAGE)
            with self._store.reading() as connection:
                page = connection.execute(statement, {"after": after_seq, "most": size}).all()
            yield from page
            if len(page) < size:
                return
            after_seq = page[-1].seq
            left = None if left is None else left - size

    def _last(self) -> Entry | None:
        statement = select(*_COLUMNS).order_by(rows.c.seq.desc()).limit(1)
        with self._store.reading() as connection:
            row = connection.execute(statement).first()
        return entry_of(row) if row else None

    def _one(self, wanted: ColumnElement[bool]) -> Entry | None:
        with self._store.reading() as connection:
            row = connection.execute(select(*_COLUMNS).where(wanted)).first()
        return entry_of(row) if row else None


def in_parts(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield the items in lists of at most `size`."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
