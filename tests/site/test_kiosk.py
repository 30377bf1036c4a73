"""A kiosk: each person begins with an empty form, and nothing of the one before is left in pages or headers."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from forms_app.site.services import Services
from forms_app.storage.documents import Event
from tests.conftest import nonce_of
from tests.site.test_desk import sign_in
from tests.site.test_respondent import open_page, path_of, send

QUERIES = ["?kios=1", "?lang=en&kios=1", "?lang=id&kios=1"]


def refresh_of(page: str) -> tuple[int, str]:
    """Return after how many seconds a page gives way, and to what."""
    found = re.search(r'<meta http-equiv="refresh" content="(\d+);url=([^"]+)">', page)
    assert found, "the page stays"
    return int(found[1]), unescape(found[2])


@pytest.mark.parametrize("query", QUERIES)
def test_a_receipt_goes_back_to_an_empty_form_by_itself(client: FlaskClient, event: Event, query: str):
    """Without script too: after 12 seconds the same form, kiosk and language, with a nonce of its own."""
    path = path_of(event) + query
    first = open_page(client, path)
    receipt = send(client, path, nonce_of(first)).headers["Location"]
    assert receipt.endswith(query)
    page = open_page(client, receipt)
    assert refresh_of(page) == (12, path)
    assert f'href="{path.replace("&", "&amp;")}">' in page
    second = open_page(client, path)
    assert nonce_of(second) != nonce_of(first)
    assert "Sutinah" not in second


def test_a_kiosks_receipt_leads_nowhere_else(client: FlaskClient, event: Event):
    """No ticket, no proof to save on a shared device, no other form: the big code, and the next person."""
    path = path_of(event) + "?kios=1"
    page = open_page(client, send(client, path, nonce_of(open_page(client, path))).headers["Location"])
    assert "Orang berikutnya" in page
    assert "potret layar ini dengan HP" in page
    for other in ("/t/", "bukti.json", "/daftar", "Isi untuk orang lain"):
        assert other not in page


def test_who_reads_slowly_may_keep_the_receipt_longer(client: FlaskClient, event: Event):
    """One tap keeps it for a minute, without script."""
    path = path_of(event) + "?kios=1"
    page = open_page(client, send(client, path, nonce_of(open_page(client, path))).headers["Location"])
    found = re.search(r'<a class="back" href="(/r/[^"]+)">', page)
    assert found
    assert refresh_of(open_page(client, unescape(found[1])))[0] == 60


def test_the_receipts_script_is_the_only_one_that_may_run(client: FlaskClient, event: Event):
    """The policy lets in the hash of the script in the page, and nothing else."""
    path = path_of(event) + "?kios=1"
    answer = client.get(send(client, path, nonce_of(open_page(client, path))).headers["Location"])
    policy = answer.headers["Content-Security-Policy"]
    assert policy.count("script-src 'sha256-") == 1
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_kiosk_keeps_and_fills_in_nothing_by_itself(client: FlaskClient, event: Event):
    """No field may be remembered or filled in by the browser, also on a page with mistakes; nothing goes to a cache."""
    path = path_of(event) + "?kios=1"
    fresh, plain = client.get(path), open_page(client, path_of(event))
    wrong = send(client, path, nonce_of(fresh.get_data(as_text=True)), phone="12")
    assert wrong.status_code == 422
    assert 'autocomplete="name"' in plain
    for answer in (fresh, wrong):
        found = set(re.findall(r'autocomplete="([^"]*)"', answer.get_data(as_text=True)))
        assert found == {"off"}
        assert answer.headers["Cache-Control"] == "no-store"


def test_answers_that_look_like_attributes_stay_as_they_were_typed(client: FlaskClient, event: Event):
    """What a person wrote is never taken for a field's attribute."""
    path, name = path_of(event) + "?kios=1", 'Ayu autocomplete="name"'
    wrong = send(client, path, nonce_of(open_page(client, path)), phone="12", full_name=name)
    assert name in unescape(wrong.get_data(as_text=True))


def test_only_a_kiosk_carries_the_kiosks_script(client: FlaskClient, event: Event):
    """Everybody else's page is not a byte larger."""
    assert "Masih di sini" in open_page(client, path_of(event) + "?kios=1")
    for query in ("", "?kios=0", "?kios", "?lang=en"):
        assert "hush" not in open_page(client, path_of(event) + query)


def test_language_and_kiosk_go_on_together(client: FlaskClient, event: Event):
    """The switch to another language stays in the kiosk, and so does the action of the form."""
    page = open_page(client, path_of(event) + "?kios=1")
    assert f'href="{path_of(event)}?lang=en&amp;kios=1"' in page
    assert f'action="{path_of(event)}?kios=1"' in page


@pytest.mark.parametrize("query", QUERIES)
def test_help_leads_back_to_the_form(client: FlaskClient, event: Event, query: str):
    """From the form and from the receipt; a help page that nobody reads any more gives way to the next person."""
    path = path_of(event) + query
    form = open_page(client, path)
    receipt = open_page(client, send(client, path, nonce_of(form)).headers["Location"])
    for page in (form, receipt):
        found = re.search(r'href="(/bantuan[^"]*)"', page)
        assert found
        helping = open_page(client, unescape(found[1]))
        assert refresh_of(helping) == (120, f"/e/{event.code.lower()}{query}")


@pytest.mark.parametrize("code", ["", "zzzzzz", "//evil.example"])
def test_help_leads_to_no_unknown_place(client: FlaskClient, code: str):
    """Only an event of this site is gone back to."""
    page = client.get("/bantuan", query_string={"kios": "1", "dari": code}).get_data(as_text=True)
    assert "refresh" not in page
    assert "evil" not in page


def test_away_from_a_kiosk_nothing_goes_back_by_itself(client: FlaskClient, event: Event):
    """Receipt and help stay for as long as somebody looks at them."""
    path = path_of(event)
    receipt = send(client, path, nonce_of(open_page(client, path))).headers["Location"]
    for page in (receipt, "/bantuan", f"/bantuan?dari={event.code}"):
        assert "refresh" not in open_page(client, page)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_secret_form_refuses_a_shared_screen(client: FlaskClient, services: Services, method: str):
    """Whoever stands behind would read along; the page says what to do instead."""
    for spec in services.library:
        if spec.secret:
            answer = getattr(client, method)(f"/f/{spec.slug}?kios=1", base_url="https://localhost")
            assert answer.status_code in (403, 404), spec.form_id
            assert 'id="form"' not in answer.get_data(as_text=True)
    page = client.get("/f/5?kios=1", base_url="https://localhost").get_data(as_text=True)
    assert "tidak dibuka di layar bersama" in page


def test_the_desk_shows_the_kiosks_address(client: FlaskClient, services: Services, event: Event):
    """As a link and as a QR code, on the event's page."""
    sign_in(client)
    page = open_page(client, f"/desk/kegiatan/{event.code}")
    assert f'href="/e/{event.code.lower()}?kios=1"' in page
    assert 'class="qr"' in page
