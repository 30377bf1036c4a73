"""Picked answers: one, many, and a box to tick."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from forms_app.specs.library import read_library
from forms_app.specs.model import Question
from forms_app.specs.types import TYPES, Problem

FORM = read_library(Path(__file__).parents[3] / "form_specs").by_id("odfc_attendance")


def clean(kind: str, *raw: str) -> Any:
    """Return the answer, or the code of the problem."""
    found = TYPES[kind].clean(raw, Question("q", kind, list_name="rel"), FORM)
    return f"!{found.code}" if isinstance(found, Problem) else found


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        (["ibu"], "ibu"),
        ([" ibu "], "ibu"),
        (["ibu", "ayah"], "ayah"),
        (["Ibu"], "!choice"),
        (["nenek"], "!choice"),
        (["ibu", ""], None),
    ],
)
def test_one(raw: list[str], answer: str | None):
    """A name of the list, exactly; of two the last."""
    assert clean("select_one", *raw) == answer


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        (["ayah", "ibu"], ["ibu", "ayah"]),
        (["ibu", "ibu", ""], ["ibu"]),
        (["ibu", "nenek"], "!choice"),
        (["ibu ayah"], "!choice"),
        ([""], None),
    ],
)
def test_many(raw: list[str], answer: Any):
    """Each name once, in the order of the list; one that is not in it spoils the answer."""
    assert clean("select_multiple", *raw) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [("true", True), ("on", True), ("", None), ("false", "!choice"), ("0", "!choice"), ("no", "!choice")],
)
def test_a_box_is_ticked_or_not(text: str, answer: Any):
    """Consent is never read out of another word."""
    assert clean("acknowledge", text) == answer


def test_the_widget_follows_the_appearance():
    """likert, faces and minimal show a list in their way; columns changes nothing but the layout."""
    kinds = {
        one: TYPES["select_one"].kind(Question("q", "select_one", appearance=(one,)), FORM)
        for one in TYPES["select_one"].appearances
    }
    assert kinds == {"likert": "likert", "faces": "faces", "minimal": "select", "columns": "radio", "quick": "radio"}
