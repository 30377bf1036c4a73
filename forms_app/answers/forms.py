"""FormSpec -> WTForms form class, to show a page and to show it again with its errors. The keeper of wtforms.

The fields hold no rules of their own: what was posted is judged by `answers.filling`, and the fields show its verdict
(`answers.sections`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from wtforms import Field, Form

from forms_app.answers.conditions import condition
from forms_app.answers.spoken import Piece, Spoken
from forms_app.errors import N_
from forms_app.specs.library import say
from forms_app.specs.model import Choice, FormSpec, Question
from forms_app.specs.types import TYPES
from forms_app.specs.types.numbers import Range
from forms_app.translation import catalogue

SEARCH = N_("Ketik sebagian namanya, lalu pilih.")


@dataclass(frozen=True)
class Option:
    """One choice as shown."""

    value: str
    label: str
    checked: bool


class SpecField(Field):  # type: ignore[misc]  # wtforms has no types
    """One question as a field: texts in the page's language, what was typed, and what is wrong with it.

    `members` are the fields of a group, `entries` those of a repeat, `found` what was searched for in a long list;
    `off` says that it is not asked yet, `focus` where a page without script goes on after it was asked for more.
    """

    def __init__(self, question: Question, spec: FormSpec, language: str, **kwargs: Any) -> None:
        self.texts = {key: say(getattr(question, key), language) for key in ("label", "hint", "guidance_hint")}
        super().__init__(label=self.texts["label"], **kwargs)
        self.question = question
        self.spec = spec
        self.kind = TYPES[question.type].kind(question, spec)
        self.is_search = self.kind == "search"
        self.texts["hint"] = self.texts["hint"] or (catalogue("messages", language)(SEARCH) if self.is_search else "")
        self.texts["condition"] = condition(spec, question, language)
        self.required = question.always_required
        self.language = language
        self.speak(Spoken(spec, language, {}))
        self.values: list[str] = []
        self.typed = False
        self.members: list[SpecField] = []
        self.entries: list[list[SpecField]] = []
        self.template_entry: list[SpecField] = []
        self.errors: list[str] = []
        self.warnings: list[str] = []
        self.searched: str | None = None
        self.found: list[Choice] = []
        self.found_more = False
        self.focus = ""
        self.off = False
        self.list_url = ""

    def speak(self, spoken: Spoken) -> None:
        """Put answers into the texts that repeat them."""
        self.spoken = spoken
        self.label.text = spoken.text(self.texts["label"])
        self.hint = spoken.text(self.texts["hint"])
        self.guidance = spoken.text(self.texts["guidance_hint"])
        self.condition = spoken.text(self.texts["condition"])

    def pieces(self, key: str) -> list[Piece]:
        """Return one text in pieces: its words, and the answers that it repeats."""
        return self.spoken.pieces(self.texts[key])

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep what was typed, exactly, to show it again."""
        self.values, self.typed = valuelist, True

    @property
    def value(self) -> str:
        """Return what was typed, or the spec's default on a fresh page; with a point where the browser wants one."""
        text = self.question.default
        if not self.question.read_only:
            text = self.values[-1] if self.values else "" if self.typed else text
        return text.replace(",", ".") if self.kind in ("number", "decimal") else text

    @property
    def options(self) -> list[Option]:
        """Return the choices in the page's language; of a long list those that were found, and the one picked."""
        if self.question.type == "range":
            return self._numbers()
        several = self.question.type == "select_multiple"
        default = [] if self.typed else self.question.default.split()
        # Of one answer that was sent twice the last counts, as in `clean`.
        chosen = (self.values or default) if several else [self.value]
        return [Option(one.name, say(one.label, self.language), one.name in chosen) for one in self._choices(chosen)]

    @property
    def places(self) -> list[list[Option]]:
        """Return for each place of a rank the choices that may stand there."""
        choices = self.spec.choice_list(self.question.list_name)
        chosen = [*self.values, *[""] * len(choices)]
        return [
            [Option(one.name, say(one.label, self.language), one.name == chosen[place]) for one in choices]
            for place in range(len(choices))
        ]

    @property
    def attributes(self) -> dict[str, str]:
        """Return what helps the keyboard: bounds, length, input mode, autocompletion."""
        question = self.question
        found = TYPES[question.type].attributes(question)
        if question.read_only:
            found["readonly"] = "readonly"
        if question.parameter("case") == "upper":
            found["autocapitalize"] = "characters"
        secret = self.spec.secret or not question.parameter("autocomplete")
        return {**found, "autocomplete": "off" if secret else question.parameter("autocomplete")}

    @property
    def limit(self) -> int:
        """Return how many entries a repeat may have."""
        limit: int = TYPES[self.question.type].limit(self.question)  # type: ignore[attr-defined]  # only repeats are asked
        return limit

    def _choices(self, chosen: list[str]) -> list[Choice]:
        if not self.is_search:
            return list(self.spec.choice_list(self.question.list_name))
        listed = self.spec.listed(self.question.list_name)
        picked = [listed[name] for name in chosen if name in listed]
        return [*picked, *(one for one in self.found if one not in picked)]

    def _numbers(self) -> list[Option]:
        kind = TYPES[self.question.type]
        values = kind.values(self.question) if isinstance(kind, Range) else []
        chosen = self.value.replace(",", ".")
        return [Option(one.replace(",", "."), one, one.replace(",", ".") == chosen) for one in values]


class SpecForm(Form):  # type: ignore[misc]  # wtforms has no types
    """A form in one language, filled from what was posted."""

    spec: FormSpec
    language: str

    class Meta:
        """WTForms has no Indonesian catalogue, and its own messages are not used."""

        locales = False

    def fields_of(self, questions: tuple[Question, ...]) -> Iterator[SpecField]:
        """Yield the fields of these questions, but for those that are not shown."""
        yield from (self[_attribute(one)] for one in questions if _attribute(one) in self)

    def entry(self, field: SpecField, number: str) -> Iterator[SpecField]:
        """Yield new fields for one entry of a repeat."""
        for question in field.question.children:
            if TYPES[question.type].kind(question, self.spec) != "hidden":
                name = f"{field.name}-{number}-{question.name}"
                yield SpecField(question, self.spec, self.language, name=name, _form=self)


@lru_cache(maxsize=256)
def form_class(spec: FormSpec, language: str) -> type[SpecForm]:
    """Return the WTForms class of a form in one language."""
    fields = {
        _attribute(question): _unbound(question, spec, language)
        for page in spec.pages
        for question in page.questions
        if TYPES[question.type].kind(question, spec) != "hidden"
    }
    return type(f"{spec.form_id}_{language}", (SpecForm,), {**fields, "spec": spec, "language": language})


def _unbound(question: Question, spec: FormSpec, language: str) -> Any:
    return SpecField(question, spec, language, name=question.name)


def _attribute(question: Question) -> str:
    """Return the name under which a form holds a field: a question may be called `data`, as WTForms' own things are."""
    return f"q_{question.name}"
