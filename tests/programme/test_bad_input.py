"""Whatever is posted to any form is kept exactly, or refused at its field; it is never a fault, and never told on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from forms_app.answers.filling import fill
from forms_app.answers.recheck import StoredAnswers, recheck
from forms_app.site.intake import event_data
from forms_app.specs.library import read_library
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types import TYPES
from forms_app.translation import shipped
from tests.conftest import NOW, TODAY
from tests.programme.conftest import Desk, Taken
from tests.programme.filling import Fields, fields_of, same

FORMS = [spec.form_id for spec in read_library(shipped("form_specs"))]
every_form = pytest.mark.parametrize("form_id", FORMS)
BROKEN = [b"a\xed\xa0\x80b", b"\xff\xfe", b"a\xc0\x80b", b"\xf0\x9f\x98"]
NUMBERS = ["9" * 15, "9" * 5000, "-9999999999", "1e999", "NaN", "Infinity", "٣", "0x10", "1_0", "2,5", "1;2"]
MOMENTS = ["9999-12-31", "0000-00-00", "2026-02-30", "31/02/2026", "2026-11-22T25:61", "24:00", "-1:00", "9" * 300]
RIGHT_TO_LEFT = "\u202eabc\u202c \u0645\u0631\u062d\u0628\u0627 e\u0301\u0323 \u200d\ufeff|"


def hostile(limit: int) -> Iterator[str]:
    """Yield texts that are hard to keep: at the limit in 4-byte signs, beyond it, right to left, with control signs."""
    yield "😔" * limit
    yield "😔" * (limit + 1)
    yield "e\u0301" * limit
    yield RIGHT_TO_LEFT[:limit]
    yield "\u0301" * min(limit, 300)
    yield from ("a\x00b", "\x00", "\x1b[2J7", '"\\' * (limit // 2), "</script>"[:limit], "=1+1"[:limit])


def limit_of(question: Question) -> int:
    """Return how many signs the page lets a person type."""
    return int(TYPES[question.type].attributes(question)["maxlength"])


def bases(spec: FormSpec) -> list[Fields]:
    """Return ways to fill the form in: its sample, and the sample with each vector's answers."""
    given = [{}, *(one["answers"] for one in spec.vectors)]
    return [fields_of({**dict(spec.sample), **one}) for one in given]


def asked(desk: Desk, spec: FormSpec, kinds: set[str]) -> Iterator[tuple[Question, str, Fields]]:
    """Yield each question of these types with its field, and a filling in which it is asked."""
    ways = [(fields, relevant(desk, spec, fields)) for fields in bases(spec)]
    for page in spec.pages:
        for question in page.questions:
            base = next((fields for fields, names in ways if question.name in names), None)
            for inner in question.children if base else ():
                if inner.type in kinds:
                    yield inner, f"{question.name}-0-{inner.name}", base or {}
            if base and question.type in kinds:
                yield question, question.name, base


def relevant(desk: Desk, spec: FormSpec, fields: Fields) -> set[str]:
    """Return the questions that are asked in a filling."""
    data = event_data(desk.site.event_of(spec))
    return fill(spec, StoredAnswers({name: tuple(one) for name, one in fields.items()}), data, TODAY, when=NOW).relevant


def judge(taken: Taken, name: str, sent: list[str]) -> str:
    """Return what is wrong: a field is kept as it was sent, left out because nobody asked, or refused at its place."""
    if taken.status == 422:
        return "" if name in taken.marked and not taken.stored else f"refused, but marked {sorted(taken.marked)}"
    if taken.status not in (200, 303) or not taken.stored:
        return f"status {taken.status}, stored {len(taken.stored)}"
    if name in taken.answers:
        return "" if same(taken.answers[name], sent) else "changed"
    return "" if not any(map(str.strip, sent)) or "-" in name else "lost"


def tell_tale(taken: Taken, log: pytest.LogCaptureFixture, texts: list[str]) -> str:
    """Return where a text shows that only the record may hold."""
    places = {"log": log.text, "headers": taken.headers}
    return " ".join(place for place, there in places.items() if any(one in there for one in texts if len(one) > 3))


@pytest.fixture
def spec(form_id: str, desk: Desk) -> FormSpec:
    """Return the form."""
    return desk.site.services.library.by_id(form_id)


@every_form
def test_everything_skipped_marks_what_is_required(spec: FormSpec, desk: Desk):
    """Neither empty fields nor none at all are stored; every question that all must answer is marked."""
    fields = {name: [""] for name in bases(spec)[0]}
    pages = [page for page in spec.pages if not page.relevant]
    must = {one.name for page in pages for one in page.questions if one.always_required and not one.conditions}
    for sent in (fields, {}, {name: [" \t\r\n"] for name in fields}):
        for language in ("id", "en"):
            taken = desk.post(spec, sent, language)
            assert (taken.status, taken.stored) == (422, [])
            assert must <= taken.marked


@every_form
def test_hostile_text_is_kept_or_refused_at_its_field(spec: FormSpec, desk: Desk, caplog: pytest.LogCaptureFixture):
    """Every text of the form, at its limit and beyond, right to left, combining, with NUL and control signs."""
    wrong = []
    for question, name, base in asked(desk, spec, {"text", "barcode"}):
        for text in hostile(limit_of(question)):
            taken = desk.post(spec, {**base, name: [text]})
            found = judge(taken, name, [text]) or tell_tale(taken, caplog, [text])
            if found:
                wrong.append((name, text[:12], found))
    assert wrong == []


@every_form
def test_bytes_that_are_no_text_are_refused_at_their_field(spec: FormSpec, desk: Desk):
    """A lone surrogate and other bytes that are no UTF-8 are never stored as something that nobody typed."""
    wrong = []
    for _question, name, base in asked(desk, spec, {"text", "barcode"}):
        for raw in BROKEN:
            taken = desk.post(spec, {**base, name: [raw]})
            if taken.status != 422 or name not in taken.marked:
                wrong.append((name, raw, taken.status, taken.answers.get(name)))
    assert wrong == []


@every_form
def test_numbers_and_moments_are_kept_or_refused(spec: FormSpec, desk: Desk):
    """Huge numbers, numbers that are none, days and hours that do not exist."""
    wrong = []
    for kinds, texts in (({"integer", "decimal", "range"}, NUMBERS), ({"date", "time", "dateTime"}, MOMENTS)):
        for _question, name, base in asked(desk, spec, kinds):
            for text in texts:
                found = judge(desk.post(spec, {**base, name: [text]}), name, [text])
                if found:
                    wrong.append((name, text[:12], found))
    assert wrong == []


@every_form
def test_a_choice_that_does_not_exist_is_refused_at_its_field(spec: FormSpec, desk: Desk):
    """Neither a made-up choice, nor one among good ones, nor a tick that is none is stored."""
    wrong = []
    for question, name, base in asked(desk, spec, {"select_one", "select_multiple", "rank", "acknowledge"}):
        good = base.get(name, []) if question.type == "select_multiple" else []
        taken = desk.post(spec, {**base, name: [*good, "tidak_ada_9"]})
        if taken.status != 422 or name not in taken.marked or taken.stored:
            wrong.append((name, taken.status, sorted(taken.marked)))
    assert wrong == []


@every_form
def test_ten_thousand_unknown_fields_change_nothing(spec: FormSpec, desk: Desk, caplog: pytest.LogCaptureFixture):
    """What the form does not ask is neither stored nor told; the sample beside it is."""
    unknown = {f"zz{number}": ["rahasia7391"] for number in range(10_000)}
    taken = desk.post(spec, {**unknown, **bases(spec)[0]})
    plain = desk.post(spec, bases(spec)[0])
    assert (taken.status, taken.answers) == (plain.status, plain.answers)
    assert taken.answers
    assert tell_tale(taken, caplog, ["rahasia7391"]) == ""


@every_form
def test_a_field_sent_five_times_counts_once(spec: FormSpec, desk: Desk):
    """Of one answer the last counts, of several each counts once."""
    sample = bases(spec)[0]
    several = {one.name for one in spec.questions() if one.type in ("select_multiple", "rank")}
    again = {name: texts * 5 for name, texts in sample.items() if name.rpartition("-")[2] in several}
    often = {name: ["?"] * 4 + texts for name, texts in sample.items()} | again
    taken, plain = desk.post(spec, often), desk.post(spec, sample)
    assert (taken.status, taken.answers) == (plain.status, plain.answers)
    assert taken.answers


@every_form
def test_contradictory_answers_are_refused_or_dropped(spec: FormSpec, desk: Desk):
    """Everything is filled in, then each answer that opens others is changed: what is stored has no flaw."""
    everything: dict[str, Any] = {}
    for way in bases(spec):
        everything = {**{name: texts for name, texts in way.items() if any(texts)}, **everything}
    conditions = " ".join(str(one.text) for question in spec.questions() for one in question.conditions)
    conditions += " ".join(page.relevant.text for page in spec.pages if page.relevant)
    wrong = []
    for question in spec.questions():
        if question.type == "select_one" and f"${{{question.name}}}" in conditions:
            for choice in spec.choice_list(question.list_name)[:12]:
                taken = desk.post(spec, {**everything, question.name: [choice.name]})
                flaws = [one.field for record in taken.stored for one in recheck(spec, record).problems]
                if taken.status not in (200, 303, 422) or flaws or bool(taken.stored) == (taken.status == 422):
                    wrong.append((question.name, choice.name, taken.status, flaws))
    assert wrong == []
