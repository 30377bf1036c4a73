"""What an expression of a form may name, and reading expressions within it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from forms_app.errors import N_, ExpressionError
from forms_app.specs.expressions import Expression, parse
from forms_app.specs.model import LEVELS, Choice
from forms_app.specs.nodes import Node, Problems
from forms_app.specs.rows import Row, names_in
from forms_app.specs.types import TYPES, Group

EVENT_NAMES = (
    "event_code",
    "event_title",
    "event_school",
    "event_jenjang",
    "event_place",
    "event_topic",
    "event_date",
)
_CALCULATED = ("number", "boolean", "date", "time", "dateTime")


@dataclass
class Scope:
    """The names of one form with their types, choices and paths; expressions are read against it."""

    problems: Problems
    types: dict[str, str] = field(default_factory=dict)
    choices: dict[str, Mapping[str, float | None]] = field(default_factory=dict)
    paths: dict[str, tuple[str, ...]] = field(default_factory=dict)
    columns: dict[str, frozenset[str]] = field(default_factory=dict)
    calculations: dict[str, Expression] = field(default_factory=dict)
    """Calculations that were read already, for the kind of their value."""

    def inside(self, repeat: Row) -> Scope:
        """Return the scope as seen from inside a repeat, where its own questions are single answers."""
        own = {row.name: self.types[row.name].partition("*")[0] for row in repeat.children if row.name in self.types}
        return replace(self, types={**self.types, **own})

    def read(self, node: Node | None, this: str = "", columns: str = "") -> Expression | None:
        """Return the expression of one node; note its mistake at its very place and return None.

        `this` is the question that `.` stands for; `columns` names the one whose choices' columns may be named.
        """
        if node is not None and not isinstance(node.value, str):
            self.problems.add(node, "shape.text", N_("Di sini harus ada satu teks."))
        if node is None or not node.text.strip():
            return None
        types = self.types if not this or this in self.types else {**self.types, this: "text"}
        try:
            return parse(
                node.text,
                types,
                choices=self.choices,
                this=this,
                paths=self.paths,
                columns=self.columns.get(columns, frozenset()) if columns else None,
            )
        except ExpressionError as error:
            self.problems.add(node.at(error.position), error.code, error.message, **error.places)
            return None


def build_scope(rows: Iterable[Row], lists: Mapping[str, tuple[Choice, ...]], problems: Problems) -> Scope:
    """Return the scope of a form: its questions, `${level}` and the event's data.

    Calculations take part with the kind of their value, so they are read first, each after those it names; what is
    left over names itself in a circle and is noted.
    """
    scope = Scope(problems, dict.fromkeys(EVENT_NAMES, "text"))
    scope.types["level"] = "select_one"
    scope.choices["level"] = dict.fromkeys(LEVELS, None)
    pending: dict[str, Row] = {}
    repeats = {row.name: row for row in rows if row.children}
    for row in rows:
        _add(scope, row, lists)
        pending.update({one.name: one for one in (row, *row.children) if one.type == "calculate"})
    while pending:
        ready = [row for row in pending.values() if not names_in(row.get("calculation")) & set(pending)]
        for row in ready or list(pending.values()):
            del pending[row.name]
            if ready:
                _add_calculation(scope, row, repeats.get(row.repeat))
            else:
                message = N_("Perhitungan {name} memakai dirinya sendiri, langsung atau tidak.")
                problems.add(row.node, "calculation.cycle", message, name=row.name)
                scope.types[row.name] = "calculate:string"
    return scope


def _add(scope: Scope, row: Row, lists: Mapping[str, tuple[Choice, ...]], outside: tuple[str, ...] = ()) -> None:
    kind = TYPES[row.type].value
    stated = {"any": row.type, "string": f"{row.type} {row.list_name}".strip()}.get(kind, kind)
    group = isinstance(TYPES[row.type], Group)
    scope.types[row.name] = "group" if group else f"{stated}*@{row.repeat}" if row.repeat else stated
    scope.paths[row.name] = (*outside, *row.groups)
    if row.list_name in lists:
        scope.choices[row.name] = {choice.name: choice.score for choice in lists[row.list_name]}
        scope.columns[row.name] = frozenset(key for choice in lists[row.list_name] for key, _value in choice.columns)
    for child in row.children:
        _add(scope, child, lists, (*row.groups, row.name))


def _add_calculation(scope: Scope, row: Row, repeat: Row | None) -> None:
    """Give a calculation the kind of its value; a missing or wrong one counts as text (wrong ones are noted later)."""
    quiet = replace(scope.inside(repeat) if repeat else scope, problems=Problems())
    expression = quiet.read(row.get("calculation"), row.name)
    if expression:
        scope.calculations[row.name] = expression
    kind = expression.kind if expression and expression.kind in _CALCULATED else "string"
    scope.types[row.name] = f"calculate:{kind}" + (f"*@{row.repeat}" if row.repeat else "")
