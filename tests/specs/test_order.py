"""Order: what a question depends on is worked out before it."""

from __future__ import annotations

from collections.abc import Callable

from forms_app.specs.library import Library
from forms_app.specs.model import FormSpec
from forms_app.specs.order import LEVEL, names_asked

Asking = Callable[..., FormSpec]


def test_what_is_needed_comes_first(asking: Asking):
    """Relevance and calculation order the answers, whatever order they are asked in."""
    spec = asking(
        "{name: z, type: text, label: Z, relevant: '${c} > 1'}",
        "{name: c, type: calculate, calculation: '${n} * 2'}",
        "{name: n, type: integer, label: N}",
    )
    assert [spec.order.index(name) for name in ("n", "c", "z")] == sorted(spec.order.index(name) for name in "ncz")


def test_required_and_constraint_do_not_order(asking: Asking):
    """Two questions may require each other: that is looked at afterwards."""
    spec = asking(
        "{name: x, type: text, label: X, required: \"${y} = ''\"}",
        "{name: y, type: text, label: Y, required: \"${x} = ''\"}",
    )
    assert set(spec.order) == {"x", "y"}


def test_every_shipped_order_respects_what_each_question_needs(shipped_forms: Library):
    """In every shipped form each name stands after all that its relevance, page and calculation name."""
    for spec in shipped_forms:
        for page in spec.pages:
            for question in page.questions:
                needs = {
                    name
                    for one in (page.relevant, question.relevant, question.calculation)
                    if one
                    for name in one.names
                }
                before = set(spec.order[: spec.order.index(question.name)])
                assert needs & set(spec.order) <= before


def test_the_level_comes_after_its_rules_and_before_what_asks_for_it(shipped_forms: Library):
    """`level` is worked out as soon as its rules can be."""
    spec = shipped_forms.by_id("detection_checklist_teacher")
    assert spec.outcome is not None
    assert all(
        spec.order.index(name) < spec.order.index(LEVEL) for rule in spec.outcome.rules for name in rule.when.names
    )


def test_all_expressions_tell_what_they_ask_for(asking: Asking):
    """Names are found in every column, in repeats too."""
    spec = asking(
        "{name: r, type: repeat, label: R, repeat_count: '${n}', "
        'questions: [{name: m, type: text, label: M, constraint: ". != ${event_code}"}]}',
        "{name: n, type: integer, label: N, required: \"${event_place} = 'x'\"}",
    )
    assert names_asked(spec.pages, spec.outcome) == {"n", "m", "event_code", "event_place"}
