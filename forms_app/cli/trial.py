"""A site for trying forms: real in every part, but in memory only, with throw-away keys. Nothing in it is ever stored.

Whoever holds the trial holds the office's key too, so what was sealed can be opened again, as the office would.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from forms_app.answers.submission import WIB, Nonce, Submission, now
from forms_app.sealing.keys import Identity
from forms_app.sealing.layout import SealedRecord
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import Term, make_office_statement, read_office_statement
from forms_app.settings import Settings
from forms_app.site.enrolment import iso
from forms_app.site.services import Services
from forms_app.specs.library import Library
from forms_app.specs.model import FormSpec
from forms_app.storage.documents import Audit, Event, Events, Packages, ServedForms, Sessions, Staff
from forms_app.storage.log import Entry, Log
from forms_app.storage.papers import Papers
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
class Trial:
    """A site in memory, the office's key, and the event to which every form belongs that may belong to one."""

    services: Services
    office: Identity

    def event(self, spec: FormSpec) -> Event | None:
        """Return the event in which a form is tried; a secret form belongs to none."""
        return None if spec.secret else self.services.events.get(EVENT.code)

    def opened(self, identity: bytes) -> list[Submission]:
        """Return what the office reads of one filling: its main record, then its parts."""
        main = self.services.log.find(identity)
        if main is None:
            return []
        first = self.open(main)
        nonce, spec = Nonce.parse(first.nonce), self.services.library.by_id(first.form_id)
        parts = {str(nonce.for_part(one.name, self.services.secret)) for one in spec.parts} if nonce else set()
        return [first, *(one for one in map(self.open, self.services.log.entries()) if one.nonce in parts)]

    def open(self, entry: Entry) -> Submission:
        """Return what the office reads of one record."""
        return Submission.from_bytes(self.office.open(SealedRecord.from_bytes(entry.record or b"")))


@contextmanager
def trial(specs: Iterable[FormSpec], settings: Settings) -> Iterator[Trial]:
    """Lend a trial of these forms. Of the settings, those about keeping do not matter."""
    given: dict[str, Any] = {name: getattr(settings, name) or number for name, number in LOCAL_NUMBERS.items()}
    database = open_database("sqlite://")
    office, root, site = Identity.generate("office"), SigningKey.generate(), SigningKey.generate()
    day, year = now().astimezone(WIB).date(), timedelta(days=365)
    statement = make_office_statement(root, "Kantor CONTOH", 1, [Term(office.recipient, day - year, day + year)])
    services = Services(
        settings=replace(settings, **given),
        library=Library(tuple(specs)),
        office=read_office_statement(statement),
        site_key=site,
        secret=os.urandom(32),
        log=Log(database, site.key_id),
        events=Events(database),
        staff=Staff(database),
        sessions=Sessions(database),
        packages=Packages(database),
        audit=Audit(database),
        served=ServedForms(database),
        papers=Papers(database),
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
    services.events.add(replace(EVENT, forms=forms, **times))
    try:
        yield Trial(services, office)
    finally:
        services.close()
