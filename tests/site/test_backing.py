"""A site is backed up while it serves, and restored as the same site with a new epoch."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from forms_app.errors import BrokenLog, DamagedBundle, SettingsError
from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.site.backing import back_up, restore, try_restore
from forms_app.site.services import Services, open_site
from forms_app.storage.documents import Event
from forms_app.storage.engine import Store, driver
from tests.conftest import NOW, NUMBERS
from tests.site.test_unkept import send
from tests.storage.conftest import empty_postgresql

SITE_FILES = {"office.pub", "site.key", "site.pub", "secret.key"}


def reopened(instance: Path) -> Services:
    """Open a restored site."""
    mapping = {"PEKSOS_INSTANCE": str(instance), **NUMBERS}
    return replace(open_site(Settings.from_mapping(mapping)), clock=lambda: NOW)


def test_a_restored_site_is_the_same_site(
    client: FlaskClient, services: Services, event: Event, tmp_path: Path
) -> None:
    """Keys, events, accounts and records are there, receipts are found, and new answers are taken."""
    receipt = send(client).location
    done, belongings = back_up(services, tmp_path / "a.bak")
    assert set(belongings.files) > SITE_FILES
    assert (done.owner, done.upto["seq"]) == (services.site, 1)
    restored = restore(tmp_path / "a.bak", tmp_path / "new", {})
    assert restored.parent == services.log.head()
    again = reopened(tmp_path / "new")
    visitor = assemble(again).test_client()
    assert (again.site, again.events.get(event.code), again.staff.all()) == (services.site, event, services.staff.all())
    assert visitor.get(receipt).status_code == 200
    assert send(visitor).status_code == 303
    entries = [(one.epoch, one.seq, one.type) for one in again.log.entries()]
    assert entries == [(1, 1, "record"), (2, 2, "epoch"), (2, 3, "record")]
    assert again.log.verify([services.log.head()]).seq == 3
    assert (tmp_path / "new" / "site.key").stat().st_mode & 0o777 == 0o600
    again.close()


def test_what_came_after_the_backup_is_missing_and_said_to_be(
    client: FlaskClient, services: Services, tmp_path: Path
) -> None:
    """The parent of the new epoch is the end of the backup, not of the lost log."""
    for _ in range(2):
        send(client)
    back_up(services, tmp_path / "a.bak")
    send(client)
    restored = restore(tmp_path / "a.bak", tmp_path / "new", {})
    assert (restored.parent.seq, services.log.head().seq) == (2, 3)


def test_a_backup_is_noted_with_its_digest(services: Services, tmp_path: Path) -> None:
    """When it was made, what it comes to and how far it goes is known afterwards; the audit has a line."""
    done, _ = back_up(services, tmp_path / "a.bak")
    assert services.backups.last() == {"made": NOW.isoformat(), "digest": done.digest, "upto": 0}
    assert [line.action for line in services.audit.lines()][-1] == "backup"


def test_backups_are_made_while_answers_come(client: FlaskClient, services: Services, tmp_path: Path) -> None:
    """Backups beside a storm of registrations: none fails, and each restores with all that was acknowledged before."""
    receipts: list[str] = []
    stop = threading.Event()

    def storm() -> None:
        while not stop.is_set():
            receipts.append(send(client).location)

    thread = threading.Thread(target=storm)
    thread.start()
    try:
        for number in range(3):
            known = list(receipts)
            back_up(services, tmp_path / f"{number}.bak")
            folder = tmp_path / f"new{number}"
            restore(tmp_path / f"{number}.bak", folder, {})
            again = reopened(folder)
            visitor = assemble(again).test_client()
            assert {visitor.get(one).status_code for one in known} <= {200}
            again.close()
    finally:
        stop.set()
        thread.join()
    assert receipts


@pytest.mark.parametrize("name", ["site.key", "note.txt", "cache/x"])
def test_a_folder_with_anything_in_it_is_refused(services: Services, tmp_path: Path, name: str) -> None:
    """Nothing is restored over anything, and nothing in the folder changes."""
    back_up(services, tmp_path / "a.bak")
    path = tmp_path / "new" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"mine")
    with pytest.raises(SettingsError, match="tidak kosong"):
        restore(tmp_path / "a.bak", tmp_path / "new", {})
    assert path.read_bytes() == b"mine"
    assert len(list((tmp_path / "new").iterdir())) == 1


def test_a_damaged_backup_restores_nothing(services: Services, tmp_path: Path) -> None:
    """A flipped byte is found before anything is written."""
    path = tmp_path / "a.bak"
    back_up(services, path)
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)
    with pytest.raises(DamagedBundle):
        restore(path, tmp_path / "new", {})
    assert not (tmp_path / "new").exists()


def test_a_log_that_does_not_verify_is_not_backed_up(
    client: FlaskClient, services: Services, folder: Path, tmp_path: Path
) -> None:
    """A backup of a broken log is refused while it is made: nobody may rely on it, and the old one stays."""
    for _ in range(3):
        send(client)
    (tmp_path / "a.bak").write_bytes(b"old")
    store = Store(services.settings.database)
    with store.writing() as connection:
        driver(connection).execute("UPDATE log SET day = day + 1 WHERE seq = 2")
    store.close()
    with pytest.raises(BrokenLog):
        back_up(services, tmp_path / "a.bak")
    assert (tmp_path / "a.bak").read_bytes() == b"old"
    assert services.backups.last() is None


def test_a_restore_that_fails_leaves_the_folder_empty(services: Services, tmp_path: Path) -> None:
    """Whatever goes wrong on the way, what was written so far goes again."""
    back_up(services, tmp_path / "a.bak")
    (tmp_path / "new").mkdir()
    with pytest.raises(SettingsError):
        restore(tmp_path / "a.bak", tmp_path / "new", {"PEKSOS_THREADS": "none"})
    assert list((tmp_path / "new").iterdir()) == []
    assert restore(tmp_path / "a.bak", tmp_path / "new", {}).parent.seq == 0


def test_a_trial_says_how_long_it_took_and_leaves_nothing(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The backup is restored and opened in a folder that is thrown away."""
    back_up(services, tmp_path / "a.bak")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    tried = try_restore(tmp_path / "a.bak", {})
    assert 0 < tried.seconds < 60
    assert list((tmp_path / "temp").iterdir()) == []


def test_packages_and_caches_stay_out(services: Services, tmp_path: Path) -> None:
    """What is carried anyway, what is made anew, and the reserve do not swell the backup."""
    for name in ("packages/1.peksos", "cache/x", "reserve"):
        path = services.settings.instance / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    done, _ = back_up(services, tmp_path / "a.bak")
    assert not {"packages/1.peksos", "cache/x", "reserve"} & set(done.files)


@pytest.mark.postgresql
def test_a_site_on_sqlite_moves_to_postgresql(
    client: FlaskClient, services: Services, tmp_path: Path, server: str
) -> None:
    """The restored settings, or the environment, name PostgreSQL: the same site goes on there."""
    send(client)
    back_up(services, tmp_path / "a.bak")
    mapping = {"PEKSOS_DATABASE_URL": empty_postgresql(server)}
    restore(tmp_path / "a.bak", tmp_path / "new", mapping)
    assert not (tmp_path / "new" / "peksos.sqlite").exists()
    again = open_site(Settings.from_mapping({**mapping, "PEKSOS_INSTANCE": str(tmp_path / "new")}))
    assert (again.log.count(), again.log.verify().epoch) == (1, 2)
    back_up(again, tmp_path / "b.bak")
    again.close()
    with pytest.raises(SettingsError, match="sudah ada data"):
        restore(tmp_path / "b.bak", tmp_path / "third", mapping)
    assert restore(tmp_path / "b.bak", tmp_path / "third", {}).parent.epoch == 2
    shutil.rmtree(tmp_path / "third")


def test_the_file_is_an_ordinary_database(services: Services, tmp_path: Path) -> None:
    """Whoever has SQLite can look into a backup without us."""
    back_up(services, tmp_path / "a.bak")
    with sqlite3.connect(tmp_path / "a.bak") as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM backup_files")}
    connection.close()
    assert names > SITE_FILES
