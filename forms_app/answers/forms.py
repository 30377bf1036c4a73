"""FormSpec -> WTForms form class, to show a page and to show it again with its errors. The keeper of wtforms.

The fields hold no rules of their own: what was posted is judged by `answers.filling`, and the fields show its verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from wtforms import Field, Form

from forms_app.answers.conditions import condition
from forms_app.answers.filled import FieldProblem
from forms_app.answers.filling import Posted
from forms_app.errors import Translate
from forms_app.specs.library import say
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types import TYPES
from forms_app.translation import catalogue


@dataclass(frozen=True)
class Option:
    """One choice as shown."""

    value: str
    label: str
    checked: bool


class SpecField(Field):  # type: ignore[misc]  # wtforms has no types
    """One question as a field: texts in the page's language, what was typed, and what is wrong with it."""

    def __init__(self, question: Question, spec: FormSpec, language: str, **kwargs: Any) -> None:
        super().__init__(label=say(question.label, language), **kwargs)
        self.question = question
        self.spec = spec
        self.kind = TYPES[question.type].kind(question, spec)
        self.hint = say(question.hint, language)
        self.guidance = say(question.guidance_hint, language)
        self.required = question.always_required
        self.condition = condition(spec, question, language)
        self.language = language
        self.values: list[str] = []
        self.typed = False
        self.entries: list[list[SpecField]] = []
        self.template_entry: list[SpecField] = []
        self.errors: list[str] = []

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep what was typed, exactly, to show it again."""
        self.values, self.typed = valuelist, True

    @property
    def value(self) -> str:
        """Return what was typed, or the spec's default on a fresh page."""
        if self.question.read_only:
            return self.question.default
        default = "" if self.typed else self.question.default
        return self.values[-1] if self.values else default

    @property
    def options(self) -> list[Option]:
        """Return the choices in the page's language."""
        several = self.question.type == "select_multiple"
        default = [] if self.typed else self.question.default.split()
        # Of one answer that was sent twice the last counts, as in `clean`.
        chosen = (self.values or default) if several else [self.value]
        return [
            Option(one.name, say(one.label, self.language), one.name in chosen)
            for one in self.spec.choice_list(self.question.list_name)
        ]

    @property
    def attributes(self) -> dict[str, str]:
        """Return what helps the keyboard: bounds, length, input mode, autocompletion."""
        question = self.question
        found = TYPES[question.type].attributes(question)
        if question.read_only:
            found["readonly"] = "readonly"
        secret = self.spec.secret or not question.parameter("autocomplete")
        return {**found, "autocomplete": "off" if secret else question.parameter("autocomplete")}


@dataclass(frozen=True)
class Section:
    """One page of the spec as shown."""

    name: str
    label: str
    fields: list[SpecField]
    relevant: bool


class SpecForm(Form):  # type: ignore[misc]  # wtforms has no types
    """A form in one language; `sections` are its pages, filled from what was posted."""

    spec: FormSpec
    language: str

    class Meta:
        """WTForms has no Indonesian catalogue, and its own messages are not used."""

        locales = False

    def sections(
        self, posted: Posted | None, problems: Iterable[FieldProblem], counts: Mapping[str, int]
    ) -> list[Section]:
        """Return the pages with their fields; `counts` says how many entries each repeat shows."""
        messages = messages_of(problems, self.language)
        for field in self:
            field.errors = messages.get(field.name, [])
            if field.question.children:
                self._repeat(field, posted, messages, counts.get(field.name, 1))
        return [
            Section(
                name=page.name,
                label=say(page.label, self.language),
                fields=[self[_attribute(one)] for one in page.questions if _attribute(one) in self],
                relevant=page.relevant is not None,
            )
            for page in self.spec.pages
        ]

    def _repeat(self, field: SpecField, posted: Posted | None, messages: Mapping[str, list[str]], count: int) -> None:
        field.template_entry = self._entry(field, "__n__", None, messages)
        field.entries = [self._entry(field, str(number), posted, messages) for number in range(count)]

    def _entry(
        self, field: SpecField, number: str, posted: Posted | None, messages: Mapping[str, list[str]]
    ) -> list[SpecField]:
        children = []
        for question in field.question.children:
            name = f"{field.name}-{number}-{question.name}"
            child = SpecField(question, self.spec, self.language, name=name, _form=self)
            if posted is not None:
                child.process_formdata(list(posted.getlist(name)))
            child.errors = messages.get(name, [])
            children.append(child)
        return children


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


def messages_of(problems: Iterable[FieldProblem], language: str) -> dict[str, list[str]]:
    """Return each field's messages in the page's language; the spec's own words win."""
    translate: Translate = catalogue("messages", language)
    messages: dict[str, list[str]] = {}
    for one in problems:
        own = say(one.own, language)
        text = own or translate(one.problem.message).format(**dict(one.problem.places))
        messages.setdefault(one.field, []).append(text)
    return messages


def error_summary(sections: Sequence[Section]) -> list[tuple[str, str, str]]:
    """Return (id of the control, label, message) of every error in page order, for the list at the top."""
    found = []
    for section in sections:
        for field in section.fields:
            for one in (field, *(child for entry in field.entries for child in entry)):
                found += [(one.id, one.label.text, message) for message in one.errors]
    return found
