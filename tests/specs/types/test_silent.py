"""Types that nobody answers: notes, calculations, hidden values, repeats."""

from __future__ import annotations

from typing import Any

import pytest

from forms_app.specs.model import Question
from forms_app.specs.types import TYPES, Repeat

NO_FORM: Any = None


@pytest.mark.parametrize("name", ["note", "calculate", "hidden"])
def test_they_take_nothing_from_a_post(name: str):
    """A hostile page cannot answer for them."""
    assert not TYPES[name].posted


def test_a_note_stores_nothing():
    """Its text is in the form."""
    assert TYPES["note"].worst_bytes(Question("q", "note"), NO_FORM) == 0


@pytest.mark.parametrize(("parameters", "most"), [((), 802), ((("max", "1"),), 24), ((("max", "100"),), 402)])
def test_a_calculation_has_room_for_any_number(parameters: tuple[tuple[str, str], ...], most: int):
    """Texts are cut to `max`, but a number is written whole."""
    question = Question("q", "calculate", parameters=parameters)
    assert TYPES["calculate"].worst_bytes(question, NO_FORM) == most
    assert len(repr(-2.2250738585072014e-308)) <= most


@pytest.mark.parametrize(("most", "limit"), [("", 50), ("10", 10), ("9999", 50)])
def test_a_repeat_is_bounded(most: str, limit: int):
    """However often a spec allows it, never more than 50 times."""
    kind = TYPES["repeat"]
    assert isinstance(kind, Repeat)
    assert kind.limit(Question("q", "repeat", parameters=(("max", most),) if most else ())) == limit
