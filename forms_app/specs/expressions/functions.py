"""The register of operations: one row says how an operation is typed, what it does, and what it is for.

A signature names the kind of each argument and of the result. `?` marks an argument that may be left out, `+` one that
may be repeated. Kinds beside the plain ones (string number boolean date) are explained in kinds.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from forms_app.specs.expressions.chance import random, unique
from forms_app.specs.expressions.evaluation import number_of, text_of, tidy
from forms_app.specs.expressions.moments import day_of, days_between, decimal_days, moment_of, written
from forms_app.specs.expressions.patterns import matches
from forms_app.specs.expressions.texts import choice_name, digest, flat, join, normalize_space, substr, translate


@dataclass(frozen=True)
class Operation:
    """An operator or a function.

    `spreads`: its value is empty when an argument is. `at_site`: the phone cannot work it out.
    """

    signature: str
    apply: Callable[..., Any]
    promise: str
    spreads: bool = False
    at_site: bool = False

    @property
    def parameters(self) -> list[str]:
        """Return the kinds of the arguments, with their marks."""
        return self.signature.partition("->")[0].split()

    @property
    def result(self) -> str:
        """Return the kind of the result; `same` is the kind that the arguments marked `same` share."""
        return self.signature.partition("->")[2].strip()


def _filled(signature: str, calculate: Callable[..., Any], promise: str, *, at_site: bool = False) -> Operation:
    """Return an operation that is empty where an argument is empty, or where mathematics has no finite answer."""

    def guarded(*arguments: Any) -> Any:
        if None in arguments:
            return None
        try:
            return calculate(*arguments)
        except (ArithmeticError, ValueError):
            return None

    return Operation(signature, guarded, promise, spreads=True, at_site=at_site)


def _weighed(signature: str, compare: Callable[[Any, Any], bool], promise: str) -> Operation:
    """Return an operation that is false where an argument is empty."""
    return Operation(signature, lambda left, right: None not in (left, right) and compare(left, right), promise)


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
    for number in flat(arguments):
        total += number
    return total


def _score(chosen: list[str], scores: Mapping[str, float]) -> float:
    total = 0.0
    for name in chosen:
        total += scores.get(name, 0)
    return total


def _entry(answers: list[Any], number: float) -> Any:
    return answers[int(number) - 1] if number.is_integer() and 1 <= number <= len(answers) else None


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
    "days": _filled("date date -> number", days_between, "The days between, written as date - date."),
}

FUNCTIONS: dict[str, Operation] = {
    "selected": Operation("set word -> boolean", lambda a, b: b in (a or []), "Whether the choice was picked."),
    "selected-at": _filled("set number -> string", _selected_at, "The picked choice at a place, from 0."),
    "count-selected": Operation("set -> number", lambda a: len(a or []), "How many choices were picked."),
    "jr:choice-name": _filled("chosen quoted labels -> string", choice_name, "The label of what was picked."),
    "score": _filled("set scores -> number", _score, "The score of the picked choice, or their sum."),
    "if": Operation(
        "boolean same same -> same", lambda a, b, c: b if a else c, "The second if the first, else the third."
    ),
    "coalesce": Operation("same same -> same", lambda a, b: b if a is None else a, "The first; if empty, the second."),
    "once": Operation("same -> same", lambda a: a, "The value; chance is drawn once anyway.", spreads=True),
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
    "min": Operation("numbers+ -> number", lambda *a: min(flat(a), default=None), "The least of what is filled in."),
    "max": Operation("numbers+ -> number", lambda *a: max(flat(a), default=None), "The most of what is filled in."),
    "sum": Operation("numbers -> number", _sum, "The sum of what is filled in; 0 when nothing is."),
    "count": Operation("rows -> number", len, "How many entries a repeat has."),
    "count-non-empty": Operation("rows -> number", lambda a: len(flat((a,))), "How many answers are filled in."),
    "position": Operation("entry -> number", lambda a: a, "The number of this entry of its repeat, from 1."),
    "indexed-repeat": _filled("listed repeat number -> item", _entry, "The answer in an entry of a repeat, from 1."),
    "join": Operation("text texts+ -> string", join, "What is filled in, with the first between."),
    "concat": Operation("scalar+ -> string", lambda *a: "".join(map(text_of, a)), "The texts one after the other."),
    "string-length": Operation("text -> number", lambda a: len(tidy(a or "")), "How many characters it has."),
    "substr": Operation("text number number? -> string", substr, "The part from one place, from 0, up to another."),
    "contains": _weighed("text text -> boolean", lambda a, b: b in a, "Whether the second stands in the first."),
    "starts-with": _weighed("text text -> boolean", str.startswith, "Whether the first begins with the second."),
    "ends-with": _weighed("text text -> boolean", str.endswith, "Whether the first ends with the second."),
    "normalize-space": Operation("text -> string", normalize_space, "No spaces around, and single ones within."),
    "translate": Operation("text text text -> string", translate, "Signs of the second as those of the third."),
    "regex": _weighed("text pattern -> boolean", lambda a, b: matches(b, a), "Whether the whole text has this form."),
    "today": Operation("day -> date", lambda a: a, "The day on which the form is filled in (WIB)."),
    "now": Operation("now -> dateTime", lambda a: a, "The day and time at which it is filled in (WIB)."),
    "date": _filled("day_text -> date", day_of, "The date that a text is written as; the day of a moment."),
    "date-time": _filled("day_text -> dateTime", moment_of, "The moment that a text is written as."),
    "format-date": _filled("moment date_form -> string", written, "A date written as %d/%m/%Y."),
    "format-date-time": _filled("moment moment_form -> string", written, "A moment written as %d/%m/%Y %H:%M."),
    "decimal-date-time": _filled("moment -> number", decimal_days, "The days since 1970 began in UTC."),
    "random": Operation("seed place entry_number -> number", random, "A number from 0 up to 1, by chance."),
    "uuid": Operation("seed place entry_number -> string", unique, "A UUID of this filling.", at_site=True),
    "digest": _filled("text algorithm encoding? -> string", digest, "The digest of a text.", at_site=True),
}

REGISTER: dict[str, Operation] = OPERATORS | FUNCTIONS
