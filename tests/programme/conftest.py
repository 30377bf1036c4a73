"""The whole programme once through: every form by every vector, one package, one office, every record opened."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from forms_app.answers.submission import Submission
from forms_app.office.columns import headings
from forms_app.office.household import open_household
from forms_app.office.importing import ImportReport, import_bundle
from forms_app.office.opening import Opened, OpenReport, Specs, open_all, open_archived
from forms_app.office.rows import write_rows
from forms_app.sealing.keys import Identity
from forms_app.sealing.layout import SealedRecord
from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.site.enrolment import add_event
from forms_app.site.packing import make_package
from forms_app.site.services import Services, open_site
from forms_app.specs.model import FormSpec
from forms_app.storage.documents import Event
from forms_app.storage.log import Entry
from tests.conftest import NOW, NUMBERS, PASSPHRASE
from tests.phone import Phone
from tests.programme.filling import Fields, Filling, fields_of, flat, open_form

LANGUAGES = ("id", "en")


@dataclass(frozen=True)
class Site:
    """An open site with an event for every form that is not secret."""

    services: Services
    app: Flask
    event: Event

    def event_of(self, spec: FormSpec) -> Event | None:
        """Return the event in which a form is filled in."""
        return None if spec.secret else self.event


@dataclass(frozen=True)
class Sent:
    """One filling that was sent: which test of which form, what was posted, and what the site answered."""

    filling: Filling
    name: str
    fields: Fields
    expected: dict[str, Any]
    language: str
    status: int
    page: str

    @property
    def spec(self) -> FormSpec:
        """Return the form."""
        return self.filling.spec


@dataclass(frozen=True)
class Programme:
    """Everything that was sent, and everything that the office reads of it."""

    site: Site
    sent: dict[str, list[Sent]]
    imported: ImportReport
    report: OpenReport
    opened: dict[str, Opened]
    rows: dict[str, list[dict[str, str]]]
    lines: dict[str, list[dict[str, Any]]]

    def records(self, one: Sent) -> dict[str, Opened]:
        """Return the records of one filling by part, found by the page that it was sent from."""
        nonce, secret = one.filling.nonce, self.site.services.secret
        parts = {"": nonce, **{part.name: nonce.for_part(part.name, secret) for part in one.spec.parts}}
        return {part: self.opened[str(of)] for part, of in parts.items() if str(of) in self.opened}


@pytest.fixture(scope="module")
def own(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the world for all tests of one file."""
    return shutil.copytree(world, tmp_path_factory.mktemp("programme") / "world")


@pytest.fixture(scope="module")
def site(own: Path) -> Iterator[Site]:
    """Return the open site, whose clock stands at NOW; the event is the one that the forms' vectors are written for."""
    signed = {"PEKSOS_CHILD_REPORTS": "Bagian Hukum CONTOH, 20 November 2026"}
    mapping = {"PEKSOS_INSTANCE": str(own / "instance"), **NUMBERS, **signed}
    services = replace(open_site(Settings.from_mapping(mapping)), clock=lambda: NOW)
    event = Event(
        code="",
        title="One Day for Children",
        forms=tuple(spec.form_id for spec in services.library if not spec.secret),
        opens="2026-11-22T00:00:00+00:00",
        closes="2026-11-24T00:00:00+00:00",
        date="2026-11-23T01:00:00+00:00",
        school="SD Contoh",
        jenjang="paud",
        place="Halaman sekolah",
        topic="deteksi_dini",
    )
    yield Site(services, assemble(services), add_event(services, event))
    services.close()


@pytest.fixture(scope="module")
def programme(own: Path, site: Site, phone: Phone) -> Programme:
    """Return what became of every sample and every vector of every form."""
    sent: dict[str, list[Sent]] = {spec.form_id: list(_sent(site, phone, spec)) for spec in site.services.library}
    package = own / "paket.peksos"
    make_package(site.services, package)
    household = open_household(own / "office")
    imported = import_bundle(household, package)
    identities, specs = household.unlock(PASSPHRASE), Specs(household.archive)
    report = open_all(household, identities)
    opened = [open_archived(one, identities, specs) for one in household.archive.records()]
    household.close()
    rows, lines = {}, {}
    for form in sorted({one.form for one in opened}):
        mine = [one for one in opened if one.form == form]
        with _rows(own, form, ".csv", mine).open(encoding="utf-8", newline="") as file:
            rows[form] = list(csv.DictReader(file))
        text = _rows(own, form, ".jsonl", mine).read_text(encoding="utf-8")
        lines[form] = [json.loads(line) for line in text.splitlines()]
    return Programme(site, sent, imported, report, {one.submission.nonce: one for one in opened}, rows, lines)


def _sent(site: Site, phone: Phone, spec: FormSpec) -> Iterator[Sent]:
    """Send a form's sample and its vectors, in turn in each language, and yield what the site answered."""
    client = site.app.test_client()
    tests = [{"name": "sample", "answers": {}, "expect": {}}] if spec.sample else []
    for number, test in enumerate([*tests, *spec.vectors]):
        language = LANGUAGES[number % 2]
        fields = fields_of({**dict(spec.sample), **test["answers"]})
        filling = open_form(client, phone, spec, site.event_of(spec), language)
        end = filling.send(fields)
        yield Sent(filling, test["name"], fields, test["expect"], language, end.status, end.page)


def _rows(own: Path, form: str, ending: str, opened: list[Opened]) -> Path:
    """Return the file of all answers of a form, as the office's command writes it for these records."""
    out = own / f"{form.replace('/', '-')}{ending}"
    wanted = headings([opened[0].spec], form.partition("/")[2], identified=True)
    assert write_rows(out, opened, wanted, identified=True) == len(opened)
    return out


@dataclass(frozen=True)
class Taken:
    """What a site made of one posted form: its answer, what it marked, and what it stored of it, opened again."""

    status: int
    headers: str
    marked: set[str]
    stored: list[Submission]

    @property
    def answers(self) -> dict[str, Any]:
        """Return what was stored, by the names of the page's fields."""
        return {name: value for one in self.stored for name, value in flat(one.answers).items()}


@dataclass(frozen=True)
class Desk:
    """A site to which anything can be posted, and the office's keys to see what it stored."""

    site: Site
    phone: Phone
    keys: dict[str, Identity]

    def post(self, spec: FormSpec, fields: Fields | dict[str, list[bytes]], language: str = "id") -> Taken:
        """Open a form, post these fields and the page's nonce, and return what became of them."""
        filling = open_form(self.site.app.test_client(), self.phone, spec, self.site.event_of(spec), language)
        before = self.site.services.log.head().seq
        end = filling.send(fields)
        stored = [self._read(entry) for entry in self.site.services.log.entries(before) if entry.record]
        return Taken(end.status, end.said, end.marked, stored)

    def _read(self, entry: Entry) -> Submission:
        record = SealedRecord.from_bytes(entry.record or b"")
        identity = next(self.keys[one.key_id] for one in record.wraps if one.key_id in self.keys)
        return Submission.from_bytes(identity.open(record))


@pytest.fixture(scope="module")
def desk(own: Path, site: Site, phone: Phone) -> Desk:
    """Return a site to which anything can be posted."""
    household = open_household(own / "office")
    keys = household.unlock(PASSPHRASE)
    household.close()
    return Desk(site, phone, keys)
