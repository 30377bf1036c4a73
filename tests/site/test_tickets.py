"""Personal tickets: what leads to one, what it shows, what finds it again, and that nobody can guess one."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from unittest.mock import patch
from urllib.parse import parse_qsl

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from forms_app.answers.sizes import record_bytes
from forms_app.answers.submission import day_number, receipt_code
from forms_app.errors import NotFound
from forms_app.sealing.keys import Recipient
from forms_app.sealing.layout import Header, SealedRecord
from forms_app.sealing.records import seal
from forms_app.site.app import assemble
from forms_app.site.enrolment import add_event
from forms_app.site.records import receipt_path
from forms_app.site.services import Services
from forms_app.site.tickets import SIGNS, Tickets, gives_ticket, show_ticket, ticket_of, ticket_tag, tidy
from forms_app.specs.retention import retention_class
from forms_app.storage.counting import Readable
from forms_app.storage.documents import Event
from tests.conftest import NOW, TODAY, nonce_of
from tests.site.test_desk import sign_in, token_of
from tests.site.test_respondent import open_page, path_of, send

OTHER = {"full_name": "Wahyu Contoh"}


def register(client: FlaskClient, event: Event, lang: str = "", **changes: str) -> str:
    """Register at an event and return the address of the ticket that the receipt leads to."""
    path = path_of(event) + lang
    receipt = send(client, path, nonce_of(open_page(client, path)), **changes).headers["Location"]
    found = re.search(r'href="(/t/[^"]+)"', open_page(client, receipt))
    assert found, "the receipt leads to no ticket"
    return found[1]


def last_header(services: Services, form: str = "event_registration") -> Header:
    """Return the header of the last record of a form."""
    records = [SealedRecord.from_bytes(entry.record) for entry in services.log.entries() if entry.record]
    return next(record.header for record in reversed(records) if record.header.form == form)


def sealed_on_a_phone(services: Services, event: Event, identity: bytes) -> bytes:
    """Return a registration as a phone seals it: without the tag, which only the site can work out."""
    spec = services.library.by_id("event_registration")
    header = Header(identity, services.site, "p", spec.form_id, spec.digest, event.code, "")
    readers = [services.office.term_key(TODAY, retention_class(spec)), Recipient("event", event.public_key)]
    return seal(header, b"x", readers, record_bytes(spec)).to_bytes()


def test_the_receipt_of_a_registration_leads_to_its_ticket(client: FlaskClient, event: Event, services: Services):
    """The ticket of exactly this record, with the event, and what to do with it."""
    url = register(client, event)
    assert url == f"/t/{ticket_of(services, event.code, last_header(services).record_id)}"
    page = open_page(client, url)
    for text in (event.title, "23 November 2026, 08.00 WIB", event.place, "Tunjukkan di pintu masuk", "tanpa internet"):
        assert text in page
    assert show_ticket(url[3:]) in page


def test_a_ticket_tells_no_answer_and_no_receipt(client: FlaskClient, event: Event, services: Services):
    """Neither the name nor the receipt code is in the page that people show to strangers."""
    page = open_page(client, register(client, event))
    code = receipt_code(last_header(services).record_id)
    assert "Sutinah" not in page
    assert "Dimas" not in page
    assert code not in page
    assert code[:5] not in page


def test_tag_and_ticket_follow_from_the_sites_secret_alone(client: FlaskClient, event: Event, services: Services):
    """The tag in the header is worked out from the ticket, as the decision note says, byte for byte."""
    register(client, event)
    header = last_header(services)
    secret = hmac.digest(services.secret, event.code.encode(), hashlib.sha256)
    drawn = hmac.digest(secret, b"peksos/ticket/1" + header.record_id, hashlib.sha256)
    number = int.from_bytes(drawn[:8], "big")
    ticket = "".join(SIGNS[number >> 5 * place & 31] for place in range(12))
    assert ticket == ticket_of(services, event.code, header.record_id)
    assert header.ticket == hmac.digest(secret, b"peksos/tag/1" + ticket.encode(), hashlib.sha256).hex()[:32]
    assert header.ticket == ticket_tag(services, event.code, header.record_id)


def test_another_event_or_another_site_gives_another_ticket(services: Services, event: Event):
    """Nobody who knows a record's id can work out its ticket without this site's secret."""
    here = ticket_of(services, event.code, bytes(16))
    assert here != ticket_of(services, "K7Q2MX", bytes(16))
    assert here != ticket_of(replace(services, secret=bytes(32)), event.code, bytes(16))


def test_what_a_phone_sealed_without_a_tag_is_found_by_its_ticket(
    client: FlaskClient, services: Services, event: Event
):
    """It comes by POST /records after the page of another ticket was looked at, and is found all the same."""
    register(client, event)
    identity = bytes(range(16))
    code = ticket_of(services, event.code, identity)
    assert client.get(f"/t/{code}").status_code == 404
    body = sealed_on_a_phone(services, event, identity)
    answer = client.post("/records", data=body, content_type="application/octet-stream")
    assert answer.status_code == 200, answer.text
    assert event.title in open_page(client, f"/t/{code}")
    assert f"/t/{code}" in open_page(client, f"/r/{receipt_path(identity)}")


def test_a_ticket_of_another_process_is_found(client: FlaskClient, services: Services, event: Event):
    """Each process works out the tickets itself: one that has seen nothing finds what another has taken in."""
    url = register(client, event)
    assert event.title in open_page(assemble(services).test_client(), url)


def test_every_wrong_ticket_gets_the_same_answer(client: FlaskClient, services: Services, event: Event):
    """One sign off, of another event, too short, no ticket at all: one and the same page, which repeats nothing."""
    good = register(client, event)[3:]
    near = good[:-1] + SIGNS[(SIGNS.index(good[-1]) + 1) % 32]
    other = ticket_of(services, "K7Q2MX", last_header(services).record_id)
    answers = [
        client.get(f"/t/{code}") for code in (near, other, good[:-1], good + "0", "u" * 12, "é", "%00", "0" * 12)
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r'href="/t/[^"]*"', "", answer.get_data(as_text=True)) for answer in answers}) == 1
    assert "Tiket ini tidak ada di sini" in answers[0].get_data(as_text=True)
    assert all("X-Peksos-Keep" not in answer.headers for answer in answers)
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def test_guessing_reads_no_record(client: FlaskClient, services: Services, event: Event):
    """After one look at what came in, a wrong ticket costs a look at the end of the log, however long that is."""
    register(client, event)
    client.get("/t/" + "0" * 12)
    with (
        patch.object(Readable, "ids_of", side_effect=AssertionError),
        patch.object(Readable, "erased", side_effect=AssertionError),
    ):
        for code in ("0" * 12, "1" * 12, "z" * 12):
            assert client.get(f"/t/{code}").status_code == 404


def test_each_record_is_worked_out_once(services: Services, event: Event, client: FlaskClient):
    """The next look begins where the last one ended."""
    register(client, event)
    tickets = Tickets(services)
    asked = []
    plain = Readable.ids_of

    def noted(log: Readable, event: str, form: str, after_seq: int = 0) -> list[tuple[int, bytes]]:
        found = plain(log, event, form, after_seq)
        asked.append((after_seq, len(found)))
        return found

    with patch.object(Readable, "ids_of", noted):
        for name in ("Ayu", "Budi", "Citra"):
            register(client, event, full_name=name)
            with pytest.raises(NotFound):
                tickets.find("0" * 12)
    assert [count for _after, count in asked] == [2, 1, 1]
    assert [after > 0 for after, _count in asked] == [False, True, True]


@pytest.mark.parametrize("written", [str.upper, show_ticket, lambda code: code.replace("0", "o").replace("1", "l")])
def test_a_ticket_may_be_typed_as_it_is_read(client: FlaskClient, event: Event, written: Callable[[str], str]):
    """Capitals, groups, and the letters that look like 0 and 1 all mean the same ticket."""
    code = register(client, event)[3:]
    assert tidy(written(code)) == code
    assert client.get(f"/t/{written(code)}").status_code == 200


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_ticket_or_nothing(typed: str):
    """Reading a code never stumbles, and what it gives can stand in an address."""
    code = tidy(typed)
    assert code == "" or re.fullmatch(r"[0-9a-hjkmnp-tv-z]{12}", code)


def test_only_a_registration_gives_a_ticket(services: Services):
    """Of the shipped forms the one for parents that the event's own people read, and no other."""
    assert [spec.form_id for spec in services.library if gives_ticket(spec)] == ["event_registration"]


def test_a_registration_without_an_event_gives_none(client: FlaskClient):
    """There is no gate to show it at."""
    receipt = send(client, "/f/1", nonce_of(open_page(client, "/f/1"))).headers["Location"]
    assert "/t/" not in open_page(client, receipt)


def test_a_ticket_may_be_kept_and_opened_without_internet(client: FlaskClient, event: Event):
    """The answer may be kept by the browser and by the service worker, and the page fetches nothing more."""
    url = register(client, event)
    answer = client.get(url)
    assert answer.headers["Cache-Control"] == "private, max-age=604800"
    assert answer.headers["X-Peksos-Keep"] == "ticket"
    told = dict(parse_qsl(answer.headers["X-Peksos-Kept"]))
    code = url.rpartition("/")[2].upper()
    assert told.keys() == {"until", "label", "note"}
    assert datetime.fromisoformat(told["until"]) == datetime.fromisoformat(event.closes) + timedelta(days=30)
    assert told["label"].endswith(code[-4:])
    assert code[:8] not in told["label"].replace(" ", "")
    page = answer.get_data(as_text=True)
    assert not re.search(r"<script|<img|<link rel=\"stylesheet|src=", page)
    assert "<svg" in page


def test_no_browser_keeps_a_ticket_longer_than_it_is_shown(client: FlaskClient, services: Services, event: Event):
    """On the last day the browser may keep it for what is left of that day."""
    url = register(client, event)
    end = datetime.fromisoformat(event.closes) + timedelta(days=30)
    last = assemble(replace(services, clock=lambda: end - timedelta(hours=1))).test_client()
    assert last.get(url).headers["Cache-Control"] == "private, max-age=3600"


def test_at_a_kiosk_nothing_keeps_a_ticket(client: FlaskClient, event: Event):
    """Neither browser nor worker is told to: the next person at the same screen is another."""
    answer = client.get(f"{register(client, event)}?kios=1")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert not [name for name, _ in answer.headers if name.startswith("X-Peksos")]


def test_a_ticket_goes_with_the_language(client: FlaskClient, event: Event):
    """`?lang=en` is kept from form to receipt to ticket, whose texts are English then."""
    url = register(client, event, "?lang=en")
    assert url.endswith("?lang=en")
    assert 'lang="en"' in open_page(client, url)


def test_a_month_after_the_event_its_tickets_are_gone(client: FlaskClient, services: Services, event: Event):
    """Until then the page is there, also when the event is over; afterwards neither page nor link."""
    url = register(client, event)
    receipt = f"/r/{receipt_path(last_header(services).record_id)}"
    for days, status in ((29, 200), (32, 404)):
        later = assemble(replace(services, clock=lambda days=days: NOW + timedelta(days=days))).test_client()
        assert later.get(url).status_code == status
        assert ("/t/" in later.get(receipt).get_data(as_text=True)) == (status == 200)


def test_an_erased_registration_has_no_ticket(client: FlaskClient, services: Services, event: Event):
    """Whoever withdrew is not let in by what an order erased; a purged record's ticket still holds."""
    gone, kept = register(client, event), register(client, event, **OTHER)
    assert client.get(gone).status_code == client.get(kept).status_code == 200
    ids = {ticket_of(services, event.code, one.record_id): one for one in services.log.entries() if one.record_id}
    services.log.erase(bytes(32), [ids[gone[3:]].record_id], day_number(TODAY))
    services.log.purge([ids[kept[3:]].seq])
    assert client.get(gone).status_code == 404
    assert client.get(kept).status_code == 200


# The desk


def search(client: FlaskClient, event: Event, receipt: str):
    """Look for a ticket at the desk, as the coordinator does."""
    token = token_of(open_page(client, f"/desk/tiket/{event.code}"))
    return client.post(f"/desk/tiket/{event.code}", data={"csrf_token": token, "receipt": receipt})


def test_the_coordinator_finds_a_lost_ticket_by_its_receipt(client: FlaskClient, services: Services, event: Event):
    """The event's page leads to it; the ten digits, as they were written down, show the ticket and leave a line."""
    url = register(client, event)
    register(client, event, **OTHER)
    first = next(services.log.entries())
    sign_in(client)
    assert f"/desk/tiket/{event.code}" in open_page(client, f"/desk/kegiatan/{event.code}")
    code = receipt_code(first.record_id)
    answer = search(client, event, f"{code[:5]} {code[5:]}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert page.count('class="qr"') == 1
    assert show_ticket(url[3:]) in page
    assert answer.headers["Cache-Control"] == "no-store"
    line = list(services.audit.lines())[-1]
    assert (line.actor, line.action, line.about) == ("koordinator", "ticket-found", f"{event.code} {first.seq}")
    assert code not in repr(line)
    assert url[3:] not in repr(line)


def test_a_receipt_of_another_event_finds_nothing_and_leaves_a_line(
    client: FlaskClient, services: Services, event: Event
):
    """A coordinator looks in one event at a time, and a look that found nothing is written down too."""
    register(client, event)
    code = receipt_code(last_header(services).record_id)
    other = add_event(services, replace(event, code="", title="Lain"))
    sign_in(client)
    assert search(client, other, code).status_code == 404
    line = list(services.audit.lines())[-1]
    assert (line.action, line.about) == ("ticket-missed", other.code)


@pytest.mark.parametrize("typed", ["", "123", "12345 67890", "abcdefghij"])
def test_a_misread_receipt_is_told_before_anything_is_looked_up(
    client: FlaskClient, services: Services, event: Event, typed: str
):
    """The check digit catches a slip of the pen; nothing is searched, and nothing written."""
    sign_in(client)
    before = len(list(services.audit.lines()))
    answer = search(client, event, typed)
    assert answer.status_code == 422
    assert "Kode bukti belum sesuai" in answer.get_data(as_text=True)
    assert len(list(services.audit.lines())) == before


def test_the_desk_says_plainly_that_it_cannot_look_by_name(client: FlaskClient, event: Event):
    """The site has no key to the names, and does not pretend."""
    sign_in(client)
    assert "Mencari dengan nama tidak bisa" in open_page(client, f"/desk/tiket/{event.code}")


def test_another_role_may_not_look_for_tickets(client: FlaskClient, services: Services, event: Event):
    """An account that is neither coordinator nor admin is refused, whatever it posts."""
    member = services.staff.get("koordinator")
    assert member
    services.staff.update(replace(member, role="gate"))
    sign_in(client)
    assert client.get(f"/desk/tiket/{event.code}").status_code == 403


def test_a_stranger_is_sent_to_the_sign_in_page(client: FlaskClient, services: Services, event: Event):
    """Without an account neither the page nor a POST looks anything up."""
    for answer in (client.get(f"/desk/tiket/{event.code}"), client.post(f"/desk/tiket/{event.code}")):
        assert answer.status_code == 303
        assert "/desk/masuk" in answer.headers["Location"]
    assert not [line for line in services.audit.lines() if line.action.startswith("ticket")]
