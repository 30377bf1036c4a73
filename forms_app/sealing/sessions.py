"""Small things kept for a signed-in person, readable only with a secret that this side does not keep.

A desk account's unlocked seed lies in the database under the secret of its session cookie (or of a gate link): any
process can serve the request, and nothing lies unlocked when nobody is there (DESIGN, section 5).
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from forms_app.errors import N_, SealingError
from forms_app.sealing.fields import damaged, pack

SALT_SIZE = 32  # bytes
LEAST_SECRET = 16  # bytes: a secret is random; a password never is one
NONCE = bytes(12)  # every box has a key of its own, from its own salt


def lock_box(secret: bytes, purpose: str, context: bytes, data: bytes) -> bytes:
    """Return the data under a random secret of at least 16 bytes, bound to purpose and context (an account's name)."""
    salt = os.urandom(SALT_SIZE)
    return salt + AESGCM(_key(secret, salt, purpose, context)).encrypt(NONCE, data, None)


def open_box(secret: bytes, purpose: str, context: bytes, box: bytes) -> bytes:
    """Return what `lock_box` locked under the same secret, purpose and context; raises CannotOpen otherwise."""
    key = _key(secret, box[:SALT_SIZE], purpose, context)
    try:
        return AESGCM(key).decrypt(NONCE, box[SALT_SIZE:], None)
    except InvalidTag:
        raise damaged() from None


def _key(secret: bytes, salt: bytes, purpose: str, context: bytes) -> bytes:
    if len(secret) < LEAST_SECRET:
        raise SealingError(N_("Kunci sesi terlalu pendek."))
    info = pack(b"peksos/session/1", purpose.encode(), context)
    return HKDF(SHA256(), length=32, salt=salt, info=info).derive(secret)
