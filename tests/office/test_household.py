"""The office's folder: made once, private, and opened with the right passphrase only."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from forms_app.errors import BadSignature, KeyRefused, SettingsError, WrongPassphrase
from forms_app.office.household import STATEMENT, Household, create_household, open_household
from forms_app.office.keyfolder import KEYS
from forms_app.sealing.keyfiles import write_key_file
from forms_app.sealing.keys import Identity
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import make_site_statement
from tests.conftest import CHEAP, PASSPHRASE

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def write_private(path: Path) -> None:
    """Write a damaged key file that only its owner may read."""
    path.write_text("rusak", encoding="utf-8")
    path.chmod(0o600)


def test_everything_is_private(folder: Path, household: Household) -> None:
    """Nobody but the owner may enter the folder or read a file in it."""
    office = folder / "office"
    assert {path.stat().st_mode & 0o777 for path in (office, office / KEYS)} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in office.rglob("*") if path.is_file()} == {0o600}


def test_no_office_is_made_over_another(folder: Path) -> None:
    """A second office in the same folder is refused, and the first keeps its words."""
    before = (folder / "office" / STATEMENT).read_bytes()
    with pytest.raises(SettingsError, match="Pilih folder lain"):
        create_household(folder / "office", "Lain", PASSPHRASE, FIRST, LAST, CHEAP)
    assert (folder / "office" / STATEMENT).read_bytes() == before


def test_a_half_made_office_says_what_to_do(folder: Path) -> None:
    """Keys without a statement are left alone, and another folder is asked for."""
    (folder / "office" / STATEMENT).unlink()
    with pytest.raises(SettingsError, match="Pilih folder lain"):
        create_household(folder / "office", "Lain", PASSPHRASE, FIRST, LAST, CHEAP)


@pytest.mark.parametrize(
    ("name", "last"), [("", LAST), ("  ", LAST), ("x" * 201, LAST), ("Kantor", date(2025, 12, 31))]
)
def test_what_cannot_be_leaves_nothing_behind(tmp_path: Path, name: str, last: date) -> None:
    """A name that no statement may carry, or a key that ends before it begins, is refused before a key is made."""
    with pytest.raises(SettingsError, match="perlu nama"):
        create_household(tmp_path / "kantor", name, PASSPHRASE, FIRST, last, CHEAP)
    assert not (tmp_path / "kantor").exists()


def test_an_empty_folder_names_the_command(tmp_path: Path) -> None:
    """Where no office is, the message says how to make one."""
    with pytest.raises(SettingsError, match="peksos-office init"):
        open_household(tmp_path)


def test_the_passphrase_opens_the_announced_key(household: Household) -> None:
    """What is unlocked is exactly what the statement tells sites to seal to."""
    assert set(household.unlock(PASSPHRASE)) == household.statement.key_ids


def test_a_wrong_passphrase_opens_nothing(household: Household) -> None:
    """Another passphrase is refused."""
    with pytest.raises(WrongPassphrase):
        household.unlock("kata sandi lain sama sekali")


def test_keys_under_different_passphrases(household: Household) -> None:
    """Each passphrase opens its own keys, and one that cannot be opened does not shut the others out."""
    second = Identity.generate("office")
    key_id = second.recipient.key_id
    write_key_file(household.folder / KEYS / f"term-{key_id}.key", second.seed, "yang kedua", f"term/{key_id}", CHEAP)
    write_private(household.folder / KEYS / "term-0000000000000000.key")
    assert set(household.unlock(PASSPHRASE)) == household.statement.key_ids
    assert set(household.unlock("yang kedua")) == {key_id}
    with pytest.raises(WrongPassphrase):
        household.unlock("yang ketiga")


def test_a_renamed_key_file_is_refused(household: Household) -> None:
    """A key file opens under its own key's name only."""
    path, *others = (household.folder / KEYS).glob("term-*.key")
    for other in others:
        other.unlink()
    path.rename(path.with_name("term-0123456789abcdef.key"))
    with pytest.raises(KeyRefused):
        household.unlock(PASSPHRASE)


def test_an_office_without_keys_says_so(household: Household) -> None:
    """Where the key files were taken away, the message says to go where they are."""
    shutil.rmtree(household.folder / KEYS)
    with pytest.raises(KeyRefused, match="komputer yang menyimpannya"):
        household.unlock(PASSPHRASE)


def test_a_site_is_enrolled_by_its_own_words_only(household: Household) -> None:
    """The words read aloud must be the site's; a statement that was altered is no statement."""
    key, other = SigningKey.generate(), SigningKey.generate()
    statement = make_site_statement(key, "metro-9", "SD Contoh")
    with pytest.raises(KeyRefused):
        household.enrol(statement, household.statement.words)
    with pytest.raises(BadSignature):
        household.enrol(statement.replace(b"sig", b"gis"))
    enrolled = household.enrol(statement)
    assert household.enrol(statement, enrolled.words.upper()) == enrolled
    assert enrolled.key_id in household.enrolled()
    with pytest.raises(KeyRefused, match="kunci lain"):
        household.enrol(make_site_statement(other, "metro-9", "SD Contoh"))
