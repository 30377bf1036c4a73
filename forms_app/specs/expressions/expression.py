"""XLSForm expressions: text -> typed tree -> value. The twin on the phone is static/expressions.js.

Beyond ODK they are statically typed when a form is read. An empty answer equals only '', `!=` is exactly not(`=`),
orderings and `selected()` on it are false, and arithmetic with it is empty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from typing import Any

from forms_app.errors import ExpressionError
from forms_app.specs.expressions.evaluation import READERS, Context, Tree, Value, questions
from forms_app.specs.expressions.functions import REGISTER
from forms_app.specs.expressions.grammar import read
from forms_app.specs.expressions.kinds import one_value
from forms_app.specs.expressions.names import Names
from forms_app.specs.expressions.running import Run, compiled

__all__ = ["Expression", "ExpressionError", "Tree", "Value", "parse"]

_NOWHERE = Context()


@dataclass(frozen=True)
class Expression:
    """An expression that has been read and checked.

    `tree` is plain JSON; `kind` is string, number, boolean, date, time, dateTime or any; `names` are the questions it
    asks for; `functions` are all operations in the tree, which is what a page must ship.
    """

    text: str
    tree: Tree = field(hash=False)
    kind: str
    names: frozenset[str]
    functions: frozenset[str]

    def evaluate(self, values: Mapping[str, Any], today: date | None = None, context: Context | None = None) -> Value:
        """Return the value for these answers; None is the empty value.

        Without a context it is worked out here and now (WIB), or on the day `today`.
        """
        value: Value = self._run(values, context or self._context(today))
        return value

    def holds(self, values: Mapping[str, Any], today: date | None = None, context: Context | None = None) -> bool:
        """Whether the expression is true for these answers; empty is not true."""
        return bool(self._run(values, context or self._context(today)))

    @property
    def at_site(self) -> bool:
        """Whether only the site can work it out, and not the phone."""
        return any(name in REGISTER and REGISTER[name].at_site for name in self.functions)

    @property
    def labelled(self) -> frozenset[str]:
        """Return the questions whose choices' labels it asks for."""
        return frozenset(part[2] for part in _parts(self.tree) if part[0] == "jr:choice-name")

    def __getstate__(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self)}  # functions cannot be pickled

    @cached_property
    def _run(self) -> Run:
        return compiled(self.tree)

    def _context(self, today: date | None) -> Context:
        return Context.current(today) if "context" in self.functions else _NOWHERE


def parse(
    text: str,
    types: Mapping[str, str],
    *,
    choices: Mapping[str, Mapping[str, float | None]] | None = None,
    this: str = "",
    columns: Collection[str] | None = None,
    paths: Mapping[str, Sequence[str]] | None = None,
) -> Expression:
    """Return the expression that a form's author wrote.

    `types` maps names to question types ("integer", "select_one freq4", "calculate:number") or kinds; "text*@children"
    is a question of the repeat `children`, seen from outside. `choices` maps choice questions to their choices'
    scores. `this` is the question that `.` stands for. `columns` are the columns of the choices that a choice_filter
    may name. `paths` maps names to the groups and the repeat around them, outermost first. Raises ExpressionError
    with the position of the mistake.
    """
    node = read(text, Names(types, choices or {}, this, columns, paths))
    one_value(node)
    tree = ["string", node.tree] if node.kind == "set" else node.tree
    kind = {"set": "string", "empty": "any"}.get(node.kind, node.kind)
    parts = list(_parts(tree))
    names = frozenset(name for part in parts if part[0] in READERS for name in questions(part))
    return Expression(text, tree, kind, names, frozenset(part[0] for part in parts))


def _parts(tree: Tree) -> Iterator[list[Any]]:
    """Yield the operations of a tree, outer ones first."""
    if isinstance(tree, list):
        yield tree
        if tree[0] not in READERS:
            for part in tree[1:]:
                yield from _parts(part)
