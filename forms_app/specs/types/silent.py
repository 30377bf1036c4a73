"""The types that nobody answers directly: notes, calculations, hidden values, and the repeat around questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types.base import QuestionType

MAX_REPEATS = 50


class Note(QuestionType):
    """A text to read; asks nothing and stores nothing."""

    name = "note"
    widget = "note"
    posted = False
    stored = False

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:  # noqa: ARG002
        """Nothing is stored."""
        return 0


class Calculated(QuestionType):
    """Shared by calculate and hidden: a value that nobody types."""

    widget = "hidden"
    posted = False
    parameters: ClassVar[Mapping[str, str]] = {"max": "number"}

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:  # noqa: ARG002
        """Return the cap: a calculated text is cut to `max` code points (200 unless the spec says otherwise)."""
        return 4 * int(question.parameter("max") or 200) + 2


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
    parameters: ClassVar[Mapping[str, str]] = {"max": "number"}

    def limit(self, question: Question) -> int:
        """Return how often the group may stand."""
        return min(int(question.parameter("max") or MAX_REPEATS), MAX_REPEATS)

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:  # noqa: ARG002
        """Only the brackets: the answers inside are counted question by question, `limit` times."""
        return 2
