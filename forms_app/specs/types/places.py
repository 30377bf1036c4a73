"""The type whose answer is a place on the map."""

from __future__ import annotations

from typing import Any

import re2

from forms_app.errors import N_
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types.base import ASKED, Cleaner, QuestionType, problem, typed

_NUMBER = re2.compile(r"-?[0-9]{1,6}(\.[0-9]{1,15})?")
_HEADINGS = ("-Latitude", "-Longitude", "-Altitude", "-Accuracy")


class Geopoint(QuestionType):
    """Latitude, longitude, altitude and accuracy in metres, as XLSForm writes them; asked for, never taken."""

    name = "geopoint"
    promise = N_("Titik di peta: diminta dengan tombol, tidak pernah diambil sendiri.")
    example = "{name: gate, type: geopoint, label: Di mana gerbang sekolah?, sensitivity: public}"
    answer = ("-5.1136, 105.3067",)
    widget = "geopoint"
    columns = ASKED

    def cleaner(self, question: Question, spec: FormSpec) -> Cleaner:
        """Return the function that makes `lat lon alt accuracy`; what was not measured is 0."""
        return typed(lambda text: _place(text) or problem("geopoint", _WRONG))

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Four numbers with point and sign, spaces and quotes."""
        return 4 * 24 + 5

    def headings(self) -> tuple[str, ...]:
        """Four columns, named as ODK names them."""
        return _HEADINGS

    def cells(self, answer: Any) -> tuple[Any, ...]:
        """Return the four numbers; nothing of what is no place."""
        parts = answer.split(" ") if isinstance(answer, str) else []
        return tuple(parts) if len(parts) == len(_HEADINGS) else (None,) * len(_HEADINGS)


_WRONG = N_("Letak belum sesuai. Contoh: -5.1136, 105.3067.")


def _place(text: str) -> str | None:
    parts = text.replace(",", " ").split()
    if not 2 <= len(parts) <= 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    latitude, longitude, *rest = parts
    if abs(float(latitude)) > 90 or abs(float(longitude)) > 180:
        return None
    return " ".join([latitude, longitude, *rest, *["0"] * (2 - len(rest))])
