"""Fillings that go through the real intake, carried to the office of the same world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from forms_app.answers.filling import fill
from forms_app.answers.submission import Nonce, Submission, canonical
from forms_app.office.household import Household
from forms_app.office.importing import ImportReport, import_bundle
from forms_app.sealing.keys import Identity
from forms_app.sealing.records import Header, record_id, seal
from forms_app.site.intake import Intake, Receipt
from forms_app.site.packing import make_package
from forms_app.site.services import Services
from forms_app.specs.model import FormSpec
from forms_app.specs.retention import retention_class
from forms_app.storage.archive import ArchivedRecord
from forms_app.storage.documents import Event
from tests.conftest import PASSPHRASE, TODAY

Answers = Mapping[str, str | list[str]]
Sender = Callable[..., Receipt]

REGISTRATION: Answers = {
    "reg_kind": "ortu",
    "full_name": "Sutinah Contoh",
    "rel": "ibu",
    "child_n": "1",
    "children-0-nick": "Dimas",
    "children-0-kelas": "1",
    "photo_ok": "tidak",
    "agree": "true",
}


def posted(answers: Answers) -> MultiDict[str, str]:
    """Return the answers as a browser sends them."""
    return MultiDict({name: [one] if isinstance(one, str) else one for name, one in answers.items()})


@pytest.fixture
def send(services: Services, event: Event) -> Sender:
    """Return a function that fills in a form, with whatever is said to be different, and returns the receipt."""

    def sent(form_id: str = "event_registration", answers: Answers = REGISTRATION, **changes: str) -> Receipt:
        spec = services.library.by_id(form_id)
        intake = Intake(services, spec, None if spec.secret else event, Nonce.fresh(TODAY), "id")
        taken = intake.take(posted({**answers, **changes}))
        assert isinstance(taken, Receipt), taken.problems
        return taken

    return sent


@pytest.fixture
def checklist(services: Services) -> Answers:
    """Return the answers of the secret form's own sample."""
    return dict(services.library.by_id("detection_checklist_teacher").sample)


@pytest.fixture
def carry(services: Services, household: Household, tmp_path: Path) -> Callable[[], ImportReport]:
    """Return a function that makes a package of all records and takes it in at the office."""

    def carried() -> ImportReport:
        package = tmp_path / "paket.peksos"
        make_package(services, package)
        return import_bundle(household, package)

    return carried


@pytest.fixture
def identities(household: Household) -> dict[str, Identity]:
    """Return the office's unlocked keys."""
    return household.unlock(PASSPHRASE)


@dataclass(frozen=True)
class Forger:
    """Seals by hand what a site of ours would never send, and lays it into the office's archive."""

    household: Household
    site: str

    def plant(self, spec: FormSpec, entered: Answers, /, **changes: Any) -> ArchivedRecord:
        """Return a record of these answers, with whatever fields of its inside or header are said to be different.

        `id` and `header` stand for the record's own id and for fields of its header; all else is in the submission.
        """
        filled, nonce = fill(spec, posted(entered), {}, TODAY), Nonce.fresh(TODAY)
        own_id, header = changes.pop("id", None), changes.pop("header", {})
        submission = Submission(
            form_id=spec.form_id,
            version=spec.version,
            digest=spec.digest,
            nonce=str(nonce),
            answers=filled.part_answers(changes.get("part", "")),
            calculated=filled.calculated,
            event_data={},
            filled_at="2026-11-23T01:30:00+00:00",
            level=filled.level,
        )
        inside = replace(submission, **changes)
        identity = own_id or record_id(nonce.day, nonce.secret, canonical(inside.answers))
        form = f"{inside.form_id}/{inside.part}" if inside.part else inside.form_id
        named = Header(identity, self.site, "p", form, spec.digest)
        outside = replace(Header(identity, self.site, "s") if spec.secret else named, **header)
        return self.lay(outside, inside.to_bytes(), spec)

    def lay(self, header: Header, text: bytes, spec: FormSpec) -> ArchivedRecord:
        """Seal any text under a header to the office's key and keep it as a package would have brought it."""
        record = seal(header, text, [self.household.statement.term_key(TODAY, retention_class(spec))], 40_000)
        archived = ArchivedRecord(
            record_id=header.record_id,
            site=self.site,
            epoch=1,
            seq=self.household.archive.count() + 1,
            day=20_780,
            kind=header.kind,
            form=header.form,
            event=header.event,
            record=record.to_bytes(),
        )
        self.household.archive.add([archived], [], {spec.digest: spec.source})
        return archived


@pytest.fixture
def forger(household: Household) -> Forger:
    """Return a forger at the office of the world."""
    return Forger(household, next(iter(household.enrolled().values())).site)
