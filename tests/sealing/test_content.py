"""The body: known answers, padding and the commitment to the key."""

from __future__ import annotations

from typing import Any

import pytest

from forms_app.errors import CannotOpen
from forms_app.sealing.content import lock, pad, unlock, unpad, wrap_info
from forms_app.sealing.records import Identity


def test_known_answers(vectors: dict[str, list[dict[str, Any]]]):
    """Content key, header and text give exactly the stored commitment, body and binding."""
    office = Identity("office", bytes([1]) * 32).recipient
    for case in vectors["bodies"]:
        key, header, text = (bytes.fromhex(case[name]) for name in ("content_key", "header", "plaintext"))
        commit, body = lock(key, header, text, case["size"])
        assert (commit.hex(), body.hex()) == (case["commit"], case["body"])
        assert wrap_info("office", office.key_id, header, commit, body).hex() == case["wrap_info"]
        assert unlock(key, header, commit, body) == text


def test_a_body_opens_only_under_the_key_it_is_committed_to():
    """The right key with another commitment is refused before anything is decrypted."""
    commit, body = lock(bytes(32), b"header", b"text", 32)
    with pytest.raises(CannotOpen):
        unlock(bytes(32), b"header", bytes(32), body)
    with pytest.raises(CannotOpen):
        unlock(bytes(31) + b"\1", b"header", commit, body)
    with pytest.raises(CannotOpen):
        unlock(bytes(32), b"Header", commit, body)


def test_padding_has_one_spelling():
    """Padding that is not zero, or a length beyond the end, is refused."""
    assert unpad(pad(b"text", 16)) == b"text"
    for padded in (pad(b"text", 16)[:-1] + b"\1", b"\0\0\0\x0d" + bytes(12), b"\0\0\0"):
        with pytest.raises(CannotOpen):
            unpad(padded)
