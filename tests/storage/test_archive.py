"""The office's archive, on each engine: records stay as they came, nothing displaces anything, no order matters."""

from __future__ import annotations

from hashlib import sha256
from itertools import permutations

import pytest

from forms_app.storage.archive import PAGE, Archive, ArchivedRecord, Quarantined
from forms_app.storage.erasures import Erasures
from forms_app.storage.tables import SQLDatabase
from forms_app.storage.verdicts import Verdict, Verdicts


def record(number: int, site: str = "a", body: bytes = b"sealed", **changes: str) -> ArchivedRecord:
    """Return a record that says its number everywhere."""
    named = {"kind": "p", "form": "event_registration", "event": "K7Q2MX"} | changes
    record_id, digest = number.to_bytes(16, "big"), sha256(body).digest()
    return ArchivedRecord(record_id, site, 1, number, 20_780, **named, record=body, record_hash=digest)


def hurt(number: int, site: str = "a", body: bytes = b"damaged", whole: bytes = b"sealed") -> Quarantined:
    """Return a damaged record from a place in a site's log."""
    arrived = sha256(whole).digest()
    return Quarantined(
        sha256(body).digest(), site, 1, number, 20_780, number.to_bytes(16, "big"), arrived, "hash", body
    )


@pytest.fixture
def archive(database: SQLDatabase) -> Archive:
    """Return an empty archive."""
    return Archive(database)


def bare(archive: Archive) -> list[ArchivedRecord]:
    """Return the records that count, without the numbers of their rows."""
    return [one._replace(number=0) for one in archive.records()]


def test_records_come_back_as_they_went_in(archive: Archive) -> None:
    """Every field is kept, and the order is that of the ids."""
    given = [record(2), record(1, body=bytes(range(256)))]
    assert archive.add(given, [], {}) == (2, 0)
    assert bare(archive) == given[::-1]
    assert archive.count() == 2


def test_a_known_record_is_not_new(archive: Archive) -> None:
    """The same record again counts as known, changes nothing, and is no twin."""
    archive.add([record(1)], [], {})
    assert archive.add([record(1), record(2), record(2)], [], {}) == (1, 0)
    assert (archive.quarantined(), list(archive.aside("twin"))) == ([], [])


def test_of_two_records_with_one_id_the_same_counts_whichever_came_first(database: SQLDatabase) -> None:
    """Both are kept, in whatever order they come; the one from its own site's log counts, the others are twins."""
    own = record(1, body=b"own")
    twins = [record(1, body=b"forged")._replace(carrier="b"), record(1, body=b"other")._replace(carrier="c")]
    outcomes = set()
    for order in permutations([own, *twins]):
        archive = Archive(database)
        for one in order:
            archive.add([one], [], {})
        outcomes.add((tuple(bare(archive)), tuple(sorted(one.record for one in archive.aside("twin")))))
        with archive.writing() as connection:
            connection.exec_driver_sql("DELETE FROM office_records")
    assert outcomes == {((own,), (b"forged", b"other"))}


def test_a_record_stands_at_its_first_place_whichever_came_first(archive: Archive) -> None:
    """The same bytes in two logs are one record, at the place in its own site's log."""
    archive.add([record(1)._replace(carrier="b", seq=7)], [], {})
    assert archive.add([record(1)], [], {}) == (0, 0)
    archive.add([record(1)._replace(carrier="b", seq=3)], [], {})
    assert bare(archive) == [record(1)]


def test_what_proved_right_counts_before_what_did_not(archive: Archive, database: SQLDatabase) -> None:
    """A twin whose answers give its id takes the place of one whose answers do not; two that do say the same."""
    verdicts = Verdicts(database)
    archive.add([record(1, body=b"own"), record(1, body=b"sealed again")], [], {})
    one, (two,) = next(archive.records()), archive.aside("twin")
    verdicts.keep([Verdict(one.number, 1, False, True, b"v"), Verdict(two.number, 1, True, True, b"v")])
    assert archive.settle_twins() == 1
    assert [found.record for found in archive.records()] == [two.record]
    verdicts.keep([Verdict(one.number, 1, True, True, b"v")])
    assert archive.settle_twins() == 0
    assert len(list(archive.aside("same"))) == archive.count() == 1


def test_damaged_records_wait_until_they_come_whole(archive: Archive) -> None:
    """What came damaged, be it twice and in different ways, is one missed record until it comes whole from anywhere."""
    archive.add([], [hurt(1), hurt(1, body=b"also damaged"), hurt(2)], {})
    archive.add([record(2, body=b"other")], [hurt(1)], {})
    assert (archive.missed(), archive.missed("a"), archive.missed("b")) == (2, 2, 0)
    archive.add([record(1, site="b"), record(4)], [], {})
    assert archive.missed() == 1
    assert len(archive.quarantined()) == 3


def test_what_is_out_of_scope_waits_and_is_released(archive: Archive) -> None:
    """A record that is set aside does not count until it is released."""
    archive.add([record(1)._replace(aside="scope"), record(2)], [], {})
    assert (archive.count(), archive.set_aside(), archive.reasons("a")) == (1, 1, {"scope": 1})
    (waiting,) = archive.aside("scope")
    archive.release(waiting, "")
    assert (archive.count(), archive.set_aside(), archive.reasons("a")) == (2, 0, {})


def test_reading_goes_on_over_pages(archive: Archive) -> None:
    """More records than are held at once all come, each once, and so do those of one form with the secret ones."""
    archive.add((record(number) for number in range(PAGE)), [], {})
    secret = {"kind": "s", "form": "", "event": ""}
    archive.add([record(PAGE, **secret), record(PAGE + 1, form="other"), record(PAGE + 2)], [], {})
    assert [one.seq for one in archive.records()] == list(range(PAGE + 3))
    assert [one.seq for one in archive.records("event_registration")] == [*range(PAGE + 1), PAGE + 2]
    assert [one.seq for one in archive.records("other")] == [PAGE, PAGE + 1]


def test_a_verdict_made_anew_keeps_its_number(archive: Archive, database: SQLDatabase) -> None:
    """Numbers only grow, and a second verdict of a record takes the place of the first, number and all."""
    verdicts = Verdicts(database)
    archive.add([record(1), record(2)], [], {})
    one, two = archive.records()
    verdicts.keep([Verdict(one.number, 1, True, False, b"first")])
    verdicts.keep([Verdict(one.number, 2, True, True, b"second"), Verdict(two.number, 2, True, True, b"other")])
    assert [verdict.verdict for _, verdict in verdicts.all()] == [b"second", b"other"]
    assert verdicts.last() >= 2
    assert list(verdicts.pending()) == []
    assert len(list(verdicts.pending(again=True))) == 2


def test_a_verdict_without_judgement_is_still_pending(archive: Archive, database: SQLDatabase) -> None:
    """Whoever wants the rules applied gets these records again; whoever does not, only those never opened."""
    verdicts = Verdicts(database)
    archive.add([record(1), record(2)], [], {})
    verdicts.keep([Verdict(next(archive.records()).number, 1, True, False, b"v")])
    assert len(list(verdicts.pending())) == 2
    assert len(list(verdicts.pending(judged=False))) == 1


def test_the_last_backup_says_what_is_backed_up(database: SQLDatabase) -> None:
    """Without a backup nothing is; of several the newest counts."""
    Archive(database)
    verdicts = Verdicts(database)
    assert verdicts.backed_up() == 0
    backups = database.table("office_backups")
    backups.insert_multiple([{"made": "2026-11-24", "digest": "b", "upto": 5}, {"made": "2026-11-23", "upto": 9}])
    assert verdicts.backed_up() == 5


def test_what_was_erased_never_comes_back(archive: Archive, database: SQLDatabase) -> None:
    """Id, hash, day and reason stay; record, verdict and damaged copies go, and no import brings them again."""
    verdicts, erasures = Verdicts(database), Erasures(database)
    archive.add([record(1), record(1, body=b"twin"), record(2)], [hurt(1, body=b"almost all of it")], {})
    verdicts.keep([Verdict(next(archive.records()).number, 1, True, True, b"verdict")])
    number = verdicts.last()
    erasures.erase(record(1).record_id, "a", "2026-11-23", "ditarik")
    archive.add([record(1), record(1, body=b"third")], [hurt(1, body=b"another copy")], {})
    assert bare(archive) == [record(2)]
    assert {one.record for one in archive.aside("erased")} == {None}
    assert {one.record for one in archive.quarantined()} == {record(1).record_id}
    tombstone = erasures.get(record(1).record_id)
    assert tombstone is not None
    assert (tombstone.day, tombstone.reason, len(tombstone.record_hash)) == ("2026-11-23", "ditarik", 32)
    assert (list(verdicts.all()), verdicts.last(), archive.missed()) == ([], number, 0)
    assert list(erasures.ids()) == [record(1).record_id, record(2).record_id]


def test_a_form_keeps_its_first_source(archive: Archive) -> None:
    """Forms are found by digest; one that is known is not written again."""
    archive.add([], [], {"ab": "satu", "cd": "dua"})
    archive.add([], [], {"ab": "lain"})
    assert (archive.spec_source("ab"), archive.spec_source("ef")) == ("satu", None)
    assert archive.spec_sources() == ["satu", "dua"]


def test_a_failed_addition_keeps_nothing(archive: Archive) -> None:
    """When one of them cannot be kept, none is."""
    wrong = record(2)._replace(site=None)  # type: ignore[arg-type]  # what the database must refuse
    with pytest.raises(Exception, match="Penyimpanan gagal"):
        archive.add([record(1), wrong], [hurt(3)], {"ab": "satu"})
    assert (archive.count(), archive.quarantined(), archive.spec_sources()) == (0, [], [])
