"""The body of a record: padded, encrypted under a fresh content key, and committed to that key.

k_enc || commit = HKDF-SHA256(content key, salt = SHA-256(header), info = "peksos/body/1")
body            = AES-256-GCM(k_enc, nonce = 0, associated data = header, padded text)

AES-GCM alone lets one ciphertext open under two keys, so each reader could be shown another text; the commitment
forbids it. The nonce may be zero because every content key encrypts exactly once.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from forms_app.errors import N_, SealingError
from forms_app.sealing.fields import damaged, digest, pack
from forms_app.sealing.layout import OVERHEAD

NONCE = bytes(12)


def lock(content_key: bytes, header: bytes, plaintext: bytes, size: int) -> tuple[bytes, bytes]:
    """Return (commit, body) of the text padded to `size` bytes; the key must never lock a second text.

    Raises SealingError when the text does not fit.
    """
    key, commit = derive(content_key, header)
    return commit, AESGCM(key).encrypt(NONCE, pad(plaintext, size), header)


def unlock(content_key: bytes, header: bytes, commit: bytes, body: bytes) -> bytes:
    """Return the text without its padding; raises CannotOpen for every cause alike."""
    key, expected = derive(content_key, header)
    if not hmac.compare_digest(commit, expected):
        raise damaged()
    try:
        return unpad(AESGCM(key).decrypt(NONCE, body, header))
    except InvalidTag:
        raise damaged() from None


def derive(content_key: bytes, header: bytes) -> tuple[bytes, bytes]:
    """Return the encryption key and the commitment of a content key for this very header."""
    salt = hashlib.sha256(header).digest()
    derived = HKDF(SHA256(), length=64, salt=salt, info=b"peksos/body/1").derive(content_key)
    return derived[:32], derived[32:]


def wrap_info(role: str, key_id: str, header: bytes, commit: bytes, body: bytes) -> bytes:
    """Return what a wrap is bound to: this reader, this header and this body, and no other."""
    return reader_info(role, key_id, bound(header, commit, body))


def bound(header: bytes, commit: bytes, body: bytes) -> bytes:
    """Return the part of a wrap's binding that all readers of a record share."""
    return pack(digest(header), digest(commit, body))


def reader_info(role: str, key_id: str, shared: bytes) -> bytes:
    """Return what one reader's wrap is bound to; `shared` is from `bound`."""
    return pack(b"peksos/wrap/1", role.encode(), key_id.encode()) + shared


def pad(plaintext: bytes, size: int) -> bytes:
    """Return exactly `size` bytes: the text's length (u32), the text, zeros."""
    if len(plaintext) + OVERHEAD > size:
        raise SealingError(N_("Isian melebihi ukuran catatan ({size} byte)."), size=size)
    return (len(plaintext).to_bytes(OVERHEAD, "big") + plaintext).ljust(size, b"\0")


def unpad(padded: bytes) -> bytes:
    """Return the text; padding other than zeros is refused, so that one text has one record."""
    end = OVERHEAD + int.from_bytes(padded[:OVERHEAD], "big")
    if end > len(padded) or padded[end:] != bytes(len(padded) - end):
        raise damaged()
    return padded[OVERHEAD:end]
