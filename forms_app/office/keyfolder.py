"""The folder of the office's key files: each under the passphrase, all replaced at once, each destroyed for good.

A change of the passphrase writes every file anew beside the old folder. The moment in which the new folder is called
`keys.next` decides: before it the old passphrase opens everything, after it the new one does, whatever happens
between; what was left half done is finished when the office is opened next.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from forms_app.errors import N_, KeyRefused, WrongPassphrase
from forms_app.sealing.durable import flush_folder
from forms_app.sealing.keyfiles import Keyring, destroy_file, refuse_exposed
from forms_app.sealing.keys import Identity
from forms_app.sealing.statements import Term

KEYS, ROOT_FILE, ROOT_PURPOSE = "keys", "root.key", "root"
_PART, _NEXT, _OLD = "keys.part", "keys.next", "keys.old"


def term_file(key_id: str) -> str:
    """Return the name of a term key's file."""
    return f"term-{key_id}.key"


def purpose(file: Path) -> str:
    """Return what a key file is for, by its name: a file under another key's name does not open."""
    return ROOT_PURPOSE if file.name == ROOT_FILE else f"term/{file.stem.removeprefix('term-')}"


def make_folder(folder: Path) -> Path:
    """Make an office's folder and the one of its keys, which only their owner may enter; return the latter."""
    keys = folder / KEYS
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    for private in (folder, keys):
        private.chmod(0o700)
    return keys


def make_term(keys: Path, keyring: Keyring, retention: str, first: date, last: date) -> Term:
    """Make a term key and its file, which is read back before anything can be sealed to the key."""
    identity = Identity.generate("office")
    path = keys / term_file(identity.recipient.key_id)
    keyring.write(path, identity.seed, purpose(path))
    if Identity("office", keyring.read(path, purpose(path))).recipient != identity.recipient:
        raise KeyRefused(N_("Berkas kunci yang baru ditulis tidak terbaca. Periksa disk, lalu ulangi."))
    return Term(identity.recipient, first, last, retention)


def change_passphrase(folder: Path, old: Keyring, new: Keyring) -> int:
    """Put every key file under another passphrase, all of them or none; return how many.

    Raises WrongPassphrase or KeyRefused when one does not open, naming it where others do.
    """
    seeds = _seeds(folder / KEYS, old)
    part = folder / _PART
    _destroy_folder(part)
    part.mkdir(mode=0o700)
    for name, seed in seeds.items():
        path = part / name
        new.write(path, seed, purpose(path))
        if new.read(path, purpose(path)) != seed:
            raise KeyRefused(N_("Berkas kunci yang baru ditulis tidak terbaca. Periksa disk, lalu ulangi."))
    part.rename(folder / _NEXT)
    flush_folder(folder)
    finish_change(folder)
    return len(seeds)


def finish_change(folder: Path) -> None:
    """Finish a change of the passphrase that was cut off, or clear away one that never was decided."""
    keys, following, old = folder / KEYS, folder / _NEXT, folder / _OLD
    _destroy_folder(folder / _PART)
    if following.is_dir():
        if keys.is_dir():
            _destroy_folder(old)
            keys.rename(old)
        following.rename(keys)
        flush_folder(folder)
    if keys.is_dir():
        _destroy_folder(old)


def destroy_key(folder: Path, key_id: str) -> bool:
    """Destroy the file of a term key, and whatever an interrupted write left of it; tell whether there was one."""
    finish_change(folder)
    found = sorted((folder / KEYS).glob(f"*{key_id}*"))
    for path in found:
        destroy_file(path)
    return bool(found)


def _seeds(keys: Path, keyring: Keyring) -> dict[str, bytes]:
    """Return the seeds of all key files, by name."""
    files = sorted(keys.glob("*.key"))
    if not files:
        raise no_keys()
    refuse_exposed(keys.parent, keys, *files)
    seeds: dict[str, bytes] = {}
    shut: list[str] = []
    for path in files:
        try:
            seeds[path.name] = keyring.read(path, purpose(path))
        except (WrongPassphrase, KeyRefused):
            shut.append(path.name)
    if shut and not seeds:
        raise WrongPassphrase(N_("Kata sandi salah, atau berkas kunci rusak."))
    if shut:
        message = N_("Tidak terbuka dengan kata sandi ini: {files}. Pulihkan dulu: peksos-office key recover")
        raise KeyRefused(message, files=", ".join(shut))
    return seeds


def no_keys() -> KeyRefused:
    """Return the error for an office without any key file."""
    return KeyRefused(N_("Di folder ini tidak ada kunci kantor. Pindah ke komputer yang menyimpannya."))


def _destroy_folder(folder: Path) -> None:
    if folder.is_dir():
        for path in folder.iterdir():
            destroy_file(path)
        folder.rmdir()
