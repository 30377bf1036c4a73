"""Questions that nobody can reach: found when it is certain, and never guessed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_app.specs.model import FormSpec
from forms_app.specs.reach import unreachable

Asking = Callable[..., FormSpec]
A = "{name: a, type: select_one yn, label: A}"
B = "{name: b, type: select_one yn, label: B}"
M = "{name: m, type: select_multiple yn, label: M}"
N = "{name: n, type: integer, label: N, parameters: min=0 max=10}"
D = "{name: d, type: decimal, label: D}"
T = "{name: t, type: text, label: T}"
K = "{name: k, type: acknowledge, label: K}"
C = "{name: c, type: calculate, calculation: 'score(${a})'}"
ALL = (A, B, M, N, D, T, K, C)
LEVELS = "outcome: {show: never, rules: [{level: low, when: 'true()', card: k}], cards: {k: {title: T, body: B}}}\n"


def dead(spec: FormSpec) -> list[str]:
    """Return the names of the questions that nobody reaches."""
    return [one.name for one in unreachable(spec)]


def shown_if(relevant: str) -> str:
    """Return one more question with this condition."""
    return f'{{name: q, type: note, label: Q, relevant: "{relevant}"}}'


@pytest.mark.parametrize(
    "relevant",
    [
        "false()",
        "1 > 2",
        "${a} = 'ya' and ${a} = 'tidak'",
        "${t} = 'x' and (${a} = 'ya' and 'tidak' = ${a})",
        "${a} != 'ya' and ${a} != 'tidak' and ${a} != ''",
        "not(${a} = 'ya' or ${a} != 'ya')",
        "${a} = 'ya' and score(${a}) < 1",
        "${a} = 'ya' and ${b} = 'ya' and ${a} != ${b}",
        "${n} > 10",
        "${n} = 3 and ${n} = 4",
        "${n} > 5 and ${n} < 6",
        "${d} > 5 and ${d} <= 5",
        "${k} = true() and ${k} = false()",
        "selected(${m}, 'ya') and not(selected(${m}, 'ya'))",
        "selected(${a}, 'ya') and ${a} = 'tidak'",
    ],
)
def test_a_condition_that_can_never_hold(relevant: str, asking: Asking):
    """Constants, choices that exclude each other, numbers outside their range."""
    assert dead(asking(*ALL, shown_if(relevant))) == ["q"]


@pytest.mark.parametrize(
    "relevant",
    [
        "${a} = 'ya' or ${a} = 'tidak'",
        "${a} = 'ya' and ${b} = 'tidak'",
        "${a} != 'ya' and ${a} != 'tidak'",
        "${t} = 'x' and ${t} = 'y'",
        "${c} > 100",
        "${n} * 2 > 30",
        "${n} >= 10",
        "${d} > 5 and ${d} < 6",
        "${n} > 2.5 and ${n} < 3.5",
        "selected(${m}, 'ya') and selected(${m}, 'tidak')",
        "count-selected(${m}) > 5",
        "today() = '1999-01-01' and ${a} = 'ya'",
        "random() > 0.5 and ${a} = 'ya'",
        "jr:choice-name(${a}, '${a}') = 'Ya'",
        "${event_topic} = 'a' and ${event_topic} = 'b'",
    ],
)
def test_what_is_possible_or_uncertain_is_let_alone(relevant: str, asking: Asking):
    """No honest form is called broken; free words, sums and event data are not reasoned about."""
    assert dead(asking(*ALL, shown_if(relevant))) == []


def test_a_level_that_no_rule_gives(asking: Asking):
    """A question for an urgent level is out of reach where the rules know only `low`."""
    assert dead(asking(A, shown_if("${level} = 'urgent'"), head=LEVELS)) == ["q"]
    assert dead(asking(A, shown_if("${level} = 'low'"), head=LEVELS)) == []


def test_what_waits_for_an_unreachable_question_is_unreachable_too(asking: Asking):
    """Through any number of steps, and through calculations; what such an answer would have forbidden is asked."""
    gone = "{name: x, type: select_one yn, label: X, relevant: false()}"
    after = "{name: y, type: select_one yn, label: Y, relevant: \"${x} = 'ya'\"}"
    total = "{name: z, type: calculate, calculation: 'score(${y})', relevant: \"${y} != ''\"}"
    assert dead(asking(gone, after, total, shown_if("${z} > 0"))) == ["x", "y", "z", "q"]
    assert dead(asking(gone, shown_if("${x} != 'ya'"))) == ["x"]
    assert dead(asking(gone, A, shown_if("${x} = 'ya' or ${a} = 'ya'"))) == ["x"]


def test_repeats(asking: Asking):
    """Questions of a repeat: their own condition, with the repeat's, and a repeat without an entry."""
    row = "{name: r, type: repeat, label: R, relevant: \"${a} = 'ya'\", questions: [%s]}"
    inner = "{name: s, type: text, label: S, relevant: \"${a} = 'tidak'\"}, {name: u, type: text, label: U}"
    assert dead(asking(A, row % inner)) == ["s"]
    second = "{name: s, type: text, label: S, relevant: position(..) > 1}, {name: u, type: text, label: U}"
    assert dead(asking(f"{{name: r, type: repeat, label: R, questions: [{second}]}}")) == []
    none = "{name: r, type: repeat, label: R, repeat_count: '0', questions: [{name: u, type: integer, label: U}]}"
    assert dead(asking(none, shown_if("sum(${u}) > 0"))) == ["r", "u", "q"]
    assert dead(asking(none, shown_if("sum(${u}) = 0"))) == ["r", "u"]
    counted = none.replace("'0'", "'${n}'")
    assert dead(asking(N, counted)) == []


def test_groups(asking: Asking):
    """The condition of a group holds for all that is in it, with those of the groups around and its own."""
    group = "{name: g, type: group, relevant: \"${a} = 'ya'\", questions: [%s]}"
    inner = "{name: h, type: group, questions: [{name: s, type: text, label: S, relevant: \"${a} = 'tidak'\"}]}"
    assert dead(asking(A, group % inner)) == ["s"]
    assert dead(asking(A, group.replace("${a} = 'ya'", "false()") % inner)) == ["g", "h", "s"]


def test_a_number_from_a_range(asking: Asking):
    """Only its steps are answers."""
    pain = "{name: p, type: range, label: P, parameters: start=0 end=1 step=0.5}"
    assert dead(asking(pain, shown_if("${p} > 0.5 and ${p} < 1"))) == ["q"]
    assert dead(asking(pain, shown_if("${p} = 0.5"))) == []


def test_a_whole_page(small: str):
    """A page that never comes takes its questions along."""
    from forms_app.specs.reader import read_spec

    assert dead(read_spec(small.replace("label: Satu", "label: Satu\n    relevant: false()"), "f")) == ["a"]


SIMPLE = st.sampled_from(
    ["${a} = 'ya'", "${a} != 'tidak'", "${b} = 'ya'", "${n} > 3", "${n} = 2", "${n} <= 0", "${k} = true()"]
)
CONDITION = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]} and {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} or {two[1]})"),
        inner.map(lambda one: f"not({one})"),
    ),
    max_leaves=6,
)


@given(condition=CONDITION)
def test_the_verdict_is_the_one_of_trying_every_answer(condition: str, asking: Asking):
    """A question is called unreachable exactly if no combination of answers shows it."""
    spec = asking(*ALL, shown_if(condition))
    expression = spec.question("q").relevant
    assert expression
    answers = [
        {"a": a, "b": b, "n": n, "k": k}
        for a in (None, "ya", "tidak")
        for b in (None, "ya", "tidak")
        for n in (None, *range(11))
        for k in (None, True)
    ]
    assert (dead(spec) == ["q"]) == (not any(expression.holds(one) for one in answers))
