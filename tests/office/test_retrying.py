"""Scope and quarantine: what a site may not send waits, nothing is dropped, and `retry` takes what is right by now."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms_app.errors import KeyRefused
from forms_app.office.enrolling import revoke
from forms_app.office.household import Household
from forms_app.office.importing import import_bundle
from forms_app.office.opening import OpenReport, Specs, open_all, open_form
from forms_app.office.retrying import retry
from forms_app.office.scope import Scope
from forms_app.office.status import status
from forms_app.sealing.keys import Identity
from forms_app.sealing.outline import outline
from forms_app.site.packing import make_package
from forms_app.site.services import Services
from tests.office.carrying import HandSite, hand_site
from tests.office.conftest import Answers, Sender


@pytest.fixture
def hand(household: Household) -> HandSite:
    """Return a site that may send registrations only."""
    site = hand_site(household)
    site.enrol(household, forms=("event_registration",))
    return site


def test_what_is_out_of_scope_waits_until_the_scope_is_wider(
    hand: HandSite, household: Household, tmp_path: Path
) -> None:
    """Other forms are set aside, parts of an allowed one are not; a wider scope alone changes nothing, retry does."""
    hand.add(2)
    hand.add(1, form="event_registration/access")
    hand.add(3, form="training_feedback_pre")
    hand.pack(tmp_path / "a.peksos")
    done = import_bundle(household, tmp_path / "a.peksos")
    assert (done.records, done.new, done.scoped, done.whole) == (3, 3, 3, False)
    assert (household.archive.count(), household.archive.set_aside()) == (3, 3)
    assert (retry(household).released, retry(household).scope) == (0, 3)
    hand.enrol(household, forms=("event_registration", "training_feedback_pre"))
    assert household.archive.count() == 3
    assert (retry(household).released, retry(household).left) == (3, 0)
    assert household.archive.count() == 6


def test_a_record_for_a_site_that_nobody_enrolled_waits(hand: HandSite, household: Household, tmp_path: Path) -> None:
    """It is kept aside under that site's name, and comes in when that site is enrolled, if it may send it."""
    other = hand_site(household, "contoh-2", 2)
    for entry in (*other.add(1), *other.add(1, form="lain")):
        hand.arrive(entry.record or b"")
    hand.pack(tmp_path / "a.peksos")
    assert import_bundle(household, tmp_path / "a.peksos").scoped == 2
    assert {one.aside for one in household.archive.aside("site", "scope")} == {"site"}
    other.enrol(household, forms=("event_registration",))
    found = retry(household)
    assert (found.released, found.scope) == (1, 1)
    assert {one.aside for one in household.archive.aside("site", "scope")} == {"scope"}


def test_a_secret_record_out_of_scope_is_flagged_when_it_is_opened(
    services: Services,
    household: Household,
    identities: dict[str, Identity],
    send: Sender,
    checklist: Answers,
    tmp_path: Path,
) -> None:
    """Its outside does not say what it is; opened it is kept, counted, and has the flaw until the scope is wider."""
    (statement,) = (one.statement for one in household.sites.enrolments())
    household.sites.add(services.site_key.key_id, statement, (), ("event_registration",))
    send("detection_checklist_teacher", checklist)
    send()
    make_package(services, tmp_path / "a.peksos")
    assert import_bundle(household, tmp_path / "a.peksos").whole
    assert open_all(household, identities).flawed == 1
    scopes = {services.site: Scope((), ("event_registration",))}
    specs = Specs(household.archive)
    found = open_form(household.archive, identities, specs, "detection_checklist_teacher", OpenReport(), scopes)
    assert [one.flaws for one in found] == [("scope",)]
    household.sites.add(services.site_key.key_id, statement, (), ())
    assert open_all(household, identities).flawed == 0


def test_a_damaged_record_that_came_whole_counts_as_released(
    hand: HandSite, household: Household, tmp_path: Path
) -> None:
    """The damaged bytes stay where they are, and wait no longer once the record is here."""
    hand.add(3)
    hand.pack(tmp_path / "a.peksos")
    whole = (tmp_path / "a.peksos").read_bytes()
    (tmp_path / "b.peksos").write_bytes(whole[:-10] + bytes(10))
    import_bundle(household, tmp_path / "b.peksos")
    (found,) = status(household)[-1:]
    assert (found.aside, found.quiet) == ({"damaged": 1}, False)
    assert retry(household).damaged == 1
    import_bundle(household, tmp_path / "a.peksos")
    assert retry(household).left == 0
    assert len(household.archive.quarantined()) == 1


def test_bytes_that_this_program_can_read_by_now_come_in(hand: HandSite, household: Household, tmp_path: Path) -> None:
    """What arrived whole but was of no known structure is tried anew; what is still unknown stays."""
    record = hand.record(1)
    hand.arrive(record, bytes(16))  # the site says another id: no record of that id
    hand.add(1)
    hand.pack(tmp_path / "a.peksos")
    assert import_bundle(household, tmp_path / "a.peksos").damaged == 1
    assert retry(household).damaged == 1
    with household.archive.writing() as connection:  # as if the program had learned to read it
        values = (outline(record).record_id,)
        connection.exec_driver_sql("UPDATE office_quarantine SET record_id = ?", values)
    found = retry(household)
    assert (found.released, found.left, household.archive.count()) == (1, 0, 2)


def test_twins_are_settled_by_what_they_say(
    services: Services, household: Household, identities: dict[str, Identity], send: Sender, tmp_path: Path
) -> None:
    """A forged record under the id of a true one never counts once both were opened, whichever its hash preferred."""
    send()
    true = next(services.log.entries())
    make_package(services, tmp_path / "a.peksos")
    import_bundle(household, tmp_path / "a.peksos")
    hand = HandSite(services.site, services.site_key, household.statement.terms[0].recipient)
    hand.entries = [*services.log.entries()]
    hand.restore(1)
    for _ in range(6):
        hand.arrive(hand.record(true.record_id))
    hand.pack(tmp_path / "b.peksos")
    import_bundle(household, tmp_path / "b.peksos")
    assert len(list(household.archive.aside("twin"))) == 6
    open_all(household, identities)
    (kept,) = household.archive.records()
    assert kept.record == true.record
    assert retry(household).twins == 6


def test_a_revoked_site_is_not_enrolled_again_by_accident(hand: HandSite, household: Household) -> None:
    """Its own file does not bring it back; undoing does."""
    revoke(household, hand.name, "laptop hilang")
    with pytest.raises(KeyRefused, match="revoke-site --undo"):
        hand.enrol(household)
    revoke(household, hand.name, "")
    hand.enrol(household)


@pytest.mark.parametrize(
    ("scope", "school", "allowed"),
    [
        ((), "SD Lain", True),
        (("SD Contoh",), "", True),
        (("SD Contoh",), "  sd   contoh ", True),
        (("SD Contoh", "SD Lain"), "SD Lain", True),
        (("SD Contoh",), "SD Lain", False),
    ],
)
def test_schools_are_compared_as_people_write_them(scope: tuple[str, ...], school: str, allowed: bool) -> None:
    """Capitals and spaces make no other school; a record that names none is not held against it."""
    assert Scope(schools=scope).allows_school(school) is allowed


def test_a_record_from_another_school_is_flagged_when_it_is_opened(
    services: Services, household: Household, identities: dict[str, Identity], send: Sender, tmp_path: Path
) -> None:
    """The school is sealed with every answer at an event: a site that may not send from there is found out."""
    (statement,) = (one.statement for one in household.sites.enrolments())
    send()
    make_package(services, tmp_path / "a.peksos")
    import_bundle(household, tmp_path / "a.peksos")
    for school, flawed in (("SD Lain", 1), ("sd  contoh", 0)):
        household.sites.add(services.site_key.key_id, statement, (school,), ())
        assert open_all(household, identities).flawed == flawed
