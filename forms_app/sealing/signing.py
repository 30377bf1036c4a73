"""Signed statements: DSSE envelopes (github.com/secure-systems-lab/dsse, protocol 1.0.2) with Ed25519.

A DSSE signature covers the exact payload bytes and their type, so nothing is ever made canonical to be verified,
and a signature for one kind of statement is worth nothing for another.
"""

from __future__ import annotations

import hashlib
import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from forms_app.errors import N_, BadSignature, KeyRefused
from forms_app.sealing.canonical import load
from forms_app.sealing.fields import pack

SEED_SIZE = 32  # bytes
PUBLIC_SIZE = 32  # bytes
MAX_ENVELOPE = 4 * 1024 * 1024  # bytes
MAX_SIGNATURES = 8


def signer_id(public: bytes) -> str:
    """Return the 16 hexadecimal digits that name a public signing key."""
    return hashlib.sha256(pack(b"Ed25519", public)).hexdigest()[:16]


@dataclass(frozen=True)
class SigningKey:
    """A key that signs: the office root, or a site. Its seed is never shown in a repr."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a seed of the wrong length (KeyRefused)."""
        if len(self.seed) != SEED_SIZE:
            raise KeyRefused(N_("Kunci ini bukan kunci Peksos Forms."))

    @classmethod
    def generate(cls) -> SigningKey:
        """Make a new key from the system's randomness."""
        return cls(os.urandom(SEED_SIZE))

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def public(self) -> bytes:
        """The public half: 32 bytes."""
        return self._key.public_key().public_bytes_raw()

    @cached_property
    def key_id(self) -> str:
        """16 hexadecimal digits that name the public half."""
        return signer_id(self.public)

    def sign(self, payload_type: str, payload: bytes) -> bytes:
        """Return the envelope: one line of JSON, without the line's end. The type stands first, to know files by."""
        signature = b64encode(self._key.sign(_pre_authentication(payload_type, payload))).decode()
        return (
            f'{{"payloadType":"{payload_type}","payload":"{b64encode(payload).decode()}",'
            f'"signatures":[{{"keyid":"{self.key_id}","sig":"{signature}"}}]}}'
        ).encode()


def verify(envelope: bytes, payload_type: str, public_keys: Mapping[str, bytes]) -> tuple[str, bytes]:
    """Return (key id, payload) of an envelope signed by one of `public_keys` (key id -> public key, 32 bytes).

    Raises BadSignature for every cause alike: no envelope, another type, an unknown key, a wrong signature.
    """
    payload, signatures = read_envelope(envelope, payload_type)
    message = _pre_authentication(payload_type, payload)
    for key_id, signature in signatures:
        if key_id in public_keys and _verifies(public_keys[key_id], signature, message):
            return key_id, payload
    raise bad_signature()


def read_envelope(envelope: bytes, payload_type: str) -> tuple[bytes, list[tuple[str, bytes]]]:
    """Return the payload and the (key id, signature) pairs, NOT verified: only to learn which key is claimed."""
    try:
        if len(envelope) > MAX_ENVELOPE:
            raise bad_signature()
        fields = load(envelope)
        signatures = [(_string(each["keyid"]), b64decode(each["sig"], validate=True)) for each in fields["signatures"]]
        if fields["payloadType"] != payload_type or not 0 < len(signatures) <= MAX_SIGNATURES:
            raise bad_signature()
        return b64decode(fields["payload"], validate=True), signatures
    except (ValueError, KeyError, TypeError):
        raise bad_signature() from None


def bad_signature() -> BadSignature:
    """Return the one error that every cause gives."""
    return BadSignature(N_("Tanda tangan berkas ini tidak sah."))


def _pre_authentication(payload_type: str, payload: bytes) -> bytes:
    """Return DSSE's PAE: what is signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def _verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
