"""What a table's rows come to: one digest, the same for the same rows in SQLite and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Text, inspect
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from forms_app.storage.engine import driver
from forms_app.storage.schema import metadata

PAGE = 200  # rows held at once
OFFICE = "office_"  # how the names of the office's own tables begin

Row = tuple[Any, ...]
File = Any  # a connection to an SQLite file, of the library in sqlite.py


@dataclass(frozen=True)
class Layout:
    """A table to be copied: its columns as they are selected, and those that order its rows."""

    name: str
    columns: tuple[str, ...]
    selected: str
    order: str

    def query(self, where: str = "") -> str:
        """Return the statement that reads the rows in their order, which no collation changes."""
        condition = f" WHERE {where}" if where else ""
        return f"SELECT {self.selected} FROM {self.name}{condition} ORDER BY {self.order}"  # noqa: S608 - names of our own tables

    def insert(self, place: str = "?", *, verb: str = "INSERT") -> str:
        """Return the statement that stores one row."""
        places = ", ".join(place for _ in self.columns)
        # The names are those of our own tables.
        return f"{verb} INTO {self.name} ({', '.join(map(quoted, self.columns))}) VALUES ({places})"


@dataclass
class Sum:
    """The digest of the rows of one table, in their order, and how many there are."""

    rows: int = 0
    _hash: Any = field(default_factory=sha256)

    def add(self, rows: Iterable[Row]) -> None:
        """Take in the next rows."""
        for row in rows:
            self.rows += 1
            for value in row:
                self._hash.update(_written(value))

    def value(self) -> dict[str, Any]:
        """Return what a manifest says of the table."""
        return {"rows": self.rows, "sha256": self._hash.hexdigest()}


def layouts(connection: Connection) -> list[Layout]:
    """Return our tables in this database, in the order of their names."""
    found = inspect(connection)
    names = sorted(found.get_table_names())
    if connection.dialect.name == "postgresql":  # others may live beside us there
        names = [name for name in names if name in metadata.tables or name.startswith(OFFICE)]
    made = []
    for name in names:
        types = {each["name"]: each["type"] for each in found.get_columns(name)}
        keys = found.get_pk_constraint(name)["constrained_columns"] or list(types)
        exact = ' COLLATE "C"' if connection.dialect.name == "postgresql" else ""
        order = ", ".join(quoted(key) + (exact if isinstance(types[key], Text) else "") for key in keys)
        selected = ", ".join(_selected(one, kind) for one, kind in types.items())
        made.append(Layout(name, tuple(types), selected, order))
    return made


def statements(connection: Connection, tables: Sequence[Layout]) -> list[str]:
    """Return the statements that make these tables, and their indexes, in an SQLite file."""
    if connection.dialect.name == "sqlite":
        query = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC"
        return [sql for (sql,) in driver(connection).execute(query).fetchall()]
    speaks = sqlite.dialect()
    made: list[str] = []
    for table in (metadata.tables.get(one.name, None) for one in tables):
        if table is not None:
            made.append(str(CreateTable(table).compile(dialect=speaks)))
            made += [str(CreateIndex(one).compile(dialect=speaks)) for one in table.indexes]
    return made


def stream(connection: Connection, query: str, values: Sequence[Any] = ()) -> Generator[list[Row]]:
    """Yield the rows of a query in pages, in flat memory; PostgreSQL needs an open transaction for it."""
    own = driver(connection)
    cursor = own.cursor(name="peksos_stream") if connection.dialect.name == "postgresql" else own.cursor()
    try:
        cursor.execute(query, values)
        while page := cursor.fetchmany(PAGE):
            yield page
    finally:
        cursor.close()


def quoted(name: str) -> str:
    """Return a column's name as SQL takes it, whatever word it is."""
    return f'"{name}"'


def _selected(name: str, kind: Any) -> str:
    return f"CAST({quoted(name)} AS TEXT)" if kind.__visit_name__ in ("JSON", "json") else quoted(name)


def _written(value: Any) -> bytes:
    """Return a value as bytes that no other value has, nor any two in a row."""
    if value is None:
        return b"n;"
    if isinstance(value, int):
        return b"i%d;" % value
    if isinstance(value, float):
        return b"f%s;" % repr(value).encode()
    raw = value.encode() if isinstance(value, str) else bytes(value)
    return b"%c%d:" % (b"s" if isinstance(value, str) else b"b", len(raw)) + raw
