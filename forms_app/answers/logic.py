"""What the phone needs to know of a form: its expressions as trees, and the messages that go with them.

Nothing else is told. Rules of the outcome and calculations that no question waits for do not reach the phone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from forms_app.answers.spoken import repeats_answers, spoken_kinds, with_event
from forms_app.specs.expressions import Expression
from forms_app.specs.formats import FORMATS
from forms_app.specs.library import say
from forms_app.specs.mentions import mentioned
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.order import LEVEL
from forms_app.specs.scope import EVENT_NAMES
from forms_app.specs.types import TYPES, Calculated, Group, Metadata, Problem
from forms_app.translation import catalogue

_CHOOSING = {"radio", "likert", "faces", "select", "checkbox", "folded"}
_FACTS: Mapping[str, Any] = {"day": ["context", "day"], "now": ["context", "now"]}


def logic(spec: FormSpec, event: Mapping[str, str], language: str, *, held: bool = False) -> str:
    """Return the form's logic as JSON that is safe inside a script element.

    With `held` the card for those who cannot send yet stands in the page: its row is the last one, `_held`.
    """
    asked = needed_names(spec)
    expressions = _expressions(spec, asked)
    labelled = {name for one in expressions for name in one.labelled if not spec.is_long(spec.question(name).list_name)}
    rows = (*_rows(spec, asked, language), *_held(spec, shown=held))
    page = {
        "q": [_with_event(_without_nothing(row), spec, event, language) for row in rows],
        "v": {name: event.get(name, "") for name in spec.event_names if name in asked},
        "l": {name: _labels(spec, name, language) for name in sorted(labelled)} or None,
        "c": _columns(spec) or None,
        "s": spoken_kinds(spec) if repeats_answers(spec) else None,
    }
    text = json.dumps(_without_nothing(page), ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def functions(spec: FormSpec) -> frozenset[str]:
    """Return the operations of every expression that reaches the phone; it is sent no others."""
    asked = needed_names(spec)
    known = {"context"} if any(_is_moment(one) for one in spec.questions() if one.name in asked) else set[str]()
    level = {"if"} if LEVEL in asked else set[str]()
    return frozenset(known | level).union(*(one.functions for one in _expressions(spec, asked)))


def needed_names(spec: FormSpec) -> frozenset[str]:
    """Return every name that what is asked on the page waits for or repeats, through calculations and the level too.

    A level that is never shown is not told; its rules and what only they need stay at the site (DESIGN section 3).
    """
    calculations = {one.name: [one.calculation] for one in spec.questions() if one.calculation}
    if spec.outcome and spec.outcome.show == "respondent":
        calculations[LEVEL] = [rule.when for rule in spec.outcome.rules]
    found = set(mentioned(spec) - set(EVENT_NAMES))
    pending: list[Expression | None] = [*_asking(spec), *(one for name in found for one in calculations.get(name, ()))]
    while pending:
        expression = pending.pop()
        fresh = expression.names - found if expression else frozenset()
        found |= fresh
        pending += [one for name in fresh for one in calculations.get(name, ())]
    return frozenset(found - spec.at_site)


def columns_asked(question: Question) -> tuple[str, ...]:
    """Return the columns of the choices that a question's filter looks at, beside their name."""
    return tuple(sorted(set(_column_names(question.choice_filter.tree)) - {"@name"})) if question.choice_filter else ()


def _asking(spec: FormSpec) -> Iterator[Expression]:
    """Yield every expression of what is asked: all but calculations and the outcome."""
    for one in (*spec.pages, *spec.questions()):
        keys = ("relevant", "required", "constraint", "warn", "alert", "repeat_count", "choice_filter")
        yield from (found for key in keys if (found := getattr(one, key, None)))
    if spec.held and spec.held.relevant:
        yield spec.held.relevant


def _expressions(spec: FormSpec, asked: frozenset[str]) -> list[Expression]:
    """Return every expression that reaches the phone."""
    calculated = [one.calculation for one in spec.questions() if one.name in asked and one.calculation]
    rules = [rule.when for rule in spec.outcome.rules] if LEVEL in asked and spec.outcome else []
    return [*_asking(spec), *calculated, *rules]


def _held(spec: FormSpec, *, shown: bool) -> Iterator[dict[str, Any]]:
    """Yield the row of the card for those who cannot send yet, where it is shown."""
    if shown and spec.held:
        yield {"n": "_held", "r": _tree(spec.held.relevant)}


def _rows(spec: FormSpec, asked: frozenset[str], language: str) -> Iterator[dict[str, Any]]:
    """Yield what the phone works out, in an order in which it can: what a row waits for stands before it.

    A page with a condition and every group is a row of its own before the first question under it, named `/2` after
    the page's number or as the group; `u` names the nearest one around a row.
    """
    places = {one.name: (number, page, one) for number, page in enumerate(spec.pages) for one in page.questions}
    told: set[str] = set()
    for name in spec.order:
        if name == LEVEL and LEVEL in asked:
            yield {"n": LEVEL, "k": _level(spec)}
        if name not in places or not _is_told(places[name][2], asked):
            continue
        number, page, question = places[name]
        outer = f"/{number}" if page.relevant else None
        if page.relevant and outer not in told:
            yield {"n": outer, "t": "group", "r": page.relevant.tree}
        around = [places[group][2] for group in question.groups]
        for one in (*around, question):
            if one.name not in told:
                yield _row(spec, one, language) | {"u": one.groups[-1] if one.groups else outer}
        told |= {str(outer), name, *question.groups}
        for child in question.children:
            if _is_told(child, asked):
                yield _row(spec, child, language) | {"u": child.groups[-1] if child.groups else None, "in": name}


def _is_told(question: Question, asked: frozenset[str]) -> bool:
    """Whether the phone needs a question: it is shown, or what is shown waits for it."""
    kind = TYPES[question.type]
    return not isinstance(kind, Calculated | Metadata) or question.name in asked


def _row(spec: FormSpec, question: Question, language: str) -> dict[str, Any]:
    messages = {
        "required": say(question.required_message, language),
        "constraint": say(question.constraint_message, language) or _format_message(question, language),
        "warn": say(question.warn_message, language),
        "range": _range_message(spec, question, language),
    }
    return {
        "n": question.name,
        "t": _type(spec, question),
        "r": _tree(question.relevant),
        "q": True if question.always_required else _tree(question.required),
        "c": _tree(question.constraint),
        "w": _tree(question.warn),
        "a": _tree(question.alert),
        "f": _tree(question.choice_filter),
        "l": question.list_name if columns_asked(question) else None,
        "k": _value(question, language),
        "rc": _tree(question.repeat_count),
        "m": {key: text for key, text in messages.items() if text} or None,
    }


def _with_event(row: dict[str, Any], spec: FormSpec, event: Mapping[str, str], language: str) -> dict[str, Any]:
    """Return a row whose messages have the event's data in them; the phone puts in the answers."""
    messages = {key: with_event(text, spec, event, language) for key, text in row.get("m", {}).items()}
    return row | {"m": messages} if messages else row


def _type(spec: FormSpec, question: Question) -> str | None:
    """Return how the phone reads an answer, where that is not plain."""
    kind = TYPES[question.type]
    widget = kind.kind(question, spec)
    if question.choice_filter and widget in _CHOOSING:
        return "filtered"
    if widget in ("repeat", "search", "rank") or isinstance(kind, Group):
        return widget
    if question.parameter("case") == "upper":
        return "upper"
    return "start" if isinstance(kind, Metadata) and kind.fact == "start" else None


def _value(question: Question, language: str) -> Any:
    """Return the tree of what nobody answers."""
    kind = TYPES[question.type]
    if isinstance(kind, Metadata):
        return _FACTS.get(kind.fact, language if kind.fact == "language" else None)
    if isinstance(kind, Calculated) and not question.calculation:
        return question.default
    return _tree(question.calculation)


def _is_moment(question: Question) -> bool:
    kind = TYPES[question.type]
    return isinstance(kind, Metadata) and kind.fact in _FACTS


def _level(spec: FormSpec) -> Any:
    """Return the level's rules as one tree: the first that holds gives it."""
    tree: Any = None
    for rule in reversed(spec.outcome.rules if spec.outcome else ()):
        tree = ["if", rule.when.tree, rule.level, tree]
    return tree


def _columns(spec: FormSpec) -> dict[str, dict[str, list[str]]]:
    """Return the columns that filters look at, of every list that stands in the page, in the list's order."""
    found: dict[str, dict[str, list[str]]] = {}
    for question in spec.questions():
        for column in () if spec.is_long(question.list_name) else columns_asked(question):
            values = [dict(choice.columns).get(column[1:], "") for choice in spec.choice_list(question.list_name)]
            found.setdefault(question.list_name, {})[column] = values
    return found


def _column_names(tree: Any) -> Iterator[str]:
    if isinstance(tree, list):
        for part in tree:
            yield from _column_names(part)
    elif isinstance(tree, str) and tree.startswith("@"):
        yield tree


def _labels(spec: FormSpec, name: str, language: str) -> dict[str, str]:
    return {one.name: say(one.label, language) for one in spec.choice_list(spec.question(name).list_name)}


def _format_message(question: Question, language: str) -> str:
    """Return what to say of an answer that does not follow the question's format."""
    if not question.parameter("format"):
        return ""
    _cleaner, message = FORMATS[question.parameter("format")]
    return catalogue("messages", language)(message)


def _range_message(spec: FormSpec, question: Question, language: str) -> str:
    """Return what the site itself says of an answer below or above what may be answered; '' when all may be."""
    kind = TYPES[question.type]
    if question.children or not kind.posted or not {"min", "max"} & set(kind.attributes(question)):
        return ""
    for far in ("-999999999999999", "999999999999999", "1000-01-01", "2999-12-31"):
        found = kind.clean([far], question, spec)
        if isinstance(found, Problem) and found.code == "range":
            return catalogue("messages", language)(found.message).format(**dict(found.places))
    return ""


def _tree(expression: Expression | None) -> Any:
    return expression.tree if expression else None


def _without_nothing(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}
