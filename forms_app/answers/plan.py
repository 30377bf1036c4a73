"""A form made ready to be filled in: for every question, once, what `filling` would otherwise look up each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from forms_app.specs.expressions import Expression
from forms_app.specs.library import say
from forms_app.specs.model import Choice, FormSpec, Page, Question
from forms_app.specs.order import LEVEL, labelled
from forms_app.specs.types import TYPES, Calculated, Cleaner, Metadata, QuestionType, Repeat


@dataclass(frozen=True)
class Step:
    """One question with what it takes to answer it."""

    question: Question
    kind: QuestionType
    name: str
    conditions: tuple[Expression, ...]
    clean: Cleaner | None
    calculated: int | None = None
    """How long the text of a calculation may be; None for what is not calculated."""
    fact: str = ""
    filtered: Mapping[str, Mapping[str, str]] | None = None
    """The columns of every choice, where a filter decides which of them may be picked."""
    required: Expression | None = None
    always: bool = False
    rows: tuple[Step, ...] = ()
    checked: bool = False
    """Whether anything can be wrong with the answer beside what `clean` finds."""


@dataclass(frozen=True)
class Plan:
    """The steps in the order of evaluation, LEVEL among them as None, and in the order of the form."""

    order: tuple[Step | None, ...]
    checks: tuple[Step, ...]
    labelled: frozenset[str]
    """The questions whose choices' labels expressions ask for."""

    def labels(self, spec: FormSpec, language: str) -> Mapping[str, Mapping[str, str]]:
        """Return the labels that expressions ask for, in the language of the filling."""
        return _labels(spec, self.labelled, language) if self.labelled else {}


@lru_cache(maxsize=256)
def plan(spec: FormSpec) -> Plan:
    """Return the plan of a form; made once."""
    steps = {one.name: _step(spec, one, page) for page in spec.pages for one in page.questions}
    order = tuple(None if name == LEVEL else steps[name] for name in spec.order if name == LEVEL or name in steps)
    checks = tuple(step for step in steps.values() if step.kind.posted and step.checked)
    return Plan(order, checks, labelled(spec))


def _step(spec: FormSpec, question: Question, page: Page | None) -> Step:
    kind = TYPES[question.type]
    asked = bool(kind.posted and not isinstance(kind, Repeat))
    conditions = (page.relevant,) if page and page.relevant else ()
    filtered = None
    if question.choice_filter:
        filtered = {name: columns_of(choice) for name, choice in spec.listed(question.list_name).items()}
    return Step(
        question=question,
        kind=kind,
        name=question.name,
        conditions=(*conditions, *question.conditions),
        clean=kind.cleaner(question, spec) if asked else None,
        calculated=kind.limit(question) if isinstance(kind, Calculated) else None,
        fact=kind.fact if isinstance(kind, Metadata) else "",
        filtered=filtered,
        required=None if question.always_required else question.required,
        always=question.always_required,
        rows=tuple(_step(spec, child, None) for child in question.children),
        checked=bool(question.required or question.constraint or question.warn or question.children),
    )


def columns_of(choice: Choice) -> dict[str, str]:
    """Return what a `choice_filter` may look at, by the names under which expressions find it."""
    return {"@name": choice.name, **{f"@{key}": value for key, value in choice.columns}}


@lru_cache(maxsize=512)
def _labels(spec: FormSpec, names: frozenset[str], language: str) -> Mapping[str, Mapping[str, str]]:
    lists = {name: spec.listed(spec.question(name).list_name).values() for name in names}
    return {name: {one.name: say(one.label, language) for one in choices} for name, choices in lists.items()}
