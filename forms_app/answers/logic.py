"""What the phone needs to know of a form: its expressions as trees, and the messages that go with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from forms_app.specs.expressions import Expression
from forms_app.specs.library import say
from forms_app.specs.model import FormSpec, Question


def logic(spec: FormSpec, event: Mapping[str, str], language: str) -> str:
    """Return the form's logic as JSON that is safe inside a script element.

    An outcome that is never shown is left out whole: its rules do not reach the phone (DESIGN section 3).
    """
    shown = spec.outcome is not None and spec.outcome.show == "respondent"
    needed = set() if shown else _outcome_only(spec)
    questions = [
        _question(one, "", language) for page in spec.pages for one in page.questions if one.name not in needed
    ] + [_question(child, one.name, language) for one in spec.questions() for child in one.children]
    page = {
        "q": questions,
        "s": [_tree(one.relevant) for one in spec.pages],
        "o": _outcome(spec) if shown else None,
        "v": {name: event.get(name, "") for name in spec.event_names},
    }
    text = json.dumps(page, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _question(question: Question, repeat: str, language: str) -> dict[str, Any]:
    required: Any = _tree(question.required)
    if question.required and question.required.text.strip() == "true()":
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
            "constraint": say(question.constraint_message, language),
        },
    }
    found["m"] = {key: text for key, text in found["m"].items() if text} or None
    return {key: value for key, value in found.items() if value is not None}


def _tree(expression: Expression | None) -> Any:
    return expression.tree if expression else None


def _outcome(spec: FormSpec) -> dict[str, Any]:
    rules = spec.outcome.rules if spec.outcome else ()
    return {"rules": [[rule.level, rule.when.tree, rule.card] for rule in rules], "show": True}


def _outcome_only(spec: FormSpec) -> set[str]:
    """Return the calculations that only a hidden outcome needs."""
    used = {
        name
        for one in spec.questions()
        for expression in (one.relevant, one.required, one.constraint, one.alert, one.repeat_count)
        if expression
        for name in expression.names
    }
    return {one.name for one in spec.questions() if one.type == "calculate" and one.name not in used}
