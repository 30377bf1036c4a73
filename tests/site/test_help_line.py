"""One line about help, the same on everything that is given away: so following it shows nothing."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forms_app.site.paper.printing import paper_form
from forms_app.site.posters import poster_of
from forms_app.site.services import Services
from forms_app.storage.documents import Event
from tests.conftest import nonce_of
from tests.phone import Phone

LINE = "Butuh bantuan? http://127.0.0.1:8000/bantuan"
GUEST = {"reg_kind": "guru", "full_name": "Sutinah", "photo_ok": "tidak", "agree": "true"}


def test_receipts_of_every_kind_bear_it(client: FlaskClient, services: Services, event: Event, phone: Phone):
    """Of a registration, the page at its own address; of a secret form what the phone shows, sent or waiting."""
    nonce = nonce_of(client.get(f"/e/{event.code.lower()}").get_data(as_text=True))
    answer = client.post(f"/e/{event.code.lower()}", data={**GUEST, "_nonce": nonce})
    assert answer.status_code == 303
    assert LINE in client.get(answer.location).get_data(as_text=True)
    spec = services.library.by_id("sos_report")
    opened = phone.open(client, spec)
    assert LINE in opened.send(dict(spec.sample)).page
    waiting = opened.kit["ends"]["unsent"].values()
    assert all(LINE in page for page in waiting)


def test_the_list_of_an_event_bears_it(client: FlaskClient, event: Event):
    """The page that leads to the event's forms."""
    assert LINE in client.get(f"/e/{event.code.lower()}/daftar").get_data(as_text=True)


@pytest.mark.parametrize("form_id", ["event_registration", "sos_report"])
def test_posters_and_papers_bear_it(app: Flask, services: Services, event: Event, form_id: str):
    """What is printed says the same words and the same address."""
    assert poster_of(services, event, "id").help_line == LINE
    spec = services.library.by_id(form_id)
    form = paper_form(services, spec, None if spec.secret else event, "id")
    assert form.help_line == LINE
