"""Typing one operation: the arguments that an author wrote against the signature in the register."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NoReturn

from forms_app.errors import N_, ExpressionError
from forms_app.specs.expressions.evaluation import is_day
from forms_app.specs.expressions.functions import REGISTER
from forms_app.specs.expressions.kinds import Node, convert, fit, one_value, refuse
from forms_app.specs.expressions.moments import is_hour, is_moment
from forms_app.specs.expressions.names import Names
from forms_app.specs.expressions.patterns import check_pattern

_DEEPEST = 100
_SUPPLIED = ("scores", "day", "now", "labels", "seed", "place", "entry_number")
"""Arguments that the parser supplies: the scores of the question before, and what the context says."""

_MOMENTS = {"date": is_day, "time": is_hour, "dateTime": is_moment}


def call(name: str, arguments: Sequence[Node], position: int, names: Names) -> Node:
    """Return an operation on typed parts as a typed part; ExpressionError names the first part that does not fit."""
    wanted = _wanted(name, len(arguments), position)
    parts = [_fitted(argument, kind, names) for argument, kind in zip(arguments, wanted, strict=False)]
    parts, shared = _united(parts, wanted, names)
    if "word" in wanted:
        names.check_word(parts[0], parts[1])
    if "listed" in wanted:
        parts[:2] = [names.listed(parts[0], parts[1])]
    parts += [_supplied(kind, parts, position, names) for kind in wanted if kind in _SUPPLIED]
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > _DEEPEST:
        refuse(N_("Rumus ini terlalu panjang. Bagi menjadi beberapa calculate."), position)
    kinds = {"same": shared, "item": parts[0].kind.removeprefix("list:") if parts else ""}
    result = REGISTER[name].result
    return Node([name, *(part.tree for part in parts)], kinds.get(result, result), position, depth=depth)


def _wanted(name: str, count: int, position: int) -> list[str]:
    """Return the kind wanted of each argument, those that the parser supplies at the end."""
    parameters = REGISTER[name].parameters
    written = [part for part in parameters if part not in _SUPPLIED]
    least = sum(not part.endswith("?") for part in written)
    repeated = bool(written) and written[-1].endswith("+")
    if count < least or (count > len(written) and not repeated):
        most = "" if repeated else f"-{len(written)}" if len(written) > least else ""
        refuse(N_("{name}() perlu {count} isian."), position, name=name, count=f"{least}{'+' if repeated else most}")
    kinds = [part.rstrip("?+") for part in written]
    kinds += kinds[-1:] * (count - len(kinds))
    return [*kinds[:count], *(part for part in parameters if part in _SUPPLIED)]


def _supplied(kind: str, parts: Sequence[Node], position: int, names: Names) -> Node:
    if kind == "scores":
        return names.scores(parts[0])
    if kind == "place":
        return Node(f"{names.this}:{position}", "string", position)
    if kind == "entry_number":
        return Node(["num", ".."], "number", position)
    return Node(["context", kind], kind, position)


def _fitted(node: Node, wanted: str, names: Names) -> Node:
    if wanted in _LITERALS:
        return _literal(node, wanted)
    if wanted == "quoted":
        return names.quoted(node)
    if wanted in ("same", "order", "listed"):
        return node
    if wanted in ("set", "chosen"):
        chosen = names.as_set(node)
        return chosen if wanted == "chosen" and chosen.kind == "set" else fit(chosen, _TEXTS.get(wanted, wanted))
    return fit(node, _TEXTS.get(wanted, wanted))


_TEXTS = {"word": "text", "chosen": "text"}


def _united(parts: list[Node], wanted: Sequence[str], names: Names) -> tuple[list[Node], str]:
    """Return the parts with those marked `same` or `order` brought to one kind, and that kind."""
    places = [place for place, kind in enumerate(wanted[: len(parts)]) if kind in ("same", "order")]
    if not places:
        return parts, ""
    united, kind = _unify([parts[place] for place in places], names)
    if "order" in wanted:
        united, kind = _orderly(united, kind)
    for place, part in zip(places, united, strict=True):
        parts[place] = part
    return parts, kind


def _orderly(parts: list[Node], kind: str) -> tuple[list[Node], str]:
    """Return parts that have an order: numbers, dates, times or moments."""
    if kind in ("any", "empty"):
        return [fit(part, "number") for part in parts], "number"
    if kind != "number" and kind not in _MOMENTS:
        refuse(N_("Lebih atau kurang hanya untuk angka, tanggal, jam. Pakai number() atau score()."), parts[0].position)
    return parts, kind


def _unify(nodes: Sequence[Node], names: Names) -> tuple[list[Node], str]:
    """Return the parts as one common kind, and that kind; ExpressionError when a number meets a word."""
    stated = [node for node in nodes if node.kind not in ("any", "empty")]
    for node in stated:
        one_value(node)
    moments = {node.kind for node in stated} & set(_MOMENTS)
    kinds = {node.kind for node in stated if not (node.word and any(_MOMENTS[one](node.word) for one in moments))}
    if len(kinds) > 1 or (kinds == {"set"} and len(stated) > 1):
        _refuse_mixture(stated)
    kind = kinds.pop() if kinds else nodes[0].kind if len({node.kind for node in nodes}) == 1 else "any"
    for node in stated:
        for other in stated:
            names.check_word(node, other)
    return [convert(node, kind) for node in nodes], kind


def _refuse_mixture(nodes: Sequence[Node]) -> NoReturn:
    found = [node.kind for node in nodes]
    last = nodes[-1].position
    if "set" in found:
        refuse(N_("Satu dari banyak pilihan diperiksa dengan selected(${{pilihan}}, 'nama')."), last)
    if {"date", "dateTime"} <= set(found):
        refuse(N_("Tanggal dan waktu tidak sejenis. Ambil tanggalnya dengan date()."), last)
    if "dateTime" in found:
        refuse(N_("Waktu ditulis '2026-08-17T07:30'."), last)
    if {"date", "time"} & set(found):
        refuse(N_("Tanggal ditulis '2026-08-17', jam ditulis '07:30'."), last)
    message = N_("Kedua sisi tidak sejenis: {left} dan {right}. Pakai tanda kutip, number(), atau score().")
    refuse(message, last, left=found[0], right=next(kind for kind in found if kind != found[0]))


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
    return fit(node, wanted) if wanted == "day_text" else node


def _is_day_text(tree: object) -> bool:
    """Whether a text is a date or a moment, as far as that can be known before anybody answers."""
    return not isinstance(tree, str) or not tree or is_day(tree) or is_moment(tree)


def _is_form(codes: str) -> Callable[[object], bool]:
    form = re.compile(f"(?:[^%]|%[{codes}])*")
    return lambda tree: isinstance(tree, str) and form.fullmatch(tree) is not None


def _one_of(*words: str) -> Callable[[object], bool]:
    return lambda tree: tree in words


_LITERALS: dict[str, tuple[Callable[[object], bool], str]] = {
    "pattern": (lambda tree: isinstance(tree, str), N_("Tulis pola langsung di sini. Contoh: '[0-9]{{5}}'.")),
    "digits": (lambda tree: tree in range(10) and not isinstance(tree, bool), N_("Tulis angka 0 sampai 9 di sini.")),
    "day_text": (_is_day_text, N_("Tanggal ini tidak ada. Contoh: '2026-08-17'.")),
    "date_form": (_is_form("Yymnde"), N_("Bentuk tanggal memakai %Y %y %m %n %d %e. Contoh: '%d/%m/%Y'.")),
    "moment_form": (_is_form("YymndeHhM"), N_("Bentuk waktu memakai %Y %y %m %n %d %e %H %h %M.")),
    "algorithm": (
        _one_of("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"),
        N_("Pilih 'MD5', 'SHA-1', 'SHA-256', 'SHA-384', atau 'SHA-512'."),
    ),
    "encoding": (_one_of("hex", "base64"), N_("Pilih 'hex' atau 'base64'.")),
}
