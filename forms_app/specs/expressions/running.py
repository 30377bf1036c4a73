"""Expressions, evaluated: a typed tree is made into Python functions once, which give a value and never an error.

What an operation does stands in the register alone; here its parts are put together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from forms_app.specs.expressions.evaluation import READERS, Context, Tree, settled
from forms_app.specs.expressions.functions import REGISTER, Operation

Run = Callable[[Mapping[str, Any], Context], Any]

_SETTLED = ("boolean", "same")
"""Results that are in their one form already: true or false, or one of the arguments as it is."""


def evaluate(
    tree: Tree, values: Mapping[str, Any], context: Context, register: Mapping[str, Operation] = REGISTER
) -> Any:
    """Return the value of a tree that the parser made, for the answers by name and the context of the filling."""
    return compiled(tree, register)(values, context)


def compiled(tree: Tree, register: Mapping[str, Operation] = REGISTER) -> Run:
    """Return the function that works a tree out."""
    if not isinstance(tree, list):
        constant = settled(tree)
        return lambda _values, _context: constant
    name, *parts = tree
    if name == "context":
        asked = parts[0]
        return lambda _values, context: getattr(context, asked)
    if name in READERS:
        return _read(READERS[name], *parts)
    operation = register[name]
    run = _put_together(operation.apply, parts, [compiled(part, register) for part in parts])
    return run if operation.result in _SETTLED else lambda values, context: settled(run(values, context))


def _read(reader: Callable[..., Any], name: str, *how: str) -> Run:
    """Return the reading of one answer."""
    read = partial(_swapped, reader, how) if how else reader
    return lambda values, _context: read(values.get(name))


def _swapped(reader: Callable[..., Any], how: tuple[str, ...], value: Any) -> Any:
    return reader(value, *how)


def _put_together(apply: Callable[..., Any], trees: list[Tree], runs: list[Run]) -> Run:
    """Return an operation on its parts; the numbers of parts that forms are full of have a shorter way."""
    if len(runs) == 1:
        (only,) = runs
        return lambda values, context: apply(only(values, context))
    if len(runs) == 2 and not isinstance(trees[1], list):
        left, constant = runs[0], settled(trees[1])
        return lambda values, context: apply(left(values, context), constant)
    if len(runs) == 2:
        left, right = runs
        return lambda values, context: apply(left(values, context), right(values, context))
    return lambda values, context: apply(*[run(values, context) for run in runs])
