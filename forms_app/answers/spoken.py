"""Answers as people read them again in the texts that repeat them: labels of choices, days and numbers as written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel.dates import format_date

from forms_app.answers.submission import WIB
from forms_app.errors import N_
from forms_app.specs.library import say
from forms_app.specs.mentions import UNKNOWN, filled_in, mentioned, pieces
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.scope import EVENT_NAMES
from forms_app.specs.types import TYPES
from forms_app.translation import catalogue

YES, NO = N_("Ya"), N_("Tidak")
DAY = "event_date"
_KINDS = ("number", "boolean", "date", "time", "dateTime")


@dataclass(frozen=True)
class Piece:
    """Words of a text and the answer that follows them; `name` is '' where no answer can change on the page."""

    words: str
    name: str
    answer: str


@dataclass(frozen=True)
class Spoken:
    """The answers of one filling, or of one entry of a repeat, in a language."""

    spec: FormSpec
    language: str
    values: Mapping[str, Any]

    def text(self, text: str) -> str:
        """Return a text with the answers that it repeats."""
        return filled_in(text, self.answer)

    def pieces(self, text: str) -> list[Piece]:
        """Return a text in pieces, for a page that keeps its answers up to date."""
        return [Piece(words, _live(name), self.answer(name) if name else "") for words, name in pieces(text)]

    def answer(self, name: str) -> str:
        """Return one answer on one line, UNKNOWN where there is none."""
        value = self.values.get(name)
        question = _questions(self.spec).get(name)
        if value in (None, "", []):
            return UNKNOWN
        if question is None:
            said = self._day(str(value)) if name == DAY else str(value) if name in EVENT_NAMES else ""
        elif question.list_name:
            said = self._choices(
                question, value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
            )
        else:
            said = self._written(kind_of(question), value)
        return " ".join(said.split()) or UNKNOWN

    def _choices(self, question: Question, picked: Sequence[Any]) -> str:
        listed = self.spec.listed(question.list_name)
        return ", ".join(say(listed[one].label, self.language) for one in picked if one in listed)

    def _written(self, kind: str, value: Any) -> str:
        """Return a value of a kind as it is written in the language."""
        written: Mapping[str, Callable[[Any], str]] = {
            "number": self._number,
            "boolean": lambda yes: catalogue("messages", self.language)(YES if yes else NO),
            "date": self._day,
            "time": self._time,
            "dateTime": lambda moment: f"{self._day(moment)}, {self._time(moment.partition('T')[2])}",
        }
        return written.get(kind, str)(value)

    def _number(self, value: float) -> str:
        text = f"{value:.10f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
        return text if self.language == "en" else text.replace(".", ",")

    def _time(self, value: str) -> str:
        return value if self.language == "en" else value.replace(":", ".")

    def _day(self, value: str) -> str:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:  # an event's day in words
            return value
        day: date = moment.astimezone(WIB).date() if moment.tzinfo else moment.date()
        return str(format_date(day, "long", locale=self.language))


def kind_of(question: Question) -> str:
    """Return the kind of an answer that is written otherwise than it is kept; '' for all others."""
    kind = question.calculation.kind if question.calculation else TYPES[question.type].value
    return kind if kind in _KINDS else ""


def spoken_kinds(spec: FormSpec) -> dict[str, str]:
    """Return the kinds of the answers that texts repeat, for the phone."""
    known = _questions(spec)
    return {name: kind for name in sorted(mentioned(spec)) if name in known and (kind := kind_of(known[name]))}


def repeats_answers(spec: FormSpec) -> bool:
    """Whether any text repeats what is answered on the page."""
    return not mentioned(spec) <= set(EVENT_NAMES)


def with_event(text: str, spec: FormSpec, event: Mapping[str, str], language: str) -> str:
    """Return a text with the event's data alone; the phone puts in the rest."""
    spoken = Spoken(spec, language, event)
    return filled_in(text, lambda name: spoken.answer(name) if name in EVENT_NAMES else f"${{{name}}}")


def _live(name: str) -> str:
    return "" if name in EVENT_NAMES else name


@lru_cache(maxsize=256)
def _questions(spec: FormSpec) -> Mapping[str, Question]:
    return {one.name: one for one in spec.questions()}
