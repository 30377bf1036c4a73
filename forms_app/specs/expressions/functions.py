"""The register of operations: one row says how an operation is typed, what it does, and what it is for.

A signature names the kind of each argument and of the result. `?` marks an argument that may be left out, `+` one that
may be repeated. Kinds beside the plain ones (string number boolean date) are explained in kinds.py.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from forms_app.specs.expressions.evaluation import is_day, number_of, text_of, tidy
from forms_app.specs.expressions.patterns import matches


@dataclass(frozen=True)
class Operation:
    """An operator or a function. `spreads`: its value is empty when an argument is."""

    signature: str
    apply: Callable[..., Any]
    promise: str
    spreads: bool = False

    @property
    def parameters(self) -> list[str]:
        """Return the kinds of the arguments, with their marks."""
        return self.signature.partition("->")[0].split()

    @property
    def result(self) -> str:
        """Return the kind of the result; `same` is the kind that the arguments marked `same` share."""
        return self.signature.partition("->")[2].strip()


def _filled(signature: str, calculate: Callable[..., Any], promise: str) -> Operation:
    """Return an operation that is empty where an argument is empty, or where mathematics has no finite answer."""

    def guarded(*arguments: Any) -> Any:
        if None in arguments:
            return None
        try:
            return calculate(*arguments)
        except (ArithmeticError, ValueError):
            return None

    return Operation(signature, guarded, promise, spreads=True)


def _weighed(signature: str, compare: Callable[[Any, Any], bool], promise: str) -> Operation:
    """Return an operation that is false where an argument is empty."""
    return Operation(signature, lambda left, right: None not in (left, right) and compare(left, right), promise)


def _flat(arguments: tuple[Any, ...]) -> list[Any]:
    """Return what is filled in, of single values and of lists."""
    lists = (part if isinstance(part, list) else [part] for part in arguments)
    return [value for part in lists for value in part if value is not None]


def _equal(left: Any, right: Any) -> bool:
    same: bool = left == right
    return same and type(left) is type(right)


def _round(number: float, places: float = 0) -> float:
    scaled = number * float(f"1e{places:.0f}")
    whole = math.floor(scaled)
    return (whole + (scaled - whole >= 0.5)) / float(f"1e{places:.0f}")


def _power(base: float, exponent: float) -> float:
    return math.prod([base] * int(exponent), start=1.0)


def _sum(*arguments: Any) -> float:
    total = 0.0
    for number in _flat(arguments):
        total += number
    return total


def _substr(text: str | None, *bounds: float | None) -> str | None:
    if None in bounds:
        return None
    return (text or "")[slice(*(int(bound or 0) for bound in bounds), *([None] if len(bounds) == 1 else []))]


def _join(mark: str | None, *parts: Any) -> str:
    return (mark or "").join(map(text_of, _flat(parts)))


def _normalize_space(text: str | None) -> str:
    return " ".join(part for part in re.split("[ \t\r\n]+", text or "") if part)


def _date(text: str) -> str | None:
    return text if is_day(text) else None


def _days(later: str, earlier: str) -> float | None:
    if not (is_day(later) and is_day(earlier)):
        return None
    return float((date.fromisoformat(later) - date.fromisoformat(earlier)).days)


def _format_date(day: str, form: str) -> str | None:
    if not is_day(day):
        return None
    year, month, number = day[:4], day[5:7], day[8:10]
    codes = {"%Y": year, "%y": year[2:], "%m": month, "%n": month.lstrip("0"), "%d": number, "%e": number.lstrip("0")}
    parts = form.split("%")
    return parts[0] + "".join(codes["%" + part[0]] + part[1:] for part in parts[1:])


def _score(chosen: list[str], scores: Mapping[str, float]) -> float:
    total = 0.0
    for name in chosen:
        total += scores.get(name, 0)
    return total


def _selected_at(chosen: list[str], index: float) -> str | None:
    return chosen[int(index)] if 0 <= index < len(chosen) else None


OPERATORS: dict[str, Operation] = {
    "or": Operation("boolean+ -> boolean", lambda *parts: any(parts), "One of them holds."),
    "and": Operation("boolean+ -> boolean", lambda *parts: all(parts), "All of them hold."),
    "=": Operation("same same -> boolean", _equal, "Both are the same; an empty answer equals only ''."),
    "!=": Operation("same same -> boolean", lambda a, b: not _equal(a, b), "Exactly not(=)."),
    "<": _weighed("order order -> boolean", lambda a, b: a < b, "Less, or earlier; false when empty."),
    "<=": _weighed("order order -> boolean", lambda a, b: a <= b, "At most; false when empty."),
    ">": _weighed("order order -> boolean", lambda a, b: a > b, "More, or later; false when empty."),
    ">=": _weighed("order order -> boolean", lambda a, b: a >= b, "At least; false when empty."),
    "+": _filled("number+ -> number", _sum, "The sum."),
    "-": _filled("number number -> number", lambda a, b: a - b, "The difference."),
    "*": _filled("number number -> number", lambda a, b: a * b, "The product."),
    "div": _filled("number number -> number", lambda a, b: a / b, "The quotient."),
    "mod": _filled("number number -> number", math.fmod, "The rest, with the sign of the first."),
    "neg": _filled("number -> number", lambda a: -a, "The number with the other sign, written -a."),
    "days": _filled("date date -> number", _days, "The days between, written as date - date."),
}

FUNCTIONS: dict[str, Operation] = {
    "selected": Operation("set word -> boolean", lambda a, b: b in (a or []), "Whether the choice was picked."),
    "selected-at": _filled("set number -> string", _selected_at, "The picked choice at a place, from 0."),
    "count-selected": Operation("set -> number", lambda a: len(a or []), "How many choices were picked."),
    "score": _filled("set scores -> number", _score, "The score of the picked choice, or their sum."),
    "if": Operation(
        "boolean same same -> same", lambda a, b, c: b if a else c, "The second if the first, else the third."
    ),
    "coalesce": Operation("same same -> same", lambda a, b: b if a is None else a, "The first; if empty, the second."),
    "not": Operation("boolean -> boolean", lambda a: not a, "True when it does not hold."),
    "true": Operation("-> boolean", lambda: True, "Holds always."),
    "false": Operation("-> boolean", lambda: False, "Holds never."),
    "boolean": Operation("scalar -> boolean", bool, "Whether it is answered, and neither 0 nor false."),
    "number": _filled("numeric -> number", number_of, "The number that a text is written as."),
    "string": _filled("scalar -> string", text_of, "The value as text."),
    "int": _filled("number -> number", math.trunc, "The number without its fraction."),
    "round": _filled("number digits? -> number", _round, "Rounded, half upwards, to so many decimals."),
    "abs": _filled("number -> number", abs, "The number without its sign."),
    "pow": _filled("number digits -> number", _power, "The number multiplied with itself, 0 to 9 times."),
    "min": Operation("numbers+ -> number", lambda *a: min(_flat(a), default=None), "The least of what is filled in."),
    "max": Operation("numbers+ -> number", lambda *a: max(_flat(a), default=None), "The most of what is filled in."),
    "sum": Operation("numbers -> number", _sum, "The sum of what is filled in; 0 when nothing is."),
    "count": Operation("rows -> number", len, "How many entries a repeat has."),
    "count-non-empty": Operation("rows -> number", lambda a: len(_flat((a,))), "How many answers are filled in."),
    "join": Operation("text texts+ -> string", _join, "What is filled in, with the first between."),
    "concat": Operation("scalar+ -> string", lambda *a: "".join(map(text_of, a)), "The texts one after the other."),
    "string-length": Operation("text -> number", lambda a: len(tidy(a or "")), "How many characters it has."),
    "substr": Operation("text number number? -> string", _substr, "The part from one place, from 0, up to another."),
    "contains": _weighed("text text -> boolean", lambda a, b: b in a, "Whether the second stands in the first."),
    "starts-with": _weighed("text text -> boolean", str.startswith, "Whether the first begins with the second."),
    "ends-with": _weighed("text text -> boolean", str.endswith, "Whether the first ends with the second."),
    "normalize-space": Operation("text -> string", _normalize_space, "Without spaces around, with single ones within."),
    "regex": _weighed("text pattern -> boolean", lambda a, b: matches(b, a), "Whether the whole text has this form."),
    "today": Operation("day -> date", lambda a: a, "The day on which the form is filled in (WIB)."),
    "date": _filled("day_text -> date", _date, "The date that a text is written as: '2026-08-17'."),
    "format-date": _filled("date date_form -> string", _format_date, "A date written as %d/%m/%Y."),
}

REGISTER: dict[str, Operation] = OPERATORS | FUNCTIONS
