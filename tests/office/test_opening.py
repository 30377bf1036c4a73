"""Opening at the office: everything sealed to it opens, and what is wrong is flagged, counted and never dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from forms_app.errors import UnknownForm
from forms_app.office import openers
from forms_app.office.household import Household
from forms_app.office.importing import ImportReport
from forms_app.office.opening import Specs, open_all, open_archived
from forms_app.office.verdicts import VerdictReader, new_pen
from forms_app.sealing.keys import Identity
from forms_app.sealing.records import Header
from forms_app.site.services import Services
from forms_app.storage.archive import ArchivedRecord
from tests.conftest import TODAY
from tests.office.conftest import REGISTRATION, Answers, Forger, Sender

Identities = dict[str, Identity]
ATTENDANCE = {
    "walkin": "ya",
    "full_name": "Made",
    "child_n": "1",
    "adults_in": "1",
    "children_in": "1",
    "mood_before": "2",
    "mood_after": "5",
    "incident": "ya",
}


def flaws(household: Household, identities: Identities, archived: ArchivedRecord) -> tuple[str, ...]:
    """Return what is wrong with a record."""
    return open_archived(archived, identities, Specs(household.archive)).flaws


def test_all_records_open_without_a_flaw(
    send: Sender, checklist: Answers, carry: Callable[[], ImportReport], household: Household, identities: Identities
) -> None:
    """What came through the intake, parts and secret forms included, opens and keeps its form's rules."""
    send()
    send(access="alergi", full_name="Wayan")
    send("odfc_attendance", ATTENDANCE)
    send("detection_checklist_teacher", checklist)
    carry()
    found = open_all(household, identities)
    assert (found.opened, found.locked, found.flawed) == (7, 0, 0)
    assert dict(found.forms) == {
        "event_registration": 2,
        "event_registration/access": 1,
        "odfc_attendance": 1,
        "odfc_attendance/mood": 1,
        "odfc_attendance/incident": 1,
        "detection_checklist_teacher": 1,
    }
    assert sum(found.levels.values()) == 1


def test_the_level_is_worked_out_anew(
    send: Sender, checklist: Answers, carry: Callable[[], ImportReport], household: Household, identities: Identities
) -> None:
    """A child in danger is counted as immediate at the office."""
    send("detection_checklist_teacher", checklist, d1="ya")
    carry()
    assert dict(open_all(household, identities).levels) == {"immediate": 1}


def test_without_the_key_nothing_opens(
    send: Sender, carry: Callable[[], ImportReport], household: Household, services: Services
) -> None:
    """Records sealed to another key are counted as locked and stay where they are."""
    send()
    carry()
    stranger = Identity.generate("office")
    found = open_all(household, {stranger.recipient.key_id: stranger})
    assert (found.opened, found.locked) == (0, 1)
    assert household.archive.count() == services.log.count() == 1


def test_the_verdict_is_sealed_to_the_office(
    send: Sender, checklist: Answers, carry: Callable[[], ImportReport], household: Household, identities: Identities
) -> None:
    """What opening found is kept, but only the office's key reads it, and only in the place of its own record."""
    send("detection_checklist_teacher", checklist, d1="ya")
    carry()
    open_all(household, identities)
    ((archived, verdict),) = household.verdicts.all()
    assert b"immediate" not in verdict.verdict
    book = VerdictReader(household.verdicts.series(), identities)
    told = {"form": "detection_checklist_teacher", "part": "", "level": "immediate", "flaws": [], "school": ""}
    assert book.read(archived, verdict) == told
    assert book.read(archived._replace(record_id=bytes(16)), verdict) is None
    stranger = Identity.generate("office")
    assert (
        VerdictReader(household.verdicts.series(), {stranger.recipient.key_id: stranger}).read(archived, verdict)
        is None
    )


@pytest.mark.parametrize(
    ("changes", "flaw"),
    [
        ({"id": bytes(16)}, "id"),
        ({"nonce": "x"}, "id"),
        ({"header": {"form": "training_feedback_pre"}}, "header"),
        ({"header": {"event": "K7Q2MX"}}, "header"),
        ({"header": {"site": "other"}}, "header"),
        ({"form_id": "odfc_attendance"}, "form"),
        ({"part": "lain"}, "form"),
        ({"answers": {"reg_kind": "guru"}}, "full_name:required"),
        ({"answers": {"reg_kind": "raja"}}, "reg_kind:choice"),
        ({"answers": {"reg_kind": "guru", "asing": "x"}}, "asing:foreign"),
        ({"answers": {"reg_kind": "ortu", "children": "Dimas"}}, "children:foreign"),
    ],
)
def test_what_is_wrong_is_flagged(
    forger: Forger, services: Services, household: Household, identities: Identities, changes: Any, flaw: str
) -> None:
    """A record that was sealed by hand opens, is kept, and says in codes what is wrong with it."""
    archived = forger.plant(services.library.by_id("event_registration"), REGISTRATION, **changes)
    assert flaw in flaws(household, identities, archived)
    assert open_all(household, identities).flawed == 1
    assert household.archive.count() == 1


@pytest.mark.parametrize("changes", [{"level": "low"}, {"calculated": {"c_sum": 0}}])
def test_a_result_that_does_not_follow_is_flagged(
    forger: Forger,
    services: Services,
    checklist: Answers,
    household: Household,
    identities: Identities,
    changes: dict[str, Any],
) -> None:
    """A level or sum that these answers do not give is named, and the office's own level is what counts."""
    spec = services.library.by_id("detection_checklist_teacher")
    archived = forger.plant(spec, {**checklist, "d1": "ya"}, **changes)
    opened = open_archived(archived, identities, Specs(household.archive))
    assert opened.flaws == tuple(changes)
    assert opened.level == "immediate"


def test_a_secret_form_in_the_open_is_flagged(
    forger: Forger, services: Services, checklist: Answers, household: Household, identities: Identities
) -> None:
    """A checklist whose header names it has told the site too much, and the office sees it."""
    spec = services.library.by_id("detection_checklist_teacher")
    header = {"kind": "p", "form": spec.form_id, "digest": spec.digest}
    assert flaws(household, identities, forger.plant(spec, checklist, header=header)) == ("header",)


@pytest.mark.parametrize("text", [b"", b"{}", b"[" * 30_000, b'{"format":"peksos/submission/1"}'])
def test_what_is_no_submission_stops_nobody(
    forger: Forger, services: Services, household: Household, identities: Identities, text: bytes
) -> None:
    """Anything may have been sealed: it is counted as not readable, and the others open."""
    spec = services.library.by_id("event_registration")
    forger.lay(Header(bytes(16), forger.site, "s"), text, spec)
    forger.plant(spec, REGISTRATION)
    found = open_all(household, identities)
    assert (found.opened, found.locked, found.flawed) == (1, 1, 0)


def test_a_record_of_an_unknown_form_waits(
    forger: Forger, services: Services, household: Household, identities: Identities
) -> None:
    """A form that never came, or that this version cannot read, is no reason to lose the record."""
    spec = services.library.by_id("event_registration")
    forger.plant(replace(spec, digest="ab" * 32, source="form_id: [", parts=()), REGISTRATION)
    found = open_all(household, identities)
    assert (found.opened, found.locked) == (0, 1)
    with pytest.raises(UnknownForm, match="Minta paket baru"):
        Specs(household.archive).get("cd" * 32)


def test_asking_for_an_unknown_form_names_those_there_are(
    forger: Forger, services: Services, household: Household
) -> None:
    """The message lists the forms and parts that can be asked for, and a broken form file does not hide them."""
    spec = services.library.by_id("event_registration")
    forger.plant(spec, REGISTRATION)
    household.archive.add([], [], {"ef" * 32: "form_id: ["})
    with pytest.raises(UnknownForm, match="event_registration, event_registration/access"):
        Specs(household.archive).versions("event_registration/tidak_ada")
    assert [one.digest for one in Specs(household.archive).versions("event_registration/access")] == [spec.digest]


def test_several_processes_find_the_same(
    send: Sender,
    checklist: Answers,
    carry: Callable[[], ImportReport],
    household: Household,
    identities: Identities,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Counts and verdicts are those of one process, and each verdict opens in its own place."""
    monkeypatch.setattr(openers, "PIECE", 2)
    for number in range(7):
        send(full_name=f"Nomor {number}")
    send("detection_checklist_teacher", checklist, d1="ya")
    carry()
    alone = open_all(household, identities)
    reader = VerdictReader(household.verdicts.series(), identities)
    before = {archived.record_id: reader.read(archived, verdict) for archived, verdict in household.verdicts.all()}
    assert open_all(household, identities, again=True, processes=2) == alone
    reader = VerdictReader(household.verdicts.series(), identities)
    after = {archived.record_id: reader.read(archived, verdict) for archived, verdict in household.verdicts.all()}
    assert before == after
    keys = {household.statement.term_key(TODAY, name).key_id for name in ("90d", "s")}
    used = {verdict.series for _, verdict in household.verdicts.all()}
    assert {one.key_id for one in household.verdicts.series() if one.number in used} == keys
    assert len(used) == len(keys)


@pytest.mark.parametrize("processes", [1, 2])
def test_no_more_is_held_than_what_is_being_opened(
    household: Household, identities: Identities, processes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many records there are, only a few pieces of them are in memory."""
    monkeypatch.setattr(openers, "PIECE", 3)
    taken = []

    def records() -> Iterator[ArchivedRecord]:
        for number in range(1000):
            taken.append(number)
            yield ArchivedRecord(bytes(16), "a", 1, number, 1, "p", "", "", b"no record")

    pen, _ = new_pen(identities)
    opener = openers.Opener(identities, Specs(household.archive), {}, pen)
    pieces = openers.open_pieces(opener, records(), processes)
    next(pieces)
    assert len(taken) <= 3 * openers.AHEAD * processes
    assert sum(piece.report.locked for piece in pieces) == 997


def test_a_twin_is_judged_but_not_counted(
    send: Sender, carry: Callable[[], ImportReport], household: Household, identities: Identities
) -> None:
    """Of records that open or do not, twins or not, each gets its verdict if it opens, and only the others count."""
    send()
    carry()
    (whole,) = household.archive.records()
    broken = whole._replace(record=b"no record")
    given = [broken, whole, whole._replace(aside="twin"), broken._replace(aside="twin"), whole]
    piece = openers.Opener(identities, Specs(household.archive), {}, new_pen(identities)[0]).open(given)
    assert (piece.report.opened, piece.report.locked, piece.twins, len(piece.verdicts)) == (2, 1, 2, 3)


def test_what_was_opened_is_not_opened_again(
    send: Sender, carry: Callable[[], ImportReport], household: Household, identities: Identities
) -> None:
    """The second time only what is new is opened, and all is counted; without rules first, they are made up for."""
    send()
    carry()
    assert open_all(household, identities, recompute=False).opened == 1
    assert len(list(household.verdicts.pending())) == 1
    assert open_all(household, identities).opened == 1
    assert list(household.verdicts.pending()) == []
    send(full_name="Yang Kedua")
    carry()
    assert len(list(household.verdicts.pending())) == 1
    assert (open_all(household, identities).opened, household.verdicts.last() >= 2) == (2, True)
