"""The keys that records are sealed to: a Recipient can only seal, an Identity can also open.

One kind of key serves all: a 32-byte seed, expanded as the X-Wing draft says (SHAKE-256 to 96 bytes: ML-KEM-768 seed,
then X25519 key). Term keys have the role "office", event keys "event", keys of desk accounts "staff" (these never
read records, only what is sealed to them with `seal_to`). Signing keys are in signing.py.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHAKE256, Hash
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey, Suite

from forms_app.errors import N_, KeyRefused
from forms_app.sealing.content import unlock, wrap_info
from forms_app.sealing.fields import damaged, pack
from forms_app.sealing.layout import ROLES, SUITE, SealedRecord

STAFF = "staff"
SEED_SIZE = 32  # bytes
PUBLIC_SIZE = 1_216  # bytes: ML-KEM-768 encapsulation key 1184, X25519 32
MLKEM_PUBLIC_SIZE = 1_184  # bytes

_HPKE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True)
class Recipient:
    """The public half of a key: can only seal. KeyRefused when it is no key of our suite."""

    role: str
    public: bytes

    def __post_init__(self) -> None:
        """Refuse a public key of the wrong length or outside the group, before anything is sealed to it."""
        if self.role not in (*ROLES, STAFF) or len(self.public) != PUBLIC_SIZE:
            raise KeyRefused(N_("Kunci ini bukan kunci Peksos Forms."))
        try:
            self.encrypt(b"", b"peksos/probe/1")
        except ValueError:
            raise KeyRefused(N_("Kunci ini bukan kunci Peksos Forms.")) from None

    @cached_property
    def key_id(self) -> str:
        """16 hexadecimal digits: the first 8 bytes of SHA-256 over suite and public key."""
        return hashlib.sha256(pack(SUITE.encode(), self.public)).hexdigest()[:16]

    @cached_property
    def _key(self) -> MLKEM768X25519PublicKey:
        lattice = MLKEM768PublicKey.from_public_bytes(self.public[:MLKEM_PUBLIC_SIZE])
        return MLKEM768X25519PublicKey(lattice, X25519PublicKey.from_public_bytes(self.public[MLKEM_PUBLIC_SIZE:]))

    def encrypt(self, data: bytes, info: bytes) -> bytes:
        """Return the data sealed to this key and bound to `info` (RFC 9180, base mode, single shot: enc || ct)."""
        return _HPKE.encrypt(data, self._key, info=info)


@dataclass(frozen=True)
class Identity:
    """The private half of a key: can open what was sealed to its recipient. Its seed is never shown in a repr."""

    role: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a seed of the wrong length (KeyRefused)."""
        if self.role not in (*ROLES, STAFF) or len(self.seed) != SEED_SIZE:
            raise KeyRefused(N_("Kunci ini bukan kunci Peksos Forms."))

    @classmethod
    def generate(cls, role: str) -> Identity:
        """Make a new key from the system's randomness."""
        return cls(role, os.urandom(SEED_SIZE))

    @cached_property
    def _halves(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        expansion = Hash(SHAKE256(96))
        expansion.update(self.seed)
        expanded = expansion.finalize()
        return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])

    @cached_property
    def _key(self) -> MLKEM768X25519PrivateKey:
        return MLKEM768X25519PrivateKey(*self._halves)

    @cached_property
    def recipient(self) -> Recipient:
        """The public half, to hand out."""
        lattice, curve = self._halves
        return Recipient(self.role, lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw())

    def decrypt(self, sealed: bytes, info: bytes) -> bytes:
        """Return what `Recipient.encrypt` sealed under the same `info`; raises CannotOpen for every cause alike."""
        try:
            return _HPKE.decrypt(sealed, self._key, info=info)
        except InvalidTag:
            raise damaged() from None

    def open(self, record: SealedRecord) -> bytes:
        """Return a record's text without its padding; raises CannotOpen for every cause alike."""
        mine = (self.role, self.recipient.key_id)
        sealed = next((wrap.sealed for wrap in record.wraps if (wrap.role, wrap.key_id) == mine), None)
        if sealed is None:
            raise damaged()
        content_key = self.decrypt(sealed, wrap_info(*mine, record.header_bytes, record.commit, record.body))
        return unlock(content_key, record.header_bytes, record.commit, record.body)

    def open_sealed(self, purpose: str, context: bytes, blob: bytes) -> bytes:
        """Return what `seal_to` sealed for the same purpose and context; raises CannotOpen otherwise."""
        return self.decrypt(blob, _small_info(self.recipient, purpose, context))


def seal_to(recipient: Recipient, purpose: str, context: bytes, data: bytes) -> bytes:
    """Seal something small (an event's seed, a verdict) to one key; length and purpose stay visible.

    `context` says what it belongs to (an event code, a record id): opening it anywhere else fails.
    """
    return recipient.encrypt(data, _small_info(recipient, purpose, context))


def _small_info(recipient: Recipient, purpose: str, context: bytes) -> bytes:
    return pack(b"peksos/small/1", purpose.encode(), recipient.role.encode(), recipient.key_id.encode(), context)
