"""The gallery at the desk: whatever the product can draw stands in it, in every state, theme and language."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forms_app.site.assets import Assets
from forms_app.site.desk.gallery import STATES, THEMES, gallery_form
from forms_app.site.parts import PARTS, parts_of, widgets_of
from forms_app.specs.types import TYPES
from forms_app.translation import LANGUAGES
from tests.site.test_desk import sign_in, token_of

STATIC = Path(__file__).parents[2] / "static"
ELSEWHERE = {
    "sample",
    "exit",
    "held",
    "sealed",
    "kiosk",
}  # of a sample site, of secret forms, of a phone that many share
STYLES = sorted(
    {*STATIC.glob("*.css"), *STATIC.glob("parts/*.css")} - {STATIC / "preview.css"}
)  # an author's screen has its own
SCALE = {".8125rem", ".9375rem", "1.0625rem", "1.25rem", "1.5rem", "2.25rem"}


@pytest.fixture
def staff(client: FlaskClient) -> FlaskClient:
    """Return a client that is signed in at the desk."""
    sign_in(client)
    return client


def test_no_type_of_question_is_missing():
    """A new type is noticed here before anybody meets it on a phone."""
    assert {one.type for one in gallery_form().questions()} == set(TYPES)


def test_no_widget_is_missing(app: Flask):
    """Every widget that the pages can draw is drawn in the gallery."""
    with app.test_request_context():
        drawn = app.jinja_env.get_template("widgets.html").make_module({}).kinds  # type: ignore[attr-defined]  # set by the template
    silent = {"hidden", ""}
    assert widgets_of(gallery_form()) - silent == set(drawn) - silent


def test_no_part_of_style_or_script_is_missing(app: Flask):
    """What comes into the pages of few forms only comes into the gallery."""
    with app.app_context():
        assert {one.name for one in parts_of(gallery_form())} == {one.name for one in PARTS} - ELSEWHERE


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("theme", "state"), list(product(THEMES, STATES)))
def test_every_state_is_shown_in_every_theme_and_language(staff: FlaskClient, theme: str, state: str, language: str):
    """Each has an address of its own, its policy lets its style run, and all others are one tap away."""
    answer = staff.get(f"/desk/gallery/{theme}/{state}?lang={language}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in page
    assert page.count('aria-current="page"') == 2
    assert page.count('<a href="/desk/gallery/') == len(THEMES) + len(STATES)


def test_every_widget_that_takes_an_answer_is_seen_with_its_mistake(staff: FlaskClient):
    """The state with mistakes has one in each kind of field that a person can get wrong."""
    page = staff.get("/desk/gallery/device/wrong").get_data(as_text=True)
    wrong = set(re.findall(r'class="q err" id="q-(?:\w+-\d+-)?(\w+)"', page))
    kinds = {TYPES[one.type].kind(one, gallery_form()) for one in gallery_form().questions() if one.name in wrong}
    ranges = {"counter", "number"}  # a counter is a number with buttons
    assert widgets_of(gallery_form()) - kinds - ranges == {"note", "group", "repeat", "hidden", ""} & widgets_of(
        gallery_form()
    )


def test_what_is_unusual_is_said(staff: FlaskClient):
    """A warning stands at its field and in its summary."""
    page = staff.get("/desk/gallery/device/unusual").get_data(as_text=True)
    assert 'class="msg look"' in page
    assert 'class="sum look"' in page


def test_without_script_conditions_stand_in_words(staff: FlaskClient):
    """The plain page runs nothing, and says when a question is to be answered."""
    page = staff.get("/desk/gallery/device/plain").get_data(as_text=True)
    assert "<script" not in page
    assert 'class="hint cond"' in page


def test_cards_and_receipts_are_those_of_the_pages(staff: FlaskClient):
    """Receipt, what waits in the phone, alarm and advice stand in one page, in the dress that the phone gives them."""
    page = staff.get("/desk/gallery/device/cards").get_data(as_text=True)
    for name in ("slip", "unsent", "alarm", "advice", "calls", "sent un", "sent no", "office"):
        assert f'class="{name}"' in page


def test_what_is_typed_is_judged_and_not_kept(staff: FlaskClient, app: Flask):
    """The form of the gallery answers like any other, and leaves nothing behind."""
    before = app.extensions["peksos"].log.count()
    page = staff.get("/desk/gallery/device/empty").get_data(as_text=True)
    answer = staff.post("/desk/gallery/device/empty", data={"csrf_token": token_of(page), "full_name": "S"})
    assert "Nama paling sedikit 2 huruf." in answer.get_data(as_text=True)
    assert app.extensions["peksos"].log.count() == before


@pytest.mark.parametrize("path", ["/desk/gallery", "/desk/gallery/dark/empty"])
def test_strangers_do_not_see_it(client: FlaskClient, path: str):
    """The gallery is for those who are signed in."""
    assert client.get(path).status_code == 303


@pytest.mark.parametrize("path", ["/desk/gallery/pink/empty", "/desk/gallery/dark/sad"])
def test_what_it_does_not_have_is_not_found(staff: FlaskClient, path: str):
    """Themes and states that nobody made up have no page."""
    assert staff.get(path).status_code == 404


def test_forced_themes_are_the_tokens_of_the_pages():
    """A theme is read out of the style that phones get, so that it can never be another one."""
    assets, whole = Assets.read(STATIC), (STATIC / "app.css").read_text(encoding="utf-8")
    light, dark = (assets.forced(one) for one in ("light", "dark"))
    (page_light, page_dark) = re.findall(r"--page:(#\w+)", whole)
    assert f"--page:{page_light}" in light
    assert f"--page:{page_dark}" in dark
    assert "--line:var(--ink)" in assets.forced("dark contrast")
    assert "--line:var(--ink)" not in dark


@pytest.mark.parametrize("file", STYLES, ids=lambda file: file.name)
def test_letters_have_six_sizes(file: Path):
    """One scale of letters on every page."""
    text = file.read_text(encoding="utf-8")
    sizes = re.findall(r"font-size: ?([\d.]+\w+)", text) + re.findall(r"font:[^;}]*?([\d.]+rem)/", text)
    assert set(sizes) <= SCALE
