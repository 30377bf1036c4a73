"""Logic: what the phone is told of a form, and what it is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from forms_app.answers.logic import functions, logic
from forms_app.specs.library import Library
from forms_app.specs.model import FormSpec

Asking = Callable[..., FormSpec]
HIDDEN = (
    "outcome: {show: never, rules: [{level: urgent, when: '${o} > 1', card: k}], "
    "cards: {k: {title: Rahasia, body: B}}}\n"
)


def told(spec: FormSpec, language: str = "id", **event: str) -> dict[str, Any]:
    """Return what the phone is told."""
    found: dict[str, Any] = json.loads(logic(spec, event, language))
    return found


def test_every_question_is_told_with_what_it_needs(asking: Asking):
    """Trees stand under short names, and what is not there is left out."""
    spec = asking(
        "{name: a, type: select_one yn, label: A, required: 'true()'}",
        "{name: r, type: repeat, label: R, repeat_count: '2', questions: [{name: b, type: text, label: B, "
        "relevant: \"${a} = 'ya'\", required: \"${a} = 'ya'\", "
        "constraint: \". != 'x'\", constraint_message: Bukan x., alert: \"${b} = 'y'\"}]}",
    )
    first, repeat, inner = told(spec)["q"]
    assert first == {"n": "a", "t": "select_one", "q": True, "p": 0}
    assert repeat == {"n": "r", "t": "repeat", "rc": 2, "p": 0}
    assert inner["in"] == "r"
    assert inner["r"] == inner["q"] == ["=", ["ref", "a"], "ya"]
    assert inner["m"] == {"constraint": "Bukan x."}
    assert {"c", "a"} <= set(inner)


def test_a_hidden_outcome_never_reaches_the_phone(asking: Asking):
    """Neither its rules nor the calculations that only it needs."""
    spec = asking(
        "{name: n, type: integer, label: N}", "{name: o, type: calculate, calculation: '${n} * 2'}", head=HIDDEN
    )
    found = told(spec)
    assert found["o"] is None
    assert [one["n"] for one in found["q"]] == ["n"]
    assert "Rahasia" not in logic(spec, {}, "id")


def test_calculations_that_the_page_needs_stay(asking: Asking):
    """What a page's relevance needs is told, through other calculations too."""
    pages = (
        "- label: P\n  questions:\n  - {name: n, type: integer, label: N}\n"
        "  - {name: o, type: calculate, calculation: '${n} * 2'}\n"
        "  - {name: p, type: calculate, calculation: '${o} + 1'}\n"
        "  - {name: z, type: calculate, calculation: '${o} + 2'}\n"
        "- label: Q\n  relevant: '${p} > 3'\n  questions:\n  - {name: t, type: text, label: T}\n"
    )
    found = told(asking(head=HIDDEN, pages=pages))
    assert [one["n"] for one in found["q"]] == ["n", "o", "p", "t"]
    assert found["s"][1] == [">", ["num", "p"], 3]


def test_only_the_operations_of_what_is_told_are_sent(asking: Asking):
    """What a hidden outcome calculates with does not reach the phone."""
    rows = (
        "{name: n, type: integer, label: N, constraint: '. > 2'}",
        "{name: o, type: calculate, calculation: '${n} * 2'}",
    )
    assert {">", "num"} <= functions(asking(*rows)) == functions(asking(*rows, head=HIDDEN))
    assert "*" in functions(asking(*rows, head=HIDDEN.replace("never", "respondent")))


def test_a_shown_outcome_is_told(library: Library):
    """Rules with level and card, so that the phone can say it without signal."""
    outcome = told(library.by_id("detection_checklist_teacher"))["o"]
    assert outcome["rules"][0][::2] == ["immediate", "immediate"]
    assert outcome["show"] is True


def test_only_the_event_data_that_the_form_uses_are_told(library: Library):
    """No more of the event stands in the page than its expressions need."""
    spec = library.by_id("odfc_attendance")
    assert told(spec, event_jenjang="sd", event_place="x")["v"] == {"event_jenjang": "sd"}
    assert told(spec)["v"] == {"event_jenjang": ""}


def test_nothing_in_it_ends_the_script(asking: Asking):
    """Neither a message nor the event's data can close the script element or begin a comment."""
    spec = asking(
        "{name: a, type: text, label: A, constraint: '. = ${event_place}', constraint_message: '</script><!-- x'}",
    )
    text = logic(spec, {"event_place": "</SCRIPT>\u2028\u2029"}, "id")
    assert "<" not in text
    assert not {"\u2028", "\u2029"} & set(text)
    assert told(spec, event_place="</SCRIPT>\u2028")["v"]["event_place"] == "</SCRIPT>\u2028"
    assert told(spec)["q"][0]["m"]["constraint"] == "</script><!-- x"
