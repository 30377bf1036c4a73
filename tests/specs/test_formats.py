"""Formats: Indonesian phone numbers and receipt codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_app.specs.formats import FORMATS, check_digit, phone, receipt

CODES = st.integers(0, 10**9 - 1).map(lambda number: f"{number:09d}").map(lambda digits: digits + check_digit(digits))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0812-3456-7890", "+6281234567890"),
        ("0812 3456 7890", "+6281234567890"),
        ("+62 812.3456.7890", "+6281234567890"),
        ("62(812)34567890", "+6281234567890"),
        ("0725 41234", "+6272541234"),
        ("08\u00a01234567890", "+6281234567890"),
        ("0842345678", None),
        ("081234567", None),
        ("08123456789012", None),
        ("12345", None),
        ("112", None),
        ("+1 555 0100", None),
        ("", None),
        ("٠٨١٢٣٤٥٦٧٨٩٠", None),
        ("0812-3456-78O0", None),
    ],
)
def test_phone(typed: str, kept: str | None):
    """Mobile and Metro landline numbers become +62…, however they are spaced; nothing else does (domain.md 3.5)."""
    assert phone(typed) == kept


@given(st.from_regex(r"8[1-35-9][0-9]{7,10}", fullmatch=True), st.sampled_from(["0", "62", "+62"]))
def test_a_kept_phone_number_is_kept_again(national: str, prefix: str):
    """What was stored is a number that is accepted and stays the same."""
    kept = phone(prefix + national)
    assert kept == "+62" + national
    assert phone(kept) == kept


def test_the_check_digit_is_damms():
    """The example of Damm's thesis: 572 takes a 4."""
    assert check_digit("572") == "4"


@given(CODES, st.integers(0, 9), st.integers(0, 9))
def test_one_wrong_digit_is_noticed(code: str, place: int, digit: int):
    """A receipt with one other digit is refused."""
    wrong = code[:place] + str(digit) + code[place + 1 :]
    assert receipt(wrong) == (code if wrong == code else None)


@given(CODES, st.integers(0, 8))
def test_swapped_neighbours_are_noticed(code: str, place: int):
    """A receipt with two neighbours swapped is refused."""
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert receipt(wrong) == (code if wrong == code else None)


def test_a_receipt_may_be_spaced():
    """The two groups may stand apart; other lengths and other signs are refused."""
    assert receipt("41729 03855") == receipt("41729-03855") == "4172903855"
    assert [receipt(one) for one in ("", "4172", "41729038550", "٤١٧٢٩٠٣٨٥٥", "41729o3855")] == [None] * 5


@pytest.mark.parametrize("name", FORMATS)
def test_each_message_shows_an_example_that_is_accepted(name: str):
    """The remedy in a message is itself right."""
    form, message = FORMATS[name]
    assert form(message.partition("Contoh: ")[2].rstrip(".")) is not None
