"""What every question type can do.

A type says how it is written in a spec, how raw posted text becomes an answer (`clean`), how it is shown (`widget`),
and how many bytes its answer can need. Everything else asks the register.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from forms_app.specs.model import FormSpec, Question

Answer = str | int | float | bool | list[str] | list[dict[str, Any]] | None


@dataclass(frozen=True)
class Problem:
    """Why an answer is not accepted: an Indonesian message with places, never the answer itself."""

    code: str
    message: str
    places: tuple[tuple[str, object], ...] = ()


def problem(code: str, message: str, **places: object) -> Problem:
    """Make a Problem with named places."""
    return Problem(code, message, tuple(places.items()))


class QuestionType:
    """Base of all types; a type that asks nothing (note, calculate) keeps `posted` False."""

    name: ClassVar[str]
    widget: ClassVar[str] = "text"
    widgets: ClassVar[Mapping[str, str]] = {}  # appearance -> widget, where it differs
    posted: ClassVar[bool] = True
    stored: ClassVar[bool] = True
    takes_list: ClassVar[bool] = False
    appearances: ClassVar[frozenset[str]] = frozenset()
    parameters: ClassVar[Mapping[str, str]] = {}

    def kind(self, question: Question) -> str:
        """Return the widget that shows this question, which the appearance may change."""
        return next((self.widgets[one] for one in question.appearance if one in self.widgets), self.widget)

    def clean(self, raw: Sequence[str], question: Question, spec: FormSpec) -> Answer | Problem:
        """Return the answer that the posted texts mean, None for no answer, or the Problem with them."""
        raise NotImplementedError

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Return the most UTF-8 bytes that the answer can take in canonical JSON."""
        raise NotImplementedError

    def show(self, answer: Answer) -> str:
        """Return the answer as it is typed into the form again."""
        return "" if answer is None else str(answer)


def one_line(raw: Sequence[str]) -> str:
    """Return the last posted text without surrounding white space, or ''."""
    return raw[-1].strip() if raw else ""
