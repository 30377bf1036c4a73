"""Scope: calculations have the kind of their value, and circles are named."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forms_app.specs.model import FormSpec

Asking = Callable[..., FormSpec]
Mistakes = Callable[..., list[tuple[int, int, str]]]


@pytest.mark.parametrize(
    ("calculation", "used"),
    [("1 + 1", "${c} > 1"), ("1 = 1", "${c}"), ("today()", "${c} > '2026-01-01'"), ("'a'", "${c} = 'a'")],
)
def test_a_calculation_has_the_kind_of_its_value(calculation: str, used: str, asking: Asking):
    """Numbers, truths, dates and texts can be used as what they are, wherever the calculation stands."""
    spec = asking(
        f'{{name: n, type: note, label: N, relevant: "{used}"}}',
        f'{{name: c, type: calculate, calculation: "{calculation}"}}',
    )
    relevant = spec.question("n").relevant
    assert relevant is not None
    assert relevant.kind == "boolean"


def test_a_calculation_of_another_kind_is_refused(small: str, mistakes: Mistakes):
    """A number is not compared with a word, also when both are calculated."""
    note = "{name: n, type: note, label: N, relevant: \"${c} = 'a'\"}"
    rows = f"{{name: c, type: calculate, calculation: 1 + 1}}\n      - {note}"
    assert mistakes(small.replace("{name: a, type: select_one yn, label: A}", rows)) == [(20, 59, "expression")]


@pytest.mark.parametrize("space", ["", " "])
def test_a_calculation_that_needs_itself_is_named(space: str, small: str, mistakes: Mistakes):
    """Calculations in a circle are named, however their references are spelt."""
    rows = "\n      - ".join(
        f"{{name: {one}, type: calculate, calculation: '${{{space}{other}{space}}} + 1'}}"
        for one, other in ("xy", "yx")
    )
    found = mistakes(small.replace("{name: a, type: select_one yn, label: A}", rows))
    assert [(line, code) for line, _column, code in found if code == "calculation.cycle"] == [
        (19, "calculation.cycle"),
        (20, "calculation.cycle"),
    ]


def test_a_repeat_is_seen_from_outside_and_inside(asking: Asking):
    """Outside, its questions are lists; inside, they are single answers."""
    spec = asking(
        "{name: r, type: repeat, label: R, questions: [{name: n, type: integer, label: N}, "
        "{name: m, type: text, label: M, relevant: '${n} > 1'}]}",
        "{name: c, type: calculate, calculation: 'sum(${n}) + count(${r})'}",
    )
    assert spec.order.index("r") < spec.order.index("c")


def test_level_and_event_can_be_named(asking: Asking):
    """`${level}` has its four values, and the event's data are texts."""
    spec = asking("{name: n, type: note, label: N, relevant: \"${level} = 'low' and ${event_jenjang} = 'sd'\"}")
    assert spec.event_names == ("event_jenjang",)
