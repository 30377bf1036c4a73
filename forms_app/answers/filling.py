"""Posted values -> relevance -> answers -> calculations -> validity: the one truth about what was filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from forms_app.errors import N_
from forms_app.specs.expressions import Expression
from forms_app.specs.model import NO_TEXT, Card, FormSpec, Page, Question, Text
from forms_app.specs.order import LEVEL
from forms_app.specs.types import TYPES, Answer, Calculated, Problem, Repeat, problem

REQUIRED = N_("Bagian ini belum diisi.")
CHOOSE = N_("Pilih satu jawaban.")
TICK = N_("Beri tanda centang bila Bapak/Ibu setuju.")
CONSTRAINT = N_("Jawaban ini belum sesuai. Periksa lagi.")
TOO_MANY = N_("Terlalu banyak isian. Paling banyak {limit}.")
_EXACT = 2**53  # beyond it a double has no whole numbers of its own


class Posted(Protocol):
    """What a form sends: for each name the texts in order (werkzeug's MultiDict is one)."""

    def getlist(self, key: str, /) -> Sequence[str]:
        """Return the texts of one name, none when it was not sent."""


@dataclass(frozen=True)
class FieldProblem:
    """A Problem at its field; `own` is the spec's own message, which wins over the general one."""

    field: str
    problem: Problem
    own: Text = NO_TEXT


@dataclass
class Filled:
    """One filling, worked out: `values` has everything by name, `answers` only what was entered and is relevant."""

    spec: FormSpec
    values: dict[str, Any]
    answers: dict[str, Any] = field(default_factory=dict)
    calculated: dict[str, Any] = field(default_factory=dict)
    relevant: set[str] = field(default_factory=set)
    problems: list[FieldProblem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    level: str = ""
    card: Card | None = None
    notes: tuple[Card, ...] = ()

    def part_answers(self, part: str) -> dict[str, Any]:
        """Return the answers of one part ('' for the main record), with what the part copies beside them."""
        own = {one.name for one in self.spec.questions() if one.part == part}
        chosen = {name: answer for name, answer in self.answers.items() if name in own}
        if part and chosen:
            copies = {name: self.answers[name] for name in self.spec.part(part).copies if name in self.answers}
            return {**chosen, **copies}
        return chosen


def fill(spec: FormSpec, posted: Posted, event: Mapping[str, str], today: date) -> Filled:
    """Return what the posted texts mean in this form.

    What is not relevant does not exist: it is neither checked nor kept nor seen by calculations (DESIGN section 3).
    `event` holds the event's data (`event_topic`...); `today` is the day in Kota Metro.
    """
    work = _Filling(spec, posted, today, Filled(spec, dict(event)))
    pages = {question.name: (page, question) for page in spec.pages for question in page.questions}
    for name in spec.order:
        if name == LEVEL:
            work.set_level()
        elif name in pages:
            work.answer(*pages[name])
    for page in spec.pages:
        for question in page.questions:
            work.check(question)
    filled = work.filled
    order = [question.name for question in spec.questions()]
    filled.problems.sort(key=lambda one: order.index(one.field.partition("-")[0]))
    if spec.outcome:
        filled.notes = tuple(one for one in spec.outcome.notes if work.holds(one.relevant))
    return filled


@dataclass
class _Entry:
    """One entry of a repeat: its number in the names of its fields, its answers, and which questions it asks."""

    number: int
    answers: dict[str, Any] = field(default_factory=dict)
    relevant: list[Question] = field(default_factory=list)


@dataclass
class _Filling:
    """The work of `fill`: one pass in evaluation order, one pass of checks."""

    spec: FormSpec
    posted: Posted
    today: date
    filled: Filled
    entries: dict[str, list[_Entry]] = field(default_factory=dict)

    def holds(self, expression: Expression | None, values: Mapping[str, Any] | None = None) -> bool:
        return expression is None or expression.holds(self.filled.values if values is None else values, self.today)

    def set_level(self) -> None:
        outcome = self.spec.outcome
        rule = next((one for one in outcome.rules if self.holds(one.when)), None) if outcome else None
        self.filled.values[LEVEL] = self.filled.level = rule.level if rule else ""
        self.filled.card = outcome.card(rule.card) if outcome and rule else None

    def answer(self, page: Page, question: Question) -> None:
        """Work out one question's value, unless it or its page is not relevant."""
        filled, name = self.filled, question.name
        if not (self.holds(page.relevant) and self.holds(question.relevant)):
            filled.values[name] = None
            return
        filled.relevant.add(name)
        kind = TYPES[question.type]
        if isinstance(kind, Repeat):
            filled.values[name] = self._entries(question, kind)
        elif kind.posted:
            filled.values[name] = self._clean(question, name)
        elif kind.stored:
            filled.values[name] = self._calculate(question)
        if filled.values.get(name) is not None:
            (filled.answers if kind.posted else filled.calculated)[name] = filled.values[name]

    def _clean(self, question: Question, name: str) -> Answer:
        raw = [question.default] if question.read_only else self.posted.getlist(name)
        answer = TYPES[question.type].clean(raw, question, self.spec)
        if isinstance(answer, Problem):
            own = question.constraint_message if answer.code == "format" else NO_TEXT
            self.filled.problems.append(FieldProblem(name, answer, own))
            return None
        return answer

    def _calculate(self, question: Question) -> Answer:
        """Return a calculated value; whole numbers as int, so that both twins write them alike."""
        kind = TYPES[question.type]
        value: Any = question.default
        if question.calculation:
            value = question.calculation.evaluate(self.filled.values, self.today)
        if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
            return int(value)
        if isinstance(value, str) and isinstance(kind, Calculated):
            value = value[: kind.limit(question)] or None
        answer: Answer = value
        return answer

    def _entries(self, question: Question, kind: Repeat) -> Answer:
        """Return the entries of a repeat: as many as `repeat_count` says, else those in which something was entered."""
        limit = kind.limit(question)
        numbers, shown = self._counted(question, limit) if question.repeat_count else self._sent(question, limit)
        self.filled.counts[question.name] = shown
        entries = [self._entry(question, number) for number in numbers]
        self.entries[question.name] = entries
        return [one.answers for one in entries] or None

    def _counted(self, question: Question, limit: int) -> tuple[Sequence[int], int]:
        """Return the numbers of the entries that `repeat_count` asks for, and how many to show."""
        value = question.repeat_count.evaluate(self.filled.values, self.today) if question.repeat_count else None
        count = min(int(value), limit) if isinstance(value, float) and value > 0 else 0
        return range(count), count

    def _sent(self, question: Question, limit: int) -> tuple[Sequence[int], int]:
        """Return the numbers of the entries with anything in them, gaps allowed, and how many to show again."""
        sent = [
            [
                text
                for child in question.children
                for text in self.posted.getlist(f"{question.name}-{number}-{child.name}")
            ]
            for number in range(limit + 1)
        ]
        if any(map(str.strip, sent.pop())):
            self.filled.problems.append(FieldProblem(question.name, problem("too-many", TOO_MANY, limit=limit)))
        shown = max((number + 1 for number, texts in enumerate(sent) if texts), default=0)
        return [number for number, texts in enumerate(sent) if any(map(str.strip, texts))], shown

    def _entry(self, question: Question, number: int) -> _Entry:
        entry = _Entry(number)
        for child in question.children:
            if self.holds(child.relevant, {**self.filled.values, **entry.answers}):
                entry.relevant.append(child)
                if TYPES[child.type].posted:
                    answer = self._clean(child, f"{question.name}-{number}-{child.name}")
                    entry.answers |= {} if answer is None else {child.name: answer}
        return entry

    def check(self, question: Question) -> None:
        """Note what is missing or breaks its constraint, once all values are known."""
        if question.name not in self.filled.relevant or not TYPES[question.type].posted:
            return
        self._check_one(question, question.name, self.filled.values, self.filled.values.get(question.name))
        for entry in self.entries.get(question.name, ()):
            values = {**self.filled.values, **entry.answers}
            for child in entry.relevant:
                if TYPES[child.type].posted:
                    name = f"{question.name}-{entry.number}-{child.name}"
                    self._check_one(child, name, values, entry.answers.get(child.name))

    def _check_one(self, question: Question, name: str, values: Mapping[str, Any], answer: Answer) -> None:
        if any(one.field == name for one in self.filled.problems):
            return
        if answer is None:
            if question.required and self.holds(question.required, values):
                found = problem("required", _missing(question))
                self.filled.problems.append(FieldProblem(name, found, question.required_message))
        elif not self.holds(question.constraint, values):
            found = problem("constraint", CONSTRAINT)
            self.filled.problems.append(FieldProblem(name, found, question.constraint_message))


def _missing(question: Question) -> str:
    return {"acknowledge": TICK, "select_one": CHOOSE}.get(question.type, REQUIRED)
