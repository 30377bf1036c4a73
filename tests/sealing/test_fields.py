"""Fields: one list of fields, one spelling."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_app.errors import CannotOpen
from forms_app.sealing.fields import pack, text, unpack


def test_known_answers_in_both_directions(vectors: dict[str, list[dict[str, Any]]]):
    """Every shared vector packs to its bytes and unpacks to its fields."""
    for case in vectors["fields"]:
        fields = tuple(bytes.fromhex(field) for field in case["fields"])
        assert pack(*fields).hex() == case["packed"]
        assert unpack(bytes.fromhex(case["packed"])) == fields


def test_malformed_bytes_are_refused(vectors: dict[str, list[dict[str, Any]]]):
    """Cut, padded or miscounted fields raise CannotOpen."""
    for case in vectors["fields_must_fail"]:
        with pytest.raises(CannotOpen):
            unpack(bytes.fromhex(case["packed"]), case["count"])


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_any_fields_come_back(fields: list[bytes]):
    """Whatever is packed is what is unpacked."""
    assert unpack(pack(*fields), len(fields)) == tuple(fields)


@given(st.binary(max_size=60))
def test_no_second_spelling(data: bytes):
    """Bytes that unpack at all are exactly the bytes that packing gives."""
    try:
        fields = unpack(data)
    except CannotOpen:
        return
    assert pack(*fields) == data


def test_text_must_be_utf8():
    """A field that is not UTF-8 raises CannotOpen, not a UnicodeDecodeError."""
    assert text("anak ✓".encode()) == "anak ✓"
    with pytest.raises(CannotOpen):
        text(b"\xff")
