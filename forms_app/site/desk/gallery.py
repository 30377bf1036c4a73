"""The gallery: every widget, card and receipt in every state, theme and language, drawn by what draws them for people.

Its form is read like any other, and what is typed into it is judged like anything else; only, nothing of it is kept.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from forms_app.answers.filling import Posted, fill
from forms_app.answers.logic import functions
from forms_app.answers.recheck import as_posted
from forms_app.answers.submission import WIB, receipt_code, show_receipt
from forms_app.errors import N_
from forms_app.site.assets import Assets
from forms_app.site.cards import shown_card
from forms_app.site.desk import access
from forms_app.site.headers import policy
from forms_app.site.i18n import moment, suffix
from forms_app.site.offline import states
from forms_app.site.pages import FormPages
from forms_app.site.parts import parts_of
from forms_app.site.respondent import receipt_texts
from forms_app.site.services import extension, services
from forms_app.specs.model import LONG_LIST, FormSpec
from forms_app.specs.reader import read_spec
from forms_app.translation import shipped

blueprint = Blueprint("gallery", __name__, url_prefix="/gallery")
SOURCE = Path(__file__).with_suffix(".yaml")
THEMES = {
    "device": N_("Seperti HP ini"),
    "light": N_("Terang"),
    "dark": N_("Gelap"),
    "light contrast": N_("Terang, kontras tinggi"),
    "dark contrast": N_("Gelap, kontras tinggi"),
}
STATES = {
    "empty": N_("Kosong"),
    "filled": N_("Terisi"),
    "wrong": N_("Salah"),
    "unusual": N_("Tidak biasa"),
    "plain": N_("Tanpa skrip"),
    "cards": N_("Kartu dan bukti"),
}
_WRONG = {
    "danger": "ya",
    "full_name": "S",
    "phone": "12",
    "pair": "TERLALU",
    "children_n": "1",
    "weight": "1.3",
    "desa": "?",
}
_UNUSUAL = {"pupils": "2400"}


@blueprint.get("")
@access.signed_in
def first() -> Response:
    """Show the gallery as a phone would first see it."""
    return _page("device", "empty")


@blueprint.route("/<theme>/<state>", methods=["GET", "POST"])
@access.signed_in
def chosen(theme: str, state: str) -> Response:
    """Show one theme and state; what is sent here is judged, shown again, and kept nowhere."""
    if theme not in THEMES or state not in STATES:
        abort(404)
    return _page(theme, state)


@lru_cache(maxsize=1)
def gallery_form() -> FormSpec:
    """Return the form with every widget; its long list is counted out rather than written."""
    rows = "".join(f"    - {{name: s{number}, label: SD Contoh {number}}}\n" for number in range(LONG_LIST + 1))
    text = SOURCE.read_text(encoding="utf-8").replace("choices:\n", f"choices:\n  sekolah:\n{rows}", 1)
    return read_spec(text, SOURCE.name, shipped("form_specs"))


def _page(theme: str, state: str) -> Response:
    """Return the form's own page in its state, with the gallery's way around it."""
    spec, pages, assets = gallery_form(), *_drawers()
    posted = _posted(spec, state)
    filled = fill(spec, posted, {}, services().clock().astimezone(WIB).date()) if posted else None
    names = [part.name for part in parts_of(spec)]
    style = (
        assets.style([*names, "outbox"])
        + assets.ending_css
        + (assets.forced(theme) if theme != "device" else Markup(""))
    )
    here = url_for(".chosen", theme=theme, state=state)
    page = pages.render(
        spec,
        None,
        posted,
        filled,
        template="desk/gallery.html",
        action=here,
        gallery_css=style,
        scripted=state not in ("plain", "cards"),
        ways=_ways(theme, state),
        cards=_cards(spec) if state == "cards" else [],
        receipt=receipt_texts(bytes(16), spec, None, moment(services().clock())),
        label="4821",
        waiting=_waiting() if state == "cards" else [],
    )
    script = assets.script(functions(spec), names)
    own = {"Content-Security-Policy": policy([style], [assets.boot, script], works=True), "Cache-Control": "no-store"}
    return Response(page, headers=dict(pages.headers(spec)) | own)


def _drawers() -> tuple[FormPages, Assets]:
    pages: FormPages = extension("peksos.pages")
    return pages, pages.assets


def _posted(spec: FormSpec, state: str) -> Posted | None:
    """Return what was typed in a state; nothing on a fresh page."""
    if request.method == "POST":
        return request.form
    sample = dict(spec.sample)
    typed: dict[str, Any] = {"filled": sample, "wrong": _WRONG, "unusual": sample | _UNUSUAL}
    if state not in typed:
        return None
    return MultiDict((name, one) for name, texts in as_posted(spec, typed[state]).texts.items() for one in texts)


def _ways(theme: str, state: str) -> list[list[tuple[str, str, bool]]]:
    """Return the links to the other themes, and to the other states: label, address, whether it is this one."""
    themes = [(label, url_for(".chosen", theme=one, state=state), one == theme) for one, label in THEMES.items()]
    states = [(label, url_for(".chosen", theme=theme, state=one), one == state) for one, label in STATES.items()]
    return [[(label, address + suffix(), here) for label, address, here in row] for row in (themes, states)]


def _cards(spec: FormSpec) -> list[dict[str, object]]:
    """Return each card that the form may end with."""
    return [shown_card(one) for one in spec.outcome.cards] if spec.outcome else []


def _waiting() -> list[dict[str, str]]:
    """Return an entry of the outbox in each of its states, in the looks that static/phone/sent.js gives them."""
    says, made = states(), moment(services().clock())
    rows = [
        {"look": look, "name": says["name"].format(label=4821), "made": made, "state": says[one]}
        for one, look in (("waiting", "un"), ("sending", "un"), ("refused", "no"), ("received", ""))
    ]
    rows[-1] |= {"code": show_receipt(receipt_code(bytes(16))), "kept": says["kept"]}
    return rows
