"""The teacher's checklist against the rules of domain.md 2.4, restated here without the form's expressions."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_app.answers.filled import Filled
from forms_app.specs.library import Library

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "checklist.json").read_text(encoding="utf-8"))
COMMON = ["p3", "p4", "e1", "e2", "e4", "b1", "b2", "b3", "b4", "a1", "a2", "a3", "a4", "n1", "n2", "y1", "y2", "y3"]
STRONG = ["p1", "p2", "b5", "n3", "s1", "s2", "s3", "y4"]
STRONG_IN_SMALL_CHILDREN = ["e3", "n4", "s4"]
DANGER = ["d1", "d2", "d3", "d4", "d5"]
SIGNS = [name for name in (*COMMON, *STRONG, *STRONG_IN_SMALL_CHILDREN) if name != "a2"]
LEVELS = ["low", "watch", "urgent", "immediate"]


@dataclass(frozen=True)
class Verdict:
    """What the rules say of one checklist."""

    level: str
    few: bool
    absence: bool
    bk: bool


def points(answers: dict[str, str], name: str) -> int:
    """Return the points of one sign: how often it was seen, or the steps of the days absent; 9 and nothing are 0."""
    if name == "a2":
        days = int(answers["a2"] or 0)
        return 0 if days == 0 else 1 if days <= 2 else 2 if days <= 4 else 3
    return 0 if answers[name] == "9" else int(answers[name])


def judge(answers: dict[str, str]) -> Verdict:
    """Return the verdict by the rules as they are written down."""
    seen = {name: points(answers, name) for name in (*SIGNS, "a2")}
    total = sum(seen[name] for name in COMMON)
    categories = {name[0] for name in COMMON if seen[name] >= 2}
    strong = any(seen[name] >= 1 for name in STRONG) or any(seen[name] >= 2 for name in STRONG_IN_SMALL_CHILDREN)
    once = any(seen[name] == 1 for name in STRONG_IN_SMALL_CHILDREN)
    unsure = "tidak_tahu" in [answers[name] for name in (*DANGER, "disclosed")]
    if "ya" in [answers[name] for name in DANGER]:
        level = "immediate"
    elif answers["disclosed"] == "ya" or strong or total >= 15 or len(categories) >= 3:
        level = "urgent"
    elif any(seen[name] >= 2 for name in COMMON) or total >= 4 or once or unsure:
        level = "watch"
    else:
        level = "low"
    raised = answers.get("raise", "")
    if raised and LEVELS.index(raised) > LEVELS.index(level):
        level = raised
    unknown = [answers[name] for name in SIGNS].count("9") + (answers["a2"] == "")
    known_person = answers.get("concern_rel", "") not in ("", "dewasa_sekolah", "tidak_tahu")
    return Verdict(
        level, level == "low" and unknown >= 10, int(answers["a2"] or 0) >= 5, level == "watch" and known_person
    )


def seen_by_the_form(filled: Filled) -> Verdict:
    """Return the verdict that the form gives."""
    notes = {card.name for card in filled.notes}
    return Verdict(
        filled.level, "few" in notes, "absence" in notes, filled.card is not None and filled.card.name == "watch_bk"
    )


rare = st.sampled_from(["0"] * 12 + ["1", "2", "9"])
often = st.sampled_from(["0", "1", "2", "3", "9"])
unknown = st.sampled_from(["9", "9", "0"])
signs = st.one_of(*(st.fixed_dictionaries(dict.fromkeys(SIGNS, kind)) for kind in (rare, often, unknown)))
common_only = signs.map(lambda found: {**found, **dict.fromkeys((*STRONG, *STRONG_IN_SMALL_CHILDREN), "0")})
mostly_no = st.sampled_from(["tidak"] * 12 + ["ya", "tidak_tahu"])
dangers = st.fixed_dictionaries(dict.fromkeys([*DANGER, "disclosed"], mostly_no))
others = st.fixed_dictionaries(
    {
        "a2": st.one_of(st.just(""), st.integers(0, 24).map(str)),
        "raise": st.sampled_from(["", "", "", "watch", "urgent", "immediate"]),
        "concern_rel": st.sampled_from(["", "serumah", "teman", "dewasa_sekolah", "tidak_tahu", "daring"]),
    }
)


@given(st.one_of(signs, common_only), dangers, others)
def test_any_checklist_is_judged_as_written_down(
    library: Library,
    filling: Callable[..., Filled],
    seen: dict[str, str],
    danger: dict[str, str],
    other: dict[str, str],
):
    """Level, notes and the counsellor's card follow the rules of domain.md for any answers at all."""
    spec = library.by_id("detection_checklist_teacher")
    answers = {**dict(spec.sample), **seen, **danger, **other, "raise_reason": "Anak tampak takut."}
    filled = filling(spec, answers)
    assert [one.field for one in filled.problems] == []
    assert seen_by_the_form(filled) == judge(answers)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vector(vector: dict[str, Any], library: Library, filling: Callable[..., Filled]):
    """Each vector of the file is judged so by the form, and by the rules restated above."""
    spec = library.by_id("detection_checklist_teacher")
    answers = {**dict(spec.sample), **vector["answers"]}
    expected = Verdict(vector["level"], vector["few"], vector["absence"], vector["bk"])
    assert seen_by_the_form(filling(spec, answers)) == expected
    assert judge(answers) == expected


def test_the_signs_are_those_of_the_form(library: Library):
    """Eighteen common signs, eight strong and three that small children often show: 29, and all are asked."""
    asked = {one.name for one in library.by_id("detection_checklist_teacher").questions()}
    assert (len(COMMON), len(STRONG), len(STRONG_IN_SMALL_CHILDREN)) == (18, 8, 3)
    assert {*COMMON, *STRONG, *STRONG_IN_SMALL_CHILDREN, *DANGER} <= asked
