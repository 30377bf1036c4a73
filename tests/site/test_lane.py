"""The short way in: it answers as the views do, and what it does not take it leaves to them untouched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forms_app.answers.submission import Nonce
from forms_app.errors import StorageFull
from forms_app.sealing.layout import SealedRecord
from forms_app.site.app import assemble
from forms_app.site.lane import Lane
from forms_app.site.services import Services
from forms_app.storage.documents import Event
from forms_app.storage.log import Log
from tests.conftest import NOW
from tests.site.test_respondent import REGISTRATION

SECRET = bytes(range(16))
NONCE = str(Nonce(20_780, SECRET))
WAYS: Mapping[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "good": ("/f/1", {}, {}),
    "event": ("/e/{code}/1", {}, {}),
    "event's first": ("/E/{code}", {}, {}),
    "language": ("/f/1?lang=en", {}, {}),
    "browser's language": ("/f/1", {}, {"Accept-Language": "en-GB,en;q=0.8,id;q=0.3"}),
    "other language": ("/f/1?lang=fr", {}, {}),
    "more in the address": ("/f/1?lang=en&x=1", {}, {}),
    "kiosk": ("/e/{code}/1?kios=1", {}, {}),
    "kiosk in English": ("/e/{code}/1?lang=en&kios=1", {}, {}),
    "kiosk the other way round": ("/e/{code}/1?kios=1&lang=en", {}, {}),
    "no kiosk": ("/e/{code}/1?kios=2", {}, {}),
    "no such form": ("/f/zz", {}, {}),
    "no such event": ("/e/zzzzzz/1", {}, {}),
    "form of no event": ("/e/{code}/2", {}, {}),
    "mistake": ("/f/1", {"phone": "12"}, {}),
    "missing": ("/f/1", {"full_name": ""}, {}),
    "no text": ("/f/1", {"full_name": "a\0b"}, {}),
    "wish": ("/f/1", {"_more": "children"}, {}),
    "one less": ("/f/1", {"_less": "children-0"}, {}),
    "foreign page": ("/f/1", {}, {"Sec-Fetch-Site": "cross-site"}),
    "foreign origin": ("/f/1", {}, {"Origin": "https://evil.example"}),
    "own origin": ("/f/1", {}, {"Origin": "http://localhost"}),
    "charset": ("/f/1", {}, {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}),
    "secret": ("/f/5", {}, {}),
    "slash": ("/f/1/", {}, {}),
}


def answer(app: Flask, event: Event, way: str) -> tuple[int, str | None, dict[str, str], bytes]:
    """Return what a POST is answered by: status, place, headers, body."""
    path, changes, headers = WAYS[way]
    found = app.test_client().post(
        path.format(code=event.code.lower()), data={**REGISTRATION, "_nonce": NONCE, **changes}, headers=headers
    )
    kept = {name: value for name, value in found.headers.items() if name not in ("Content-Length", "Set-Cookie")}
    return found.status_code, found.headers.get("Location"), kept, found.data if found.status_code != 303 else b""


@pytest.mark.parametrize("way", WAYS)
def test_both_ways_answer_alike(services: Services, event: Event, way: str) -> None:
    """With and without the lane a POST gets the same answer, and the same record is kept."""
    with_lane = answer(assemble(services), event, way)
    count = services.log.head().seq
    with patch.object(Lane, "_take", return_value=None):
        without = answer(assemble(services), event, way)
    assert with_lane == without
    assert services.log.head().seq == count  # the same page and answers are the same record
    assert count == (with_lane[0] == 303)


def test_the_lane_is_used(services: Services, app: Flask) -> None:
    """A well filled form never reaches Flask."""
    with patch.object(Flask, "full_dispatch_request", side_effect=AssertionError):
        found = app.test_client().post("/f/1", data={**REGISTRATION, "_nonce": NONCE})
    assert found.status_code == 303
    assert services.log.count(form="event_registration") == 1


def test_a_closed_event_is_left_to_the_views(services: Services, event: Event) -> None:
    """After the event nothing is taken in, and the page says when it was."""
    late = replace(services, clock=lambda: NOW.replace(year=NOW.year + 1))
    assert answer(assemble(late), event, "event")[0] == answer_without(late, event)
    assert services.log.count() == 0


def answer_without(services: Services, event: Event) -> int:
    """Return the status that the views give."""
    with patch.object(Lane, "_take", return_value=None):
        return answer(assemble(services), event, "event")[0]


def test_a_full_disk_is_told_and_not_tried_again(client: FlaskClient, services: Services) -> None:
    """What storing raises becomes its page, after one try."""
    with patch.object(Log, "append", side_effect=StorageFull("Disk penuh.")) as append:
        found = client.post("/f/1", data={**REGISTRATION, "_nonce": NONCE})
    assert found.status_code == 507
    assert "Disk penuh." in found.get_data(as_text=True)
    assert append.call_count == 1


def test_what_nobody_foresaw_is_told_too(client: FlaskClient) -> None:
    """Any other trouble gets the page that says nothing was stored."""
    with patch.object(Log, "append", side_effect=RuntimeError("CANARY-7391")):
        found = client.post("/f/1", data={**REGISTRATION, "_nonce": NONCE})
    assert found.status_code == 500
    assert "CANARY" not in found.get_data(as_text=True)


def test_the_record_of_the_lane_is_one_that_readers_take(client: FlaskClient, services: Services) -> None:
    """What is stored is a record in its one spelling, and its header names form and site."""
    client.post("/f/1", data={**REGISTRATION, "_nonce": NONCE})
    (entry,) = services.log.entries()
    record = SealedRecord.from_bytes(entry.record or b"")
    assert (record.header.form, record.header.site) == ("event_registration", services.site)
