"""The doctor names what could go wrong, says what to do, and changes nothing."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from flask.testing import FlaskClient

from forms_app.errors import BrokenLog, PeksosError
from forms_app.settings import Settings
from forms_app.site import doctor
from forms_app.site.backing import back_up, note_trial, try_restore
from forms_app.site.checkups import examine
from forms_app.site.doctor import BAD, OK, WARN, Finding, Patient, worst
from forms_app.site.packing import make_package
from forms_app.site.services import Services, open_site
from forms_app.storage.documents import Event
from forms_app.storage.engine import Store, driver
from tests.conftest import NOW
from tests.site.test_unkept import send
from tests.storage.conftest import empty_postgresql


class Usage(NamedTuple):
    """What the system says of a disk."""

    total: int
    used: int
    free: int


def looked(services: Services, event: str = "", moment: datetime = NOW) -> dict[str, Finding]:
    """Return what the doctor finds, by name."""
    at = replace(services, clock=lambda: moment)
    return {one.name: one for one in examine(Patient(at.settings, moment, at), event)}


@pytest.fixture
def aged(services: Services) -> Services:
    """Return a site whose files are as old as the clock of the tests."""
    for path in services.settings.instance.iterdir():
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    return services


def levels(found: dict[str, Finding], *names: str) -> list[str]:
    """Return how grave some findings are."""
    return [found[name].level for name in names]


def test_a_healthy_site_has_nothing_bad(aged: Services, event: Event) -> None:
    """Every look says something, nothing is bad, and each thing that is not well comes with its remedy."""
    found = looked(aged, event.code)
    assert [one.name for one in found.values() if one.level == BAD] == []
    assert {"disk", "reserve", "clock", "database", "permissions", "office-key", "log", "waiting"} <= set(found)
    assert {"backup", "restore-test", "help-numbers", "sign-offs", "event", "event-forms", "event-key"} <= set(found)
    assert all(one.remedy for one in found.values() if one.level != OK)
    assert all("{" not in one.text(str) + one.advice(str) for one in found.values())


def test_looking_changes_nothing(aged: Services, event: Event) -> None:
    """No file, no row and no document is another one afterwards."""
    assert (before := contents(aged.settings.instance))
    looked(aged, event.code)
    assert contents(aged.settings.instance) == before


def contents(folder: Path) -> dict[Path, bytes]:
    """Return the files of a folder, but for the memory that processes share while a database is open."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("-shm"))
    return {path: path.read_bytes() for path in files}


@pytest.mark.parametrize(("free", "level"), [(1 << 20, BAD), (100 << 20, WARN), (1 << 40, OK)])
def test_a_disk_that_fills_up_is_told(aged: Services, monkeypatch: pytest.MonkeyPatch, free: int, level: str) -> None:
    """Below the reserve answers are refused, which is bad; somewhat above it is time to make room."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(0, 0, free))
    assert looked(aged)["disk"].level == level


@pytest.mark.parametrize(
    ("moment", "level"),
    [
        (datetime(1970, 1, 1, 0, 5, tzinfo=UTC), BAD),
        (NOW - timedelta(days=365), BAD),
        (NOW - timedelta(days=3), BAD),
        (NOW, OK),
        (NOW + timedelta(days=200), OK),
        (NOW + timedelta(days=3653), BAD),
    ],
)
def test_a_clock_that_cannot_be_right_is_told(
    client: FlaskClient, aged: Services, moment: datetime, level: str
) -> None:
    """1970, a year back, a day before the newest record, ten years ahead: none can be right."""
    send(client)
    assert looked(aged, moment=moment)["clock"].level == level


def test_a_clock_behind_the_keys_is_told(aged: Services) -> None:
    """Before the first record the site's own files tell that the clock lags."""
    later = (NOW + timedelta(days=40)).timestamp()
    os.utime(aged.settings.instance / "site.key", (later, later))
    assert looked(aged)["clock"].level == WARN


def test_the_office_key_is_looked_at(aged: Services) -> None:
    """A key that ends soon is a warning, one that has ended is bad."""
    last = max(term.last for term in aged.office.terms)
    for left, level in ((40, OK), (5, WARN), (-1, BAD)):
        at = datetime.combine(last - timedelta(days=left), NOW.time(), UTC)
        assert looked(aged, moment=at)["office-key"].level == level


def test_a_broken_log_is_told(client: FlaskClient, aged: Services) -> None:
    """The first bad number is named."""
    for _ in range(3):
        send(client)
    store = Store(aged.settings.database)
    with store.writing() as connection:
        driver(connection).execute("UPDATE log SET day = day + 1 WHERE seq = 2")
    store.close()
    found = looked(aged)["log"]
    assert (found.level, "2" in found.text(str)) == (BAD, True)


def test_a_journal_that_may_lose_answers_is_told(aged: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is asked what is in force; what the library is too old for is bad."""
    assert "aman" in looked(aged)["database"].text(str)
    monkeypatch.setattr(doctor, "journal_mode", lambda _version: "DELETE")
    assert looked(aged)["database"].level == BAD


@pytest.mark.postgresql
def test_a_server_that_does_not_flush_is_told(aged: Services, server: str) -> None:
    """PostgreSQL with fsync off, as the tests run it, is bad: its acknowledgements are worth nothing."""
    moved = replace(aged, settings=replace(aged.settings, database_url=empty_postgresql(server)))
    found = looked(moved)["database"]
    assert (found.level, found.places["off"]) == (BAD, "fsync")


@pytest.mark.skipif(os.name != "posix", reason="other systems keep permissions elsewhere")
def test_keys_that_others_can_read_are_told(aged: Services) -> None:
    """The file is named with the command that closes it."""
    (aged.settings.instance / "site.key").chmod(0o644)
    found = looked(aged)["permissions"]
    assert found.level == BAD
    assert "site.key" in found.text(str)
    assert "chmod" in found.advice(str)


def test_backups_and_their_trials_grow_old(aged: Services, tmp_path: Path) -> None:
    """None yet, a fresh one, an old one, and a trial that failed are told apart."""
    assert levels(looked(aged), "backup", "restore-test") == [WARN, WARN]
    back_up(aged, tmp_path / "a.bak")
    note_trial(aged, tmp_path / "a.bak", try_restore(tmp_path / "a.bak", {}))
    assert levels(looked(aged), "backup", "restore-test") == [OK, OK]
    later = looked(aged, moment=NOW + timedelta(days=100))
    assert levels(later, "backup", "restore-test") == [WARN, WARN]
    note_trial(aged, tmp_path / "a.bak", PeksosError("no"))
    assert looked(aged)["restore-test"].level == BAD


def test_answers_that_wait_are_told(client: FlaskClient, aged: Services, tmp_path: Path) -> None:
    """The age of the oldest answer that no package holds counts; a package ends the wait."""
    assert looked(aged)["waiting"].level == OK
    send(client)
    assert levels({"a": looked(aged, moment=NOW + timedelta(days=4))["waiting"]}, "a") == [WARN]
    make_package(aged, tmp_path / "a.peksos")
    assert looked(aged, moment=NOW + timedelta(days=4))["waiting"].level == OK


def test_numbers_and_sign_offs_that_are_missing_are_told(folder: Path) -> None:
    """A site without local numbers cannot open its secret forms, and both are said."""
    services = open_site(Settings.from_mapping({"PEKSOS_INSTANCE": str(folder / "instance")}))
    found = looked(services)
    assert levels(found, "help-numbers", "sign-offs") == [WARN, WARN]
    services.close()


def test_an_event_that_cannot_begin_is_told(aged: Services, event: Event) -> None:
    """An unknown code, a closed event and a form that went are bad; a poster to this laptop alone is a warning."""
    assert looked(aged, "ZZZZZZ")["event"].level == BAD
    assert looked(aged, event.code, NOW + timedelta(days=5))["event"].level == BAD
    aged.events.update(replace(event, forms=(*event.forms, "gone")))
    found = looked(aged, event.code)
    assert levels(found, "event", "event-forms", "event-address") == [OK, BAD, WARN]
    public = replace(aged, settings=replace(aged.settings, public_url="http://192.168.1.10:8000"))
    assert looked(public, event.code)["event-address"].level == OK


def test_an_event_that_outlives_the_office_key_is_told(aged: Services, event: Event) -> None:
    """The key must hold until the event closes."""
    last = max(term.last for term in aged.office.terms)
    closes = datetime.combine(last + timedelta(days=2), NOW.time(), UTC)
    aged.events.update(replace(event, closes=closes.isoformat()))
    assert looked(aged, event.code)["event-office-key"].level == WARN


def test_a_certificate_is_asked_for_only_over_https(aged: Services) -> None:
    """Without https nothing is asked; an https address that nobody answers is a warning."""
    assert "tls" not in looked(aged)
    secure = replace(aged, settings=replace(aged.settings, public_url="https://127.0.0.1:9"))
    assert looked(secure)["tls"].level == WARN


def test_a_site_that_does_not_open_is_looked_at_all_the_same(aged: Services) -> None:
    """Why it does not open is said, and the computer is still examined."""
    error = BrokenLog("Catatan nomor {seq} rusak.", seq=7)
    found = {one.name: one for one in examine(Patient(aged.settings, NOW, refusal=error))}
    assert found["site"].text(str) == "Tempat ini tidak bisa dibuka: Catatan nomor 7 rusak."
    assert {"disk", "clock", "permissions"} <= set(found)


def test_the_gravest_finding_counts() -> None:
    """One bad finding makes the whole bad, a warning alone does not."""

    def of(*names: str) -> list[Finding]:
        return [Finding("x", name, "") for name in names]

    assert [worst(of()), worst(of(OK, WARN)), worst(of(WARN, BAD, OK))] == [OK, WARN, BAD]
