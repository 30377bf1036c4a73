"""TinyDB queries as SQL, as far as SQL means the same: the rest is left to the query itself.

A query is read from its hash, the only description of itself that it carries. Not all hashes describe fully: `matches`
and `search` leave out their flags, `fragment` its path, and `one_of("abc")` means a part of the text; these are never
translated. A translation is either exact, or may let through too much, never too little: whoever uses one that is not
exact asks the query about each row again. Where Python raises TypeError (`"a" < 1`), SQL finds no match.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from threading import RLock
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    true,
)
from sqlalchemy.types import Float, Numeric
from tinydb.queries import QueryLike
from tinydb.utils import LRUCache

# A path is part of the SQL text, since an index only serves the expression that it was made for. A name that begins
# with a digit or a minus could mean a place in a list.
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
EXACT_INTEGERS = 2**53  # beyond these, SQLite, PostgreSQL and Python compare numbers differently

Clause = ColumnElement[bool]


@dataclass(frozen=True)
class Pushed:
    """A condition in SQL; `exact` if it finds what the query finds, else it may find more."""

    clause: Clause
    exact: bool


ANYTHING = Pushed(true(), exact=False)


def push(query: QueryLike | None, dialect: str) -> Pushed:
    """Return the query in the SQL of `dialect` (`sqlite` or `postgresql`); without a query, everything matches."""
    if query is None:
        return Pushed(true(), exact=True)
    return _push(getattr(query, "_hash", None), dialect)


class Translations(LRUCache[Any, Any]):
    """TinyDB's query cache, safe between threads: it keeps what a query is in SQL, and never what it found.

    A translation follows from the hash alone, so it cannot go stale, and two queries that TinyDB takes for the same
    (the hash of `fragment` leaves its path out) may share one: what is not exact is asked again about each row.
    """

    def __init__(self, capacity: int | None = None) -> None:
        super().__init__(capacity)
        self._turn = RLock()

    def translate(self, query: QueryLike | None, dialect: str) -> Pushed:
        """Return the query in SQL, from the cache if it was translated before."""
        cacheable = getattr(query, "is_cacheable", None)
        if query is None or cacheable is None or not cacheable():
            return push(query, dialect)
        with self._turn:
            found: Pushed | None = self.get(query)
            if found is None:
                found = push(query, dialect)
                self.set(query, found)
        return found

    def clear(self) -> None:
        """Forget all translations."""
        with self._turn:
            super().clear()


def field(path: tuple[str, ...], dialect: str) -> ColumnElement[Any]:
    """Return the value at `path` as SQL text or number: what an index on that path is made of."""
    quoted = ",".join(f'"{name}"' for name in path)
    if dialect == "postgresql":
        return literal_column(f"(body #>> '{{{quoted}}}')", Text)
    return literal_column(f"json_extract(body, '{_sqlite_path(path)}')", Text)


def indexable(path: tuple[object, ...]) -> bool:
    """Tell whether SQL reaches the same value by this path as Python does."""
    return bool(path) and all(isinstance(name, str) and NAME.fullmatch(name) for name in path)


def _push(description: Any, dialect: str) -> Pushed:
    """Translate one hash; one that is not understood matches anything."""
    match description:
        case ():
            return Pushed(true(), exact=True)
        case ("and", frozenset() as parts):
            both = [_push(part, dialect) for part in parts]
            return Pushed(and_(true(), *(part.clause for part in both)), all(part.exact for part in both))
        case ("or", frozenset() as parts):
            either = [_push(part, dialect) for part in parts]
            return Pushed(or_(false(), *(part.clause for part in either)), all(part.exact for part in either))
        case ("not", part):
            return _inverse(_push(part, dialect))
        case (str() as test, tuple() as path, *values) if indexable(path):
            return _Place(path, dialect).holds(test, values)
    return ANYTHING


def _inverse(pushed: Pushed) -> Pushed:
    """Return the opposite; NULL (no such value) must not survive a NOT, and what finds too much has no opposite."""
    return Pushed(not_(func.coalesce(pushed.clause, false())), exact=True) if pushed.exact else ANYTHING


class _Place:
    """The value at one path of a document, as SQL sees it."""

    def __init__(self, path: tuple[str, ...], dialect: str) -> None:
        self.postgresql = dialect == "postgresql"
        self.value = field(path, dialect)
        if self.postgresql:
            quoted = ",".join(f'"{name}"' for name in path)
            self.kind: ColumnElement[Any] = literal_column(f"json_typeof(body #> '{{{quoted}}}')", Text)
        else:
            self.kind = literal_column(f"json_type(body, '{_sqlite_path(path)}')", Text)

    def holds(self, test: str, values: list[Any]) -> Pushed:
        """Return the condition that one of TinyDB's tests puts on this value."""
        match test, values:
            case "exists", []:
                return Pushed(self.kind.is_not(None), exact=True)
            case "==", [value]:
                return self.compared("==", value)
            case "!=", [value]:
                other = _inverse(self.compared("==", value))
                return Pushed(and_(self.kind.is_not(None), other.clause), other.exact)
            case "one_of", [tuple() as choices]:
                either = [self.compared("==", choice) for choice in choices]
                return Pushed(or_(false(), *(one.clause for one in either)), all(one.exact for one in either))
            case ("<" | "<=" | ">" | ">=") as order, [value] if value is not None:
                return self.compared(order, value)
        return ANYTHING

    def compared(self, order: Literal["==", "<", "<=", ">", ">="], value: object) -> Pushed:
        """Return the comparison with a plain value; with anything else, all that match it and more."""
        if value is None:
            return Pushed(self.kind == "null", exact=True)
        if isinstance(value, str) and _storable(value):
            return Pushed(and_(_ordered(self.text(order), order, value), self.kind == self.named("text")), exact=True)
        if isinstance(value, int) and abs(value) <= EXACT_INTEGERS:
            return self.counted(order, int(value))
        return ANYTHING

    def text(self, order: str) -> ColumnElement[Any]:
        """Return the value as text; PostgreSQL would order by the rules of a language, Python goes by code points."""
        return self.value.collate("C") if self.postgresql and order != "==" else self.value

    def counted(self, order: str, number: int) -> Pushed:
        """Return the comparison with a whole number: in Python true is 1 and false is 0, so they are here."""
        if self.postgresql:
            typed = case((self.kind == "number", cast(self.value, Numeric)), (self.kind == "boolean", self.truth()))
            return Pushed(_ordered(typed, order, number), exact=True)
        whole = and_(_ordered(cast_free(self.value), order, number), self.kind.in_(("integer", "true", "false")))
        # SQLite rounds the text of a fraction in its own way: let Python decide about those.
        return Pushed(or_(whole, self.kind == "real"), exact=False)

    def truth(self) -> ColumnElement[Any]:
        return case((self.value == "true", 1), else_=0)

    def named(self, kind: str) -> str:
        return "string" if self.postgresql else kind


def cast_free(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the same SQL, compared as a number: SQLite's values carry their own types."""
    return literal_column(str(value), Float)


def _ordered(left: ColumnElement[Any], order: str, right: str | int) -> Clause:
    value = literal(right, Text() if isinstance(right, str) else BigInteger())
    comparison: Clause = left == value if order == "==" else left.op(order, is_comparison=True)(value)
    return comparison


def _sqlite_path(path: tuple[str, ...]) -> str:
    return "$" + "".join(f'."{name}"' for name in path)


def _storable(text: str) -> bool:
    """Tell whether a text can be in a document at all: NUL and half a surrogate pair are refused at the door."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
