"""From a POST to an acknowledgement: stored durably, sealed to exactly its readers, and readable nowhere here."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from forms_app.answers.filled import Filled
from forms_app.answers.submission import WIB, Nonce, Submission, day_number
from forms_app.errors import KeyRefused, StorageFull
from forms_app.office.household import Household
from forms_app.office.importing import import_bundle
from forms_app.office.opening import open_all
from forms_app.sealing.keys import Identity
from forms_app.sealing.layout import SealedRecord
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import Term, make_office_statement, read_office_statement
from forms_app.site.intake import Intake, Receipt
from forms_app.site.packing import make_package
from forms_app.site.services import Services
from forms_app.specs.signoffs import FOLDER
from forms_app.storage.documents import Event
from tests.conftest import PASSPHRASE, TODAY, open_record
from tests.office.conftest import REGISTRATION, Answers, posted

CANARY = "Kenari-7Q4Z"
ATTENDANCE = {
    "walkin": "ya",
    "full_name": f"{CANARY} Wayan",
    "child_n": "1",
    "adults_in": "1",
    "children_in": "1",
    "mood_before": "2",
    "mood_after": "5",
    "incident": "ya",
}
Take = Callable[..., Receipt | Filled]


@pytest.fixture
def take(services: Services, event: Event) -> Take:
    """Return a function that takes a filling in, at a site and with a nonce that may be given."""

    def taken(
        form_id: str, answers: Answers, nonce: Nonce | None = None, site: Services = services
    ) -> Receipt | Filled:
        spec = site.library.by_id(form_id)
        own = None if spec.secret else event
        return Intake(site, spec, own, nonce or Nonce.fresh(TODAY), "id").take(posted(answers))

    return taken


def records(services: Services) -> list[SealedRecord]:
    """Return what is in the log, sealed."""
    return [SealedRecord.from_bytes(entry.record or b"") for entry in services.log.entries()]


def readers(record: SealedRecord) -> list[str]:
    """Return whom a record is sealed to."""
    return [wrap.role for wrap in record.wraps]


def found_in(folder: Path, *needles: bytes) -> list[str]:
    """Return which files hold one of these; the forms that were read are kept whole, used or not, and tell nothing."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "cache"]
    return [f"{path}: {needle!r}" for path in files for needle in needles if needle in path.read_bytes()]


def test_a_receipt_means_that_the_record_is_kept(take: Take, services: Services) -> None:
    """The receipt's record is in the log, under the day of arrival."""
    receipt = take("event_registration", REGISTRATION)
    assert isinstance(receipt, Receipt)
    entry = services.log.find(receipt.identity)
    assert entry is not None
    assert (entry.day, len(receipt.code)) == (day_number(TODAY), 10)


def test_the_same_page_sent_again_is_the_same_record(take: Take, services: Services) -> None:
    """A second tap gives the same receipt and stores nothing; changed answers are a new record."""
    nonce = Nonce.fresh(TODAY)
    first, again = (take("event_registration", {**REGISTRATION, "access": "alergi"}, nonce) for _ in range(2))
    assert isinstance(first, Receipt)
    assert isinstance(again, Receipt)
    assert first.code == again.code
    assert services.log.count() == 2  # the registration and its part
    take("event_registration", {**REGISTRATION, "access": "alergi", "full_name": "Lain"}, nonce)
    assert services.log.count() == 4


def test_what_has_problems_is_not_stored(take: Take, services: Services, event: Event) -> None:
    """A filling with a mistake comes back with it; one that asked for another entry comes back without complaint."""
    wrong = {**REGISTRATION, "full_name": ""}
    taken = take("event_registration", wrong)
    assert isinstance(taken, Filled)
    assert [one.field for one in taken.problems] == ["full_name"]
    spec = services.library.by_id("event_registration")
    more = Intake(services, spec, event, Nonce.fresh(TODAY), "id").take(posted(wrong), wish="children")
    assert isinstance(more, Filled)
    assert more.problems == []
    assert services.log.count() == 0


def test_each_part_has_exactly_its_readers(take: Take, services: Services) -> None:
    """The attendance opens for office and event, mood and incident for the office alone, each a record of its own."""
    take("odfc_attendance", ATTENDANCE)
    assert {record.header.form: readers(record) for record in records(services)} == {
        "odfc_attendance": ["office", "event"],
        "odfc_attendance/mood": ["office"],
        "odfc_attendance/incident": ["office"],
    }


def test_parts_cannot_be_linked_by_what_is_inside(take: Take, services: Services, household: Household) -> None:
    """A part's nonce and id say nothing about its family, and only what it copies is in it."""
    take("odfc_attendance", ATTENDANCE)
    keys = household.unlock(PASSPHRASE)
    inside = [Submission.from_bytes(open_record(keys, record)) for record in records(services)]
    assert len({one.nonce for one in inside}) == 3
    answers = {one.part: set(one.answers) for one in inside}
    assert answers["mood"] == {"mood_before", "mood_after"}
    assert answers["incident"] == {"incident", "full_name"}
    assert not answers[""] & {"mood_before", "mood_after", "incident"}


def test_a_secret_record_says_nothing(take: Take, services: Services) -> None:
    """Kind and size are all that the site sees of a checklist, and the size is the same for every answer."""
    sample = dict(services.library.by_id("detection_checklist_teacher").sample)
    take("detection_checklist_teacher", sample)
    take("detection_checklist_teacher", {**sample, "facts": "x" * 900})
    first, second = records(services)
    for record in (first, second):
        header = record.header
        assert (header.kind, header.form, header.digest, header.event, header.ticket) == ("s", "", "", "", "")
        assert readers(record) == ["office"]
    assert len(first.to_bytes()) == len(second.to_bytes())


def test_no_answer_is_readable_anywhere(
    take: Take, services: Services, household: Household, folder: Path, tmp_path: Path
) -> None:
    """Not at the site, in the package, or at the office after import and open: what was typed is in no file."""
    take("event_registration", {**REGISTRATION, "full_name": CANARY, "children-0-nick": CANARY, "access": "alergi"})
    take("odfc_attendance", ATTENDANCE)
    checklist = dict(services.library.by_id("detection_checklist_teacher").sample)
    take("detection_checklist_teacher", {**checklist, "facts": f"{CANARY}: aku ora gelem mulih", "child_name": CANARY})
    make_package(services, tmp_path / "paket.peksos")
    import_bundle(household, tmp_path / "paket.peksos")
    assert open_all(household, household.unlock(PASSPHRASE)).opened == 6
    needles = [CANARY, CANARY.lower(), CANARY.upper(), "gelem mulih", CANARY.encode().hex()]
    wide = [CANARY.encode("utf-16-le"), *(needle.encode() for needle in needles)]
    assert found_in(tmp_path, *wide) == []


def test_the_sites_database_never_names_a_secret_form(take: Take, services: Services, folder: Path) -> None:
    """Neither id, title, heading nor digest of a checklist is in any file of the instance."""
    spec = services.library.by_id("detection_checklist_teacher")
    take(spec.form_id, dict(spec.sample))
    names = (spec.form_id, spec.title.source, spec.heading.source, spec.digest)
    needles = [*(name.encode() for name in names), bytes.fromhex(spec.digest)]
    services.close()
    shutil.rmtree(folder / "instance" / FOLDER)  # what a site may serve, and nothing of what was filled in
    assert found_in(folder / "instance", *needles) == []
    assert found_in(folder / "instance", b"audit")  # the search itself works


def test_a_full_disk_acknowledges_nothing(take: Take, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the log cannot store, there is no receipt."""

    def full(*_given: object) -> None:
        raise StorageFull("Disk penuh.")

    with monkeypatch.context() as patch:
        patch.setattr(services.log, "append", full)
        with pytest.raises(StorageFull):
            take("event_registration", REGISTRATION)
    assert services.log.count() == 0


def with_terms(services: Services, *terms: tuple[Identity, date, date]) -> Services:
    """Return the site with an office that announced these keys, which need no trial here."""
    made = [Term(identity.recipient, first, last) for identity, first, last in terms]
    office = read_office_statement(make_office_statement(SigningKey.generate(), "K", 1, made))
    return replace(services, office=office, trials=None)


def at(services: Services, *moments: datetime) -> Services:
    """Return the site with a clock that shows these moments, one after another, and then stays."""
    left = list(moments)
    return replace(services, clock=lambda: left.pop(0) if len(left) > 1 else left[0])


def test_the_key_is_that_of_the_day_in_metro(take: Take, services: Services) -> None:
    """The last second of the last day still has the old key, the next second the new one; days are counted in WIB."""
    old, new = Identity.generate("office"), Identity.generate("office")
    terms = (old, date(2026, 1, 1), date(2026, 11, 22)), (new, date(2026, 11, 23), date(2027, 1, 1))
    announced = with_terms(services, *terms)
    for hour, identity in (((2026, 11, 22, 23, 59, 59), old), ((2026, 11, 23, 0, 0, 0), new)):
        take("event_registration", REGISTRATION, site=at(announced, datetime(*hour, tzinfo=WIB).astimezone(UTC)))
        record = records(services)[-1]
        assert record.wraps[0].key_id == identity.recipient.key_id


def test_midnight_does_not_tear_a_filling_apart(take: Take, services: Services) -> None:
    """What arrives in the last second of a key is sealed to it, with all its parts, though the clock goes on."""
    old = Identity.generate("office")
    last = datetime(2026, 11, 22, 23, 59, 59, tzinfo=WIB).astimezone(UTC)
    late = datetime(2026, 11, 23, 0, 0, 0, tzinfo=WIB).astimezone(UTC)
    ending = with_terms(services, (old, date(2026, 1, 1), date(2026, 11, 22)))
    assert isinstance(take("odfc_attendance", ATTENDANCE, site=at(ending, last, late)), Receipt)
    assert {record.wraps[0].key_id for record in records(services)} == {old.recipient.key_id}


def test_without_a_key_nothing_is_taken(take: Take, services: Services) -> None:
    """After the last day there is nobody to seal to: refused with the remedy, not stored readable."""
    ended = with_terms(services, (Identity.generate("office"), date(2026, 1, 1), date(2026, 11, 22)))
    with pytest.raises(KeyRefused, match="dari kantor"):
        take("event_registration", REGISTRATION, site=ended)
    assert services.log.count() == 0


def test_many_fillings_may_share_one_commit(take: Take, services: Services) -> None:
    """Inside a transaction the intake is the same; all records are there when it ends, none when it fails."""
    with services.transaction():
        take("event_registration", REGISTRATION)
        take("odfc_attendance", ATTENDANCE)
    assert services.log.count() == 4

    def fail() -> None:
        with services.transaction():
            take("event_registration", REGISTRATION)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert services.log.count() == 4
    services.log.verify()
