"""Secret forms on the site: what the parents' page carries and tells, and what is said after sending."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from forms_app.answers.filled import Filled
from forms_app.answers.filling import fill
from forms_app.answers.recheck import StoredAnswers
from forms_app.site.cards import told_after
from forms_app.site.services import Services
from forms_app.specs.model import FormSpec
from forms_app.specs.reader import read_spec
from tests.phone import Phone
from tests.programme.filling import fields_of

LEVELS = ("Rendah", "Pantau", "Mendesak", "Bahaya langsung")
ANSWERS = [{}, {"h1": "2"}, {"h12": "1"}, {"h12": "3", "h1": "3", "h2": "3"}, {"hd2": "ya"}, {"h16": "3"}]


def page_of(client: FlaskClient, spec: FormSpec) -> str:
    """Return the page of a form that belongs to no event."""
    answer = client.get(f"/f/{spec.slug}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def send(phone: Phone, client: FlaskClient, spec: FormSpec, changes: dict[str, Any]) -> str:
    """Return what stands on the phone after the sample with these changes was sent."""
    ended = phone.send(client, spec, fields_of({**dict(spec.sample), **changes}))
    assert ended.status == 200
    return ended.page


def told(page: str) -> dict[str, Any]:
    """Return what the phone is told of a form."""
    found = re.search(r'<script type="application/json" id="logic">(.*?)</script>', page, re.DOTALL)
    assert found
    logic: dict[str, Any] = json.loads(found[1])
    return logic


def test_the_parents_page_holds_no_level_and_no_rule(client: FlaskClient, services: Services):
    """Of all that is worked out, only what opens the emergency card reaches the phone."""
    spec = services.library.by_id("detection_checklist_parent")
    page = page_of(client, spec)
    rows = told(page)["q"]
    asked = {one.name for one in spec.questions() if one.type == "select_one"}
    assert {one["n"] for one in rows if "k" in one} == {"danger"}
    assert {one["n"] for one in rows if "a" in one} == {"hd1", "hd2", "h16"}
    assert {one["n"] for one in rows if one.get("a")} < asked
    assert not [word for word in (*LEVELS, "c_sum", "b_top", "level", "urgent", "thanks") if word in json.dumps(rows)]
    assert not [word for word in LEVELS if word in page]


def test_the_emergency_card_is_in_the_parents_page(client: FlaskClient, services: Services):
    """It must open before anything is sent; it names the numbers and nothing that was answered."""
    page = page_of(client, services.library.by_id("detection_checklist_parent"))
    alarm = re.search(r'<section id="alarm".*?</section>', page, re.DOTALL)
    assert alarm
    assert all(f'href="tel:{number}"' in alarm[0] for number in ("112", "110", "119"))
    assert "BUKAN pengganti telepon" in alarm[0]


def test_every_parent_sees_the_same_page_at_the_end(client: FlaskClient, services: Services, phone: Phone):
    """Whatever was answered, only the receipt code differs: thanks, three tips, and 129, 1500-771 and 112."""
    spec = services.library.by_id("detection_checklist_parent")
    pages = [re.sub(r"<output>.*?</output>", "", send(phone, client, spec, one)) for one in ANSWERS]
    assert len(set(pages)) == 1
    assert all(tip in pages[0] for tip in ("Dengarkan anak", "Jangan memarahi", "Ajak bicara dengan tenang"))
    assert all(f'href="tel:{number}"' in pages[0] for number in ("129", "1500771", "112"))
    assert not [word for word in LEVELS if word in pages[0]]
    assert services.log.count(kind="s") == len(ANSWERS)


TOLD = """\
form_id: small
slug: "1"
version: "1"
title: Kecil
heading: Formulir kecil
audience: parent
sensitivity: secret
readers: [office]
seal_at: phone
legal_basis: consent
retention: {site: 30d, office: 1y}
languages: [id]
pages:
  - label: Satu
    questions:
      - {name: a, type: select_one yn, label: A}
choices:
  yn: [{name: ya, label: Ya}, {name: tidak, label: Tidak}]
outcome:
  show: respondent
  rules:
    - {level: urgent, when: "${a} = 'ya'", card: one}
    - {level: low, when: "true()", card: two}
  cards:
    one: {title: Satu, body: Satu.}
    two: {title: Dua, body: Dua.}
  notes:
    more: {title: Lagi, body: Lagi., when: "${a} = 'ya'"}
"""


def filled(text: str) -> tuple[FormSpec, Filled]:
    """Return the form of this text with its one question answered."""
    spec = read_spec(text, "small.yaml")
    return spec, fill(spec, StoredAnswers({"a": ("ya",)}), {}, date(2026, 11, 23))


def test_what_is_never_shown_is_told_only_where_it_is_the_same_for_all():
    """A card that depends on the answers stays at the site, and so does every note."""
    card, notes = told_after(*filled(TOLD))
    assert (card and card.name, [one.name for one in notes]) == ("one", ["more"])
    never = TOLD.replace("show: respondent", "show: never")
    assert told_after(*filled(never)) == (None, ())
    same, none = told_after(*filled(never.replace("card: one", "card: two")))
    assert (same and same.name, none) == ("two", ())


@pytest.mark.parametrize(
    "form",
    [
        "detection_checklist_teacher",
        "detection_checklist_parent",
        "sos_report",
        "absence_referral",
        "home_visit",
        "child_followup",
        "informed_consent",
        "case_plan",
        "authority_report",
    ],
)
def test_every_secret_form_says_its_closing(form: str, client: FlaskClient, services: Services, phone: Phone):
    """After sending, with a card or without: when it can be read, and that it does not replace a call."""
    spec = services.library.by_id(form)
    page = send(phone, client, spec, {})
    assert spec.closing.source in page
    assert "<output>" in page
    assert spec.heading.source not in page
    assert "Terima kasih, Bapak/Ibu" not in page
