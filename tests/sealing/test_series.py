"""Many small things under one key: they open in their own place only, and their length says nothing."""

from __future__ import annotations

import pytest

from forms_app.errors import CannotOpen
from forms_app.sealing.keys import Identity, seal_to
from forms_app.sealing.series import STEP, Series

IDENTITY = Identity("office", bytes([1]) * 32)


def test_what_is_locked_opens_again_for_the_reader() -> None:
    """Whoever holds the key, and knows what the series and the thing belong to, reads it."""
    series, sealed = Series.begin(IDENTITY.recipient, "verdict", b"1")
    locked = series.lock(b"record", b"immediate")
    assert Series.resume(IDENTITY, "verdict", b"1", sealed).unlock(b"record", locked) == b"immediate"
    assert series.lock(b"record", b"immediate") != locked


def test_nowhere_else_and_for_nobody_else() -> None:
    """Another key, purpose, series or place, and any changed byte, are refused alike."""
    series, sealed = Series.begin(IDENTITY.recipient, "verdict", b"1")
    locked = series.lock(b"record", b"low")
    for identity, purpose, context in (
        (Identity("office", bytes([2]) * 32), "verdict", b"1"),
        (IDENTITY, "other", b"1"),
        (IDENTITY, "verdict", b"2"),
    ):
        with pytest.raises(CannotOpen):
            Series.resume(identity, purpose, context, sealed)
    for place, blob in (
        (b"other", locked),
        (b"record", locked[:-1]),
        (b"record", b""),
        (b"record", b"\0" + locked[1:]),
    ):
        with pytest.raises(CannotOpen):
            series.unlock(place, blob)
    with pytest.raises(CannotOpen):  # a key of another length is none
        Series.resume(IDENTITY, "verdict", b"1", seal_to(IDENTITY.recipient, "verdict", b"1", b"short"))


def test_all_lengths_look_alike() -> None:
    """A short text and a longer one take the same room."""
    series, _ = Series.begin(IDENTITY.recipient, "verdict", b"1")
    assert {len(series.lock(b"", text)) for text in (b"", b"low", b"x" * (STEP - 4))} == {STEP + 28}
    assert "AESGCM" not in repr(series)
