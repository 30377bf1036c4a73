"""Many small things sealed to one key at the price of one: each is locked under a fresh key, which is sealed.

What is locked is padded, so that its length says nothing, and bound to what it belongs to.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from forms_app.errors import SealingError
from forms_app.sealing.content import pad, unpad
from forms_app.sealing.fields import damaged
from forms_app.sealing.keys import Identity, Recipient, seal_to

KEY_SIZE = 32  # bytes
NONCE_SIZE = 12  # bytes
STEP = 256  # bytes: lengths are rounded up to a multiple


@dataclass(frozen=True)
class Series:
    """The open key of one series: locks and unlocks. Never shown in a repr, never written down."""

    key: bytes = field(repr=False)

    @classmethod
    def begin(cls, recipient: Recipient, purpose: str, context: bytes) -> tuple[Series, bytes]:
        """Return a new series, and its key sealed to the recipient for `resume`."""
        key = os.urandom(KEY_SIZE)
        return cls(key), seal_to(recipient, purpose, context, key)

    @classmethod
    def resume(cls, identity: Identity, purpose: str, context: bytes, sealed: bytes) -> Series:
        """Return a series again; raises CannotOpen for another key, purpose or context."""
        key = identity.open_sealed(purpose, context, sealed)
        if len(key) != KEY_SIZE:
            raise damaged()
        return cls(key)

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.key)

    def lock(self, context: bytes, text: bytes) -> bytes:
        """Return the text locked, bound to what it belongs to."""
        nonce = os.urandom(NONCE_SIZE)
        size = -(-(len(text) + 4) // STEP) * STEP
        return nonce + self._cipher.encrypt(nonce, pad(text, size), context)

    def unlock(self, context: bytes, locked: bytes) -> bytes:
        """Return the text; raises CannotOpen for every cause alike."""
        try:
            return unpad(self._cipher.decrypt(locked[:NONCE_SIZE], locked[NONCE_SIZE:], context))
        except (InvalidTag, ValueError, SealingError):
            raise damaged() from None
