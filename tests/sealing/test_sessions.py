"""Boxes of a session: only the secret, purpose and account that locked them open them."""

from __future__ import annotations

import pytest

from forms_app.errors import CannotOpen, SealingError
from forms_app.sealing.sessions import lock_box, open_box

SECRET = bytes(range(32))


def test_a_box_opens_for_its_session_only():
    """Another cookie, purpose or account, a cut or a changed box raise CannotOpen."""
    box = lock_box(SECRET, "staff-seed", b"ani", b"seed")
    assert open_box(SECRET, "staff-seed", b"ani", box) == b"seed"
    for secret, purpose, context, data in (
        (bytes(32), "staff-seed", b"ani", box),
        (SECRET, "gate-seed", b"ani", box),
        (SECRET, "staff-seed", b"budi", box),
        (SECRET, "staff-seed", b"ani", box[:-1]),
        (SECRET, "staff-seed", b"ani", bytes([box[0] ^ 1]) + box[1:]),
        (SECRET, "staff-seed", b"ani", b""),
    ):
        with pytest.raises(CannotOpen):
            open_box(secret, purpose, context, data)


def test_equal_data_gives_other_bytes():
    """Two boxes of the same seed cannot be told to be so."""
    assert lock_box(SECRET, "p", b"", b"seed") != lock_box(SECRET, "p", b"", b"seed")


def test_a_short_secret_is_refused():
    """What a person could have thought of is no secret of a session."""
    with pytest.raises(SealingError):
        lock_box(b"password", "p", b"", b"seed")
