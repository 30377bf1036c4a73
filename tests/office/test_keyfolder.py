"""The folder of key files: all under one passphrase or all under the other, whenever the power goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms_app.errors import KeyRefused, WrongPassphrase
from forms_app.office import keyfolder
from forms_app.office.household import Household, open_household
from forms_app.sealing.keyfiles import Keyring
from tests.conftest import CHEAP, PASSPHRASE

NEW = "kata sandi yang baru"


class PowerCut(Exception):
    """The power went."""


def opens(folder: Path, passphrase: str) -> set[str]:
    """Return the keys that a passphrase opens once the office is opened again, the root among them."""
    household = open_household(folder)
    try:
        found = set(household.unlock(passphrase))
        household.root(passphrase)
    except WrongPassphrase:
        return set()
    finally:
        household.close()
    return found


def test_the_new_passphrase_opens_all_and_the_old_none(household: Household) -> None:
    """Root and terms change together, and nothing of the old folder is left."""
    ids = set(household.unlock(PASSPHRASE))
    assert keyfolder.change_passphrase(household.folder, Keyring(PASSPHRASE), Keyring(NEW, CHEAP)) == len(ids) + 1
    assert opens(household.folder, NEW) == ids
    assert opens(household.folder, PASSPHRASE) == set()
    assert not [path for path in household.folder.iterdir() if path.name.startswith("keys.")]
    assert {path.stat().st_mode & 0o777 for path in household.keys.iterdir()} == {0o600}
    assert household.keys.stat().st_mode & 0o777 == 0o700


def test_a_cut_at_any_moment_leaves_one_passphrase(household: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever step of a change is the last, afterwards exactly one passphrase opens every key."""
    ids = set(household.unlock(PASSPHRASE))
    old, outcomes = PASSPHRASE, set()
    for steps in range(60):
        left = [steps]

        def counting(action: object, left: list[int] = left) -> object:
            def step(*given: object, **named: object) -> object:
                if not left[0]:
                    raise PowerCut
                left[0] -= 1
                return action(*given, **named)  # type: ignore[operator]  # what is patched is a function

            return step

        new = f"{NEW} {steps}"
        with monkeypatch.context() as patch:
            patch.setattr(Path, "rename", counting(Path.rename))
            patch.setattr(Path, "rmdir", counting(Path.rmdir))
            patch.setattr(keyfolder, "destroy_file", counting(keyfolder.destroy_file))
            patch.setattr(Keyring, "write", counting(Keyring.write))
            try:
                keyfolder.change_passphrase(household.folder, Keyring(old), Keyring(new, CHEAP))
            except PowerCut:
                whole = False
            else:
                whole = True
        now_open = [one for one in (old, new) if opens(household.folder, one) == ids]
        assert len(now_open) == 1, steps
        outcomes.add(now_open[0] == new)
        old = now_open[0]
        if whole:
            break
    assert whole
    assert outcomes == {True, False}


def test_a_key_that_does_not_open_stops_the_change(household: Household) -> None:
    """A file under another passphrase is named, and nothing is changed."""
    path = household.keys / "term-0123456789abcdef.key"
    Keyring("lain", CHEAP).write(path, bytes(32), keyfolder.purpose(path))
    with pytest.raises(KeyRefused, match="term-0123456789abcdef"):
        keyfolder.change_passphrase(household.folder, Keyring(PASSPHRASE), Keyring(NEW, CHEAP))
    assert household.unlock(PASSPHRASE)
    with pytest.raises(WrongPassphrase):
        keyfolder.change_passphrase(household.folder, Keyring("salah sama sekali"), Keyring(NEW, CHEAP))


def test_destroying_takes_what_a_cut_write_left(household: Household) -> None:
    """A file that was being written when the power went holds the key too, and goes with it."""
    key_id = next(iter(household.unlock(PASSPHRASE)))
    file = household.keys / keyfolder.term_file(key_id)
    aside = household.keys / f".{file.name}.0011aabb.part"
    aside.write_bytes(file.read_bytes())
    assert keyfolder.destroy_key(household.folder, key_id)
    assert not [path for path in household.folder.rglob("*") if key_id in path.name]
    assert not keyfolder.destroy_key(household.folder, key_id)
