"""What may stand behind `=` in the `parameters` of a question."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import re2

from forms_app.specs.expressions.evaluation import is_day
from forms_app.specs.formats import FORMATS

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


def is_backwards(values: Mapping[str, str], kinds: Mapping[str, str]) -> bool:
    """Whether `min` lies behind `max`, so that no answer could ever be right."""
    if not {"min", "max"} <= set(values):
        return False
    low, high = values["min"], values["max"]
    return float(low) > float(high) if kinds["min"] == "number" else low > high
