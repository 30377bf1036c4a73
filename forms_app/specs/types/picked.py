"""The types whose answer is picked: one or many of a list, or a box to tick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from forms_app.errors import N_
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types.base import Answer, Problem, QuestionType, one_line, problem

_NOT_LISTED = N_("Pilih salah satu jawaban yang ada.")


class SelectOne(QuestionType):
    """One choice of a list."""

    name = "select_one"
    widget = "radio"
    takes_list = True
    widgets: ClassVar[Mapping[str, str]] = {"likert": "likert", "faces": "faces", "minimal": "select"}
    appearances = frozenset({"likert", "faces", "minimal", "columns"})

    def clean(self, raw: Sequence[str], question: Question, spec: FormSpec) -> Answer | Problem:
        """Return the choice's name."""
        name = one_line(raw)
        if not name:
            return None
        known = any(choice.name == name for choice in spec.choice_list(question.list_name))
        return name if known else problem("choice", _NOT_LISTED)

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Return the longest name and two quotes."""
        return max(len(choice.name.encode()) for choice in spec.choice_list(question.list_name)) + 2


class SelectMultiple(QuestionType):
    """Any number of choices of a list, kept in the list's order."""

    name = "select_multiple"
    widget = "checkbox"
    takes_list = True
    appearances = frozenset({"columns"})

    def clean(self, raw: Sequence[str], question: Question, spec: FormSpec) -> Answer | Problem:
        """Return the names, each once; None when nothing is ticked."""
        names = {name for name in raw if name}
        listed = [choice.name for choice in spec.choice_list(question.list_name)]
        if names - set(listed):
            return problem("choice", _NOT_LISTED)
        return [name for name in listed if name in names] or None

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """All names, each with two quotes and a comma."""
        return sum(len(choice.name.encode()) + 3 for choice in spec.choice_list(question.list_name)) + 2


class Acknowledge(QuestionType):
    """A box to tick; never ticked beforehand."""

    name = "acknowledge"
    widget = "acknowledge"

    def clean(self, raw: Sequence[str], question: Question, spec: FormSpec) -> Answer | Problem:
        """Return True when ticked, else None; any other word is no consent."""
        text = one_line(raw)
        if not text:
            return None
        return True if text in ("true", "on") else problem("choice", N_("Beri tanda centang atau biarkan kosong."))

    def show(self, answer: Answer) -> str:
        """Show what the box sends when it is ticked."""
        return "true" if answer is True else super().show(answer)

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Return the length of `true`."""
        return 4
