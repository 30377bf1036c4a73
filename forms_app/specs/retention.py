"""Retention classes: records that the office keeps equally long share a key, and end when that key is destroyed.

All secret forms are one class, so that no key tells a report from a checklist; every other form, and every part of
one, belongs to the class of its own period. The one list of classes is CLASSES.
"""

from __future__ import annotations

from collections.abc import Iterable

import re2

from forms_app.errors import N_, SettingsError
from forms_app.specs.model import FormSpec

OPAQUE = "s"
CLASSES = {OPAQUE: 1825, "7d": 7, "90d": 90, "1y": 365, "2y": 730, "3y": 1095, "5y": 1825}
"""What the shipped forms need, with the days that the office keeps each; a secret case as long as the longest form."""

_UNITS = {"d": 1, "w": 7, "m": 30, "y": 365}
_PERIOD = re2.compile(r"([1-9][0-9]{0,3})([dwmy])")


def retention_class(spec: FormSpec, part: str = "") -> str:
    """Return the class of a form's records, or of those of one of its parts."""
    return OPAQUE if spec.secret else _spelt((spec.part(part) if part else spec).retention.office)


def classes_of(spec: FormSpec) -> tuple[str, ...]:
    """Return every class that one filling of a form needs, the form's own first."""
    return tuple(dict.fromkeys([retention_class(spec), *(retention_class(spec, one.name) for one in spec.parts)]))


def classes_needed(specs: Iterable[FormSpec]) -> tuple[str, ...]:
    """Return every class that forms need, each once."""
    return tuple(dict.fromkeys(one for spec in specs for one in classes_of(spec)))


def read_class(text: str) -> str:
    """Return a class as it is always spelt (`12m` and `360d` are one); raise SettingsError for what is none."""
    found = _PERIOD.fullmatch(text.strip().lower())
    if found:
        return _spelt(int(found[1]) * _UNITS[found[2]])
    if text.strip().lower() != OPAQUE:
        raise SettingsError(N_("Golongan simpan {text} tidak dikenal. Contoh: s, 90d, 6m, 1y."), text=text)
    return OPAQUE


def days_kept(name: str) -> int:
    """Return for how many days the office keeps records of a class; of an unknown one as long as any."""
    found = _PERIOD.fullmatch(name)
    return int(found[1]) * _UNITS[found[2]] if found else CLASSES[OPAQUE]


def _spelt(days: int) -> str:
    return f"{days // 365}y" if days % 365 == 0 else f"{days}d"
