"""What the phone needs to know of a form: its expressions as trees, and the messages that go with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from forms_app.specs.expressions import Expression
from forms_app.specs.formats import FORMATS
from forms_app.specs.library import say
from forms_app.specs.model import FormSpec, Question
from forms_app.translation import catalogue


def logic(spec: FormSpec, event: Mapping[str, str], language: str) -> str:
    """Return the form's logic as JSON that is safe inside a script element.

    An outcome that is never shown is left out whole: its rules do not reach the phone (DESIGN section 3).
    """
    shown = spec.outcome is not None and spec.outcome.show == "respondent"
    hidden = set() if shown else _outcome_only(spec)
    questions = [
        _question(one, "", language) | {"p": number}
        for number, page in enumerate(spec.pages)
        for one in page.questions
        if one.name not in hidden
    ] + [_question(child, one.name, language) for one in spec.questions() for child in one.children]
    page = {
        "q": questions,
        "s": [_tree(one.relevant) for one in spec.pages],
        "o": _outcome(spec) if shown else None,
        "v": {name: event.get(name, "") for name in spec.event_names},
    }
    text = json.dumps(page, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def functions(spec: FormSpec) -> frozenset[str]:
    """Return the operations of every expression that reaches the phone; it is sent no others."""
    shown = spec.outcome is not None and spec.outcome.show == "respondent"
    hidden = set() if shown else _outcome_only(spec)
    questions = [one for one in spec.questions() if one.name not in hidden]
    asked = [
        (one.relevant, one.required, one.constraint, one.alert, one.calculation, one.repeat_count) for one in questions
    ]
    found = [one for row in asked for one in row] + [page.relevant for page in spec.pages]
    if shown and spec.outcome:
        found += [rule.when for rule in spec.outcome.rules]
    return frozenset(name for one in found if one for name in one.functions)


def _question(question: Question, repeat: str, language: str) -> dict[str, Any]:
    required: Any = _tree(question.required)
    if question.always_required:
        required = True
    found = {
        "n": question.name,
        "t": question.type,
        "r": _tree(question.relevant),
        "q": required,
        "c": _tree(question.constraint),
        "a": _tree(question.alert),
        "k": _tree(question.calculation),
        "in": repeat or None,
        "rc": _tree(question.repeat_count),
        "m": {
            "required": say(question.required_message, language),
            "constraint": say(question.constraint_message, language) or _format_message(question, language),
        },
    }
    found["m"] = {key: text for key, text in found["m"].items() if text} or None
    return {key: value for key, value in found.items() if value is not None}


def _format_message(question: Question, language: str) -> str:
    """Return what to say of an answer that does not follow the question's format."""
    if not question.parameter("format"):
        return ""
    _cleaner, message = FORMATS[question.parameter("format")]
    return catalogue("messages", language)(message)


def _tree(expression: Expression | None) -> Any:
    return expression.tree if expression else None


def _outcome(spec: FormSpec) -> dict[str, Any]:
    rules = spec.outcome.rules if spec.outcome else ()
    return {"rules": [[rule.level, rule.when.tree, rule.card] for rule in rules], "show": True}


def _outcome_only(spec: FormSpec) -> set[str]:
    """Return the calculations that only a hidden outcome needs."""
    calculations = {one.name: one.calculation for one in spec.questions() if one.type == "calculate"}
    asked = [(one.relevant, one.required, one.constraint, one.alert, one.repeat_count) for one in spec.questions()]
    pending = [*(one for row in asked for one in row), *(page.relevant for page in spec.pages)]
    unused = set(calculations)
    while pending:
        expression = pending.pop()
        used = unused & expression.names if expression else set()
        unused -= used
        pending += [calculations[name] for name in used]
    return unused
