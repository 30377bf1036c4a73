"""The contract that every question type keeps, whatever is posted to it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_app.answers.submission import canonical
from forms_app.specs.expressions.kinds import QUESTION_KINDS
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.reader import read_spec
from forms_app.specs.types import REFUSED, TYPES, Problem

HOSTILE = [
    "\0",
    "\ud800",
    "+62\udfff",
    "\u202egnirts",
    "\u2066\u2069",
    "a" + "\u0301\u0327" * 50_000,
    "0" * 100_000,
    "1" * 100_000,
    "٣",
    "²",
    "½",
    "-",
    ".",
    ",",
    "1e9",
    "nan",
    "inf",
    "0x10",
    "1_000",
    "{}",
    "${a}",
    "<script>",
    "\x85",
    "\r\n",
    "\ufeff",
    "9" * 15,
    "-0",
    "1/1/1",
    "9999-99-99",
    "24:00",
    "true",
    "True",
]
PLAUSIBLE = ["≥5", "ya", "18.72.01", "0812-3456-7890", "41729 03855", "29/02/2024", "8.30", "0,00001", "0,25"]
PLAUSIBLE += ["29/02/2024 8.30", "2026-11-22T08:30", "-5.11, 105.30", "-5.11 105.30 0 12", "p1234567"]
PLAUSIBLE += ["18720141 12900001"]
VARIANTS = [
    "type: text",
    "type: text, appearance: multiline, parameters: max=12",
    "type: text, parameters: case=upper max=4",
    "type: text, parameters: format=phone max=3",
    "type: text, parameters: format=receipt",
    "type: integer",
    "type: text, parameters: format=npsn",
    "type: text, parameters: format=nisn",
    "type: text, parameters: format=nik",
    "type: integer, parameters: min=-5 max=5",
    "type: decimal",
    "type: decimal, parameters: min=0.5",
    "type: date",
    "type: date, parameters: min=2026-01-01 max=2026-12-31",
    "type: time",
    "type: dateTime",
    "type: range",
    "type: range, parameters: start=-1 end=1 step=0.25",
    "type: range, parameters: start=0 end=1000 step=5",
    "type: select_one odd",
    "type: select_multiple odd",
    "type: rank odd",
    "type: acknowledge",
    "type: barcode",
    "type: barcode, parameters: max=8",
    "type: geopoint",
]
DOCS = Path(__file__).parents[3] / "docs" / "form-authors.md"
LINES = "\n".join(f"  - {{name: q{number}, label: L, {one}}}" for number, one in enumerate(VARIANTS))
SPECS = Path(__file__).parents[3] / "form_specs"
FORM_TEXT = f"""\
form_id: types
slug: "1"
version: "1"
title: T
heading: H
audience: guru
sensitivity: personal
readers: [office]
seal_at: arrival
legal_basis: consent
retention: {{site: 30d, office: 1y}}
languages: [id]
choices:
  odd: [{{name: "≥5", label: L}}, {{name: 18.72.01, label: L}}, {{name: ya, label: L}}]
pages:
- label: P
  questions:
{LINES}
"""
FORM = read_spec(FORM_TEXT, "types.yaml")
QUESTIONS = list(FORM.questions())
typed = st.one_of(
    st.text(),
    st.text("0123456789+-.,:/ ٣\u00a0", max_size=20),
    st.sampled_from([*HOSTILE, *PLAUSIBLE]),
    st.text(st.characters(min_codepoint=0x300, max_codepoint=0x1FFF), max_size=30),
    st.text('ﬃßΐŉ"\\\n\tu\u0308\u0304', max_size=15),
)


def clean(question: Question, raw: list[str], spec: FormSpec = FORM) -> Any:
    """Return what a question makes of posted texts."""
    return TYPES[question.type].clean(raw, question, spec)


def shown(question: Question, answer: Any) -> list[str]:
    """Return the texts by which an answer is given again."""
    return answer if isinstance(answer, list) else [TYPES[question.type].show(answer)]


def test_every_type_that_is_posted_is_tried_here():
    """A new type cannot come without standing in this contract."""
    posted = {name for name, kind in TYPES.items() if kind.posted}
    assert {question.type for question in QUESTIONS} == posted - {"repeat"}


@pytest.mark.parametrize("question", QUESTIONS, ids=VARIANTS)
@given(raw=st.lists(typed, max_size=3))
def test_an_answer_is_bounded_and_comes_back(question: Question, raw: list[str]):
    """Whatever is posted gives a problem or an answer that fits its bytes and, typed again, is the same."""
    answer = clean(question, raw)
    if isinstance(answer, Problem) or answer is None:
        return
    written = canonical(answer)
    assert len(written) <= TYPES[question.type].worst_bytes(question, FORM)
    assert json.loads(written) == answer
    assert canonical(clean(question, shown(question, answer))) == written


@pytest.mark.parametrize("question", QUESTIONS, ids=VARIANTS)
def test_nothing_is_no_answer(question: Question):
    """Not sent, sent empty and (but for a list's ticks) only white space: None."""
    assert clean(question, []) is None
    assert clean(question, [""]) is None
    if question.type not in ("select_multiple", "rank"):
        assert clean(question, [" \t "]) is None


@pytest.mark.parametrize("question", QUESTIONS, ids=VARIANTS)
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:8].encode("unicode_escape").decode())
def test_hostile_text_is_refused_or_kept_but_never_raises(text: str, question: Question):
    """Hostile text is answered quickly, and what is kept can be written down."""
    began = time.process_time()
    answer = clean(question, [text])
    assert time.process_time() - began < 1
    assert isinstance(answer, Problem) or len(canonical(answer)) <= 4 * 1000 + 2


@pytest.mark.parametrize("question", QUESTIONS, ids=VARIANTS)
def test_no_message_repeats_the_answer(question: Question):
    """A problem says what is wrong, never what was typed."""
    found = clean(question, ["rahasia\0sekali" * 400])
    assert isinstance(found, Problem)
    assert "rahasia" not in found.message.format(**dict(found.places))


@pytest.mark.parametrize("name", TYPES)
def test_a_type_is_registered_under_its_own_name(name: str):
    """The register names each type as the type names itself, and says what it stores."""
    kind = TYPES[name]
    assert kind.name == name
    assert kind.stored or not kind.posted


@pytest.mark.parametrize("name", TYPES)
def test_an_example_reads_and_its_answer_is_taken(name: str):
    """The example of a type is a question as it stands, and its answer is taken and leaves the office."""
    kind = TYPES[name]
    head = FORM_TEXT.partition("choices:")[0].replace("personal", "public")
    spec = read_spec(f"{head}pages:\n- label: P\n  questions:\n  - {kind.example}\n", "example.yaml", SPECS)
    question = next(spec.questions())
    assert question.type == name
    if not kind.posted or question.children:
        assert kind.answer == ()
        return
    answer = kind.clean(kind.answer, question, spec)
    assert answer is not None
    assert not isinstance(answer, Problem)
    assert len(kind.cells(answer)) == len(kind.headings())
    assert kind.kind(question, spec)
    assert all(isinstance(value, str) for value in kind.attributes(question).values())


@pytest.mark.parametrize("name", TYPES)
def test_expressions_know_the_kind_of_a_type(name: str):
    """A type's answer has in expressions the kind that the type says, also where its name alone is given."""
    if name != "group":
        stated = QUESTION_KINDS.get(name, "string")
        assert stated == TYPES[name].value


@pytest.mark.parametrize("name", TYPES)
def test_a_type_is_documented(name: str):
    """Form authors find every type in their guide."""
    assert f"`{name}" in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", REFUSED)
def test_a_type_that_is_not_there_says_why(name: str):
    """A type of XLSForm that is refused has a reason with a remedy, and is not in the register."""
    assert name not in TYPES
    assert REFUSED[name].endswith(".")
