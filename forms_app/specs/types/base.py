"""What every question type can do.

A type says everything about itself in one class: how it is spelt, which columns and words it takes, how raw posted
text becomes an answer (`cleaner`), how it is shown (`kind`, `attributes`), how it leaves the office (`cells`), how
many bytes it can need, and what authors read about it. Everything else asks the register.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from forms_app.errors import N_
from forms_app.specs.model import FormSpec, Question

Answer = str | int | float | bool | list[str] | list[dict[str, Any]] | None

ASKED = frozenset({
    "required",
    "required_message",
    "constraint",
    "constraint_message",
    "warn",
    "warn_message",
    "alert",
})  # fmt: skip
"""The columns of whatever a person answers."""


@dataclass(frozen=True)
class Problem:
    """Why an answer is not accepted: an Indonesian message with places, never the answer itself."""

    code: str
    message: str
    places: tuple[tuple[str, object], ...] = ()


Cleaner = Callable[[Sequence[str]], "Answer | Problem"]


def problem(code: str, message: str, **places: object) -> Problem:
    """Make a Problem with named places."""
    return Problem(code, message, tuple(places.items()))


class QuestionType:
    """Base of all types; a type that asks nothing (note, calculate) keeps `posted` False."""

    name: ClassVar[str]
    promise: ClassVar[str]
    """One line for form authors."""
    example: ClassVar[str]
    """A question of this type as it stands in a form; its list is one of the shared ones."""
    answer: ClassVar[tuple[str, ...]] = ()
    """Posted texts that answer the example."""
    value: ClassVar[str] = "string"
    """The kind of its answer in expressions."""
    widget: ClassVar[str] = "text"
    widgets: ClassVar[Mapping[str, str]] = {}  # appearance -> widget, where it differs
    posted: ClassVar[bool] = True
    stored: ClassVar[bool] = True
    takes_list: ClassVar[bool] = False
    columns: ClassVar[frozenset[str]] = ASKED
    """The columns that this type uses, beside those that every row has."""
    appearances: ClassVar[frozenset[str]] = frozenset()
    parameters: ClassVar[Mapping[str, str]] = {}
    missing: ClassVar[str] = N_("Bagian ini belum diisi.")
    """What to say when a required answer is not there."""

    def kind(self, question: Question, spec: FormSpec) -> str:
        """Return the widget that shows this question, which its appearance, values or list may change."""
        return next((self.widgets[one] for one in question.appearance if one in self.widgets), self.widget)

    def attributes(self, question: Question) -> dict[str, str]:
        """Return the HTML attributes that help the keyboard: bounds, length, input mode."""
        return {}

    def cleaner(self, question: Question, spec: FormSpec) -> Cleaner:
        """Return the function that makes an answer of posted texts: None for no answer, or the Problem with them."""
        raise NotImplementedError

    def clean(self, raw: Sequence[str], question: Question, spec: FormSpec) -> Answer | Problem:
        """Return the answer that the posted texts mean, None for no answer, or the Problem with them."""
        return self.cleaner(question, spec)(raw)

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Return the most UTF-8 bytes that the answer can take in canonical JSON."""
        raise NotImplementedError

    def show(self, answer: Answer) -> str:
        """Return the answer as it is typed into the form again."""
        return "" if answer is None else str(answer)

    def headings(self) -> tuple[str, ...]:
        """Return what follows the question's name in the headings of its columns at the office."""
        return ("",)

    def cells(self, answer: Any) -> tuple[Any, ...]:
        """Return the values of its columns at the office, one for each heading."""
        return (answer,)


def typed(read: Callable[[str], Answer | Problem]) -> Cleaner:
    """Return the cleaner of a type whose answer is read from one line; an empty line is no answer."""

    def clean(raw: Sequence[str]) -> Answer | Problem:
        text = one_line(raw)
        return read(text) if text else None

    return clean


def one_line(raw: Sequence[str]) -> str:
    """Return the last posted text without surrounding white space, or ''."""
    return raw[-1].strip() if raw else ""
