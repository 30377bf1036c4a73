"""A form that somebody cannot send yet: a child who reports alone, until the site records who signed for it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from forms_app.answers.submission import Nonce, Submission
from forms_app.errors import Held
from forms_app.office.household import Household
from forms_app.sealing.layout import SealedRecord
from forms_app.site.app import assemble
from forms_app.site.intake import Intake, Receipt
from forms_app.site.services import Services
from tests.conftest import PASSPHRASE, TODAY, open_record
from tests.phone import Ended, Phone

SIGNED = "Bagian Hukum 2026-11-20 No. 12"
CHILD = {"danger": "tidak", "who": "anak", "k_anon": "tanpa_nama", "k_story": "Saya diejek setiap hari."}
CARD = 'id="q-_held"'


def page_of(client: FlaskClient) -> str:
    """Return the empty SOS page."""
    return client.get("/f/7").get_data(as_text=True)


def report(phone: Phone, client: FlaskClient, answers: dict[str, Any], *, partial: bool = False) -> Ended:
    """Return how a report with these answers ended on the phone."""
    spec = client.application.extensions["peksos"].library.by_id("sos_report")
    return phone.send(client, spec, answers, partial=partial)


def signed(services: Services) -> FlaskClient:
    """Return a browser at a site that has the sign-off."""
    lifted = replace(services, settings=replace(services.settings, child_reports=SIGNED))
    return assemble(lifted).test_client()


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize("more", [{}, {"k_story": ""}, {"danger": "ya", "k_story": ""}, {"name": "Rini Contoh"}])
def test_a_child_cannot_send_before_the_sign_off(
    client: FlaskClient, services: Services, phone: Phone, more: dict[str, str], partial: bool
):
    """The phone seals nothing, whatever else was filled in and however it is sent: it tells whom to call."""
    ended = report(phone, client, CHILD | more, partial=partial)
    assert (ended.code, ended.status, ended.records, ended.receipt) == ("held", 0, (), "")
    assert ended.page == "Formulir ini belum bisa dikirim. Telepon salah satu nomor bantuan."
    assert services.log.head().seq == 0


def test_the_child_is_told_kindly_whom_to_call(client: FlaskClient):
    """The numbers and the words that comfort are on the page itself: they need no line and no answer of the site."""
    card = re.search(rf"<div[^>]*{CARD}.*?</section>", page_of(client), re.DOTALL)
    assert card
    assert 'href="tel:129"' in card[0]
    assert 'href="tel:112"' in card[0]
    assert "Ini bukan salahmu." in card[0]


def test_a_child_that_posts_plainly_is_refused_like_anybody(client: FlaskClient, services: Services):
    """With or without the sign-off no plain answer gets in, and none is repeated."""
    for browser in (client, signed(services)):
        answer = browser.post("/f/7", data=CHILD | {"name": "Rini Contoh"})
        page = answer.get_data(as_text=True)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (403, "no-store")
        assert CHILD["k_story"] not in page
        assert "Rini Contoh" not in page
    assert services.log.head().seq == 0


def test_nobody_learns_from_the_log_that_a_child_tried(
    client: FlaskClient, services: Services, phone: Phone, caplog: pytest.LogCaptureFixture
):
    """No line is written, neither of the program nor for the desk."""
    before = len(list(services.audit.all()))
    assert report(phone, client, CHILD).code == "held"
    assert caplog.records == []
    assert len(list(services.audit.all())) == before


def test_the_page_says_so_before_anything_is_written(client: FlaskClient):
    """The card stands right after the question who reports; its row tells the script for whom it is."""
    page = page_of(client)
    rows = json.loads(re.findall(r'id="logic">(.*?)</script>', page, re.DOTALL)[0])["q"]
    assert page.index('id="q-who"') < page.index(CARD) < page.index('id="q-anon"')
    assert rows[-1] == {"n": "_held", "r": ["=", ["ref", "who"], "anak"]}


def test_others_may_send(client: FlaskClient, services: Services, phone: Phone):
    """What holds a child back holds back nobody else."""
    spec = services.library.by_id("sos_report")
    assert report(phone, client, dict(spec.sample)).status == 200
    assert services.log.head().seq == 1


def test_with_the_sign_off_a_child_may_send(services: Services, household: Household, phone: Phone):
    """The setting that records who signed opens the form, and its page no longer speaks of it."""
    client = signed(services)
    assert CARD not in page_of(client)
    ended = report(phone, client, CHILD)
    assert ended.status == 200
    assert services.log.head().seq == 1
    (record,) = ended.records
    opened = open_record(household.unlock(PASSPHRASE), SealedRecord.from_bytes(record))
    assert Submission.from_bytes(opened).answers["k_story"] == CHILD["k_story"]


def test_a_sign_off_of_blanks_is_none(services: Services, phone: Phone):
    """An empty line in the settings is no signature."""
    client = assemble(replace(services, settings=replace(services.settings, child_reports="  "))).test_client()
    assert report(phone, client, CHILD).code == "held"


def test_a_paper_that_came_in_is_kept(services: Services):
    """A child's letter is in the office already: it is not turned away."""
    spec = services.library.by_id("sos_report")
    intake = Intake(services, spec, None, Nonce.fresh(TODAY), "id")
    with pytest.raises(Held):
        intake.take(MultiDict(CHILD))
    assert isinstance(replace(intake, channel="paper").take(MultiDict(CHILD)), Receipt)
