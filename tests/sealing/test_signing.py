"""Signed statements: the exact bytes, of the exact type, by a known key, or nothing."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_app.errors import BadSignature, KeyRefused
from forms_app.sealing.signing import SigningKey, _pre_authentication, read_envelope, verify

KIND = "application/vnd.peksos.test+json"
KEY = SigningKey(bytes([5]) * 32)
KNOWN = {KEY.key_id: KEY.public}


def test_pre_authentication_is_the_published_example():
    """The DSSE specification's own example gives its bytes."""
    assert _pre_authentication("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_rfc_8032_first_key():
    """The first key of RFC 8032 section 7.1 has its published public half."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    assert SigningKey(seed).public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


@given(st.binary(max_size=200))
def test_what_is_signed_comes_back(payload: bytes):
    """Any payload verifies, and the envelope is one line of JSON."""
    envelope = KEY.sign(KIND, payload)
    assert verify(envelope, KIND, KNOWN) == (KEY.key_id, payload)
    assert b"\n" not in envelope
    assert json.loads(envelope)["payloadType"] == KIND


def test_signing_is_deterministic():
    """The same payload gives the same envelope: a known answer that cannot drift unseen."""
    assert KEY.sign(KIND, b"payload") == KEY.sign(KIND, b"payload")


def test_another_type_payload_or_key_does_not_verify():
    """A signature is worth nothing for another type, other bytes or an unknown key."""
    envelope = KEY.sign(KIND, b"payload")
    other = SigningKey.generate()
    fields = json.loads(envelope)
    changed = json.dumps(fields | {"payload": b64encode(b"Payload").decode()}).encode()
    for data, kind, keys in (
        (envelope, "application/other", KNOWN),
        (changed, KIND, KNOWN),
        (envelope, KIND, {}),
        (envelope, KIND, {other.key_id: other.public}),
        (envelope, KIND, {KEY.key_id: other.public}),
        (envelope, KIND, {KEY.key_id: b"short"}),
    ):
        with pytest.raises(BadSignature):
            verify(data, kind, keys)


def test_flipping_any_byte_never_gives_other_content():
    """Whatever byte is flipped, the envelope is refused or still says what was signed."""
    envelope = KEY.sign(KIND, b"payload")
    for at in range(len(envelope)):
        try:
            _, payload = verify(envelope[:at] + bytes([envelope[at] ^ 1]) + envelope[at + 1 :], KIND, KNOWN)
        except BadSignature:
            continue
        assert payload == b"payload"


def test_a_second_signature_may_stand_beside_the_known_one():
    """A signature by a key we do not know does not spoil the one we do."""
    fields = json.loads(KEY.sign(KIND, b"payload"))
    fields["signatures"].insert(0, {"keyid": "unknown", "sig": "AAAA"})
    assert verify(json.dumps(fields).encode(), KIND, KNOWN) == (KEY.key_id, b"payload")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        b"[]",
        b"{}",
        b'{"payload":"","payloadType":"t","signatures":[]}',
        b'{"payload":1,"payloadType":"t","signatures":[{"keyid":"a","sig":""}]}',
        b'{"payload":"","payloadType":"t","signatures":[{"keyid":[],"sig":""}]}',
        b'{"payload":"","payloadType":"t","signatures":["x"]}',
        b'{"payload":"","payload":"","payloadType":"t","signatures":[{"keyid":"a","sig":""}]}',
        b'{"payload":"*","payloadType":"t","signatures":[{"keyid":"a","sig":""}]}',
        b"[" * 100_000,
        b"\xff\xfe{}",
        b'{"payload":NaN}',
    ],
)
def test_junk_is_refused_in_one_way(data: bytes):
    """Whatever is no envelope raises BadSignature and nothing else."""
    with pytest.raises(BadSignature):
        read_envelope(data, "t")


def test_too_many_signatures_are_refused():
    """Nobody makes us check thousands of signatures."""
    fields = json.loads(KEY.sign(KIND, b"payload"))
    with pytest.raises(BadSignature):
        verify(json.dumps(fields | {"signatures": fields["signatures"] * 9}).encode(), KIND, KNOWN)


def test_a_seed_never_shows():
    """The repr of a signing key holds no seed, and a seed of another length is refused."""
    assert KEY.seed.hex() not in repr(KEY)
    with pytest.raises(KeyRefused):
        SigningKey(b"short")
