"""The order in which a form's answers can be worked out: whatever a question depends on comes before it."""

from __future__ import annotations

from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

from forms_app.specs.expressions import Expression
from forms_app.specs.model import FormSpec, Outcome, Page, Question

LEVEL = "level"


def evaluation_order(pages: Iterable[Page], outcome: Outcome | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (order, circle): names of questions (and `level`) in evaluation order, or the names that go in a circle.

    Relevance, calculation and the filter of choices order the answers; the other columns look at them afterwards.
    """
    graph: dict[str, set[str]] = {}
    for page in pages:
        for question in page.questions:
            own = [*question.conditions, page.relevant, *_valued(question), question.repeat_count]
            inner = [one for child in question.children for one in (*child.conditions, *_valued(child))]
            names = _names([*own, *inner]) - {child.name for child in question.children}
            graph[question.name] = names
            graph.update({child.name: {question.name} for child in question.children})
    if outcome:
        graph[LEVEL] = _names([rule.when for rule in outcome.rules])
    try:
        order = TopologicalSorter({name: sorted(needs & set(graph)) for name, needs in graph.items()}).static_order()
        return tuple(order), ()
    except CycleError as error:
        return (), tuple(dict.fromkeys(error.args[1]))


def names_asked(pages: Iterable[Page], outcome: Outcome | None) -> set[str]:
    """Return every name that any expression of the form asks for."""
    return _names(_expressions(pages, outcome))


def labelled(spec: FormSpec) -> frozenset[str]:
    """Return the questions of whose choices an expression wants the labels."""
    return frozenset(name for one in _expressions(spec.pages, spec.outcome) if one for name in one.labelled)


def _expressions(pages: Iterable[Page], outcome: Outcome | None) -> list[Expression | None]:
    """Return every expression of a form."""
    expressions: list[Expression | None] = []
    for page in pages:
        expressions.append(page.relevant)
        for one in (inner for question in page.questions for inner in (question, *question.children)):
            expressions += [one.relevant, one.required, one.constraint, one.warn, one.alert, one.repeat_count]
            expressions += _valued(one)
    if outcome:
        expressions += [rule.when for rule in outcome.rules]
        expressions += [card.relevant for card in (*outcome.cards, *outcome.notes)]
    return expressions


def _valued(question: Question) -> tuple[Expression | None, ...]:
    """Return what the answer itself depends on, beside whether it is asked."""
    return question.calculation, question.choice_filter


def _names(expressions: Iterable[Expression | None]) -> set[str]:
    return {name for one in expressions if one for name in one.names}
