"""The office is backed up with its keys under their passphrase, and restored as the same office."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from forms_app.errors import DamagedBundle, SettingsError
from forms_app.office import ceremony
from forms_app.office.backing import back_up, restore, try_restore
from forms_app.office.household import Household, open_household
from forms_app.office.keystates import standings
from forms_app.site import backing
from forms_app.site.services import Services
from tests.conftest import PASSPHRASE, TODAY


def test_a_restored_office_opens_with_its_passphrase(household: Household, tmp_path: Path) -> None:
    """Statement, keys, sites and archive are there; the keys are still locked."""
    done, _ = back_up(household, tmp_path / "a.bak")
    restored = restore(tmp_path / "a.bak", tmp_path / "new")
    assert restored.backup == done
    again = open_household(tmp_path / "new")
    assert again.statement == household.statement
    assert again.unlock(PASSPHRASE).keys() == household.unlock(PASSPHRASE).keys()
    assert again.enrolled() == household.enrolled()
    assert again.archive.count() == household.archive.count()
    again.close()


def test_no_key_lies_open_in_a_backup(household: Household, tmp_path: Path) -> None:
    """The bytes of no term key stand in the file."""
    back_up(household, tmp_path / "a.bak")
    whole = (tmp_path / "a.bak").read_bytes()
    assert all(identity.seed not in whole for identity in household.unlock(PASSPHRASE).values())


def test_nothing_that_lies_beside_the_keys_goes_along(household: Household, tmp_path: Path) -> None:
    """Sheets that were not deleted yet would open everything without a passphrase, and so would plain rows."""
    ceremony.write_sheets(household, PASSPHRASE, household.folder / "sheets", standings(household, TODAY), str)
    (household.folder / "daftar.csv").write_text("Sutinah")
    back_up(household, tmp_path / "a.bak")
    restore(tmp_path / "a.bak", tmp_path / "new")
    names = {path.name for path in (tmp_path / "new").rglob("*") if path.is_file()}
    here = {path.name for path in household.keys.iterdir()}
    assert names == {"office.pub", "office.sqlite", *here}


def test_a_backup_is_noted_with_how_far_it_goes(household: Household, tmp_path: Path) -> None:
    """The note says when, what digest, and up to which verdict: what a receipt may call backed up."""
    done, _ = back_up(household, tmp_path / "a.bak")
    note = household.backups.last()
    assert note == {"made": done.made, "digest": done.digest, "upto": done.upto["verdicts"]}
    assert household.verdicts.backed_up() == note["upto"] == household.verdicts.last()


def test_nothing_is_restored_over_an_office(household: Household, tmp_path: Path) -> None:
    """A folder with an office in it is refused."""
    back_up(household, tmp_path / "a.bak")
    with pytest.raises(SettingsError, match="tidak kosong"):
        restore(tmp_path / "a.bak", household.folder)


def test_a_site_and_an_office_are_not_confused(household: Household, services: Services, tmp_path: Path) -> None:
    """The backup of one is refused by the other, before anything is written."""
    back_up(household, tmp_path / "office.bak")
    backing.back_up(services, tmp_path / "site.bak")
    with pytest.raises(DamagedBundle, match="kantor"):
        restore(tmp_path / "site.bak", tmp_path / "new")
    with pytest.raises(DamagedBundle, match="tempat"):
        backing.restore(tmp_path / "office.bak", tmp_path / "new", {})
    assert not (tmp_path / "new").exists()


def test_a_failed_restore_leaves_nothing(household: Household, tmp_path: Path) -> None:
    """The folder is as empty as before when the disk refuses on the way."""
    back_up(household, tmp_path / "a.bak")
    shutil.copy(tmp_path / "a.bak", tmp_path / "b.bak")
    (tmp_path / "new").mkdir()
    (tmp_path / "b.bak").write_bytes((tmp_path / "b.bak").read_bytes()[:-4096])
    with pytest.raises(DamagedBundle):
        restore(tmp_path / "b.bak", tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []
    assert try_restore(tmp_path / "a.bak").seconds > 0
