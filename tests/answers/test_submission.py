"""Submissions: canonical bytes both ways, nonces, receipts; and nothing sealed by a stranger is believed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_app.answers.submission import (
    FORMAT,
    Nonce,
    Submission,
    canonical,
    day_number,
    now,
    receipt_code,
    show_receipt,
)
from forms_app.errors import CannotOpen
from forms_app.specs.formats import receipt

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
answers = st.dictionaries(
    words,
    st.one_of(words, st.booleans(), st.integers(), st.lists(words), st.floats(allow_nan=False, allow_infinity=False)),
)
FILLED = Submission(
    "f",
    "1",
    "d" * 64,
    "n",
    {"a": "ya"},
    {"c": 2},
    event_data={"event_topic": "x"},
    filled_at="2026-11-22T17:30:00+00:00",
)


def changed(**values: Any) -> bytes:
    """Return the bytes of a submission with other values."""
    return json.dumps({**json.loads(FILLED.to_bytes()), **values}).encode()


@given(answers, words, st.booleans())
def test_bytes_go_both_ways(given: dict[str, Any], level: str, sample: bool):
    """Any answers come back equal, and give the same bytes again."""
    submission = Submission(
        "f", "1", "d", "n", given, {}, level=level, sample=sample, filled_at="2026-11-22T01:02:03+00:00"
    )
    again = Submission.from_bytes(submission.to_bytes())
    assert again == submission
    assert again.to_bytes() == submission.to_bytes()


def test_bytes_are_canonical():
    """Sorted keys, no spaces, UTF-8 without escapes: the order in which answers came makes no difference."""
    assert canonical({"b": 1, "a": "é\n"}) == '{"a":"é\\n","b":1}'.encode()
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        changed(format="peksos/submission/2"),
        changed(more=1),
        json.dumps({"format": FORMAT}).encode(),
        changed(answers=[]),
        changed(answers="x"),
        changed(calculated=None),
        changed(form_id=5),
        changed(sample="false"),
        changed(level_shown=0),
        changed(event_data={"event_topic": 5}),
        changed(event_data=[]),
        changed(filled_at=""),
        changed(filled_at="yesterday"),
        changed(filled_at="2026-11-22T17:30:00"),
        changed(filled_at="0001-01-01T00:00:00+14:00"),
        changed(filled_at="1969-01-01T00:00:00+00:00"),
        changed(level="\ud800"),
        FILLED.to_bytes().replace(b'"c":2', b'"c":NaN'),
        FILLED.to_bytes().replace(b'"c":2', b'"c":' + b"9" * 5000),
    ],
    ids=lambda text: text[:40].decode("latin-1"),
)
def test_anything_else_does_not_open(text: bytes):
    """What is no submission, or has a value of another type, is refused in one way."""
    with pytest.raises(CannotOpen):
        Submission.from_bytes(text)


def test_the_day_is_that_of_kota_metro():
    """Half past five in the evening UTC is the next day in WIB."""
    assert FILLED.day == date(2026, 11, 23)


def test_days_fit_sixteen_bits():
    """Until 2149."""
    assert day_number(date(1970, 1, 1)) == 0
    assert day_number(date(2149, 6, 6)) == 2**16 - 1


def test_a_nonce_goes_both_ways():
    """The text in the page is the nonce, and two pages never carry the same."""
    nonce = Nonce.fresh(date(2026, 11, 22))
    assert Nonce.parse(str(nonce)) == nonce
    assert len(str(nonce)) == 24
    assert Nonce.fresh(date(2026, 11, 22)) != nonce


@given(st.text(max_size=30))
def test_what_is_no_nonce_is_none(text: str):
    """A hostile page cannot crash the parser; what it accepts is 18 bytes."""
    nonce = Nonce.parse(text)
    assert nonce is None or len(nonce.secret) == 16


@pytest.mark.parametrize("text", ["", "x" * 24 + "=", "AAAA", "é" * 24, "A" * 23, "A" * 28, "\ud800"])
def test_wrong_nonces(text: str):
    """Other lengths and other signs are no nonces."""
    assert Nonce.parse(text) is None


def test_a_parts_nonce_cannot_be_linked_without_the_pepper():
    """Each part and each site gives another nonce, the same one every time."""
    nonce = Nonce.fresh(date(2026, 11, 22))
    found = [nonce.for_part(name, pepper) for name in ("mood", "access") for pepper in (b"a", b"b")]
    assert len({str(one) for one in (*found, nonce)}) == 5
    assert nonce.for_part("mood", b"a") == found[0]
    assert {one.day for one in found} == {nonce.day}


@given(st.binary(min_size=16, max_size=16))
def test_a_receipt_is_one_that_the_gate_accepts(identity: bytes):
    """Ten digits whose last checks the others, shown in two groups."""
    code = receipt_code(identity)
    assert receipt(show_receipt(code)) == code
    assert (len(code), len(show_receipt(code))) == (10, 11)


def test_now_is_utc_to_the_second():
    """Times are kept without fractions."""
    moment = now()
    assert (moment.tzinfo, moment.microsecond) == (UTC, 0)
    assert abs((datetime.now(UTC) - moment).total_seconds()) < 5
