"""The small documents: on TinyDB's own memory as on our engines."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from tinydb import TinyDB, where

from forms_app.errors import NotFound, StorageError, UnknownEvent
from forms_app.storage.carried import Packages
from forms_app.storage.documents import (
    Audit,
    AuditLine,
    Event,
    Events,
    Package,
    Session,
    Sessions,
    Staff,
    StaffMember,
)
from forms_app.storage.served import ServedForms
from forms_app.storage.sites import Sites

EVENT = Event(
    code="K7Q2MX",
    title="Hari Anak",
    forms=("registration", "feedback"),
    opens="2026-11-23T00:00:00Z",
    closes="2026-11-24T00:00:00Z",
    school="SDN 4 Metro",
    expected=120,
    keys={"key_id": "0a", "public": "AAEC", "seeds": {"ani": "AAAA"}},
    created="2026-11-20T08:00:00Z",
)
ANI = StaffMember("ani", "coordinator", "$argon2id$...", created="2026-11-20T08:00:00Z")
PACKAGE = Package(1, "d1", "", "packages/1.peksos", 12, 1, 12, "2026-11-23T09:00:00Z")


def test_an_event_comes_back_as_it_was(tinydb: TinyDB) -> None:
    """An event is found by its code, however that was typed."""
    events = Events(tinydb)
    assert events.add(EVENT) == EVENT
    for typed in ("K7Q2MX", "k7q-2mx"):
        assert events.get(typed) == EVENT
    assert (events.get("AAAAAA"), events.get("nonsense")) == (None, None)
    assert EVENT.public_key == b"\x00\x01\x02"
    assert replace(EVENT, keys={}).public_key == b""


def test_an_event_without_a_code_is_given_one(tinydb: TinyDB) -> None:
    """New codes are drawn until one is free."""
    events = Events(tinydb)
    added = [events.add(replace(EVENT, code="")) for _ in range(3)]
    assert len({event.code for event in added}) == 3
    assert all(events.get(event.code) == event for event in added)


def test_a_code_is_used_once(tinydb: TinyDB) -> None:
    """A code that is in use is refused, and the first event stays."""
    events = Events(tinydb)
    events.add(EVENT)
    with pytest.raises(StorageError, match="K7Q2MX"):
        events.add(replace(EVENT, title="other"))
    assert events.all() == [EVENT]


def test_events_are_listed_by_age_and_updated(tinydb: TinyDB) -> None:
    """The oldest event comes first; an update replaces all of it."""
    events = Events(tinydb)
    old = replace(EVENT, code="ZZZZZZ", created="2026-01-01T00:00:00Z")
    events.add(EVENT)
    events.add(old)
    assert events.all() == [old, EVENT]
    changed = replace(EVENT, keys={}, title="Hari Guru")
    events.update(changed)
    assert events.get("K7Q2MX") == changed
    with pytest.raises(UnknownEvent):
        events.update(replace(EVENT, code="AAAAAA"))


def test_a_field_of_a_later_version_is_passed_over(tinydb: TinyDB) -> None:
    """A document with a field that is not known yet is read without it, one that lacks a field with its default."""
    Events(tinydb).add(EVENT)
    tinydb.table("events").update({"later": 1}, where("code") == "K7Q2MX")
    tinydb.table("events").update(lambda document: document.pop("place"), where("code") == "K7Q2MX")
    assert Events(tinydb).get("K7Q2MX") == EVENT


def test_staff(tinydb: TinyDB) -> None:
    """An account is added once, found by its exact name, changed and removed."""
    staff = Staff(tinydb)
    staff.add(ANI)
    with pytest.raises(StorageError):
        staff.add(ANI)
    assert (staff.get("ani"), staff.get("Ani")) == (ANI, None)
    staff.update(replace(ANI, role="admin"))
    assert [member.role for member in staff.all()] == ["admin"]
    staff.remove("ani")
    staff.remove("ani")
    assert staff.all() == []
    with pytest.raises(NotFound):
        staff.update(ANI)


def test_sessions(tinydb: TinyDB) -> None:
    """A session lasts until it expires, is ended, or its account's sessions are."""
    sessions, now = Sessions(tinydb), "2026-11-23T12:00:00Z"
    for number, (name, expires) in enumerate([("ani", "13"), ("ani", "14"), ("budi", "13"), ("citra", "11")]):
        sessions.add(Session(f"hash {number}", name, "token", f"2026-11-23T{expires}:00:00Z"))
    assert sessions.get("hash 0", now) == Session("hash 0", "ani", "token", "2026-11-23T13:00:00Z")
    assert (sessions.get("hash 3", now), sessions.get("unknown", now)) == (None, None)
    assert sessions.update(Session("hash 2", "budi", "new", "2026-11-23T15:00:00Z"))
    assert not sessions.update(Session("unknown", "budi", "new", "2026-11-23T15:00:00Z"))
    assert sessions.remove_expired(now) == 1
    assert sessions.remove_of("ani") == 2
    sessions.remove("hash 2")
    assert sessions.all() == []


def test_packages(tinydb: TinyDB) -> None:
    """A package keeps its number for ever, and the newest is known."""
    packages = Packages(tinydb)
    assert packages.last() is None
    packages.add(PACKAGE)
    packages.add(replace(PACKAGE, number=2, previous="d1"))
    with pytest.raises(StorageError, match="2"):
        packages.add(replace(PACKAGE, number=2))
    assert (packages.get(1), packages.get(3)) == (PACKAGE, None)
    assert packages.last() == replace(PACKAGE, number=2, previous="d1")


def test_audit_lines_stay_in_order(tinydb: TinyDB) -> None:
    """Lines come back in the order in which they were written."""
    audit = Audit(tinydb)
    for number in range(3):
        audit.write(f"2026-11-23T0{number}:00:00Z", "ani", "sign-in", f"attempt {number}")
    assert [line.about for line in audit.lines()] == ["attempt 0", "attempt 1", "attempt 2"]
    assert next(audit.lines()) == AuditLine("2026-11-23T00:00:00Z", "ani", "sign-in", "attempt 0")


def test_sites(tinydb: TinyDB) -> None:
    """The office keeps the newest statement of each site."""
    sites = Sites(tinydb)
    for key_id, statement in (("aa", b"one"), ("bb", b"two"), ("aa", b"three")):
        sites.add(key_id, statement)
    assert sites.all() == {"aa": b"three", "bb": b"two"}


def test_served_forms_are_kept_once_and_name_nothing(tinydb: TinyDB) -> None:
    """A form comes back by its digest, is stored once however often it is served, and stands nowhere in clear text."""
    source = '{"form_id":"detection_checklist_teacher"}'
    digest = hashlib.sha256(source.encode()).hexdigest()
    for _start in range(3):
        ServedForms(tinydb).keep({digest: source})
    assert ServedForms(tinydb).all() == {digest: source}
    assert len(tinydb.table("served_forms")) == 1
    assert "checklist" not in str(tinydb.table("served_forms").all())
