"""What may stand behind `=` in the `parameters` of a question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import re2

from forms_app.errors import N_
from forms_app.specs.expressions.evaluation import is_day
from forms_app.specs.formats import FORMATS
from forms_app.specs.types.numbers import RANGE, is_endless

_COUNT = re2.compile(r"[1-9][0-9]{0,3}")
_NUMBER = re2.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
_WORD = re2.compile(r"[a-z][a-z0-9-]{0,39}")

_KINDS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "count": (lambda value: _COUNT.fullmatch(value) is not None, "1…9999"),
    "number": (lambda value: _NUMBER.fullmatch(value) is not None, "10"),
    "date": (is_day, "2026-08-17"),
    "word": (lambda value: _WORD.fullmatch(value) is not None, "off"),
    "case": (lambda value: value == "upper", "upper"),
    "format": (lambda value: value in FORMATS, ", ".join(FORMATS)),
}


def is_valid(kind: str, value: str) -> bool:
    """Whether a parameter of this kind can have this value."""
    return kind in _KINDS and _KINDS[kind][0](value)


def example(kind: str) -> str:
    """Return a value that a parameter of this kind can have."""
    return _KINDS[kind][1]


def range_problem(values: Mapping[str, str], kinds: Mapping[str, str]) -> str:
    """Return why no answer could ever be right with these bounds, or ''."""
    if {"min", "max"} <= set(values):
        low, high = values["min"], values["max"]
        if float(low) > float(high) if kinds["min"] == "number" else low > high:
            return N_("Nilai min lebih besar daripada max.")
    if "step" in kinds:
        bounds = (Decimal(values.get(key, default)) for key, default in RANGE.items())
        if is_endless(*bounds):
            return N_("Dari start ke end harus ada langkah step yang pas. Contoh: start=0 end=10 step=1.")
    return ""
