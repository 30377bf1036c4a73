"""The types whose answer is picked: one or many of a list, all of it in order, or a box to tick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from forms_app.errors import N_
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types.base import ASKED, Answer, Cleaner, Problem, QuestionType, problem, typed

_NOT_LISTED = N_("Pilih salah satu jawaban yang ada.")
_PICKED = ASKED | {"default", "choice_filter"}


class Picked(QuestionType):
    """Shared by all that takes a list."""

    takes_list = True
    columns = _PICKED


class SelectOne(Picked):
    """One choice of a list; a long list is searched, not shown."""

    name = "select_one"
    promise = N_("Satu pilihan dari daftar.")
    example = "{name: told, type: select_one ynu, label: Apakah anak bercerita?}"
    answer = ("ya",)
    widget = "radio"
    widgets: ClassVar[Mapping[str, str]] = {"likert": "likert", "faces": "faces", "minimal": "select"}
    appearances = frozenset({"likert", "faces", "minimal", "columns", "quick"})
    missing = N_("Pilih satu jawaban.")

    def kind(self, question: Question, spec: FormSpec) -> str:
        """Return `search` for a long list, whatever its appearance."""
        return "search" if spec.is_long(question.list_name) else super().kind(question, spec)

    def cleaner(self, question: Question, spec: FormSpec) -> Cleaner:
        """Return the function that makes the choice's name."""
        listed = spec.listed(question.list_name)

        return typed(lambda name: name if name in listed else problem("choice", _NOT_LISTED))

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Return the longest name and two quotes."""
        return max(len(name.encode()) for name in spec.listed(question.list_name)) + 2


class SelectMultiple(Picked):
    """Any number of choices of a list, kept in the list's order."""

    name = "select_multiple"
    promise = N_("Beberapa pilihan dari daftar.")
    example = "{name: with, type: select_multiple rel, label: Anak datang bersama siapa?, appearance: columns}"
    answer = ("ibu", "ayah")
    value = "set"
    widget = "checkbox"
    widgets: ClassVar[Mapping[str, str]] = {"minimal": "folded"}
    appearances = frozenset({"columns", "minimal"})

    def cleaner(self, question: Question, spec: FormSpec) -> Cleaner:
        """Return the function that makes the list of names, each once; None when nothing is ticked."""
        listed = spec.listed(question.list_name)

        def clean(raw: Sequence[str]) -> Answer | Problem:
            names = {name for name in raw if name}
            if not names.issubset(listed):
                return problem("choice", _NOT_LISTED)
            return [name for name in listed if name in names] if names else None

        return clean

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """All names, each with two quotes and a comma."""
        return _all_names(spec, question)


class Rank(Picked):
    """All choices of a list, in the order that the person gives them."""

    name = "rank"
    promise = N_("Semua pilihan, diurutkan dari yang paling penting.")
    example = "{name: first, type: rank jenjang, label: Mana yang paling perlu dibantu?}"
    answer = ("sd", "paud", "smp", "sma", "slb", "pnf")
    value = "set"
    widget = "rank"
    columns = ASKED

    def cleaner(self, question: Question, spec: FormSpec) -> Cleaner:
        """Return the function that makes the list of all names, each once, first things first."""
        listed = spec.listed(question.list_name)

        def clean(raw: Sequence[str]) -> Answer | Problem:
            names = [name for name in raw if name]
            if not names:
                return None
            if len(names) != len(listed) or set(names) != set(listed):
                return problem("rank", N_("Urutkan semua pilihan, masing-masing satu kali."))
            return names

        return clean

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """All names, each with two quotes and a comma."""
        return _all_names(spec, question)


class Acknowledge(QuestionType):
    """A box to tick; never ticked beforehand."""

    name = "acknowledge"
    promise = N_("Kotak untuk dicentang. Tidak pernah tercentang lebih dulu.")
    example = '{name: agree, type: acknowledge, label: Saya setuju., required: "true()"}'
    answer = ("true",)
    value = "boolean"
    widget = "acknowledge"
    missing = N_("Beri tanda centang bila Bapak/Ibu setuju.")

    def cleaner(self, question: Question, spec: FormSpec) -> Cleaner:
        """Return the function that makes True when ticked, else None; any other word is no consent."""
        return typed(lambda text: True if text in ("true", "on") else problem("choice", _UNTICKED))

    def show(self, answer: Answer) -> str:
        """Show what the box sends when it is ticked."""
        return "true" if answer is True else super().show(answer)

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Return the length of `true`."""
        return 4


def _all_names(spec: FormSpec, question: Question) -> int:
    return sum(len(name.encode()) + 3 for name in spec.listed(question.list_name)) + 2


_UNTICKED = N_("Beri tanda centang atau biarkan kosong.")
