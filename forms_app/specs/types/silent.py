"""The types that nobody answers directly: notes, calculations, hidden values, and what is known of the filling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from forms_app.errors import N_
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types.base import QuestionType

_NUMBER_BYTES = 24  # -2.2250738585072014e-308


class Note(QuestionType):
    """A text to read; asks nothing and stores nothing."""

    name = "note"
    promise = N_("Teks untuk dibaca. Tidak menanyakan apa pun.")
    example = "{name: notice, type: note, label: Data ini untuk daftar hadir.}"
    widget = "note"
    columns = frozenset()
    posted = False
    stored = False

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Nothing is stored."""
        return 0


class Silent(QuestionType):
    """Shared by all that is stored without being typed."""

    widget = "hidden"
    posted = False
    columns: ClassVar[frozenset[str]] = frozenset()


class Calculated(Silent):
    """Shared by calculate and hidden: a value that an expression or the form itself gives."""

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
    promise = N_("Nilai yang dihitung dari jawaban lain.")
    example = '{name: weeks, type: calculate, calculation: "4 * 2"}'
    value = "any"
    columns = frozenset({"calculation"})


class Hidden(Calculated):
    """A value that comes with the event, such as its topic."""

    name = "hidden"
    promise = N_("Nilai yang ikut dengan kegiatan, misalnya topiknya.")
    example = '{name: topic, type: hidden, calculation: "${event_topic}"}'
    columns = frozenset({"calculation", "default"})


class Metadata(Silent):
    """Shared by what is known of a filling without asking. Nothing about the device or its owner is among it."""

    fact: ClassVar[str]
    """The name under which the filling knows it."""
    bytes: ClassVar[int]

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Return its text with two quotes."""
        return self.bytes


class Start(Metadata):
    """When the person began, by the phone's clock; empty without a script."""

    name = "start"
    promise = N_("Kapan pengisian dimulai, menurut jam HP.")
    example = "{name: began, type: start}"
    value = "dateTime"
    fact = "start"
    bytes = 18


class End(Metadata):
    """When the form was sent."""

    name = "end"
    promise = N_("Kapan formulir dikirim.")
    example = "{name: ended, type: end}"
    value = "dateTime"
    fact = "now"
    bytes = 18


class Today(Metadata):
    """The day on which the form was filled in, in Kota Metro."""

    name = "today"
    promise = N_("Hari pengisian.")
    example = "{name: filled_on, type: today}"
    value = "date"
    fact = "day"
    bytes = 12


class Language(Metadata):
    """The language in which the form was filled in."""

    name = "language"
    promise = N_("Bahasa yang dipakai saat mengisi.")
    example = "{name: tongue, type: language}"
    fact = "language"
    bytes = 4
