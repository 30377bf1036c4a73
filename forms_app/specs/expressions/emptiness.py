"""Where an empty answer makes an ordering silently false or a calculation silently empty."""

from __future__ import annotations

from forms_app.specs.expressions.evaluation import READERS, Tree, questions
from forms_app.specs.expressions.functions import OPERATORS, REGISTER


def may_empty(tree: Tree) -> frozenset[str]:
    """Return the questions whose empty answer can make the value of this tree empty; `coalesce` takes that away."""
    if not isinstance(tree, list):
        return frozenset()
    operation, *parts = tree
    if operation in READERS:
        return frozenset(questions(tree)[:1])
    if operation == "coalesce":
        return may_empty(parts[1])
    if operation == "if":
        return may_empty(parts[1]) | may_empty(parts[2])
    spreading = parts if operation in REGISTER and REGISTER[operation].spreads else []
    return frozenset[str]().union(*map(may_empty, spreading))


def unguarded(tree: Tree) -> frozenset[str]:
    """Return the questions that are ordered or calculated with as if they were always answered."""
    if not isinstance(tree, list) or tree[0] in READERS:
        return frozenset()
    operation, *parts = tree
    inner = frozenset[str]().union(*map(unguarded, parts))
    careless = operation in ("<", "<=", ">", ">=") or (operation in OPERATORS and OPERATORS[operation].spreads)
    return inner.union(*map(may_empty, parts)) if careless else inner
