"""Rechecking: what was accepted is accepted again, and what no form can have given is named, never a crash."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms_app.answers.filled import Filled
from forms_app.answers.filling import fill
from forms_app.answers.recheck import StoredAnswers, as_posted, recheck
from forms_app.answers.sizes import record_bytes, worst_bytes
from forms_app.answers.submission import Submission, canonical
from forms_app.specs.library import Library, read_library
from forms_app.specs.model import FormSpec, Question

FORMS = read_library(Path(__file__).parents[2] / "form_specs").specs
BY_ID = {spec.form_id: spec for spec in FORMS}  # drawn by id: a failing test writes out what was drawn
TODAY = date(2026, 11, 22)
EVENT = {"event_jenjang": "paud", "event_topic": "deteksi_dini"}
Filling = Callable[..., Filled]


def answers_to(question: Question, spec: FormSpec) -> st.SearchStrategy[Any]:
    """Return texts that a person may well send for a question."""
    text = st.text(max_size=90)
    words = st.sampled_from(
        ["Sulastri Contoh", "0812-3456-7890", "0160000001", "41729 03855", "NI07", "é", '"\\', "\n\t x"]
    )
    if question.type == "select_one":
        return st.sampled_from(["", *(choice.name for choice in spec.choice_list(question.list_name))])
    if question.type == "select_multiple":
        return st.lists(st.sampled_from([choice.name for choice in spec.choice_list(question.list_name)]), max_size=4)
    if question.type == "repeat":
        entry = st.fixed_dictionaries({child.name: answers_to(child, spec) for child in question.children})
        return st.lists(entry, max_size=4)
    simple = {"integer": st.integers(-2, 30).map(str), "acknowledge": st.sampled_from(["", "true"])}
    return simple.get(question.type, st.one_of(text, words, words))


@st.composite
def fillings(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """Draw the id of a shipped form, and its sample with some answers changed."""
    spec = draw(st.sampled_from(FORMS))
    questions = [
        one for page in spec.pages for one in page.questions if one.type not in ("note", "calculate", "hidden")
    ]
    changed = draw(st.lists(st.sampled_from(questions), max_size=12, unique_by=lambda one: one.name))
    return spec.form_id, {**dict(spec.sample), **{one.name: draw(answers_to(one, spec)) for one in changed}}


def stored(filled: Filled, part: str = "", **values: Any) -> Submission:
    """Return a filling as it is sealed."""
    spec = filled.spec
    return Submission(
        form_id=spec.form_id,
        version=spec.version,
        digest=spec.digest,
        nonce="A" * 24,
        event="K7Q2MX",
        event_data={name: EVENT[name] for name in spec.event_names},
        filled_at="2026-11-22T01:02:03+00:00",
        level="" if part else filled.level,
        part=part,
        **{"answers": filled.part_answers(part), "calculated": {} if part else filled.calculated, **values},
    )


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(fillings())
def test_what_was_accepted_is_accepted_again_and_fits(case: tuple[str, dict[str, Any]]):
    """Every record of an accepted filling has no problem, the same answers, the same level, and fits its bytes."""
    spec, answers = BY_ID[case[0]], case[1]
    filled = fill(spec, posted_texts(answers), EVENT, TODAY)
    wrong = {one.field.partition("-")[0] for one in filled.problems}
    if wrong:
        filled = fill(
            spec, posted_texts({**answers, **{k: v for k, v in spec.sample if k in wrong}}), EVENT, date(2026, 11, 22)
        )
    if filled.problems:
        return
    for part in ("", *(one.name for one in spec.parts)):
        submission = Submission.from_bytes(stored(filled, part).to_bytes())
        again = recheck(spec, submission)
        assert again.problems == []
        assert len(submission.to_bytes()) <= worst_bytes(spec) <= record_bytes(spec)
        if not spec.parts:
            assert canonical(again.answers) == canonical(submission.answers)
            assert canonical(again.calculated) == canonical(submission.calculated)
            assert again.level == filled.level


@settings(max_examples=60)
@given(fillings())
def test_the_same_answers_give_the_same_bytes(case: tuple[str, dict[str, Any]]):
    """A page sent twice is the same record: the order and number of the fields sent make no difference."""
    spec, answers = BY_ID[case[0]], case[1]
    first, second = (
        fill(spec, posted_texts(dict(pairs)), EVENT, date(2026, 11, 22))
        for pairs in (answers.items(), reversed(answers.items()))
    )
    assert canonical(first.answers) == canonical(second.answers)
    assert first.problems == second.problems


def posted_texts(answers: dict[str, Any]) -> StoredAnswers:
    """Return answers as a page posts them."""
    texts: dict[str, tuple[str, ...]] = {}
    for name, answer in answers.items():
        if isinstance(answer, list) and answer and isinstance(answer[0], dict):
            for number, entry in enumerate(answer):
                for key, value in entry.items():
                    texts[f"{name}-{number}-{key}"] = tuple(value) if isinstance(value, list) else (value,)
        else:
            texts[name] = tuple(answer) if isinstance(answer, list) else (answer,)
    return StoredAnswers(texts)


def test_stored_answers_are_typed_again(library: Library, filling: Filling):
    """Entries of a repeat, ticks and choices become the fields that a page posts."""
    spec = library.by_id("event_registration")
    texts = as_posted(spec, filling(spec, dict(spec.sample)).answers)
    assert texts.getlist("children-1-nick") == ("Made",)
    assert texts.getlist("access") == ("alergi", "dibacakan") or texts.getlist("access") == ("dibacakan", "alergi")
    assert texts.getlist("agree") == ("true",)
    assert texts.getlist("nothing") == ()


@pytest.mark.parametrize(
    ("answers", "flaws"),
    [
        ({"unknown": "x"}, {"unknown:foreign"}),
        ({"a2": "2"}, {"a2:foreign"}),
        ({"a2": 2.0}, {"a2:integer"}),
        ({"a2": True}, {"a2:integer"}),
        ({"a2": 99}, {"a2:range"}),
        ({"p1": 1}, {"p1:foreign"}),
        ({"p1": "7"}, {"p1:choice"}),
        ({"p1": ["1"]}, {"p1:foreign"}),
        ({"p1": {"x": 1}}, {"p1:required"}),
        ({"done": "bicara_anak"}, {"done:foreign"}),
        ({"done": ["guru_bk", "bicara_anak"]}, {"done:foreign"}),
        ({"done": [[], {}, 5]}, {"done:foreign"}),
        ({"words": "not asked for"}, {"words:foreign"}),
        ({"child_name": ["a", 5]}, {"child_name:constraint"}),
        ({"staff_phone": "0812-3456-7890"}, {"staff_phone:foreign"}),
        ({"d1": None}, {"d1:required"}),
        ({"facts": "a\x00"}, {"facts:sign"}),
    ],
    ids=str,
)
def test_what_no_page_can_have_sent_is_named(
    answers: dict[str, Any], flaws: set[str], library: Library, filling: Filling
):
    """Anyone can seal to the office: unknown, unasked and mistyped answers are flagged, and nothing raises."""
    spec = library.by_id("detection_checklist_teacher")
    filled = filling(spec, dict(spec.sample))
    submission = stored(filled, answers={**filled.answers, **answers})
    assert {f"{one.field}:{one.problem.code}" for one in recheck(spec, submission).problems} == flaws


@pytest.mark.parametrize(
    "children",
    ["abc", 5, True, [], [5], [[]], [{"nick": 5}], [{"other": "x"}], {"0": {}}, [{"nick": {"x": []}}]],
    ids=str,
)
def test_a_hostile_repeat_is_named(children: Any, library: Library, filling: Filling):
    """Whatever stands where entries should be is flagged."""
    spec = library.by_id("event_registration")
    filled = filling(spec, dict(spec.sample))
    submission = stored(filled, answers={**filled.part_answers(""), "children": children})
    fields = {one.field.partition("-")[0] for one in recheck(spec, submission).problems}
    assert fields == {"children"}


def test_a_record_is_checked_by_its_own_day(asking: Callable[..., FormSpec], filling: Filling):
    """`today()` is the day of filling, not of opening."""
    spec = asking("{name: d, type: date, label: D, constraint: '. >= today()'}")
    filled = filling(spec, {"d": "2026-11-22"})
    assert recheck(spec, stored(filled)).problems == []


def test_a_changed_answer_is_noticed_in_a_part(library: Library, filling: Filling):
    """A part is checked without the questions that are not in it, but its own are."""
    spec = library.by_id("odfc_attendance")
    filled = filling(spec, dict(spec.sample))
    assert recheck(spec, stored(filled, "mood")).problems == []
    wrong = stored(filled, "mood", answers={"mood_before": "9"})
    assert [one.field for one in recheck(spec, wrong).problems] == ["mood_before"]


def test_an_entry_in_which_nothing_counts_is_no_foreign_answer(asking: Callable[..., FormSpec], filling: Filling):
    """Someone typed a name and what followed from it, and took the name back: the entry stands, empty, and is right."""
    spec = asking(
        "{name: r, type: repeat, label: R, questions: [{name: a, type: text, label: A}, "
        "{name: b, type: text, label: B, relevant: \"${a} != ''\"}, "
        "{name: p, type: calculate, calculation: position(..)}]}"
    )
    filled = filling(spec, {"r": [{"b": "x"}, {"a": "y"}]})
    assert filled.answers == {"r": [{}, {"a": "y"}]}
    again = recheck(spec, stored(filled))
    assert again.problems == []
    assert again.calculated == filled.calculated
