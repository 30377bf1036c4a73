"""JSON objects as bytes: one spelling when written, no surprises when read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_app.sealing.canonical import dump, load


def test_equal_objects_give_equal_bytes():
    """The order in which keys were set does not show; letters stay readable."""
    assert dump({"b": 1, "a": "é"}) == dump({"a": "é", "b": 1}) == '{"a":"é","b":1}'.encode()


@given(st.dictionaries(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.integers()))
def test_objects_come_back(value: dict[str, int]):
    """What is written is what is read."""
    assert load(dump(value)) == value


@pytest.mark.parametrize(
    "data",
    ["", "[]", "5", '{"a":1,"a":2}', '{"a":NaN}', "[" * 200_000, '{"a":1}x', b"\xff", '{"a":1}'.encode("utf-16")],
)
def test_anything_else_is_a_value_error(data: str | bytes):
    """No object, a key twice, NaN, deep nesting, bytes left over, not UTF-8: ValueError."""
    with pytest.raises(ValueError, match=r"\S"):
        load(data)
