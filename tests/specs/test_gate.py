"""The gate: what a readable form still needs before people may meet it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from forms_app.specs.gate import check_spec
from forms_app.specs.library import Library
from forms_app.specs.model import FormSpec
from forms_app.specs.places import Places
from forms_app.specs.reader import read_spec

Asking = Callable[..., FormSpec]
N = "{name: n, type: integer, label: N}"
ASKED = "{name: n, type: integer, label: N, required: 'true()'}"
SUM = "{name: c, type: calculate, calculation: '%s'}"
LEVEL_21 = [(21, "level.empty")]
OUTCOME = (
    "outcome: {show: never, rules: [{level: urgent, when: '%s', card: k}, {level: low, when: 'true()', card: k}], "
    "cards: {k: {title: T, body: B}}}\n"
)


def codes(spec: FormSpec) -> list[tuple[int, str]]:
    """Return line and code of everything that the gate finds."""
    return [(one.line, one.code) for one in check_spec(spec, "f.yaml")]


def test_every_shipped_form_passes(shipped_forms: Library):
    """What comes with the product may go live."""
    assert {spec.form_id: codes(spec) for spec in shipped_forms} == {spec.form_id: [] for spec in shipped_forms}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("readers: [office]", "readers: [office, event]", "secret.readers"),
        ("pages:", "parts: {p: {readers: [office], retention: {site: 1d, office: 1d}}}\npages:", "secret.parts"),
        ("label: A}", "label: A, relevant: \"${event_topic} = 'x'\"}", "secret.event"),
    ],
)
def test_a_secret_form_shows_nothing_outside(old: str, new: str, code: str, small: str):
    """The office alone reads it, whole, and no event's data are in it."""
    text = secret(small).replace(old, new)
    assert codes(read_spec(text, "f")) == [(1, code)]
    assert codes(read_spec(small.replace(old, new), "f")) == []


def secret(small: str) -> str:
    """Return the small form as a secret one."""
    sealed = small.replace("seal_at: arrival", "seal_at: phone")
    assert sealed != small
    return sealed.replace("sensitivity: personal", "sensitivity: secret")


def test_a_secret_form_is_sealed_on_the_phone(small: str):
    """Sealed on arrival, the site would read it: such a form cannot go live. Any other may be either."""
    assert codes(read_spec(secret(small), "f")) == []
    assert codes(read_spec(secret(small).replace("seal_at: phone", "seal_at: arrival"), "f")) == [(1, "secret.seal")]
    assert codes(read_spec(small.replace("seal_at: arrival", "seal_at: phone"), "f")) == []


def test_a_question_that_nobody_reaches_is_named(small: str):
    """What `reach.py` finds is a problem at the question's line."""
    assert codes(read_spec(small.replace("label: A}", "label: A, relevant: false()}"), "f")) == [
        (19, "question.unreachable")
    ]


def test_of_a_group_that_nobody_reaches_only_the_group_is_named(asking: Asking):
    """Its members, and those of a repeat, are not mended one by one."""
    group = "{name: g, type: group, relevant: false(), questions: [{name: s, type: text, label: S}]}"
    repeat = "{name: r, type: repeat, label: R, relevant: false(), questions: [{name: t, type: text, label: T}]}"
    assert codes(asking(group, repeat)) == [(19, "question.unreachable"), (20, "question.unreachable")]


def test_a_place_on_the_map_is_for_public_forms_only(small: str):
    """Where a child lives is no point on a map; a gate may be one."""
    text = small.replace("{name: a, type: select_one yn, label: A}", "{name: a, type: geopoint, label: A}")
    assert codes(read_spec(text, "f")) == [(19, "geopoint.child")]
    assert codes(read_spec(text.replace("sensitivity: personal", "sensitivity: public"), "f")) == []


def test_a_problem_of_a_block_stands_at_its_place_in_the_block(small: str, tmp_path: Path):
    """The author is led to the block's file, line and column, not to that line of the form."""
    (tmp_path / "blocks").mkdir()
    block = "questions:\n\n  - {name: b, type: text, label: B, relevant: false()}\n"
    (tmp_path / "blocks" / "inner.yaml").write_text(block, encoding="utf-8")
    (tmp_path / "blocks" / "outer.yaml").write_text("questions:\n  - include: inner\n", encoding="utf-8")
    path = tmp_path / "f.yaml"
    path.write_text(small + "      - include: outer\n", encoding="utf-8")
    spec = read_spec(path.read_text(encoding="utf-8"), "f.yaml", tmp_path)
    (problem,) = check_spec(spec, "f.yaml", Places("f.yaml", path, tmp_path))
    assert (problem.file, problem.line, problem.column) == ("blocks/inner.yaml", 3, 5)


def test_an_alert_opens_a_card(asking: Asking):
    """Without an urgent card nobody in danger would see a number; an outcome that is never shown may have one."""
    alert = "{name: a, type: select_one yn, label: A, alert: \"${a} = 'ya'\"}"
    never = OUTCOME % "true()"
    assert codes(asking(alert)) == [(19, "alert.card")]
    assert [code for _line, code in codes(asking(alert, head=never))] == ["alert.card"]
    assert codes(asking(alert, head=never.replace("body: B", "body: B, urgent: true"))) == []
    assert codes(asking("{name: a, type: select_one yn, label: A}")) == []


def test_an_outcome_covers_everybody(asking: Asking):
    """The last rule holds always, so that nobody ends without a level."""
    rules = "outcome: {show: never, rules: [{level: low, when: '%s', card: k}], cards: {k: {title: T, body: B}}}\n"
    assert codes(asking(ASKED, head=rules % "true()")) == []
    assert codes(asking(ASKED, head=rules % "${n} > 3")) == [(1, "outcome.open")]


@pytest.mark.parametrize(
    ("rows", "when", "found"),
    [
        ([N], "${n} > 3", [(20, "level.empty")]),
        ([ASKED], "${n} > 3", []),
        ([N], "coalesce(${n}, 0) > 3", []),
        ([N, SUM % "${n} + 1"], "${c} > 3", [(20, "level.empty"), (21, "level.empty")]),
        ([N, SUM % "coalesce(${n}, 0) + 1"], "${c} > 3", []),
        ([ASKED, "{name: m, type: integer, label: M, required: 'true()', relevant: '${n} = 1'}"], "${m} > 3", LEVEL_21),
    ],
)
def test_a_level_never_sinks_because_an_answer_is_missing(
    rows: list[str], when: str, found: list[tuple[int, str]], asking: Asking
):
    """An optional answer that a level orders or calculates with needs `coalesce`, directly or through calculations."""
    head = OUTCOME % when
    assert sorted(codes(asking(*rows, head=head))) == found


@pytest.mark.parametrize(
    "column", ["relevant: \"${level} = 'low'\"", "required: \"${level} = 'low'\"", "constraint: '${c} = 1'"]
)
def test_nothing_that_is_asked_waits_for_a_level_that_is_never_shown(column: str, asking: Asking):
    """A phone that asks by the level would have to know its rules; what is only worked out may use it."""
    rows = [ASKED, SUM % "if(${level} = ''low'', 1, 2)", f"{{name: t, type: text, label: T, {column}}}"]
    silent = OUTCOME % "${n} > 3"
    assert codes(asking(*rows, head=silent)) == [(22, "level.told")]
    assert codes(asking(*rows[:2], head=silent)) == []
    assert codes(asking(*rows, head=silent.replace("never", "respondent"))) == []


def test_a_part_does_not_leak_into_the_main_record(asking: Asking):
    """What the main record stores must not be worked out from answers that were set apart; a note may."""
    head = "parts: {p: {readers: [office], retention: {site: 1d, office: 1d}}}\n"
    apart = "{name: b, type: select_one yn, label: B, part: p}"
    assert codes(asking(apart, "{name: c, type: calculate, calculation: 'score(${b})'}", head=head)) == [
        (21, "part.leak")
    ]
    assert codes(asking(apart, "{name: c, type: text, label: C, relevant: \"${b} = 'ya'\"}", head=head)) == [
        (21, "part.leak")
    ]
    group = "{name: g, type: group, relevant: \"${b} = 'ya'\", questions: [{name: c, type: text, label: C}]}"
    assert codes(asking(apart, group, head=head)) == [(21, "part.leak")]
    repeat = (
        "{name: r, type: repeat, label: R, questions: [{name: c, type: text, label: C, relevant: \"${b} = 'ya'\"}]}"
    )
    assert codes(asking(apart, repeat, head=head)) == [(21, "part.leak")]
    assert codes(asking(apart, "{name: c, type: note, label: C, relevant: \"${b} = 'ya'\"}", head=head)) == []
    assert codes(asking(apart, "{name: c, type: text, label: C, part: p, relevant: \"${b} = 'ya'\"}", head=head)) == []
