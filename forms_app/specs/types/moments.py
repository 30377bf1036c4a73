"""The types whose answer is a day, a time of day, or both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from forms_app.errors import N_
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types.base import ASKED, Answer, Cleaner, Problem, QuestionType, problem, typed

_DAY = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[.:]([0-5][0-9])(?:[.:][0-5][0-9](?:[.][0-9]{1,6})?)?")
_TYPED = ASKED | {"default", "read_only"}


class Date(QuestionType):
    """A calendar day, kept as ISO 8601; DD/MM/YYYY is understood where no date picker exists."""

    name = "date"
    promise = N_("Tanggal, disimpan sebagai 2026-11-22.")
    example = "{name: seen_on, type: date, label: Tanggal dilihat, constraint: . <= today()}"
    answer = ("22/11/2026",)
    value = "date"
    widget = "date"
    columns = _TYPED
    parameters: ClassVar[Mapping[str, str]] = {"min": "date", "max": "date"}

    def attributes(self, question: Question) -> dict[str, str]:
        """Return the first and the last day."""
        return {name: question.parameter(name) for name in ("min", "max") if question.parameter(name)}

    def cleaner(self, question: Question, spec: FormSpec) -> Cleaner:
        """Return the function that makes YYYY-MM-DD."""
        low, high = question.parameter("min"), question.parameter("max")

        def read(text: str) -> Answer | Problem:
            day = _day(text)
            if day is None:
                return problem("date", N_("Tanggal belum sesuai. Contoh: 22/11/2026."))
            if low and day < low:
                return problem("range", N_("Isi tanggal {day} atau sesudahnya."), day=_shown(low))
            if high and day > high:
                return problem("range", N_("Isi tanggal {day} atau sebelumnya."), day=_shown(high))
            return day

        return typed(read)

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Ten signs and two quotes."""
        return 12


class Time(QuestionType):
    """A time of day, kept as HH:MM; a dot between the two is understood, as Indonesia writes it."""

    name = "time"
    promise = N_("Jam, disimpan sebagai 08:30.")
    example = "{name: seen_at, type: time, label: Jam berapa?}"
    answer = ("08.30",)
    value = "time"
    widget = "time"
    columns = _TYPED

    def cleaner(self, question: Question, spec: FormSpec) -> Cleaner:
        """Return the function that makes HH:MM."""
        return typed(lambda text: _clock(text) or problem("time", N_("Jam belum sesuai. Contoh: 08.30.")))

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Five signs and two quotes."""
        return 7


class DateTime(QuestionType):
    """A day and a time of day in Kota Metro (WIB), kept as YYYY-MM-DDTHH:MM."""

    name = "dateTime"
    promise = N_("Tanggal dan jam, disimpan sebagai 2026-11-22T08:30.")
    example = "{name: met_at, type: dateTime, label: Kapan bertemu?, constraint: . <= now()}"
    answer = ("22/11/2026 08.30",)
    value = "dateTime"
    widget = "datetime"
    columns = _TYPED

    def cleaner(self, question: Question, spec: FormSpec) -> Cleaner:
        """Return the function that makes YYYY-MM-DDTHH:MM of what a phone sends, or of a day, a space and a time."""
        return typed(lambda text: moment(text) or problem("datetime", _MOMENT))

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Sixteen signs and two quotes."""
        return 18


_MOMENT = N_("Tanggal dan jam belum sesuai. Contoh: 22/11/2026 08.30.")


def moment(text: str) -> str | None:
    """Return a typed day and time as YYYY-MM-DDTHH:MM, or None."""
    first, _, last = text.replace("T", " ").partition(" ")
    day, clock = _day(first), _clock(last.strip())
    return f"{day}T{clock}" if day and clock else None


def _day(text: str) -> str | None:
    """Return the day as YYYY-MM-DD when the calendar has it, of the years 1000 to 2999."""
    if "/" in text or not text[:4].isdigit():
        pieces = text.replace("-", "/").split("/")
        if len(pieces) == 3 and len(pieces[2]) == 4:
            text = "-".join(piece.zfill(2) for piece in reversed(pieces))
    try:
        return text if _DAY.fullmatch(text) and date.fromisoformat(text) else None
    except ValueError:
        return None


def _clock(text: str) -> str | None:
    clock = _CLOCK.fullmatch(text) if text.isascii() else None
    return f"{clock[1].zfill(2)}:{clock[2]}" if clock else None


def _shown(day: str) -> str:
    return f"{date.fromisoformat(day):%d/%m/%Y}"
