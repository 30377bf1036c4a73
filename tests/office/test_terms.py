"""The life of the office's keys: renewed, revoked, lost and recovered, destroyed so that nothing opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from forms_app.errors import KeyRefused, SettingsError, WrongPassphrase
from forms_app.office import keyfolder, terms
from forms_app.office.household import STATEMENT, Household, create_household, open_household
from forms_app.office.importing import ImportReport
from forms_app.office.keystates import root_id, standings, term_of, unproved
from forms_app.office.opening import open_all
from forms_app.office.verdicts import VerdictReader
from forms_app.sealing.keyfiles import Keyring
from forms_app.sealing.sheets import Sheet, read_sheets, split_seed
from forms_app.sealing.statements import read_office_statement
from forms_app.site.keys import accept_statement
from forms_app.site.services import Services
from forms_app.specs.retention import CLASSES
from tests.conftest import CHEAP, PASSPHRASE, TODAY, try_keys
from tests.office.conftest import Answers, Sender

NEXT = (date(2027, 12, 1), date(2028, 12, 31))
LAST = date(2027, 12, 31)  # of the first term


def key_of(household: Household, retention: str) -> str:
    """Return the id of the key that is in force for a class."""
    return household.statement.term_key(TODAY, retention).key_id


def sheets_of(household: Household, key_id: str) -> list[list[Sheet]]:
    """Return the three holders' sheets of one key."""
    root = key_id == root_id(household.statement)
    path = household.keys / (keyfolder.ROOT_FILE if root else keyfolder.term_file(key_id))
    return [read_sheets(words) for words in split_seed(Keyring(PASSPHRASE).read(path, keyfolder.purpose(path)))]


def states(household: Household, today: date = TODAY) -> dict[str, str]:
    """Return the state of each key."""
    return {one.key_id: one.state for one in standings(household, today)}


def test_an_office_begins_with_a_key_of_each_class(household: Household) -> None:
    """One key a class, all in force, each with a file of its own."""
    assert [term.retention for term in household.statement.terms] == list(CLASSES)
    assert set(states(household).values()) == {"root", "current"}
    assert len(household.statement.key_ids) == len(CLASSES)


def test_a_new_term_goes_on_where_the_old_one_ends(household: Household) -> None:
    """Every class gets a key, the number grows by one, and no key is left out."""
    changed, made = terms.new_term(household, PASSPHRASE, *NEXT, cost=CHEAP)
    written = read_office_statement((household.folder / STATEMENT).read_bytes(), known=household.statement)
    assert written == changed.statement
    assert (written.number, len(made)) == (household.statement.number + 1, len(CLASSES))
    assert {states(changed)[key_id] for key_id in made} == {"waiting"}
    assert written.term_key(date(2028, 1, 1), "s").key_id in made
    assert set(changed.unlock(PASSPHRASE)) == written.key_ids


def test_a_new_class_stays_in_later_terms(household: Household) -> None:
    """A class that the office asked for once is made again, under its one name."""
    changed, made = terms.new_term(household, PASSPHRASE, *NEXT, more=["6m"], cost=CHEAP)
    again, more = terms.new_term(changed, PASSPHRASE, *NEXT, cost=CHEAP)
    assert len(made) == len(more) == len(CLASSES) + 1
    assert again.statement.term_key(NEXT[0], "180d").key_id == more[-1]


def test_without_the_passphrase_nothing_is_made(household: Household) -> None:
    """A wrong passphrase leaves files and statement alone; days the wrong way round too."""
    before = sorted(path.name for path in household.keys.iterdir())
    with pytest.raises(WrongPassphrase):
        terms.new_term(household, "salah sama sekali", *NEXT, cost=CHEAP)
    with pytest.raises(SettingsError, match="terakhir"):
        terms.new_term(household, PASSPHRASE, NEXT[1], NEXT[0], cost=CHEAP)
    assert sorted(path.name for path in household.keys.iterdir()) == before
    assert read_office_statement((household.folder / STATEMENT).read_bytes()) == household.statement


def test_a_revoked_key_still_opens_what_it_has(
    send: Sender, services: Services, carry: Callable[[], ImportReport], household: Household
) -> None:
    """New records go to its successor, the old ones open, and both come through the import."""
    send()
    old = key_of(household, "90d")
    changed, made = terms.revoke(household, PASSPHRASE, old, TODAY, CHEAP)
    accept_statement(services.settings.instance, services.site_key, (household.folder / STATEMENT).read_bytes())
    object.__setattr__(services, "office", changed.statement)
    try_keys(household.folder, services)
    send()
    assert key_of(changed, "90d") == made != old
    assert carry().new == 2
    assert open_all(changed, changed.unlock(PASSPHRASE)).opened == 2
    assert (states(changed)[old], states(changed)[made]) == ("revoked", "current")
    assert term_of(changed.statement, made).last == LAST
    with pytest.raises(KeyRefused, match="sudah dicabut"):
        terms.revoke(changed, PASSPHRASE, old, TODAY, CHEAP)


def test_a_key_of_a_term_that_ended_gets_no_successor(household: Household) -> None:
    """There is no day left on which one would be used."""
    changed, made = terms.revoke(household, PASSPHRASE, key_of(household, "1y"), date(2028, 1, 1), CHEAP)
    assert made == ""
    assert len(changed.statement.terms) == len(household.statement.terms)


def test_nothing_opens_after_destruction(
    send: Sender, checklist: Answers, carry: Callable[[], ImportReport], household: Household
) -> None:
    """Records and verdicts of the class are dead, whatever lies in the office's folder; other classes open."""
    send(full_name="CANARYBIRD")
    send("detection_checklist_teacher", checklist)
    carry()
    identities = household.unlock(PASSPHRASE)
    assert open_all(household, identities).opened == 2
    gone = key_of(household, "90d")
    terms.destroy(household, gone, date(2028, 3, 31))
    left = household.unlock(PASSPHRASE)
    assert gone not in left
    report = open_all(household, left)
    assert (report.opened, report.locked) == (1, 1)
    readers = VerdictReader(household.verdicts.series(), identities), VerdictReader(household.verdicts.series(), left)
    before, after = ([reader.read(*pair) for pair in household.verdicts.all()] for reader in readers)
    assert (before.count(None), after.count(None)) == (0, 1)
    seed = identities[gone].seed
    assert not [path for path in household.folder.rglob("*") if path.is_file() and holds(path, seed, b"CANARYBIRD")]
    assert states(household)[gone] == "destroyed"


def holds(path: Path, *secrets: bytes) -> bool:
    """Tell whether a file holds one of these in the clear."""
    return any(secret in path.read_bytes() for secret in secrets)


def test_a_key_in_use_is_not_destroyed(household: Household) -> None:
    """While pages seal to it, a reason does not help: it has to be revoked first."""
    key_id = key_of(household, "90d")
    with pytest.raises(KeyRefused, match="Cabut dulu"):
        terms.destroy(household, key_id, TODAY, "alasan")
    assert key_id in household.unlock(PASSPHRASE)


def test_a_key_is_kept_until_its_retention_is_over(household: Household) -> None:
    """A day before, only a reason destroys it, and that is on record; the day after needs none."""
    day = key_of(household, "90d")
    with pytest.raises(KeyRefused, match="2028-03-30"):
        terms.destroy(household, day, date(2028, 3, 30))
    terms.destroy(household, day, date(2028, 3, 31))
    early = key_of(household, "1y")
    terms.destroy(household, early, date(2028, 1, 1), "perintah pengadilan")
    assert [line.about for line in household.audit.lines() if line.action == terms.DESTROYED] == [
        day,
        f"{early} perintah pengadilan",
    ]
    with pytest.raises(KeyRefused, match="sudah dimusnahkan"):
        terms.destroy(household, day, date(2028, 4, 1))
    with pytest.raises(KeyRefused, match="key list"):
        terms.destroy(household, "0123456789abcdef", date(2028, 4, 1))


@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (2, 1)])
def test_a_lost_key_comes_back_from_any_two_holders(
    send: Sender, carry: Callable[[], ImportReport], household: Household, pair: tuple[int, int]
) -> None:
    """With the file gone nothing opens; two sheets and a passphrase bring everything back."""
    send()
    carry()
    key_id = key_of(household, "90d")
    holders = sheets_of(household, key_id)
    (household.keys / keyfolder.term_file(key_id)).unlink()
    assert open_all(household, household.unlock(PASSPHRASE)).locked == 1
    assert states(household)[key_id] == "missing"
    given = [sheet for holder in pair for sheet in holders[holder]]
    assert terms.recover(household, given, PASSPHRASE, CHEAP) == ([key_id], [])
    assert open_all(household, household.unlock(PASSPHRASE)).opened == 1


def test_the_root_comes_back_too(household: Household) -> None:
    """It signs again, and the same office follows."""
    holders = sheets_of(household, root_id(household.statement))
    (household.keys / keyfolder.ROOT_FILE).unlink()
    with pytest.raises(KeyRefused, match="key recover"):
        household.root(PASSPHRASE)
    assert terms.recover(household, holders[1] + holders[2], PASSPHRASE, CHEAP)[0] == [root_id(household.statement)]
    assert terms.new_term(household, PASSPHRASE, *NEXT, cost=CHEAP)[0].statement.follows(household.statement)


def test_a_whole_office_comes_back_from_paper(household: Household, tmp_path: Path) -> None:
    """With nothing but office.pub, which every site has, and two holders, all keys stand under a new passphrase."""
    holders = [sheets_of(household, one.key_id)[:2] for one in standings(household, TODAY)]
    given = [sheet for pair in holders for holder in pair for sheet in holder]
    folder = tmp_path / "baru"
    folder.mkdir()
    (folder / STATEMENT).write_bytes((household.folder / STATEMENT).read_bytes())
    opened = open_household(folder)
    found, shut = terms.recover(opened, given, "kata sandi yang lain", CHEAP)
    assert (len(found), shut) == (len(CLASSES) + 1, [])
    assert set(opened.unlock("kata sandi yang lain")) == household.statement.key_ids
    assert opened.root("kata sandi yang lain").public == household.statement.root
    opened.close()


def test_a_forgotten_passphrase_is_replaced_by_sheets(household: Household) -> None:
    """The file under the forgotten passphrase is written anew; the others are named as still shut."""
    key_id = key_of(household, "s")
    holders = sheets_of(household, key_id)
    found, shut = terms.recover(household, holders[0] + holders[2], "kata sandi yang lain", CHEAP)
    assert found == [key_id]
    assert len(shut) == len(CLASSES)
    assert set(household.unlock("kata sandi yang lain")) == {key_id}


def test_sheets_of_another_office_change_nothing(household: Household, tmp_path: Path) -> None:
    """A key that this office never announced is refused, when proved and when recovered."""
    create_household(tmp_path / "lain", "Lain", PASSPHRASE, TODAY, TODAY, CHEAP)
    other = open_household(tmp_path / "lain")
    holders = sheets_of(other, key_of(other, "s"))
    other.close()
    for attempt in (terms.prove, lambda at, given: terms.recover(at, given, PASSPHRASE, CHEAP)):
        with pytest.raises(KeyRefused, match="bukan dari kunci kantor ini"):
            attempt(household, holders[0] + holders[1])
    assert len(list(household.keys.iterdir())) == len(CLASSES) + 1


def test_a_destroyed_key_does_not_come_back(household: Household) -> None:
    """Sheets that somebody forgot to burn bring other keys back, but not this one."""
    gone, kept = key_of(household, "90d"), key_of(household, "1y")
    holders, others = sheets_of(household, gone), sheets_of(household, kept)
    terms.destroy(household, gone, date(2028, 3, 31))
    with pytest.raises(KeyRefused, match="Bakar"):
        terms.recover(household, holders[0] + holders[1], PASSPHRASE, CHEAP)
    both = [*holders[0], *holders[1], *others[0], *others[1]]
    assert terms.recover(household, both, PASSPHRASE, CHEAP)[0] == [kept]
    assert gone not in household.unlock(PASSPHRASE)


def test_a_proof_is_noted_and_no_seed_is_kept(household: Household) -> None:
    """The day stands in the audit lines; nothing that was typed lies anywhere."""
    key_id = key_of(household, "s")
    holders = sheets_of(household, key_id)
    assert terms.prove(household, holders[0] + holders[1]) == [key_id]
    assert key_id not in {one.key_id for one in unproved(household, TODAY)}
    typed = [sheet.words.encode() for holder in holders for sheet in holder]
    seed = household.unlock(PASSPHRASE)[key_id].seed
    assert not [path for path in household.folder.rglob("*") if path.is_file() and holds(path, seed, *typed)]


def test_the_passphrase_changes_for_all(household: Household) -> None:
    """The old one is asked for, and opens nothing afterwards."""
    with pytest.raises(WrongPassphrase):
        terms.change_passphrase(household, "salah sama sekali", "baru", CHEAP)
    assert terms.change_passphrase(household, PASSPHRASE, "kata sandi baru", CHEAP) == len(CLASSES) + 1
    assert set(household.unlock("kata sandi baru")) == household.statement.key_ids
    with pytest.raises(WrongPassphrase):
        household.unlock(PASSPHRASE)


def test_a_swapped_statement_signs_nothing(household: Household, tmp_path: Path) -> None:
    """An office.pub of another office beside our keys is noticed before anything is signed."""
    other = create_household(tmp_path / "lain", "Lain", PASSPHRASE, TODAY, TODAY, CHEAP)
    with pytest.raises(KeyRefused, match="bukan dari kantor ini"):
        terms.new_term(replace(household, statement=other), PASSPHRASE, *NEXT, cost=CHEAP)


def test_an_older_statement_put_back_announces_nothing(household: Household) -> None:
    """A second statement of one number would tell schools two stories; nothing is made until the newest is back."""
    file = household.folder / STATEMENT
    old = file.read_bytes()
    terms.new_term(household, PASSPHRASE, *NEXT, cost=CHEAP)
    newest = file.read_bytes()
    file.write_bytes(old)
    again = open_household(household.folder)
    here = sorted(again.keys.iterdir())
    with pytest.raises(KeyRefused, match="sekolah"):
        terms.new_term(again, PASSPHRASE, *NEXT, cost=CHEAP)
    with pytest.raises(KeyRefused, match="sekolah"):
        terms.revoke(again, PASSPHRASE, key_of(again, "1y"), TODAY, cost=CHEAP)
    assert sorted(again.keys.iterdir()) == here
    again.close()
    file.write_bytes(newest)
    right = open_household(household.folder)
    changed, _made = terms.revoke(right, PASSPHRASE, key_of(right, "1y"), TODAY, cost=CHEAP)
    assert changed.statement.number == 3
    right.close()
