"""A site for trying forms: real in every part, but in memory only, with throw-away keys. Nothing in it is ever stored.

Whoever holds the rehearsal holds the office's key too, so what was sealed can be opened again, as the office would.
"""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from werkzeug.test import Client

from forms_app.answers.submission import WIB, Submission, now
from forms_app.sealing.keys import Identity
from forms_app.sealing.layout import SealedRecord
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import Term, make_office_statement, read_office_statement
from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.site.enrolment import iso
from forms_app.site.services import Services, stores
from forms_app.specs.library import Library
from forms_app.specs.model import FormSpec
from forms_app.specs.retention import classes_needed
from forms_app.storage.documents import Event
from forms_app.storage.log import Entry, Log
from forms_app.storage.served import ServedForms
from forms_app.storage.tables import open_database

EVENT = Event(
    code="CNT234",
    title="One Day for Children: Hari Anak (CONTOH)",
    forms=(),
    opens="",
    closes="",
    school="SD Contoh Harapan 1",
    jenjang="paud",
    place="Ganjar Asri, Metro Barat",
    topic="deteksi_dini",
)
LOCAL_NUMBERS = {"help_peksos": "0899-0000-0001", "help_uptd_ppa": "0899-0000-0002", "help_dinsos": "0899-0000-0003"}


@dataclass
class Rehearsal:
    """A site in memory, the office's key, and the event to which every form belongs that may belong to one."""

    services: Services
    office: Identity

    @cached_property
    def client(self) -> Client:
        """Return a browser at this site; it is put together when first asked for."""
        return assemble(self.services).test_client()

    def event(self, spec: FormSpec) -> Event | None:
        """Return the event in which a form is tried; a secret form belongs to none."""
        return None if spec.secret else self.services.events.get(EVENT.code)

    def after(self, seq: int) -> list[Entry]:
        """Return the records that were taken in after a number of the log."""
        return [entry for entry in self.services.log.entries(seq) if entry.record]

    def open(self, entry: Entry) -> Submission:
        """Return what the office reads of one record."""
        return Submission.from_bytes(self.office.open(SealedRecord.from_bytes(entry.record or b"")))


def open_rehearsal(specs: Iterable[FormSpec], settings: Settings) -> Rehearsal:
    """Return a rehearsal of these forms, to be closed by its services. Settings about keeping do not matter."""
    given: dict[str, Any] = {name: getattr(settings, name) or number for name, number in LOCAL_NUMBERS.items()}
    database = open_database("sqlite://")
    office, root, site = Identity.generate("office"), SigningKey.generate(), SigningKey.generate()
    day, year = now().astimezone(WIB).date(), timedelta(days=365)
    library = Library(tuple(specs))
    terms = [Term(office.recipient, day - year, day + year, name) for name in classes_needed(library)]
    statement = make_office_statement(root, "Kantor CONTOH", 1, terms)
    services = Services(
        settings=replace(settings, **given),
        library=library,
        office=read_office_statement(statement),
        site_key=site,
        secret=os.urandom(32),
        log=Log(database, site.key_id),
        served=ServedForms(database),
        **stores(database),
        transaction=database.transaction,
        close=database.close,
    )
    forms = tuple(spec.form_id for spec in services.library if not spec.secret)
    times: dict[str, Any] = {
        "opens": iso(now() - year),
        "closes": iso(now() + year),
        "date": iso(now()),
        "created": iso(now()),
    }
    public = b64encode(Identity.generate("event").recipient.public).decode()
    services.events.add(replace(EVENT, forms=forms, keys={"public": public}, **times))
    return Rehearsal(services, office)


@contextmanager
def rehearsal(specs: Iterable[FormSpec], settings: Settings) -> Iterator[Rehearsal]:
    """Lend a rehearsal of these forms."""
    site = open_rehearsal(specs, settings)
    try:
        yield site
    finally:
        site.services.close()
