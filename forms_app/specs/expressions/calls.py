"""Typing one operation: the arguments that an author wrote against the signature in the register."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from forms_app.errors import N_, ExpressionError
from forms_app.specs.expressions.evaluation import is_day
from forms_app.specs.expressions.functions import REGISTER
from forms_app.specs.expressions.kinds import Names, Node, fit, refuse, unify
from forms_app.specs.expressions.patterns import check_pattern

_DEEPEST = 100
_FILLED_IN = ("scores", "day")
"""Arguments that the parser supplies: the scores of the question before, and today."""


def call(name: str, arguments: Sequence[Node], position: int, names: Names) -> Node:
    """Return an operation on typed parts as a typed part; ExpressionError names the first part that does not fit."""
    wanted = _wanted(name, len(arguments), position)
    parts = [_fitted(argument, kind, names) for argument, kind in zip(arguments, wanted, strict=False)]
    parts, shared = _united(parts, wanted, names)
    if "word" in wanted:
        names.check_word(parts[0], parts[1])
    if "scores" in wanted:
        parts.append(names.scores(parts[0]))
    if "day" in wanted:
        parts.append(Node(["context", "day"], "date", position))
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > _DEEPEST:
        refuse(N_("Rumus ini terlalu panjang. Bagi menjadi beberapa calculate."), position)
    result = REGISTER[name].result
    return Node([name, *(part.tree for part in parts)], shared if result == "same" else result, position, depth=depth)


def _wanted(name: str, count: int, position: int) -> list[str]:
    """Return the kind wanted of each argument, those that the parser fills in at the end."""
    parameters = REGISTER[name].parameters
    written = [part for part in parameters if part not in _FILLED_IN]
    least = sum(not part.endswith("?") for part in written)
    repeated = bool(written) and written[-1].endswith("+")
    if count < least or (count > len(written) and not repeated):
        most = "" if repeated else f"-{len(written)}" if len(written) > least else ""
        refuse(N_("{name}() perlu {count} isian."), position, name=name, count=f"{least}{'+' if repeated else most}")
    kinds = [part.rstrip("?+") for part in written]
    kinds += kinds[-1:] * (count - len(kinds))
    return [*kinds[:count], *(part for part in parameters if part in _FILLED_IN)]


def _fitted(node: Node, wanted: str, names: Names) -> Node:
    if wanted in _LITERALS:
        return _literal(node, wanted)
    if wanted in ("same", "order"):
        return node
    if wanted == "word":
        return fit(node, "text")
    return fit(names.as_set(node) if wanted == "set" else node, wanted)


def _united(parts: list[Node], wanted: Sequence[str], names: Names) -> tuple[list[Node], str]:
    """Return the parts with those marked `same` or `order` brought to one kind, and that kind."""
    places = [place for place, kind in enumerate(wanted[: len(parts)]) if kind in ("same", "order")]
    if not places:
        return parts, ""
    united, kind = unify([parts[place] for place in places], names)
    if "order" in wanted:
        united, kind = _orderly(united, kind)
    for place, part in zip(places, united, strict=True):
        parts[place] = part
    return parts, kind


def _orderly(parts: list[Node], kind: str) -> tuple[list[Node], str]:
    """Return parts that have an order: numbers, dates or times."""
    if kind in ("any", "empty"):
        return [fit(part, "number") for part in parts], "number"
    if kind not in ("number", "date", "time"):
        refuse(N_("Lebih atau kurang hanya untuk angka, tanggal, jam. Pakai number() atau score()."), parts[0].position)
    return parts, kind


def _literal(node: Node, wanted: str) -> Node:
    """Return a part that the author must write out, so that it can be checked while the form is read."""
    accepts, message = _LITERALS[wanted]
    if not accepts(node.tree):
        refuse(message, node.position)
    if wanted == "pattern":
        try:
            check_pattern(node.tree)
        except ExpressionError as error:
            raise ExpressionError(error.message, node.position + 1 + error.position, **error.places) from None
    return fit(node, "text") if wanted == "day_text" else node


def _is_day_text(tree: object) -> bool:
    """Whether a text is a date, as far as that can be known before anybody answers."""
    return is_day(tree) if isinstance(tree, str) else isinstance(tree, list)


_LITERALS: dict[str, tuple[Callable[[object], bool], str]] = {
    "pattern": (lambda tree: isinstance(tree, str), N_("Tulis pola langsung di sini. Contoh: '[0-9]{{5}}'.")),
    "digits": (lambda tree: tree in range(10) and not isinstance(tree, bool), N_("Tulis angka 0 sampai 9 di sini.")),
    "day_text": (_is_day_text, N_("Tanggal ini tidak ada. Contoh: '2026-08-17'.")),
    "date_form": (
        lambda tree: isinstance(tree, str) and re.fullmatch(r"(?:[^%]|%[Yymnde])*", tree) is not None,
        N_("Bentuk tanggal memakai %Y %y %m %n %d %e. Contoh: '%d/%m/%Y'."),
    ),
}
