"""Key files: the right passphrase, the right purpose, and never overwritten."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from forms_app.errors import KeyRefused, SealingError, WrongPassphrase
from forms_app.sealing.keyfiles import (
    Keyring,
    destroy_file,
    lock_seed,
    read_key_file,
    read_seed,
    unlock_seed,
    write_key_file,
    write_seed,
)
from forms_app.sealing.passwords import STANDARD, Cost

QUICK = Cost(memory=64, iterations=1)
SEED = bytes(range(32))


def test_a_seed_comes_back():
    """The passphrase, in either Unicode spelling, opens what it locked."""
    keyfile = lock_seed(SEED, "kafe\u0301 di Metro", "term/1", QUICK)
    assert unlock_seed(keyfile, "kafé di Metro", "term/1") == SEED
    assert SEED.hex() not in keyfile


def test_the_standard_cost_is_what_the_design_says():
    """64 MiB, three passes, one lane stand in the file, and it opens."""
    keyfile = lock_seed(SEED, "frasa", "term/1")
    assert json.loads(keyfile)["kdf"].items() >= {"memory_kib": 65536, "iterations": 3, "lanes": 1}.items()
    assert Cost(65536, 3, 1) == STANDARD
    assert unlock_seed(keyfile, "frasa", "term/1") == SEED


def test_a_wrong_passphrase_is_named_as_such():
    """A wrong passphrase raises WrongPassphrase, whose message does not repeat it."""
    with pytest.raises(WrongPassphrase) as caught:
        unlock_seed(lock_seed(SEED, "benar", "term/1", QUICK), "salah-ketik", "term/1")
    assert "salah-ketik" not in str(caught.value)


def test_another_purpose_is_refused():
    """The key file of a desk account is not taken for a term key."""
    with pytest.raises(KeyRefused):
        unlock_seed(lock_seed(SEED, "frasa", "staff/ani", QUICK), "frasa", "term/1")


def test_everything_in_the_file_is_authenticated():
    """Changed settings, salt, nonce or ciphertext never give a seed."""
    value = json.loads(lock_seed(SEED, "frasa", "term/1", QUICK))
    changes = [value | {"nonce": "A" * 16}, value | {"ciphertext": "A" * 64}]
    changes += [value | {"kdf": value["kdf"] | change} for change in ({"salt": "A" * 22 + "=="}, {"iterations": 2})]
    for changed in changes:
        with pytest.raises(WrongPassphrase):
            unlock_seed(json.dumps(changed), "frasa", "term/1")


@pytest.mark.parametrize(
    "change",
    [
        {"memory_kib": 2**31},
        {"iterations": 10**6},
        {"lanes": 1000},
        {"memory_kib": 0},
        {"lanes": True},
        {"salt": "AA=="},
    ],
)
def test_settings_that_would_stop_the_machine_are_refused(change: dict[str, object]):
    """A key file cannot make us take all memory or run for days."""
    value = json.loads(lock_seed(SEED, "frasa", "term/1", QUICK))
    with pytest.raises(KeyRefused):
        unlock_seed(json.dumps(value | {"kdf": value["kdf"] | change}), "frasa", "term/1")


@pytest.mark.parametrize("junk", ["", "{}", "[]", "null", '{"kdf": 5}', "seed", '{"kdf": {"memory_kib": "1"}}'])
def test_junk_is_no_key_file(junk: str, tmp_path: Path):
    """Other files raise KeyRefused, locked and plain alike."""
    with pytest.raises(KeyRefused):
        unlock_seed(junk, "frasa", "term/1")
    (tmp_path / "seed").write_text(junk)
    with pytest.raises(KeyRefused):
        read_seed(tmp_path / "seed", "site")


def test_files_are_for_their_owner_only(tmp_path: Path):
    """Both kinds of file have mode 0600 and come back; nothing else is left in the folder."""
    write_key_file(tmp_path / "term.key", SEED, "frasa", "term/1", QUICK)
    write_seed(tmp_path / "site.key", SEED, "site")
    assert read_key_file(tmp_path / "term.key", "frasa", "term/1") == SEED
    assert read_seed(tmp_path / "site.key", "site") == SEED
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site.key", "term.key"]


def test_a_key_is_never_overwritten(tmp_path: Path):
    """A second key under the same name is refused and the first one stays."""
    write_seed(tmp_path / "site.key", SEED, "site")
    with pytest.raises(SealingError, match=r"site\.key"):
        write_seed(tmp_path / "site.key", bytes(32), "site")
    assert read_seed(tmp_path / "site.key", "site") == SEED
    assert [path.name for path in tmp_path.iterdir()] == ["site.key"]


def test_a_plain_seed_has_one_purpose(tmp_path: Path):
    """A seed written for one purpose is not read for another, nor a huge file at all."""
    write_seed(tmp_path / "site.key", SEED, "site")
    with pytest.raises(KeyRefused):
        read_seed(tmp_path / "site.key", "root")
    (tmp_path / "huge").write_bytes(b" " * 20_000)
    with pytest.raises(KeyRefused):
        read_seed(tmp_path / "huge", "site")


def test_keys_locked_together_take_one_derivation(monkeypatch: pytest.MonkeyPatch):
    """One passphrase is stretched once for all files of a ceremony, and each still opens alone and for its purpose."""
    counted: list[bytes] = []
    derivation = Cost.derivation

    def counting(self: Cost, salt: bytes) -> object:
        counted.append(salt)
        return derivation(self, salt)

    monkeypatch.setattr(Cost, "derivation", counting)
    ring = Keyring("frasa", QUICK)
    files = [ring.lock(SEED, f"term/{number}") for number in range(5)]
    assert len(counted) == 1
    reader = Keyring("frasa")
    assert [reader.open(file, f"term/{number}") for number, file in enumerate(files)] == [SEED] * 5
    assert len(counted) == 2
    assert len({json.loads(file)["nonce"] for file in files}) == 5
    assert unlock_seed(files[3], "frasa", "term/3") == SEED
    with pytest.raises(KeyRefused):
        unlock_seed(files[3], "frasa", "term/4")


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o620, 0o601])
def test_a_key_file_that_others_can_reach_is_refused(tmp_path: Path, mode: int):
    """The message names the command that mends it."""
    path = tmp_path / "term.key"
    write_key_file(path, SEED, "frasa", "term/1", QUICK)
    path.chmod(mode)
    with pytest.raises(KeyRefused, match=f"chmod 600 {path}"):
        read_key_file(path, "frasa", "term/1")
    path.chmod(0o600)
    assert read_key_file(path, "frasa", "term/1") == SEED


def test_a_folder_that_others_can_enter_is_refused(tmp_path: Path):
    """The folder counts too: whoever may change it can swap the files."""
    write_key_file(tmp_path / "term.key", SEED, "frasa", "term/1", QUICK)
    tmp_path.chmod(0o755)
    with pytest.raises(KeyRefused, match=f"chmod 700 {tmp_path}"):
        read_key_file(tmp_path / "term.key", "frasa", "term/1")


def test_a_destroyed_file_was_overwritten_first(tmp_path: Path):
    """What another name of the same file shows afterwards is not the key."""
    path, witness = tmp_path / "term.key", tmp_path / "witness"
    write_key_file(path, SEED, "frasa", "term/1", QUICK)
    before = path.read_bytes()
    witness.hardlink_to(path)
    destroy_file(path)
    assert not path.exists()
    assert len(witness.read_bytes()) == len(before)
    assert not any(before[at : at + 8] in witness.read_bytes() for at in range(len(before) - 8))
    destroy_file(path)
