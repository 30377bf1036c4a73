"""The types that stand around questions: a group holds them together, a repeat asks them several times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from forms_app.errors import N_
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types.base import ASKED, QuestionType

MAX_REPEATS = 50


class Around(QuestionType):
    """Shared by group and repeat: a row that has `questions`."""


class Group(Around):
    """Questions under one heading, with one condition for all of them; stores nothing itself."""

    name = "group"
    promise = N_("Beberapa pertanyaan di bawah satu judul.")
    example = "{name: home, type: group, label: Rumah, questions: [{name: street, type: text, label: Jalan}]}"
    widget = "group"
    columns = frozenset({"questions"})
    posted = False
    stored = False

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Nothing is stored."""
        return 0


class Repeat(Around):
    """A group of questions asked several times; `repeat_count` says how often, `max` (at most 50) bounds it."""

    name = "repeat"
    promise = N_("Beberapa pertanyaan yang ditanyakan berulang kali.")
    example = "{name: kids, type: repeat, label: Anak, questions: [{name: nick, type: text, label: Nama panggilan}]}"
    value = "rows"
    widget = "repeat"
    columns = ASKED | {"questions", "repeat_count"}
    parameters: ClassVar[Mapping[str, str]] = {"max": "count"}

    def limit(self, question: Question) -> int:
        """Return how often the group may stand."""
        return min(int(question.parameter("max") or MAX_REPEATS), MAX_REPEATS)

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Only the brackets: the answers inside are counted question by question, `limit` times."""
        return 2
