"""What an expression of a form may name, and reading expressions within it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from forms_app.errors import N_, ExpressionError
from forms_app.specs.expressions import Expression, parse
from forms_app.specs.model import LEVELS, Choice
from forms_app.specs.nodes import Node, Problems
from forms_app.specs.rows import Row, names_in

EVENT_NAMES = (
    "event_code",
    "event_title",
    "event_school",
    "event_jenjang",
    "event_place",
    "event_topic",
    "event_date",
)
_CALCULATED = ("number", "boolean", "date", "time")


@dataclass
class Scope:
    """The names of one form with their types and choices; expressions are read against it."""

    problems: Problems
    types: dict[str, str] = field(default_factory=dict)
    choices: dict[str, Mapping[str, float | None]] = field(default_factory=dict)

    def inside(self, repeat: Row) -> Scope:
        """Return the scope as seen from inside a repeat, where its own questions are single answers."""
        types = {**self.types, **{child.name: child.type for child in repeat.children}}
        return Scope(self.problems, types, self.choices)

    def read(self, node: Node | None, this: str = "") -> Expression | None:
        """Return the expression of one node; note its mistake at its very place and return None."""
        if node is None or not node.text.strip():
            return None
        types = self.types if not this or this in self.types else {**self.types, this: "text"}
        try:
            return parse(node.text, types, choices=self.choices, this=this)
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
    pending = {}
    for row in rows:
        _add(scope, row, lists)
        if row.type == "calculate":
            pending[row.name] = row
    while pending:
        ready = [row for row in pending.values() if not names_in(row.get("calculation")) & set(pending)]
        for row in ready or list(pending.values()):
            del pending[row.name]
            if ready:
                _add_calculation(scope, row)
            else:
                message = N_("Perhitungan {name} memakai dirinya sendiri, langsung atau tidak.")
                problems.add(row.node, "calculation.cycle", message, name=row.name)
                scope.types[row.name] = "calculate:string"
    return scope


def _add(scope: Scope, row: Row, lists: Mapping[str, tuple[Choice, ...]]) -> None:
    scope.types[row.name] = f"{row.type}*@{row.repeat}" if row.repeat else row.type
    if row.list_name in lists:
        scope.choices[row.name] = {choice.name: choice.score for choice in lists[row.list_name]}
    for child in row.children:
        _add(scope, child, lists)


def _add_calculation(scope: Scope, row: Row) -> None:
    """Give a calculation the kind of its value; a missing or wrong one counts as text (wrong ones are noted later)."""
    quiet = Scope(Problems(), scope.types, scope.choices)
    expression = quiet.read(row.get("calculation"))
    kind = expression.kind if expression and expression.kind in _CALCULATED else "string"
    scope.types[row.name] = f"calculate:{kind}"
