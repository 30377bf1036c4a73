"""Event codes: short, and never mistaken."""

from __future__ import annotations

import pytest

from forms_app.storage.codes import SIGNS, code_number, new_code, tidy_code


def test_codes_have_six_clear_signs() -> None:
    """A fresh code has six signs, none of which looks like another, and is different every time."""
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 6 and set(code) <= set(SIGNS) for code in codes)
    assert not set("01OILU") & set(SIGNS)


@pytest.mark.parametrize("typed", ["K7Q2MX", "k7q2mx", " k7q-2mx ", "K7Q 2MX", "k7\tq2mx"])
def test_a_code_may_be_typed_in_any_way(typed: str) -> None:
    """Small letters, blanks and hyphens do not matter."""
    assert tidy_code(typed) == "K7Q2MX"


@pytest.mark.parametrize("typed", ["", "K7Q2M", "K7Q2MXX", "K7Q2M0", "K7Q2MI", "K7Q2MÉ", "K7Q2M²"])
def test_what_is_no_code_is_none(typed: str) -> None:
    """Too short, too long, or signs that no code has."""
    assert tidy_code(typed) == ""


def test_each_code_has_a_number_of_its_own() -> None:
    """Codes and their numbers belong together one to one, and no number is 0."""
    assert [code_number(code) for code in ("222222", "222223", "22222Z", "222232")] == [1, 2, 30, 31]
    assert code_number("ZZZZZZ") == 30**6
    with pytest.raises(ValueError, match="event code"):
        code_number("k7q2mx")
