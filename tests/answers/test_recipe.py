"""The recipe: what a phone is told to fill a form in by itself, and what it must never know."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from forms_app.answers.recipe import recipe
from forms_app.specs.library import Library
from forms_app.specs.model import LEVELS, FormSpec

Asking = Callable[..., FormSpec]
SILENT = (
    "outcome: {show: never, rules: [{level: urgent, when: '${sum} > 1', card: k}, "
    "{level: low, when: 'true()', card: k}], cards: {k: {title: Rahasia, body: B}}, "
    "notes: {m: {title: T, body: B, when: '${sum} = 6'}}}\n"
)


def steps(spec: FormSpec, language: str = "id", **event: str) -> dict[str, Any]:
    """Return the steps of a recipe by name."""
    return {step["name"]: step for step in recipe(spec, language, event)["steps"] if step}


def test_a_level_that_is_never_shown_is_not_told(library: Library):
    """Of the parents' checklist the phone learns neither the rules nor the sums behind them; only the one card."""
    spec = library.by_id("detection_checklist_parent")
    told = recipe(spec, "id")
    assert told["outcome"] == {"card": "thanks"}
    text = json.dumps(told)
    assert not [word for word in (*LEVELS, "c_sum", "c_top", "b_top", "score") if f'"{word}"' in text]
    assert None in told["steps"]


def test_what_a_question_waits_for_is_told_also_beside_a_silent_level(asking: Asking):
    """The page has these calculations anyway; what only the rules or the office look at stays away."""
    spec = asking(
        "{name: n, type: integer, label: N}",
        "{name: half, type: calculate, calculation: '${n} div 2'}",
        "{name: sum, type: calculate, calculation: '${half} + 1'}",
        "{name: kept, type: calculate, calculation: '${n} * 3'}",
        "{name: more, type: text, label: M, relevant: '${half} > 1'}",
        head=SILENT,
    )
    assert set(steps(spec)) == {"n", "half", "more"}
    assert set(steps(asking(*_rows(spec)))) == {"n", "half", "sum", "kept", "more"}


def _rows(spec: FormSpec) -> list[str]:
    """Return the questions of a form as they are written."""
    return [
        f"{{name: {one.name}, type: {one.type}, label: L}}"
        if one.calculation is None
        else f"{{name: {one.name}, type: calculate, calculation: '{one.calculation.text}'}}"
        for one in spec.questions()
    ]


def test_what_only_the_site_can_work_out_is_not_told(asking: Asking):
    """Neither `uuid` nor what is made of it."""
    spec = asking(
        "{name: id, type: calculate, calculation: uuid()}",
        "{name: mark, type: calculate, calculation: \"concat(${id}, 'x')\"}",
        "{name: r, type: repeat, label: R, questions: [{name: a, type: text, label: A}, "
        "{name: key, type: calculate, calculation: uuid()}]}",
    )
    assert set(steps(spec)) == {"r"}
    assert [row["name"] for row in steps(spec)["r"]["rows"]] == ["a"]
    assert steps(spec)["r"]["children"] == ["a", "key", "."]


def test_messages_are_in_the_language_and_the_forms_own_win(asking: Asking):
    """Every complaint has its words, with bounds and limits in them; mentions of the event are filled in."""
    spec = asking(
        "{name: a, type: integer, label: A, parameters: min=2 max=5, required: 'true()', constraint: '. != 3', "
        "constraint_message: Bukan 3.}",
        "{name: t, type: text, label: T, parameters: max=9, required_message: 'Isi, ${event_topic}, ${a}.', "
        "required: 'true()'}",
        "{name: k, type: text, label: K, parameters: format=nik, constraint_message: NIK salah.}",
    )
    told = steps(spec, event_topic="bakti")
    assert told["a"]["say"]["low"] == told["a"]["say"]["high"] == "Isi angka dari 2 sampai 5."
    assert told["a"]["say"]["constraint"] == "Bukan 3."
    assert told["t"]["say"]["too-long"] == "Terlalu panjang. Paling banyak 9 huruf."
    assert told["t"]["say"]["required"] == "Isi, bakti, ${a}."
    assert told["k"]["say"]["format"] == "NIK salah."
    assert steps(spec, "en")["a"]["say"]["required"] != told["a"]["say"]["required"]


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_recipe_is_plain_json_and_small(library: Library, language: str):
    """It travels as it is, and no shipped form needs more than a page of pictures would."""
    for spec in library:
        told = recipe(spec, language)
        assert json.loads(json.dumps(told)) == told
        assert len(json.dumps(told, ensure_ascii=False).encode()) < 64 * 1024
