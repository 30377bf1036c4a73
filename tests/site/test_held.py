"""A form that somebody cannot send yet: a child who reports alone, until the site records who signed for it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from forms_app.answers.submission import Nonce
from forms_app.errors import Held
from forms_app.site.app import assemble
from forms_app.site.intake import Intake, Receipt
from forms_app.site.services import Services
from tests.conftest import TODAY, nonce_of

SIGNED = "Bagian Hukum 2026-11-20 No. 12"
CHILD = {"danger": "tidak", "who": "anak", "k_anon": "tanpa_nama", "k_story": "Saya diejek setiap hari."}
CARD = 'id="q-_held"'


def page_of(client: FlaskClient) -> str:
    """Return the empty SOS page."""
    return client.get("/f/7").get_data(as_text=True)


def post(client: FlaskClient, answers: dict[str, Any]) -> Any:
    """Return the answer to a report with these answers."""
    return client.post("/f/7", data={**answers, "_nonce": nonce_of(page_of(client))})


def signed(services: Services) -> FlaskClient:
    """Return a browser at a site that has the sign-off."""
    lifted = replace(services, settings=replace(services.settings, child_reports=SIGNED))
    return assemble(lifted).test_client()


@pytest.mark.parametrize("more", [{}, {"k_story": ""}, {"danger": "ya", "k_story": ""}, {"name": "Rini Contoh"}])
def test_a_child_cannot_send_before_the_sign_off(client: FlaskClient, services: Services, more: dict[str, str]):
    """The child is told kindly whom to call, whatever else was filled in, and nothing is stored or repeated."""
    answer = post(client, CHILD | more)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (403, "no-store")
    assert 'href="tel:129"' in page
    assert 'href="tel:112"' in page
    assert "Ini bukan salahmu." in page
    assert CHILD["k_story"] not in page
    assert "Rini Contoh" not in page
    assert services.log.head().seq == 0


def test_nobody_learns_from_the_log_that_a_child_tried(
    client: FlaskClient, services: Services, caplog: pytest.LogCaptureFixture
):
    """No line is written, neither of the program nor for the desk."""
    before = len(list(services.audit.all()))
    post(client, CHILD)
    assert caplog.records == []
    assert len(list(services.audit.all())) == before


def test_the_page_says_so_before_anything_is_written(client: FlaskClient):
    """The card stands right after the question who reports; its row tells the script for whom it is."""
    page = page_of(client)
    rows = json.loads(re.findall(r'id="logic">(.*?)</script>', page, re.DOTALL)[0])["q"]
    assert page.index('id="q-who"') < page.index(CARD) < page.index('id="q-anon"')
    assert rows[-1] == {"n": "_held", "r": ["=", ["ref", "who"], "anak"]}


def test_others_may_send(client: FlaskClient, services: Services):
    """What holds a child back holds back nobody else."""
    spec = services.library.by_id("sos_report")
    assert post(client, dict(spec.sample)).status_code == 200
    assert services.log.head().seq == 1


def test_with_the_sign_off_a_child_may_send(services: Services):
    """The setting that records who signed opens the form, and its page no longer speaks of it."""
    client = signed(services)
    assert CARD not in page_of(client)
    assert post(client, CHILD).status_code == 200
    assert services.log.head().seq == 1


def test_a_sign_off_of_blanks_is_none(services: Services):
    """An empty line in the settings is no signature."""
    client = assemble(replace(services, settings=replace(services.settings, child_reports="  "))).test_client()
    assert post(client, CHILD).status_code == 403


def test_a_paper_that_came_in_is_kept(services: Services):
    """A child's letter is in the office already: it is not turned away."""
    spec = services.library.by_id("sos_report")
    intake = Intake(services, spec, None, Nonce.fresh(TODAY), "id")
    with pytest.raises(Held):
        intake.take(MultiDict(CHILD))
    assert isinstance(replace(intake, channel="paper").take(MultiDict(CHILD)), Receipt)
