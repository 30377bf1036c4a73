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
from forms_app.sealing.durable import durable, flush_folder
from forms_app.sealing.fields import pack
from forms_app.sealing.passwords import SALT_SIZE, STANDARD, Cost, typed

LOCKED = "peksos/keyfile/1"
OPEN = "peksos/seed/1"
SEED_SIZE = 32  # bytes
NONCE_SIZE = 12  # bytes
MAX_FILE = 16_384  # bytes
HIGHEST = Cost(memory=1_048_576, iterations=16, lanes=8)  # above this a key file is an attack on our memory


class Keyring:
    """One passphrase, typed once: locks and opens the key files that lie under it, and forgets it with the command.

    Key files that were locked together share a salt, so that Argon2id runs once for all of them and not once for
    each. Whoever guesses gains nothing: one right guess always opened them all.
    """

    def __init__(self, passphrase: str, cost: Cost = STANDARD) -> None:
        self._passphrase, self._cost = passphrase, cost
        self._salt = os.urandom(SALT_SIZE)
        self._derived: dict[tuple[Cost, bytes], bytes] = {}

    def lock(self, seed: bytes, purpose: str) -> str:
        """Return the key file of a seed (JSON text); `purpose` ("staff/ani") must be given to open it."""
        cost, salt, nonce = self._cost, self._salt, os.urandom(NONCE_SIZE)
        sealed = AESGCM(self._key(cost, salt)).encrypt(nonce, seed, _bound(purpose, cost, salt))
        kdf = {"name": "argon2id", "memory_kib": cost.memory, "iterations": cost.iterations, "lanes": cost.lanes}
        kdf |= {"salt": _text(salt)}
        value = {"format": LOCKED, "purpose": purpose, "kdf": kdf, "nonce": _text(nonce), "ciphertext": _text(sealed)}
        return dump(value).decode()

    def open(self, keyfile: str, purpose: str) -> bytes:
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
            return AESGCM(self._key(cost, salt)).decrypt(nonce, sealed, _bound(purpose, cost, salt))
        except InvalidTag:
            raise WrongPassphrase(N_("Kata sandi salah, atau berkas kunci rusak.")) from None

    def read(self, path: Path, purpose: str) -> bytes:
        """Return the seed in a key file; raise as `open`, and KeyRefused when other accounts can read the file."""
        refuse_exposed(path.parent, path)
        return self.open(_read(path), purpose)

    def write(self, path: Path, seed: bytes, purpose: str, *, replace: bool = False) -> None:
        """Write a key file that only its owner may read; raise SealingError where one is, unless it is replaced."""
        _write(path, self.lock(seed, purpose).encode(), replace=replace)

    def _key(self, cost: Cost, salt: bytes) -> bytes:
        if (cost, salt) not in self._derived:
            self._derived[cost, salt] = cost.derivation(salt).derive(typed(self._passphrase))
        return self._derived[cost, salt]


def lock_seed(seed: bytes, passphrase: str, purpose: str, cost: Cost = STANDARD) -> str:
    """Return the key file of one seed, as `Keyring.lock`."""
    return Keyring(passphrase, cost).lock(seed, purpose)


def unlock_seed(keyfile: str, passphrase: str, purpose: str) -> bytes:
    """Return the seed of one key file, as `Keyring.open`."""
    return Keyring(passphrase).open(keyfile, purpose)


def write_key_file(path: Path, seed: bytes, passphrase: str, purpose: str, cost: Cost = STANDARD) -> None:
    """Write a new key file that only its owner may read; an existing file is never replaced (SealingError)."""
    Keyring(passphrase, cost).write(path, seed, purpose)


def read_key_file(path: Path, passphrase: str, purpose: str) -> bytes:
    """Return the seed in a key file; errors as `Keyring.read`."""
    return Keyring(passphrase).read(path, purpose)


def exposed(*paths: Path) -> list[Path]:
    """Return those of the files and folders that other accounts of this computer may enter, read or change."""
    if os.name != "posix":
        return []
    return [path for path in paths if path.exists() and path.stat().st_mode & 0o077]


def refuse_exposed(*paths: Path) -> None:
    """Raise KeyRefused, with the command that mends it, when other accounts may read one of these."""
    for path in exposed(*paths):
        mode = "700" if path.is_dir() else "600"
        message = N_("{path} bisa dibaca akun lain di komputer ini. Jalankan: chmod {mode} {path}")
        raise KeyRefused(message, path=path, mode=mode)


def destroy_file(path: Path) -> None:
    """Overwrite a file, flush that to the disk, and take it away; a file that is gone already is no trouble.

    A disk may keep old blocks all the same: what lies there is under the passphrase still.
    """
    try:
        with path.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            file.write(os.urandom(size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return
    flush_folder(path.parent)


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


def _write(path: Path, content: bytes, *, replace: bool = False) -> None:
    with durable(path, replace=replace) as file:
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
