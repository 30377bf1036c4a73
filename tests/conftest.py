"""The ladder of fixtures that all rooms share: an office, a site that it knows, an event, and the open site."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from forms_app.office.household import STATEMENT, Household, create_household, open_household
from forms_app.office.trials import answer_trial
from forms_app.sealing.keys import Identity
from forms_app.sealing.layout import SealedRecord
from forms_app.sealing.passwords import Cost
from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.site.enrolment import SITE_FILE, add_event, add_staff, create_site
from forms_app.site.services import Services, open_site
from forms_app.site.trials import accept_reply, make_trial
from forms_app.specs.library import Library
from forms_app.specs.signoffs import FOLDER, write_signoff
from forms_app.storage.documents import Event
from tests.phone import Phone, lacking

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
settings.load_profile("house")

CHEAP = Cost(memory=64, iterations=1)
PASSPHRASE = "kata sandi kantor contoh"
PASSWORD = "kata sandi meja contoh"
NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # 08.30 WIB
TODAY = date(2026, 11, 23)
NUMBERS = {
    "PEKSOS_HELP_PEKSOS": "0899-0000-0001",
    "PEKSOS_HELP_UPTD_PPA": "0899-0000-0002",
    "PEKSOS_HELP_DINSOS": "0899-0000-0003",
}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def sign_all(library: Library, folder: Path) -> None:
    """Write that the secret forms may go live in a test's site, as `peksos sign` does."""
    for spec in (one for one in library if one.secret):
        write_signoff(folder, spec, "Contoh", "Contoh", TODAY)


def try_keys(office: Path, services: Services, passphrase: str = PASSPHRASE) -> None:
    """Let a site try the keys of its office, as `peksos trial` and `peksos-office trial` do."""
    household = open_household(office)
    line, _count = make_trial(services)
    answered = answer_trial(household, household.unlock(passphrase), household.root(passphrase), line)
    household.close()
    accept_reply(services, answered.reply)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an office, an enrolled site and one account, made once and never changed."""
    folder = tmp_path_factory.mktemp("world")
    create_household(folder / "office", "Kantor Contoh", PASSPHRASE, date(2026, 1, 1), date(2027, 12, 31), CHEAP)
    create_site(folder / "instance", (folder / "office" / STATEMENT).read_bytes(), "Sekolah Contoh")
    household = open_household(folder / "office")
    household.enrol((folder / "instance" / SITE_FILE).read_bytes().strip())
    household.close()
    services = open_site(Settings.from_mapping({"PEKSOS_INSTANCE": str(folder / "instance")}))
    add_staff(services, "koordinator", "coordinator", PASSWORD, CHEAP)
    sign_all(services.library, folder / "instance" / FOLDER)
    try_keys(folder / "office", services)
    services.close()
    return folder


@pytest.fixture
def folder(world: Path, tmp_path: Path) -> Path:
    """Return a copy of the world that a test may change."""
    shutil.copytree(world, tmp_path / "world")
    return tmp_path / "world"


@pytest.fixture
def household(folder: Path) -> Iterator[Household]:
    """Return the open office."""
    opened = open_household(folder / "office")
    yield opened
    opened.close()


@pytest.fixture
def services(folder: Path) -> Iterator[Services]:
    """Return the open site, whose clock stands at NOW."""
    mapping = {"PEKSOS_INSTANCE": str(folder / "instance"), **NUMBERS}
    opened = replace(open_site(Settings.from_mapping(mapping)), clock=lambda: NOW)
    yield opened
    opened.close()


@pytest.fixture
def event(services: Services) -> Event:
    """Return an event that is open now, for registration and attendance."""
    return add_event(
        services,
        Event(
            code="",
            title="One Day for Children",
            forms=("event_registration", "odfc_attendance"),
            opens="2026-11-22T00:00:00+00:00",
            closes="2026-11-24T00:00:00+00:00",
            date="2026-11-23T01:00:00+00:00",
            school="SD Contoh",
            jenjang="sd",
            place="Halaman sekolah",
        ),
    )


@pytest.fixture
def app(services: Services) -> Flask:
    """Return the site as a Flask application."""
    return assemble(services)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser without script that speaks Indonesian."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "id"
    return client


def open_record(identities: Mapping[str, Identity], record: SealedRecord) -> bytes:
    """Return what the office reads of a record, with whichever of its keys the record is sealed to."""
    return next(identities[wrap.key_id].open(record) for wrap in record.wraps if wrap.key_id in identities)


def nonce_of(page: str) -> str:
    """Return the nonce of a form page."""
    found = re.search(r'name="_nonce" value="([^"]+)"', page)
    assert found, "the page carries no nonce"
    return found.group(1)


def missing(program: str) -> NoReturn:
    """Skip with the reason; on CI a missing program is a failure, since nothing would be tested."""
    reason = f"{program} is not installed"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


PHONE = Path(__file__).parents[1] / "static" / "phone"


@pytest.fixture(scope="session")
def node() -> str:
    """Return the Node that `make setup` bundles with, beside the modules that it fetched."""
    program = shutil.which("node") or shutil.which("node", path=str(Path(sys.prefix) / "bin"))
    if program is None or not (PHONE / "node_modules" / "@hpke" / "core").is_dir():
        missing("Node with the phone's modules (make setup)")
    return program


@pytest.fixture(scope="session")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    """Return the phone on which forms are filled in and sealed."""
    if lacking():
        missing(lacking())
    started = Phone(tmp_path_factory.mktemp("phone"))
    yield started
    started.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return the Chromium that the system has."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing("Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
