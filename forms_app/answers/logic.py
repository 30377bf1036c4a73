"""What the phone needs to know of a form: its expressions as trees, and the messages that go with them.

Nothing else is told. Rules of the outcome and calculations that no question waits for do not reach the phone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from forms_app.specs.expressions import Expression
from forms_app.specs.formats import FORMATS
from forms_app.specs.library import say
from forms_app.specs.model import FormSpec, Page, Question
from forms_app.specs.order import LEVEL
from forms_app.specs.types import TYPES, Problem
from forms_app.translation import catalogue


def logic(spec: FormSpec, event: Mapping[str, str], language: str) -> str:
    """Return the form's logic as JSON that is safe inside a script element."""
    asked = needed_names(spec)
    page = {
        "q": [_without_nothing(row) for row in _rows(spec, asked, language)],
        "v": {name: event.get(name, "") for name in spec.event_names if name in asked},
    }
    text = json.dumps(page, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def functions(spec: FormSpec) -> frozenset[str]:
    """Return the operations of every expression that reaches the phone; it is sent no others."""
    asked = needed_names(spec)
    found = [one for page in spec.pages for one in (page.relevant, *_asking(page.questions))]
    found += [one.calculation for one in spec.questions() if one.name in asked]
    level = frozenset({"if"}) if LEVEL in asked else frozenset()
    rules = [rule.when for rule in spec.outcome.rules] if LEVEL in asked and spec.outcome else []
    return level.union(*(one.functions for one in (*found, *rules) if one))


def needed_names(spec: FormSpec) -> frozenset[str]:
    """Return every name that what is asked on the page waits for, through calculations and the level too.

    A level that is never shown is not told; its rules and what only they need stay at the site (DESIGN section 3).
    """
    calculations = {one.name: [one.calculation] for one in spec.questions() if one.calculation}
    if spec.outcome and spec.outcome.show == "respondent":
        calculations[LEVEL] = [rule.when for rule in spec.outcome.rules]
    pending = [one for page in spec.pages for one in (page.relevant, *_asking(page.questions))]
    found: set[str] = set()
    while pending:
        expression = pending.pop()
        fresh = expression.names - found if expression else frozenset()
        found |= fresh
        pending += [one for name in fresh for one in calculations.get(name, ())]
    return frozenset(found)


def _asking(questions: tuple[Question, ...]) -> Iterator[Expression | None]:
    """Yield every expression of these questions but their calculations."""
    for one in questions:
        yield from (one.relevant, one.required, one.constraint, one.alert, one.repeat_count)
        yield from _asking(one.children)


def _rows(spec: FormSpec, asked: frozenset[str], language: str) -> Iterator[dict[str, Any]]:
    """Yield what the phone works out, in an order in which it can: what a row waits for stands before it.

    The condition of a page is a row of its own, called by the page's number, before the first question under it.
    """
    places = {one.name: (number, page, one) for number, page in enumerate(spec.pages) for one in page.questions}
    told: set[int] = set()
    for name in spec.order:
        if name == LEVEL and LEVEL in asked:
            yield {"n": LEVEL, "k": _level(spec)}
        if name not in places or (places[name][2].calculation and name not in asked):
            continue
        number, page, question = places[name]
        if page.relevant and number not in told:
            told.add(number)
            yield {"n": f"/{number}", "t": "group", "r": page.relevant.tree}
        yield _row(spec, question, language) | {"u": _under(number, page)}
        for child in question.children:
            yield _row(spec, child, language) | {"in": name}


def _under(number: int, page: Page) -> str | None:
    """Return the row that must hold before a question of this page is asked."""
    return f"/{number}" if page.relevant else None


def _row(spec: FormSpec, question: Question, language: str) -> dict[str, Any]:
    messages = {
        "required": say(question.required_message, language),
        "constraint": say(question.constraint_message, language) or _format_message(question, language),
        "range": _range_message(spec, question, language),
    }
    return {
        "n": question.name,
        "t": "repeat" if question.children else None,
        "r": _tree(question.relevant),
        "q": True if question.always_required else _tree(question.required),
        "c": _tree(question.constraint),
        "a": _tree(question.alert),
        "k": _tree(question.calculation),
        "rc": _tree(question.repeat_count),
        "m": {key: text for key, text in messages.items() if text} or None,
    }


def _level(spec: FormSpec) -> Any:
    """Return the level's rules as one tree: the first that holds gives it."""
    tree: Any = None
    for rule in reversed(spec.outcome.rules if spec.outcome else ()):
        tree = ["if", rule.when.tree, rule.level, tree]
    return tree


def _format_message(question: Question, language: str) -> str:
    """Return what to say of an answer that does not follow the question's format."""
    if not question.parameter("format"):
        return ""
    _cleaner, message = FORMATS[question.parameter("format")]
    return catalogue("messages", language)(message)


def _range_message(spec: FormSpec, question: Question, language: str) -> str:
    """Return what the site itself says of an answer below or above what may be answered; '' when all may be."""
    bounded = question.parameter("min") or question.parameter("max")
    if not bounded or question.children or not TYPES[question.type].posted:
        return ""
    for far in ("-999999999999999", "999999999999999", "1000-01-01", "2999-12-31"):
        found = TYPES[question.type].clean([far], question, spec)
        if isinstance(found, Problem) and found.code == "range":
            return catalogue("messages", language)(found.message).format(**dict(found.places))
    return ""


def _tree(expression: Expression | None) -> Any:
    return expression.tree if expression else None


def _without_nothing(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}
