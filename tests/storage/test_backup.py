"""A backup holds everything as it stood at one moment, on either engine, and shows every change to it."""

from __future__ import annotations

import os
import select
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from forms_app.errors import DamagedBundle, NewerDatabase, SettingsError
from forms_app.storage import copying
from forms_app.storage.address import only_read
from forms_app.storage.backup import Backup, Label, files_of, opened, read_backup, write_backup
from forms_app.storage.engine import Store, driver
from forms_app.storage.log import Log, NewRecord
from forms_app.storage.restoring import restored
from forms_app.storage.sums import PAGE, layouts
from forms_app.storage.tables import SQLDatabase, open_database, store_of
from tests.storage import version1
from tests.storage.conftest import empty_postgresql
from tests.storage.test_log_durability import start

SITE, DAY = "metro-01", 20_780
FILES = {"site.key": b"secret", "signoffs/a.json": b"{}\n"}
BACKUPS = 20 if os.environ.get("PEKSOS_FAULTS") == "full" else 5  # `make faults` takes its time
LABEL = Label("site", SITE, "2026-11-25T04:00:00+00:00", "0.1.0", lambda _tables: {"seq": 3})


def fill(database: SQLDatabase, count: int = 3) -> Log:
    """Keep some records and documents, with signs that a collation or an encoding could disturb."""
    log = Log(database, SITE)
    log.append([NewRecord(os.urandom(16), os.urandom(300), "p", "registration", "K7Q2MX") for _ in range(count)], DAY)
    for name in ("b", "B", "ä", "_", "a-b", "ab"):
        database.table(name).insert({"name": "Sutinah \u2019 \U0001f600", "when": None, "list": [1, 2.5, {"b": True}]})
    return log


def back_up(address: str, path: Path) -> Backup:
    """Write a backup of the database at an address, walking the log in it."""
    store = Store(address)
    try:
        return write_backup(store, path, FILES, LABEL, walk)
    finally:
        store.close()


def back_up_unseen(address: str, path: Path) -> None:
    """Write a backup of a database of another version, which this one does not open."""
    store = Store(address)
    try:
        write_backup(store, path, FILES, LABEL, lambda _part: None)
    finally:
        store.close()


def walk(part: Path) -> None:
    """Verify the log in a finished backup."""
    with open_database(only_read(part)) as database:
        Log(database, SITE).verify()


def everything(database: SQLDatabase) -> tuple[Mapping[str, Any] | None, list[Any]]:
    """Return all documents and the whole log."""
    return database.storage.read(), list(Log(database, SITE).entries())


def test_a_backup_says_what_it_holds(database: SQLDatabase, address: str, tmp_path: Path) -> None:
    """It is for its owner alone, names files and tables, and is found whole when it is read."""
    fill(database)
    path = tmp_path / "a.bak"
    made = back_up(address, path)
    assert read_backup(path) == made
    assert (made.kind, made.owner, made.upto, made.tables["log"]["rows"]) == ("site", SITE, {"seq": 3}, 3)
    assert files_of(path) == FILES
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


@pytest.mark.parametrize("target", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_a_backup_restores_into_either_engine(
    database: SQLDatabase, address: str, target: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Every document and every entry is there again, and the log goes on; nothing of the backup itself is left."""
    fill(database)
    before = everything(database)
    made = back_up(address, tmp_path / "a.bak")
    database.close()
    there = f"sqlite:///{tmp_path / 'new.db'}"
    if target == "postgresql":
        there = empty_postgresql(request.getfixturevalue("server"))
    with restored(tmp_path / "a.bak", there) as again:
        assert everything(again) == before
    with open_database(there) as again:
        assert everything(again) == before
        assert again.table("b").insert({}) == 2
        assert Log(again, SITE).open_epoch(DAY).epoch == 2
        with store_of(again).reading() as connection:
            assert {one.name for one in layouts(connection)} == set(made.tables)
    assert sorted(one.name for one in tmp_path.iterdir() if "part" in one.name) == []


@pytest.mark.parametrize("target", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_what_an_older_version_backed_up_is_restored_as_todays(
    target: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Its records and documents are there in today's tables, and the log verifies and goes on."""
    old = f"sqlite:///{tmp_path / 'old.db'}"
    kept = version1.make(old)
    back_up_unseen(old, tmp_path / "a.bak")
    there = f"sqlite:///{tmp_path / 'new.db'}"
    if target == "postgresql":
        there = empty_postgresql(request.getfixturevalue("server"))
    with restored(tmp_path / "a.bak", there) as again:
        assert [entry.record for entry in Log(again, SITE).entries()] == [record for _, record in kept]
    with open_database(there) as again:
        assert Log(again, SITE).verify() == kept[-1][0].head
        assert again.table("events").all() == [{"title": "Hari Anak"}]


def test_a_later_versions_backup_is_refused(database: SQLDatabase, address: str, tmp_path: Path) -> None:
    """Nothing is left of it, and it says that a newer program is needed."""
    fill(database)
    with store_of(database).writing() as connection:
        driver(connection).execute("UPDATE schema_version SET version = 99")
    back_up_unseen(address, tmp_path / "a.bak")
    with pytest.raises(NewerDatabase), restored(tmp_path / "a.bak", f"sqlite:///{tmp_path / 'new.db'}"):
        pass
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize("target", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_a_backup_that_names_no_version_is_none(target: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Whatever made it, it is refused in our words, and nothing of it is kept."""
    strange = f"sqlite:///{tmp_path / 'strange.db'}"
    with open_database(strange) as database, store_of(database).writing() as connection:
        driver(connection).execute("DROP TABLE schema_version")
    back_up_unseen(strange, tmp_path / "a.bak")
    there = f"sqlite:///{tmp_path / 'new.db'}"
    if target == "postgresql":
        there = empty_postgresql(request.getfixturevalue("server"))
    with pytest.raises(DamagedBundle), restored(tmp_path / "a.bak", there):
        pass
    assert not (tmp_path / "new.db").exists()


def test_the_same_rows_have_the_same_digest_on_either_engine(server: str, tmp_path: Path) -> None:
    """A backup of a restored backup has the digests of the first, whichever way it went."""
    first = f"sqlite:///{tmp_path / 'site.db'}"
    with open_database(first) as database:
        fill(database)
    one = back_up(first, tmp_path / "one.bak")
    with restored(tmp_path / "one.bak", there := empty_postgresql(server)):
        pass
    two = back_up(there, tmp_path / "two.bak")
    with restored(tmp_path / "two.bak", third := f"sqlite:///{tmp_path / 'third.db'}"):
        pass
    assert one.tables == two.tables == back_up(third, tmp_path / "three.bak").tables


def test_nothing_is_restored_over_data(database: SQLDatabase, address: str, tmp_path: Path) -> None:
    """A database that holds anything is refused and stays as it is."""
    fill(database)
    back_up(address, tmp_path / "a.bak")
    before = everything(database)
    with pytest.raises(SettingsError, match="sudah ada data"), restored(tmp_path / "a.bak", address):
        pass
    assert everything(database) == before


def test_a_failure_inside_a_restore_leaves_nothing(database: SQLDatabase, address: str, tmp_path: Path) -> None:
    """What is done with the restored tables counts together with them, or nothing does."""
    fill(database)
    back_up(address, tmp_path / "a.bak")
    there = tmp_path / "new.db"

    def fail() -> None:
        with restored(tmp_path / "a.bak", f"sqlite:///{there}") as again:
            Log(again, SITE).open_epoch(DAY)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not there.exists()
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_every_acknowledged_record_is_in_the_backup(address: str, tmp_path: Path) -> None:
    """Backups while a process appends: each holds every record that was acknowledged before it began."""
    open_database(address).close()
    acknowledged: set[str] = set()
    with start(address, 1, 1_000_000) as process:
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        try:
            for number in range(BACKUPS):
                acknowledged |= heard(process, number + 1)
                before = set(acknowledged)
                path = tmp_path / f"{number}.bak"
                back_up(address, path)
                with opened(path) as tables:
                    kept = {row[0].hex() for row in tables.execute("SELECT record_id FROM log")}
                assert before <= kept
        finally:
            process.kill()
    assert len(acknowledged) >= BACKUPS


def heard(process: subprocess.Popen[str], least: int) -> set[str]:
    """Return the ids that a process has acknowledged since it was last asked, waiting for some."""
    assert process.stdout is not None
    found = ""
    while found.count("\n") < least:
        found += os.read(process.stdout.fileno(), 65_536).decode() if _ready(process) else ""
    lines = found.splitlines()
    return {line for line in lines if len(line) == 32}


def _ready(process: subprocess.Popen[str]) -> bool:
    return bool(select.select([process.stdout], [], [], 1)[0])


def test_what_is_purged_while_the_log_is_copied_is_purged_in_the_backup(
    database: SQLDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that is taken away, and one that comes, between the two steps of the copy: the backup has the end."""
    log, store = fill(database, 2 * PAGE), store_of(database)
    lend, lent = copying._still, []

    @contextmanager
    def meanwhile(given: Store) -> Iterator[Connection]:
        if lent:
            with store.writing() as connection:
                driver(connection).execute("UPDATE log SET record = NULL WHERE seq = 2")
            log.append([NewRecord(os.urandom(16), b"late")], DAY)
        lent.append(1)
        with lend(given) as connection:
            yield connection

    monkeypatch.setattr(copying, "_still", meanwhile)
    monkeypatch.setattr(copying, "STRETCH", -1.0)
    write_backup(store, tmp_path / "a.bak", {}, LABEL, lambda _part: None)
    assert len(lent) > 1
    with opened(tmp_path / "a.bak") as tables:
        kept = tables.execute("SELECT seq, record IS NULL FROM log ORDER BY seq").fetchall()
    assert kept == [(seq, int(seq == 2)) for seq in range(1, log.head().seq + 1)]


def test_a_check_that_fails_leaves_the_old_backup(database: SQLDatabase, tmp_path: Path) -> None:
    """A finished file in which something is wrong never bears the name; the one before stays."""
    fill(database)
    path = tmp_path / "a.bak"
    path.write_bytes(b"old")

    def wrong(_part: Path) -> None:
        raise DamagedBundle("no")

    with pytest.raises(DamagedBundle):
        write_backup(store_of(database), path, FILES, LABEL, wrong)
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir() if one.name.endswith(".part")] == []


def test_every_change_to_a_backup_shows(tmp_path: Path) -> None:
    """A byte that is another one, anywhere in what the file holds, and a cut end: neither is taken for whole."""
    address, path = f"sqlite:///{tmp_path / 'site.db'}", tmp_path / "a.bak"
    with open_database(address) as database:
        fill(database, 6)
    made, whole = back_up(address, path), path.read_bytes()
    unnoticed = 0
    for place in range(0, len(whole), 61):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x40]) + whole[place + 1 :])
        try:
            unnoticed += read_backup(path).digest == made.digest
        except DamagedBundle:
            continue
    assert unnoticed == 0
    for length in (0, 100, 4096, len(whole) - 4096, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(DamagedBundle):
            read_backup(path)


def test_another_row_shows(database: SQLDatabase, address: str, tmp_path: Path) -> None:
    """A file that SQLite finds whole but whose rows are others is refused."""
    fill(database)
    path = tmp_path / "a.bak"
    back_up(address, path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE documents SET body = '{}' WHERE collection = 'b'")
    connection.close()
    with pytest.raises(DamagedBundle, match="bukan cadangan yang utuh"):
        read_backup(path)


@pytest.mark.parametrize("name", ["../out", "/etc/x", "a/../../b", "a\\b", "C:x", "", "a//b"])
def test_no_file_of_a_backup_leads_out_of_the_folder(database: SQLDatabase, tmp_path: Path, name: str) -> None:
    """A name that means another place is refused, whoever made the backup."""
    path = tmp_path / "a.bak"
    write_backup(store_of(database), path, {name: b"x"}, LABEL, walk)
    with pytest.raises(DamagedBundle):
        files_of(path)


def test_any_other_file_is_no_backup(tmp_path: Path) -> None:
    """A picture and a database of something else are refused in the same words."""
    picture, other = tmp_path / "a.png", tmp_path / "b.db"
    picture.write_bytes(b"\x89PNG" * 100)
    open_database(f"sqlite:///{other}").close()
    for path in (picture, other):
        with pytest.raises(DamagedBundle, match=path.name):
            read_backup(path)
