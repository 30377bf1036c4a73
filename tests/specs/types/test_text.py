"""Typed answers: text, numbers, dates and times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types import TYPES, Problem

NO_FORM: Any = None  # these types look at nothing but the question


def clean(kind: str, text: str | Sequence[str], appearance: str = "", **parameters: str) -> Any:
    """Return the answer, or the code of the problem."""
    question = Question("q", kind, appearance=(appearance,), parameters=tuple(parameters.items()))
    form: FormSpec = NO_FORM
    found = TYPES[kind].clean([text] if isinstance(text, str) else text, question, form)
    return f"!{found.code}" if isinstance(found, Problem) else found


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("2", 2),
        (" 2 ", 2),
        ("\u00a02", 2),
        ("007", 7),
        ("-3", -3),
        ("-0", 0),
        ("+2", "!integer"),
        ("٢", "!integer"),
        ("²", "!integer"),
        ("2.0", "!integer"),
        ("1.000", "!integer"),
        ("--2", "!integer"),
        ("1" * 16, "!integer"),
        ("dua", "!integer"),
    ],
)
def test_integer(text: str, answer: Any):
    """Plain digits with a minus at most; nothing is guessed."""
    assert clean("integer", text) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("3,5", 3.5),
        ("3.5", 3.5),
        ("5,", 5.0),
        (",5", 0.5),
        ("-1,25", -1.25),
        ("0,00001", 0.00001),
        ("1,2,3", "!decimal"),
        ("1.250,5", "!decimal"),
        ("1e5", "!decimal"),
        (".", "!decimal"),
        ("-", "!decimal"),
        ("nan", "!decimal"),
        ("1" * 16, "!decimal"),
    ],
)
def test_decimal(text: str, answer: Any):
    """A comma or a point, once; no thousands, no exponent."""
    assert clean("decimal", text) == answer


def test_minus_nothing_is_nothing():
    """-0 is kept as 0, so that the same answer has the same bytes."""
    assert str(clean("decimal", "-0,0")) == "0.0"


@pytest.mark.parametrize(
    ("number", "text"), [(3.5, "3,5"), (5.0, "5"), (0.00001, "0,00001"), (123456789012345.0, "123456789012345")]
)
def test_decimal_is_shown_as_it_is_typed(number: float, text: str):
    """With a comma, and never with an exponent."""
    assert TYPES["decimal"].show(number) == text


@pytest.mark.parametrize(
    ("text", "parameters", "answer"),
    [
        ("0", {"min": "0", "max": "10"}, 0),
        ("10", {"min": "0", "max": "10"}, 10),
        ("11", {"min": "0", "max": "10"}, "!range"),
        ("-1", {"min": "0"}, "!range"),
        ("11", {"max": "10"}, "!range"),
        ("1", {"min": "1.5"}, "!range"),
    ],
)
def test_range(text: str, parameters: dict[str, str], answer: Any):
    """`min` and `max` are themselves allowed."""
    assert clean("integer", text, **parameters) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("2026-11-22", "2026-11-22"),
        ("22/11/2026", "2026-11-22"),
        ("1-2-2026", "2026-02-01"),
        ("29/02/2024", "2024-02-29"),
        ("29/02/2026", "!date"),
        ("31/04/2026", "!date"),
        ("22/11/26", "!date"),
        ("2026-W47-7", "!date"),
        ("20261122", "!date"),
        ("0026-11-22", "!date"),
        ("٢٠٢٦-١١-٢٢", "!date"),
        ("besok", "!date"),
    ],
)
def test_date(text: str, answer: str):
    """ISO, or day first as Indonesia writes it; a day that the calendar does not have is refused."""
    assert clean("date", text) == answer


def test_a_date_lies_within_its_bounds():
    """`min` and `max` of a date are kept, and the message writes the day as Indonesia does."""
    bounds = {"min": "2026-01-01", "max": "2026-12-31"}
    assert clean("date", "1/1/2026", **bounds) == "2026-01-01"
    assert clean("date", "31/12/2025", **bounds) == "!range"
    assert clean("date", "1/1/2027", **bounds) == "!range"
    question = Question("q", "date", parameters=tuple(bounds.items()))
    problem = TYPES["date"].clean(["1/1/2027"], question, NO_FORM)
    assert isinstance(problem, Problem)
    assert problem.message.format(**dict(problem.places)) == "Isi tanggal 31/12/2026 atau sebelumnya."


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("08:30", "08:30"),
        ("8.30", "08:30"),
        ("08.30", "08:30"),
        ("23:59:59", "23:59"),
        ("24:00", "!time"),
        ("8", "!time"),
        ("830", "!time"),
        ("T08:30", "!time"),
        ("08:30+07:00", "!time"),
        ("8.60", "!time"),
        ("٨.٣٠", "!time"),
    ],
)
def test_time(text: str, answer: str):
    """Hours and minutes with a colon or a dot; seconds are dropped."""
    assert clean("time", text) == answer


def test_text_is_kept_as_typed():
    """Accents as they were composed, inner spaces, and line ends as LF; a single line loses its outer spaces."""
    assert clean("text", "  I Made  Wijaya ") == "I Made  Wijaya"
    assert clean("text", "e\u0301") == "e\u0301"
    assert clean("text", " a\r\nb\rc ", "multiline") == " a\nb\nc "


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("abcd", "abcd"),
        ("abcde", "!too-long"),
        ("e\u0301" * 4, "e\u0301" * 4),
        ("😀" * 4, "😀" * 4),
        ("a\x07", "!sign"),
        ("a\ud800", "!sign"),
        ("a\x7f", "!sign"),
        ('""""', '""""'),
    ],
)
def test_text_is_bounded_in_code_points(text: str, answer: str):
    """Lengths count code points after NFC; control signs and halves of signs are refused."""
    assert clean("text", text, max="4") == answer


def test_capitals_count_as_they_are_kept():
    """A sign whose capital is three is three."""
    assert clean("text", "rini", case="upper", max="4") == "RINI"
    assert clean("text", "ﬃﬃ", case="upper", max="4") == "!too-long"


def test_quotes_are_counted_as_json_writes_them():
    """A text that fits in signs and bytes but not in JSON is too long, never an overflow of the record."""
    assert clean("text", '"' + "u\u0308\u0304" * 3, max="4") == "!too-long"


def test_a_format_has_its_own_length():
    """A number with its country code and spaces fits, whatever `max` says."""
    assert clean("text", "+62 812-3456-7890", format="phone", max="5") == "+6281234567890"
    assert clean("text", "0812", format="phone") == "!format"


def test_of_a_question_sent_twice_the_last_counts():
    """As with every form on the web that names a control twice."""
    assert clean("integer", ["1", "2"]) == 2
    assert clean("text", ["a", ""]) is None
