"""Passwords: Argon2id strings that verify the right one only."""

from __future__ import annotations

import pytest

from forms_app.sealing.passwords import Cost, hash_password, verify_password

QUICK = Cost(memory=64, iterations=1)


def test_the_right_password_verifies():
    """The right password verifies, a wrong one does not, and the string holds neither."""
    phc = hash_password("bunga mawar", QUICK)
    assert verify_password(phc, "bunga mawar")
    assert not verify_password(phc, "bunga Mawar")
    assert not verify_password(phc, "")
    assert phc.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert "mawar" not in phc


def test_the_standard_cost():
    """Without a cost a password is hashed with 64 MiB and three passes."""
    phc = hash_password("x")
    assert "$m=65536,t=3,p=1$" in phc
    assert verify_password(phc, "x")


def test_the_same_password_has_many_strings():
    """Two accounts with one password cannot be told to share it."""
    assert hash_password("x", QUICK) != hash_password("x", QUICK)


def test_a_password_is_the_same_from_every_keyboard():
    """Composed and decomposed letters are the same password."""
    assert verify_password(hash_password("kafe\u0301", QUICK), "kafé")


@pytest.mark.parametrize("phc", ["", "junk", "$argon2id$", "$argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA"])
def test_a_damaged_string_verifies_nothing(phc: str):
    """What is no Argon2id string is False, never an error."""
    assert not verify_password(phc, "")
