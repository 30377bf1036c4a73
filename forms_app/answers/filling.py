"""Posted values -> relevance -> answers -> calculations -> validity: the one truth about what was filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from forms_app.answers.checking import check
from forms_app.answers.filled import Entry, FieldProblem, Filled
from forms_app.answers.plan import Step, plan
from forms_app.answers.submission import WIB
from forms_app.errors import N_
from forms_app.specs.expressions import Context, Expression
from forms_app.specs.model import NO_TEXT, FormSpec, Question
from forms_app.specs.order import LEVEL
from forms_app.specs.types import Answer, Problem, Repeat, problem
from forms_app.specs.types.moments import moment

TOO_MANY = N_("Terlalu banyak isian. Paling banyak {limit}.")
FILTERED = N_("Pilihan ini tidak cocok dengan jawaban sebelumnya. Pilih lagi.")
PLACE = ".."
"""The name under which an expression inside a repeat finds the number of its entry."""
STARTED = "_start"
"""The name under which a page says when the person began."""
STANDS = "."
"""The name of a child that no repeat has: what is posted for it makes an entry, although nothing in it counts."""
_EXACT = 2**53  # beyond it a double has no whole numbers of its own


class Posted(Protocol):
    """What a form sends: for each name the texts in order (werkzeug's MultiDict is one)."""

    def getlist(self, key: str, /) -> Sequence[str]:
        """Return the texts of one name, none when it was not sent."""


def fill(
    spec: FormSpec,
    posted: Posted,
    event: Mapping[str, str],
    today: date,
    *,
    when: datetime | None = None,
    seed: str = "",
    language: str = "id",
) -> Filled:
    """Return what the posted texts mean in this form.

    What is not relevant does not exist: it is neither checked nor kept nor seen by calculations (DESIGN section 3).
    `event` holds the event's data (`event_topic`...); `today` is the day in Kota Metro, `when` the moment of sending.
    `seed` is the page's nonce, from which whatever is drawn at random follows.
    """
    ready, day = plan(spec), today.isoformat()
    now = when.astimezone(WIB).isoformat(timespec="minutes")[:16] if when else f"{day}T00:00"
    context = Context(day, now, seed, ready.labels(spec, language))
    filled = Filled(spec, dict(event))
    work = _Filling(filled, posted, context, {"day": day, "now": now, "language": language})
    for step in ready.order:
        if step is None:
            work.set_level()
        else:
            work.answer(step)
    check(ready.checks, filled, context)
    if spec.outcome and spec.outcome.notes:
        filled.notes = tuple(one for one in spec.outcome.notes if work.holds(one.relevant))
    return filled


@dataclass
class _Filling:
    """The work of `fill`: one pass in the order of evaluation."""

    filled: Filled
    posted: Posted
    context: Context
    facts: dict[str, str]

    def holds(self, expression: Expression | None) -> bool:
        return expression is None or expression.holds(self.filled.values, context=self.context)

    def set_level(self) -> None:
        filled, outcome = self.filled, self.filled.spec.outcome
        rule = next((one for one in outcome.rules if self.holds(one.when)), None) if outcome else None
        filled.values[LEVEL] = filled.level = rule.level if rule else ""
        filled.card = outcome.card(rule.card) if outcome and rule else None

    def answer(self, step: Step) -> None:
        """Work out one question's value, unless it or what stands around it is not relevant."""
        filled, name, values = self.filled, step.name, self.filled.values
        for condition in step.conditions:
            if not condition.holds(values, context=self.context):
                values[name] = None
                return
        filled.relevant.add(name)
        if step.clean is not None:
            values[name] = answer = self._clean(step, name, values)
            if answer is not None:
                filled.answers[name] = answer
        elif isinstance(step.kind, Repeat):
            self._repeat(step, step.kind)
        elif step.kind.stored:
            values[name] = answer = self._fact(step.fact) if step.fact else self._calculate(step, values)
            if answer is not None:
                filled.calculated[name] = answer

    def _clean(self, step: Step, name: str, values: Mapping[str, Any]) -> Answer:
        question = step.question
        raw = [question.default] if question.read_only else self.posted.getlist(name)
        answer = step.clean(raw) if step.clean else None
        if answer is None:
            return None
        if not isinstance(answer, Problem) and step.filtered is not None:
            answer = self._filter(step, answer, values)
        if isinstance(answer, Problem):
            own = question.constraint_message if answer.code == "format" else NO_TEXT
            self.filled.problems.append(FieldProblem(name, answer, own))
            return None
        return answer

    def _filter(self, step: Step, answer: Answer, values: Mapping[str, Any]) -> Answer | Problem:
        """Return the answer when every choice in it passes the question's `choice_filter`."""
        allowed, filtered = step.question.choice_filter, step.filtered or {}
        names = answer if isinstance(answer, list) else [answer]
        for name in names:
            columns = filtered.get(str(name), {})
            if allowed and not allowed.holds({**values, **columns}, context=self.context):
                return problem("filter", FILTERED)
        return answer

    def _fact(self, fact: str) -> Answer:
        """Return what is known of the filling without asking; when it began is for the phone to say."""
        if fact != "start":
            return self.facts[fact]
        told = self.posted.getlist(STARTED)
        return moment(told[-1]) if told else None

    def _calculate(self, step: Step, values: Mapping[str, Any]) -> Answer:
        """Return a calculated value; whole numbers as int, so that both twins write them alike."""
        value: Any = step.question.default
        if step.question.calculation:
            value = step.question.calculation.evaluate(values, context=self.context)
        if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
            return int(value)
        if isinstance(value, str):
            value = value[: step.calculated] or None
        answer: Answer = value
        return answer

    def _repeat(self, step: Step, kind: Repeat) -> None:
        """Work out the entries: as many as `repeat_count` says, else those in which something was entered."""
        filled, question, limit = self.filled, step.question, kind.limit(step.question)
        numbers, shown = self._counted(question, limit) if question.repeat_count else self._sent(question, limit)
        filled.counts[step.name] = shown
        filled.entries[step.name] = entries = [self._entry(step, *pair) for pair in enumerate(numbers, 1)]
        filled.values[step.name] = [{**one.answers, **one.calculated} for one in entries] or None
        if entries:
            filled.answers[step.name] = [one.answers for one in entries]
            if any(one.calculated for one in entries):
                filled.calculated[step.name] = [one.calculated for one in entries]

    def _counted(self, question: Question, limit: int) -> tuple[Sequence[int], int]:
        """Return the numbers of the entries that `repeat_count` asks for, and how many to show."""
        count = question.repeat_count
        value = count.evaluate(self.filled.values, context=self.context) if count else None
        wanted = min(int(value), limit) if isinstance(value, float) and value > 0 else 0
        return range(wanted), wanted

    def _sent(self, question: Question, limit: int) -> tuple[Sequence[int], int]:
        """Return the numbers of the entries with anything in them, gaps allowed, and how many to show again."""
        names = [*(child.name for child in question.children), STANDS]
        sent = [
            [text for name in names for text in self.posted.getlist(f"{question.name}-{number}-{name}")]
            for number in range(limit + 1)
        ]
        if any(map(str.strip, sent.pop())):
            self.filled.problems.append(FieldProblem(question.name, problem("too-many", TOO_MANY, limit=limit)))
        shown = max((number + 1 for number, texts in enumerate(sent) if texts), default=0)
        return [number for number, texts in enumerate(sent) if any(map(str.strip, texts))], shown

    def _entry(self, repeat: Step, place: int, number: int) -> Entry:
        """Return one entry; `place` counts the entries there are, `number` stands in the names of its fields."""
        entry = Entry(number, own={PLACE: float(place)})
        values = {**self.filled.values, **entry.own}
        for step in repeat.rows:
            if not all(one.holds(values, context=self.context) for one in step.conditions):
                values[step.name] = entry.own[step.name] = None
                continue
            entry.relevant.append(step)
            if step.clean is not None:
                answer = self._clean(step, f"{repeat.name}-{number}-{step.name}", values)
                kept = entry.answers
            elif step.kind.stored:
                answer, kept = self._calculate(step, values), entry.calculated
            else:
                continue
            values[step.name] = entry.own[step.name] = answer
            if answer is not None:
                kept[step.name] = answer
        return entry
