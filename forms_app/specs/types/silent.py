"""The types that nobody answers directly: notes, calculations, hidden values, and the repeat around questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types.base import QuestionType

MAX_REPEATS = 50
_NUMBER_BYTES = 24  # -2.2250738585072014e-308


class Note(QuestionType):
    """A text to read; asks nothing and stores nothing."""

    name = "note"
    widget = "note"
    posted = False
    stored = False

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Nothing is stored."""
        return 0


class Calculated(QuestionType):
    """Shared by calculate and hidden: a value that nobody types."""

    widget = "hidden"
    posted = False
    parameters: ClassVar[Mapping[str, str]] = {"max": "count"}

    def limit(self, question: Question) -> int:
        """Return the longest text in code points; what is longer is cut."""
        return int(question.parameter("max") or 200)

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Return what the longest text takes, or the longest number, which is not cut."""
        return max(4 * self.limit(question) + 2, _NUMBER_BYTES)


class Calculate(Calculated):
    """A value computed from other answers."""

    name = "calculate"


class Hidden(Calculated):
    """A value that comes with the event, such as its topic."""

    name = "hidden"


class Repeat(QuestionType):
    """A group of questions asked several times; `repeat_count` says how often, `max` (at most 50) bounds it."""

    name = "repeat"
    widget = "repeat"
    parameters: ClassVar[Mapping[str, str]] = {"max": "count"}

    def limit(self, question: Question) -> int:
        """Return how often the group may stand."""
        return min(int(question.parameter("max") or MAX_REPEATS), MAX_REPEATS)

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Only the brackets: the answers inside are counted question by question, `limit` times."""
        return 2
