"""Which questions nobody can ever reach. Only what is certain counts: an honest form is never called broken.

Conditions are split at `and`. The parts that depend on nothing but answers from a short range (choices, a box to tick,
the level, numbers and picked choices that are compared with constants) are tried with every combination of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise, product
from math import ceil, floor, prod
from typing import Any

from forms_app.specs.expressions import Expression, Tree
from forms_app.specs.model import FormSpec, Page, Question
from forms_app.specs.order import LEVEL
from forms_app.specs.types.numbers import Range

MOST_COMBINATIONS = 5_000  # of more nothing is certain in a moment
_MOST_PICKED = 6
_ORDERED = ("=", "!=", "<", "<=", ">", ">=")
_ELSEWHERE = ("day", "context")  # what no answer decides: the moment, chance, labels
_FAR = 1e15  # numbers have at most 15 digits
Answers = tuple[Any, ...]


def unreachable(spec: FormSpec) -> list[Question]:
    """Return the questions that are never asked, in the form's order; what depends on their answers only is among them.

    A form whose questions wait for each other has no order; the reader has refused it.
    """
    work = _Reach(spec)
    while work.more():
        pass
    return [question for question in spec.questions() if question.name in work.dead]


@dataclass
class _Reach:
    """The work of `unreachable`: `dead` are the questions that are known never to be answered."""

    spec: FormSpec
    dead: set[str] = field(default_factory=set)

    def more(self) -> bool:
        """Find the questions that are dead because of what is known so far; whether there were any."""
        before = len(self.dead)
        for page in self.spec.pages:
            for question in page.questions:
                if question.name in self.dead:
                    continue
                if not self.possible(_conditions(page, question)) or self.never_repeated(question):
                    self.dead |= {question.name, *(child.name for child in question.children)}
                for child in question.children:
                    if not self.possible([*_conditions(page, question), *_conditions(None, child)]):
                        self.dead.add(child.name)
        return len(self.dead) > before

    def never_repeated(self, question: Question) -> bool:
        """Whether a repeat has no entry, whatever is answered."""
        count = question.repeat_count
        if count is None or count.names - self.dead or count.functions & set(_ELSEWHERE):
            return False
        value = count.evaluate(dict.fromkeys(count.names))
        return not isinstance(value, float) or value < 1

    def possible(self, conditions: Iterable[Expression]) -> bool:
        """Whether all conditions can hold together, as far as can be told."""
        parts = [replace(one, tree=tree) for one in conditions for tree in _split(one.tree)]
        parts = [replace(one, names=frozenset(_names(one.tree))) for one in parts]
        ranges = {name: self.answers(name, parts) for one in parts for name in one.names}
        certain = [one for one in parts if self.decidable(one, ranges)]
        return all(_satisfiable(group, ranges) for group in _groups(certain))

    def decidable(self, part: Expression, ranges: Mapping[str, Answers | None]) -> bool:
        operations = set(_operations(part.tree))
        rows = "all" in operations and not part.names <= self.dead
        beside = _asks_beside(part.tree) or operations & set(_ELSEWHERE)
        return not rows and not beside and all(ranges[name] for name in part.names)

    def answers(self, name: str, parts: Iterable[Expression]) -> Answers | None:
        """Return every answer that matters here, None for the empty one; None when they cannot be told."""
        if name in self.dead:
            return (None,)
        if name == LEVEL:
            rules = self.spec.outcome.rules if self.spec.outcome else ()
            return (None, *dict.fromkeys(rule.level for rule in rules))
        question = next((one for one in self.spec.questions() if one.name == name), None)
        if question is None or question.type not in _RANGES:
            return None  # the event's data, or free words
        return _RANGES[question.type](self.spec, question, [use for one in parts for use in _uses(one.tree, name)])


def _conditions(page: Page | None, question: Question) -> list[Expression]:
    return [*([page.relevant] if page and page.relevant else []), *question.conditions]


def _split(tree: Tree) -> Iterator[Tree]:
    """Yield what must hold all at once."""
    if isinstance(tree, list) and tree[0] == "and":
        for part in tree[1:]:
            yield from _split(part)
    else:
        yield tree


def _operations(tree: Tree) -> Iterator[str]:
    if isinstance(tree, list):
        yield tree[0]
        for part in tree[1:]:
            yield from _operations(part)


def _names(tree: Tree) -> set[str]:
    """Return the questions that a part of a tree asks for: every reading has the question's name behind it."""
    if not isinstance(tree, list):
        return set()
    if _is_reading(tree):
        return {name for name in tree[1:3] if name and name[0] not in ".@"}
    return set(chain.from_iterable(_names(part) for part in tree[1:]))


def _is_reading(tree: Tree) -> bool:
    return isinstance(tree, list) and tree[0] in ("ref", "num", "flag", "set", "raw", "all")


def _asks_beside(tree: Tree) -> bool:
    """Whether a part asks for what is no question: the number of an entry, a column of a choice."""
    if not isinstance(tree, list):
        return False
    if _is_reading(tree):
        return any(name and name[0] in ".@" for name in tree[1:3])
    return any(_asks_beside(part) for part in tree[1:])


def _uses(tree: Tree, name: str) -> Iterator[Tree]:
    """Yield the innermost operations that one question's answer goes into; the bare reading where it stands alone."""
    if _is_reading(tree):
        if name in tree[1:3]:
            yield tree
    elif isinstance(tree, list):
        for part in tree[1:]:
            here = _is_reading(part) and name in part[1:3]
            yield from [tree] if here else _uses(part, name)


def _listed(spec: FormSpec, question: Question, _uses: list[Tree]) -> Answers:
    return (None, *(choice.name for choice in spec.choice_list(question.list_name)))


def _picked(_spec: FormSpec, _question: Question, uses: list[Tree]) -> Answers | None:
    """Return every set of the choices that `selected()` asks about; None when the answer is used in another way."""
    asked = list(dict.fromkeys(use[2] for use in uses if use[0] == "selected" and isinstance(use[2], str)))
    if len(asked) > _MOST_PICKED or any(use[0] != "selected" or not isinstance(use[2], str) for use in uses):
        return None
    sets = product((False, True), repeat=len(asked))
    return tuple([name for name, there in zip(asked, each, strict=True) if there] or None for each in sets)


def _steps(_spec: FormSpec, question: Question, _uses: list[Tree]) -> Answers:
    return (None, *(float(one.replace(",", ".")) for one in Range().values(question)))


def _numbers(_spec: FormSpec, question: Question, uses: list[Tree]) -> Answers | None:
    """Return numbers on, between and around the constants that the answer is compared with, within its range."""
    low, high = float(question.parameter("min") or -_FAR), float(question.parameter("max") or _FAR)
    points = {low, high}
    for use in uses:
        constants = [part for part in use[1:] if isinstance(part, int | float) and not isinstance(part, bool)]
        if use[0] not in _ORDERED or len(constants) != 1:
            return None
        points.add(float(constants[0]))
    ordered = sorted(points)
    between = {(left + right) / 2 for left, right in pairwise(ordered)}
    if question.type == "integer":
        points = {float(near) for one in points for near in (floor(one) - 1, floor(one), ceil(one), ceil(one) + 1)}
        between = {one for one in between if one.is_integer()}
    return (None, *sorted(one for one in points | between if low <= one <= high))


_RANGES: Mapping[str, Callable[[FormSpec, Question, list[Tree]], Answers | None]] = {
    "select_one": _listed,
    "select_multiple": _picked,
    "acknowledge": lambda _spec, _question, _uses: (None, True),
    "integer": _numbers,
    "decimal": _numbers,
    "range": _steps,
}


def _groups(parts: list[Expression]) -> list[list[Expression]]:
    """Return the parts in groups that share no question, so that each can be tried by itself."""
    groups: list[list[Expression]] = []
    for part in parts:
        joined = [group for group in groups if any(one.names & part.names for one in group)]
        groups = [group for group in groups if group not in joined]
        groups.append([part, *chain.from_iterable(joined)])
    return groups


def _satisfiable(parts: list[Expression], ranges: Mapping[str, Answers | None]) -> bool:
    names = sorted(set(chain.from_iterable(one.names for one in parts)))
    answers = [ranges[name] or () for name in names]
    if prod(map(len, answers)) > MOST_COMBINATIONS:
        return True
    return any(all(one.holds(dict(zip(names, each, strict=True))) for one in parts) for each in product(*answers))
