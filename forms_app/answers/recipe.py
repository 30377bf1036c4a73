"""The recipe of a form: all that a phone needs to fill it in by itself as `filling` does, as plain JSON.

Its reader is static/phone/filling.js. What a phone must never know is not in it (DESIGN section 3): the rules of a
level that is not shown and what only they need, and what only the site can work out. The office adds these results.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from forms_app.answers.checking import CONSTRAINT, MISSING, WARNING
from forms_app.answers.filled import FieldProblem
from forms_app.answers.filling import FILTERED, STANDS, TOO_MANY
from forms_app.answers.logic import columns_asked, needed_names
from forms_app.answers.plan import Step, columns_of, plan
from forms_app.answers.spoken import with_event
from forms_app.errors import Translate
from forms_app.specs.expressions import Expression
from forms_app.specs.library import say
from forms_app.specs.model import NO_TEXT, FormSpec, Question, Text
from forms_app.specs.types import TYPES, Calculated, Problem, Repeat, problem
from forms_app.specs.types.numbers import RANGE
from forms_app.specs.types.text import Typed
from forms_app.translation import catalogue

FORMAT = "peksos/recipe/1"
_LOW = ("-999999999999999", "1000-01-01")
_HIGH = ("999999999999999", "2999-12-31")
_PROBES = ("?", "\x00", "x" * 10_000, *_LOW, *_HIGH)
"""Texts that between them provoke every complaint that a type has about an answer."""


def recipe(spec: FormSpec, language: str, event: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return what a phone needs to fill in a form in a language; `event` has the data that messages name."""
    told = _Telling(spec, language, event or {}, _withheld(spec))
    ready = plan(spec)
    steps = [one and told.step(one) for one in ready.order if one is None or told.knows(one.question)]
    return {
        "format": FORMAT,
        "form_id": spec.form_id,
        "version": spec.version,
        "digest": spec.digest,
        "language": language,
        "steps": steps,
        "form": [one.name for page in spec.pages for one in page.questions if TYPES[one.type].posted],
        "parts": {name: _part(spec, name) for name in ("", *(part.name for part in spec.parts))},
        "lists": {name: list(spec.listed(name)) for name in _lists(spec)},
        "columns": dict(_columns(spec)),
        "labels": {name: told.labels(name) for name in sorted(set(_labelled(steps, _outcome(spec))))},
        "outcome": _outcome(spec),
        "held": _conditioned(spec.held.name, spec.held.relevant) if spec.held and spec.held.relevant else None,
    }


class _Telling:
    """The words and steps of one form in one language, for one event."""

    def __init__(self, spec: FormSpec, language: str, event: Mapping[str, str], withheld: Collection[str]) -> None:
        self._spec = spec
        self._language = language
        self._event = event
        self._withheld = withheld
        self._translate: Translate = catalogue("messages", language)

    def knows(self, question: Question) -> bool:
        """Whether the phone may know a question."""
        return question.name not in self._withheld

    def labels(self, name: str) -> dict[str, str]:
        """Return the labels of the choices of a question."""
        choices = self._spec.listed(self._spec.question(name).list_name).values()
        return {one.name: say(one.label, self._language) for one in choices}

    def step(self, step: Step) -> dict[str, Any]:
        """Return one question with what it takes to answer it and to judge the answer."""
        question = step.question
        conditions = [one.tree for one in step.conditions]
        found: dict[str, Any] = {"name": step.name, "type": question.type, "when": conditions}
        if isinstance(step.kind, Repeat):
            found |= self._repeat(step, step.kind)
        elif step.clean is not None:
            found["clean"] = _cleaning(question)
            found |= {"fixed": question.default} if question.read_only else {}
        elif step.kind.stored:
            found |= {"stored": True, "fact": step.fact or None, "most": step.calculated} | _value(question)
        judged = {key: _tree(getattr(question, key)) for key in ("required", "constraint", "warn")}
        judged |= {"required": True} if question.always_required else {}
        said = dict(self._messages(step))
        found |= {"filter": _tree(question.choice_filter), "say": said} if said else {}
        return {key: value for key, value in (found | judged).items() if value is not None}

    def _repeat(self, step: Step, kind: Repeat) -> dict[str, Any]:
        question = step.question
        return {
            "limit": kind.limit(question),
            "count": _tree(question.repeat_count),
            "children": [*(child.name for child in question.children), STANDS],
            "rows": [self.step(row) for row in step.rows if self.knows(row.question)],
        }

    def _messages(self, step: Step) -> Iterator[tuple[str, str]]:
        """Yield what to say of each problem that an answer can have; the form's own words win."""
        question = step.question
        if not step.kind.posted:
            return
        for key, found in _complaints(step):
            yield key, self._message(found, question.constraint_message if key == "format" else NO_TEXT)
        yield MISSING, self._message(problem(MISSING, step.kind.missing), question.required_message)
        if question.constraint:
            yield "constraint", self._message(problem("constraint", CONSTRAINT), question.constraint_message)
        if question.warn:
            yield "warning", self._message(problem("warning", WARNING), question.warn_message)
        if question.choice_filter:
            yield "filter", self._message(problem("filter", FILTERED), NO_TEXT)

    def _message(self, found: Problem, own: Text) -> str:
        one = FieldProblem("", found, own)
        text = say(one.own, self._language) or self._translate(found.message).format(**dict(found.places))
        return with_event(text, self._spec, self._event, self._language)


def _withheld(spec: FormSpec) -> frozenset[str]:
    """Return the calculations that the phone is not told.

    Of a form whose level is never shown it is told only those that what is asked waits for, which its page has anyway.
    """
    calculations = {one.name: one.calculation for one in spec.questions() if one.calculation}
    if not _is_silent(spec):
        return spec.at_site
    return spec.at_site | (calculations.keys() - needed_names(spec))


def _is_silent(spec: FormSpec) -> bool:
    return spec.outcome is not None and spec.outcome.show != "respondent"


def _complaints(step: Step) -> Iterator[tuple[str, Problem]]:
    """Yield every problem that a type finds with answers, by its code; of a bound which of the two it is."""
    if isinstance(step.kind, Repeat):
        limit = step.kind.limit(step.question)
        yield "too-many", problem("too-many", TOO_MANY, limit=limit)
    for probe in _PROBES:
        found = step.clean([probe]) if step.clean else None
        if isinstance(found, Problem):
            bound = "low" if probe in _LOW else "high" if probe in _HIGH else found.code
            yield (bound if found.code == "range" else found.code), found


def _cleaning(question: Question) -> dict[str, Any]:
    """Return what the cleaner of a type goes by."""
    kind, parameters = TYPES[question.type], dict(question.parameters)
    if isinstance(kind, Typed):
        several, upper = "multiline" in question.appearance, parameters.get("case") == "upper"
        found = {"limit": kind.limit(question), "several": several, "upper": upper, "format": parameters.get("format")}
        return {key: value for key, value in found.items() if value}
    if question.type == "range":
        return {**RANGE, **parameters}
    return {"names": question.list_name} if kind.takes_list else parameters


def _value(question: Question) -> dict[str, Any]:
    if question.calculation:
        return {"tree": question.calculation.tree}
    return {"constant": question.default if isinstance(TYPES[question.type], Calculated) else ""}


def _part(spec: FormSpec, name: str) -> dict[str, list[str]]:
    asked = [one.name for page in spec.pages for one in page.questions if TYPES[one.type].posted]
    own = [one for one in asked if one in spec.in_part(name)]
    return {"questions": own, "copies": list(spec.part(name).copies) if name else []}


def _lists(spec: FormSpec) -> list[str]:
    return sorted({one.list_name for one in spec.questions() if TYPES[one.type].takes_list})


def _columns(spec: FormSpec) -> Iterator[tuple[str, dict[str, list[str | None]]]]:
    """Yield each list that a filter looks at, with the columns asked of it in the list's order."""
    for name in _lists(spec):
        asking = [one for one in spec.questions() if one.list_name == name and one.choice_filter]
        columns = sorted({column for one in asking for column in columns_asked(one)})
        rows = [columns_of(choice) for choice in spec.choice_list(name)]
        if asking:
            yield name, {column: [row.get(column) for row in rows] for column in columns}


def _labelled(*trees: Any) -> Iterator[str]:
    """Yield the questions whose choices' labels these trees ask for, wherever they stand."""
    for tree in trees:
        if isinstance(tree, list) and len(tree) > 2 and tree[0] == "jr:choice-name":
            yield tree[2]
        yield from _labelled(*(tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()))


def _outcome(spec: FormSpec) -> dict[str, Any] | None:
    """Return the rules and notes of a level that is shown; of one that is not, the card that every rule gives."""
    outcome = spec.outcome
    if outcome is None:
        return None
    if _is_silent(spec):
        cards = {rule.card for rule in outcome.rules}
        return {"card": cards.pop() if len(cards) == 1 else ""}
    rules = [{"level": one.level, "when": one.when.tree, "card": one.card} for one in outcome.rules]
    return {"rules": rules, "notes": [_conditioned(one.name, one.relevant) for one in outcome.notes]}


def _conditioned(name: str, condition: Expression | None) -> dict[str, Any]:
    return {"name": name, "when": _tree(condition)}


def _tree(expression: Expression | None) -> Any:
    return expression.tree if expression else None
