"""Seeds at rest: under a passphrase (Argon2id, then AES-256-GCM), or plain where a machine must start alone.

The key file is JSON, to be looked at and copied by people; everything in it but the ciphertext is authenticated.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from forms_app.errors import N_, KeyRefused, WrongPassphrase
from forms_app.sealing.canonical import dump, load
from forms_app.sealing.durable import durable
from forms_app.sealing.fields import pack
from forms_app.sealing.passwords import SALT_SIZE, STANDARD, Cost, typed

LOCKED = "peksos/keyfile/1"
OPEN = "peksos/seed/1"
SEED_SIZE = 32  # bytes
NONCE_SIZE = 12  # bytes
MAX_FILE = 16_384  # bytes
HIGHEST = Cost(memory=1_048_576, iterations=16, lanes=8)  # above this a key file is an attack on our memory


def lock_seed(seed: bytes, passphrase: str, purpose: str, cost: Cost = STANDARD) -> str:
    """Return the key file of a seed (JSON text); `purpose` ("term/2026-1", "staff/ani") must be given to open it."""
    salt, nonce = os.urandom(SALT_SIZE), os.urandom(NONCE_SIZE)
    key = cost.derivation(salt).derive(typed(passphrase))
    sealed = AESGCM(key).encrypt(nonce, seed, _bound(purpose, cost, salt))
    kdf = {"name": "argon2id", "memory_kib": cost.memory, "iterations": cost.iterations, "lanes": cost.lanes}
    kdf |= {"salt": _text(salt)}
    value = {"format": LOCKED, "purpose": purpose, "kdf": kdf, "nonce": _text(nonce), "ciphertext": _text(sealed)}
    return dump(value).decode()


def unlock_seed(keyfile: str, passphrase: str, purpose: str) -> bytes:
    """Return the seed of a key file.

    Raises WrongPassphrase, also when the file was altered; KeyRefused when it is no key file for this purpose.
    """
    try:
        value = load(keyfile)
        kdf = value["kdf"]
        cost = Cost(_count(kdf["memory_kib"]), _count(kdf["iterations"]), _count(kdf["lanes"]))
        salt, nonce, sealed = _bytes(kdf["salt"]), _bytes(value["nonce"]), _bytes(value["ciphertext"])
        known = (value["format"], value["purpose"], kdf["name"]) == (LOCKED, purpose, "argon2id")
    except (ValueError, KeyError, TypeError):
        raise _no_key_file() from None
    if not known or len(nonce) != NONCE_SIZE or len(salt) != SALT_SIZE or not _bearable(cost):
        raise _no_key_file()
    try:
        return AESGCM(cost.derivation(salt).derive(typed(passphrase))).decrypt(
            nonce, sealed, _bound(purpose, cost, salt)
        )
    except InvalidTag:
        raise WrongPassphrase(N_("Kata sandi salah, atau berkas kunci rusak.")) from None


def write_key_file(path: Path, seed: bytes, passphrase: str, purpose: str, cost: Cost = STANDARD) -> None:
    """Write a new key file that only its owner may read; an existing file is never replaced (SealingError)."""
    _write(path, lock_seed(seed, passphrase, purpose, cost).encode())


def read_key_file(path: Path, passphrase: str, purpose: str) -> bytes:
    """Return the seed in a key file; errors as `unlock_seed`."""
    return unlock_seed(_read(path), passphrase, purpose)


def write_seed(path: Path, seed: bytes, purpose: str) -> None:
    """Write a seed in the open, for a machine that starts alone (a site's signing key); never replaces a file."""
    _write(path, dump({"format": OPEN, "purpose": purpose, "seed": _text(seed)}))


def read_seed(path: Path, purpose: str) -> bytes:
    """Return the seed that `write_seed` wrote for the same purpose; KeyRefused otherwise."""
    try:
        value = load(_read(path))
        seed = _bytes(value["seed"])
        if (value["format"], value["purpose"], len(seed)) != (OPEN, purpose, SEED_SIZE):
            raise _no_key_file()
    except (ValueError, KeyError, TypeError):
        raise _no_key_file() from None
    return seed


def _write(path: Path, content: bytes) -> None:
    with durable(path, replace=False) as file:
        file.write(content + b"\n")


def _read(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise _no_key_file()
    return content.decode("utf-8", "replace")


def _bound(purpose: str, cost: Cost, salt: bytes) -> bytes:
    numbers = (cost.memory, cost.iterations, cost.lanes)
    return pack(LOCKED.encode(), purpose.encode(), *(number.to_bytes(4, "big") for number in numbers), salt)


def _bearable(cost: Cost) -> bool:
    limits = ((cost.memory, HIGHEST.memory), (cost.iterations, HIGHEST.iterations), (cost.lanes, HIGHEST.lanes))
    return cost.memory >= 8 * cost.lanes and all(number <= most for number, most in limits)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError
    return value


def _text(data: bytes) -> str:
    return b64encode(data).decode()


def _bytes(value: Any) -> bytes:
    return b64decode(value, validate=True)


def _no_key_file() -> KeyRefused:
    return KeyRefused(N_("Berkas ini bukan berkas kunci yang diminta."))
