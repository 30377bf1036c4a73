"""The office's archive, on each engine: records stay as they came, nothing displaces anything."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from forms_app.storage.archive import PAGE, Archive, ArchivedRecord, Quarantined
from forms_app.storage.tables import SQLDatabase


def record(number: int, site: str = "a", body: bytes = b"sealed", **changes: str) -> ArchivedRecord:
    """Return a record that says its number everywhere."""
    named = {"kind": "p", "form": "event_registration", "event": "K7Q2MX"} | changes
    return ArchivedRecord(number.to_bytes(16, "big"), site, 1, number, 20_780, **named, record=body)


def hurt(number: int, site: str = "a", body: bytes = b"damaged", reason: str = "hash") -> Quarantined:
    """Return a damaged record from a place in a site's log."""
    return Quarantined(sha256(body).digest(), site, number, reason, body)


@pytest.fixture
def archive(database: SQLDatabase) -> Archive:
    """Return an empty archive."""
    return Archive(database)


def test_records_come_back_as_they_went_in(archive: Archive) -> None:
    """Every field is kept, and the order is that of the ids."""
    given = [record(2), record(1, body=bytes(range(256)))]
    assert archive.add(given, [], {}) == 2
    assert list(archive.records()) == given[::-1]
    assert archive.count() == 2


def test_a_known_record_is_not_new(archive: Archive) -> None:
    """The same record again counts as known, changes nothing, and is no twin."""
    archive.add([record(1)], [], {})
    assert archive.add([record(1), record(2)], [], {}) == 1
    assert archive.quarantined() == []


def test_other_bytes_under_a_known_id_are_kept_aside(archive: Archive) -> None:
    """Whichever came first stays; the other is kept too, in one batch or two, and is not called damaged."""
    archive.add([record(1), record(1, site="b", body=b"other")], [], {})
    archive.add([record(1, site="c", body=b"third")], [], {})
    assert [one.record for one in archive.records()] == [b"sealed"]
    assert {(one.site, one.reason, one.record) for one in archive.quarantined()} == {
        ("b", "twin", b"other"),
        ("c", "twin", b"third"),
    }
    assert archive.missed() == 0


def test_damaged_records_wait_until_they_come_whole(archive: Archive) -> None:
    """What came damaged, be it twice and in different ways, is one missed record until its place is filled."""
    archive.add([], [hurt(1), hurt(1, body=b"also damaged"), hurt(2)], {})
    archive.add([record(2, site="b")], [hurt(1)], {})
    assert archive.missed() == 2
    archive.add([record(1), record(4)], [], {})
    assert archive.missed() == 1
    assert len(archive.quarantined()) == 3


def test_reading_goes_on_over_pages(archive: Archive) -> None:
    """More records than are held at once all come, each once, and so do those of one form with the secret ones."""
    archive.add((record(number) for number in range(PAGE)), [], {})
    secret = {"kind": "s", "form": "", "event": ""}
    archive.add([record(PAGE, **secret), record(PAGE + 1, form="other"), record(PAGE + 2)], [], {})
    assert [one.seq for one in archive.records()] == list(range(PAGE + 3))
    assert [one.seq for one in archive.records("event_registration")] == [*range(PAGE + 1), PAGE + 2]
    assert [one.seq for one in archive.records("other")] == [PAGE, PAGE + 1]


def test_verdicts_are_set_and_set_anew(archive: Archive) -> None:
    """A verdict belongs to one record, may change, and a second import does not touch it."""
    archive.add([record(1), record(2)], [], {})
    archive.set_verdicts({record(1).record_id: b"first"})
    archive.set_verdicts({record(1).record_id: b"second"})
    archive.add([record(1)], [], {})
    assert list(archive.records()) == [replace(record(1), verdict=b"second"), record(2)]


def test_a_form_keeps_its_first_source(archive: Archive) -> None:
    """Forms are found by digest; one that is known is not written again."""
    archive.add([], [], {"ab": "satu", "cd": "dua"})
    archive.add([], [], {"ab": "lain"})
    assert (archive.spec_source("ab"), archive.spec_source("ef")) == ("satu", None)
    assert archive.spec_sources() == ["satu", "dua"]


def test_a_failed_addition_keeps_nothing(archive: Archive) -> None:
    """When one of them cannot be kept, none is."""
    wrong = replace(record(2), record=None)  # type: ignore[arg-type]  # what the database must refuse
    with pytest.raises(Exception, match="Penyimpanan gagal"):
        archive.add([record(1), wrong], [hurt(3)], {"ab": "satu"})
    assert (archive.count(), archive.quarantined(), archive.spec_sources()) == (0, [], [])
