"""The plain sentence that stands beside a conditional question where no script hides it."""

from __future__ import annotations

from typing import Any

from forms_app.errors import N_
from forms_app.specs.library import say
from forms_app.specs.model import FormSpec, Question
from forms_app.translation import catalogue

WHEN = N_("Isi bila “{question}” dijawab “{answers}”.")
OTHERWISE = N_("Lewati bila tidak sesuai.")
OR = N_("atau")


def condition(spec: FormSpec, question: Question, language: str) -> str:
    """Return when to answer this question, or '' when it is always asked; what a group around it says is not repeated."""
    page = next((one for one in spec.pages if question in one.questions), None)
    expression = question.relevant or (page.relevant if page and not question.groups else None)
    if expression is None:
        return ""
    translate = catalogue("messages", language)
    found = _pairs(expression.tree)
    names = {name for name, _choice in found}
    if len(names) != 1 or not (asked := next((one for one in spec.questions() if one.name in names), None)):
        return translate(OTHERWISE)
    labels = {choice.name: say(choice.label, language) for choice in dict(spec.choices).get(asked.list_name, ())}
    answers = [labels.get(choice, "") for _name, choice in found]
    if not all(answers):
        return translate(OTHERWISE)
    joined = f"” {translate(OR)} “".join(answers)
    return translate(WHEN).format(question=say(asked.label, language), answers=joined)


def _pairs(tree: Any) -> list[tuple[str, str]]:
    """Return the (question, choice) pairs of `${q} = 'a' or selected(${q}, 'b')`; nothing for any other shape."""
    match tree:
        case ["=", ["ref", str(name)], str(choice)] | ["selected", ["ref" | "set", str(name)], str(choice)]:
            return [(name, choice)]
        case ["or", *sides]:
            pairs = [_pairs(side) for side in sides]
            return [pair for one in pairs for pair in one] if all(pairs) else []
    return []
