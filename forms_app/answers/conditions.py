"""The plain sentence that stands beside a conditional question where no script hides it."""

from __future__ import annotations

from typing import Any

from forms_app.errors import N_
from forms_app.specs.expressions import Expression
from forms_app.specs.library import say
from forms_app.specs.model import FormSpec, Question
from forms_app.translation import catalogue

WHEN = N_("Isi bila “{question}” dijawab “{answers}”.")
UNLESS = N_("Lewati bila “{question}” dijawab “{answers}”.")
FILLED = N_("Isi bila “{question}” sudah diisi.")
OTHERWISE = N_("Lewati bila tidak sesuai.")
READ = {
    WHEN: N_("Baca bila “{question}” dijawab “{answers}”."),
    UNLESS: N_("Abaikan bila “{question}” dijawab “{answers}”."),
    FILLED: N_("Baca bila “{question}” sudah diisi."),
    OTHERWISE: N_("Abaikan bila tidak sesuai."),
}
"""The same of what is only read."""
OR = N_("atau")


def condition(spec: FormSpec, question: Question, language: str) -> str:
    """Return when to answer this question, or '' when it is always asked; what its group says is not repeated."""
    page = next((one for one in spec.pages if question in one.questions), None)
    relevant = question.relevant or (page.relevant if page and not question.groups else None)
    return in_words(spec, relevant, language, read=question.type == "note")


def in_words(spec: FormSpec, expression: Expression | None, language: str, *, read: bool = False) -> str:
    """Return the sentence that says when to answer, or to read, what has this condition; '' where there is none."""
    if expression is None:
        return ""
    translate = catalogue("messages", language)
    pattern, found = _shape(expression.tree)
    names = {name for name, _choice in found}
    if len(names) != 1 or not (asked := next((one for one in spec.questions() if one.name in names), None)):
        return translate(READ[OTHERWISE] if read else OTHERWISE)
    labels = {choice.name: say(choice.label, language) for choice in dict(spec.choices).get(asked.list_name, ())}
    answers = [labels.get(choice, "") for _name, choice in found]
    if not asked.label or not (all(answers) or pattern == FILLED):
        return translate(READ[OTHERWISE] if read else OTHERWISE)
    joined = f"” {translate(OR)} “".join(answers)
    return translate(READ[pattern] if read else pattern).format(question=say(asked.label, language), answers=joined)


def _shape(tree: Any) -> tuple[str, list[tuple[str, str]]]:
    """Return the sentence that fits an expression, and the (question, choice) pairs that it speaks of."""
    match tree:
        case ["!=", ["ref", str(name)], ""] | ["not", ["=", ["ref", str(name)], ""]]:
            return FILLED, [(name, "")]
        case ["not", inner]:
            return UNLESS, _pairs(inner)
        case ["!=", ["ref", str(name)], str(choice)]:
            return UNLESS, [(name, choice)]
    return WHEN, _pairs(tree)


def _pairs(tree: Any) -> list[tuple[str, str]]:
    """Return the (question, choice) pairs of `${q} = 'a' or selected(${q}, 'b')`; nothing for any other shape."""
    match tree:
        case ["=", ["ref", str(name)], str(choice)] | ["selected", ["ref" | "set", str(name)], str(choice)]:
            return [(name, choice)]
        case ["or", *sides]:
            pairs = [_pairs(side) for side in sides]
            return [pair for one in pairs for pair in one] if all(pairs) else []
    return []
