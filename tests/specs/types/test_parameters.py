"""Parameters: what may stand behind `=`."""

from __future__ import annotations

import pytest

from forms_app.specs.types import TYPES
from forms_app.specs.types.parameters import example, is_valid, range_problem

KINDS = sorted({kind for one in TYPES.values() for kind in one.parameters.values()})


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_examples_that_it_accepts(kind: str):
    """The remedy of a message is itself right, and hostile values are not."""
    assert all(is_valid(kind, one) for one in example(kind).replace("…", ", ").split(", "))
    assert not any(is_valid(kind, one) for one in ("", " ", "²", "\0", "a b", "1.e9", "Nan"))


def test_an_unknown_kind_accepts_nothing():
    """What no type asks for is never valid."""
    assert not is_valid("colour", "red")


@pytest.mark.parametrize(
    ("values", "kind", "backwards"),
    [
        ({"min": "9", "max": "10"}, "number", False),
        ({"min": "10", "max": "9"}, "number", True),
        ({"min": "1", "max": "1"}, "number", False),
        ({"min": "10"}, "number", False),
        ({"min": "2026-02-01", "max": "2026-01-31"}, "date", True),
    ],
)
def test_bounds_that_no_answer_can_meet_are_noticed(values: dict[str, str], kind: str, backwards: bool):
    """Numbers are compared as numbers, days as days."""
    assert bool(range_problem(values, {"min": kind, "max": kind})) is backwards
