"""The kit of a form: with it a phone fills in and seals what the office opens, and of what it may not know it is silent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient

from forms_app.answers.filling import fill
from forms_app.answers.recheck import StoredAnswers
from forms_app.answers.submission import PHONE
from forms_app.office.household import Household
from forms_app.office.opened import Specs, open_archived
from forms_app.sealing.keys import Identity
from forms_app.sealing.layout import SealedRecord
from forms_app.site.enrolment import add_event
from forms_app.site.intake import event_data
from forms_app.site.kit import kit_address
from forms_app.site.services import Services
from forms_app.specs.library import read_library
from forms_app.specs.model import FormSpec
from forms_app.storage.archive import ArchivedRecord
from forms_app.storage.documents import Event
from forms_app.translation import shipped
from tests.conftest import NOW, PASSPHRASE, TODAY
from tests.phone import Phone
from tests.programme.filling import fields_of

FORMS = [spec.form_id for spec in read_library(shipped("form_specs"))]
SECRET = "detection_checklist_teacher"
SILENT = "detection_checklist_parent"


@pytest.fixture
def everything(services: Services) -> Event:
    """Return an event for every form that is not secret, with a key of its own."""
    return add_event(
        services,
        Event(
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
        ),
    )


@pytest.fixture
def identities(household: Household) -> dict[str, Identity]:
    """Return the office's keys."""
    return household.unlock(PASSPHRASE)


@pytest.fixture
def spec(services: Services) -> FormSpec:
    """Return a secret form that tells its level."""
    return services.library.by_id(SECRET)


def kit_of(client: FlaskClient, spec: FormSpec, event: Event | None = None, language: str = "id") -> dict[str, Any]:
    """Return the kit of a form."""
    answer = client.get(kit_address(spec, event), headers={"Accept-Language": language})
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Cache-Control"] == "no-store"
    kit: dict[str, Any] = answer.get_json()
    return kit


class Shelf:
    """The forms that the office has."""

    def __init__(self, services: Services) -> None:
        self._sources = {spec.digest: spec.source for spec in services.library}

    def spec_source(self, digest: str, /) -> str | None:
        """Return the form of a digest, or None."""
        return self._sources.get(digest)

    def spec_sources(self) -> list[str]:
        """Return all forms."""
        return list(self._sources.values())


def opened_at_the_office(services: Services, identities: Mapping[str, Identity]) -> Iterator[Any]:
    """Yield every record of the log as the office opens and judges it."""
    specs = Specs(Shelf(services))
    for entry in services.log.entries():
        if entry.record:
            header = SealedRecord.from_bytes(entry.record).header
            around = (entry.epoch, entry.seq, entry.day, header.kind, header.form, header.event)
            yield open_archived(
                ArchivedRecord(entry.record_id, services.site, *around, entry.record), identities, specs
            )


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("form_id", FORMS)
def test_with_its_kit_every_form_is_filled_in_and_sealed(
    phone: Phone,
    client: FlaskClient,
    services: Services,
    everything: Event,
    identities: dict[str, Identity],
    form_id: str,
    language: str,
):
    """What a phone seals of the sample opens at the office without a flaw, as the site itself would have filled it in."""
    spec = services.library.by_id(form_id)
    event = None if spec.secret else everything
    fields = fields_of(dict(spec.sample))
    opened = phone.open(client, spec, event, language)
    ended = opened.send(fields)
    assert (ended.status, ended.code, ended.problems) == (200, "", ())
    posted = StoredAnswers({name: tuple(texts) for name, texts in fields.items()})
    seed = {"seed": opened.nonce, "language": language}
    filled = fill(spec, posted, event_data(event), TODAY, when=NOW, **seed)
    found = {one.submission.part: one for one in opened_at_the_office(services, identities)}
    parts = [part.name for part in spec.parts if filled.part_answers(part.name)]
    assert sorted(found) == ["", *sorted(parts)]
    for part, one in found.items():
        assert (one.form.partition("/")[0], one.flaws) == (form_id, ())
        assert one.submission.answers == filled.part_answers(part)
        assert (one.submission.channel, one.submission.language, one.submission.version) == (
            PHONE,
            language,
            spec.version,
        )
    assert (found[""].level, found[""].submission.calculated) == (filled.level, filled.calculated)
    assert f"<output>{ended.receipt[:5]} {ended.receipt[5:]}</output>" in ended.page
