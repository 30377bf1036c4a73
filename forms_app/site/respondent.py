"""The respondent's way: scan -> fill -> receipt; help is always one tap away. No account, no cookie."""

from __future__ import annotations

from datetime import date, datetime

from flask import Blueprint, Flask, Response, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from forms_app.answers.sections import LESS, MORE
from forms_app.answers.submission import WIB, Nonce, day_of, receipt_code, show_receipt
from forms_app.errors import N_, EventShut, Held, Refused, UnknownEvent, UnknownReceipt
from forms_app.sealing.layout import SealedRecord
from forms_app.sealing.words import same_words
from forms_app.site.asking import without_entry
from forms_app.site.assets import Assets
from forms_app.site.cards import help_line, help_numbers, shown_card, shown_event, told_after
from forms_app.site.ending import ended, turning
from forms_app.site.headers import asks_for_json
from forms_app.site.i18n import calendar_day, language, moment, suffix
from forms_app.site.intake import Intake, Receipt
from forms_app.site.kiosk import HELPING, Turn, is_kiosk, refuse_kiosk, way_back
from forms_app.site.origins import elsewhere, refuse_open_air
from forms_app.site.pages import FormPages, address, nonce_input
from forms_app.site.records import receipt_identity, receipt_path
from forms_app.site.services import extension, forms_of, known_event, services
from forms_app.site.telling import tell_held, tell_shut, tell_untried
from forms_app.site.ticketing import ticket_url
from forms_app.site.trials import awaits_trial
from forms_app.site.vendor import Vendor
from forms_app.specs.library import say
from forms_app.specs.model import FormSpec
from forms_app.storage.codes import tidy_code
from forms_app.storage.documents import Event

blueprint = Blueprint("respondent", __name__)


def init_app(app: Flask, assets: Assets, vendor: Vendor) -> None:
    """Attach the pages, and what all of them show."""
    app.register_blueprint(blueprint)
    app.extensions["peksos.pages"] = FormPages(assets, vendor)

    @app.context_processor
    def common() -> dict[str, object]:
        settings = services().settings
        return {
            "css": assets.css,
            "sample": settings.sample,
            "help_url": f"/bantuan{suffix()}{way_back(_event_here())}",
            "help_line": help_line(settings, _),
            "numbers": help_numbers(),
        }


@blueprint.get("/")
def code() -> Answer | str:
    """Ask for the code of the event, as printed on the poster, and go there."""
    typed = request.args.get("code", "").strip()
    if not typed:
        return render_template("code.html", message="")
    if services().events.get(typed) is None:
        message = _("Kode ini belum kami kenal. Periksa lagi huruf dan angkanya di poster.")
        return render_template("code.html", message=message, code=typed)
    return redirect(f"/e/{tidy_code(typed).lower()}{suffix()}")


@blueprint.route("/e/<code>", methods=["GET", "POST"])
@blueprint.route("/E/<code>", methods=["GET", "POST"])
def event_form(code: str) -> Answer:
    """Show or take the event's first form."""
    event = open_event(code)
    return _form(services().library.by_id(event.forms[0]), event)


@blueprint.route("/e/<code>/<rest>", methods=["GET", "POST"])
@blueprint.route("/E/<code>/<rest>", methods=["GET", "POST"])
def other_form(code: str, rest: str) -> Answer:
    """Show or take another form of the event, or the first one by the poster's address with the fingerprint words."""
    if "-" in rest:
        if not same_words(rest, services().office.root):
            raise Refused(N_("Poster ini bukan milik kantor yang kami kenal. Jangan isi. Tanya petugas."))
        return event_form(code)
    event = open_event(code)
    spec = services().library.by_slug(rest.lower())
    if spec.form_id not in event.forms:
        raise UnknownEvent(N_("Formulir ini bukan bagian dari kegiatan ini."))
    return _form(spec, event)


@blueprint.get("/e/<code>/daftar")
def event_forms(code: str) -> str:
    """List the open forms of an event."""
    event = open_event(code)
    specs = forms_of(services(), event)
    forms = [(say(spec.heading, language()), f"/e/{event.code.lower()}/{spec.slug}{suffix()}") for spec in specs]
    return render_template("event.html", event=shown_event(event), forms=forms)


@blueprint.route("/f/<slug>", methods=["GET", "POST"])
def form(slug: str) -> Answer:
    """Show or take a form that belongs to no event."""
    return _form(services().library.by_slug(slug.lower()), None)


@blueprint.get("/r/<receipt>")
def receipt(receipt: str) -> Response:
    """Show the receipt again; it says that the record is kept, and nothing of what is in it."""
    identity = receipt_identity(receipt) or b""
    entry = services().log.find(identity) if identity else None
    if entry is None or entry.record is None:
        raise UnknownReceipt(N_("Kode bukti ini tidak ada di sini. Periksa lagi, atau tanya petugas."))
    header = SealedRecord.from_bytes(entry.record).header
    event = services().events.get(header.event) if header.event else None
    spec = services().library.get(header.form)
    texts = receipt_texts(identity, spec, event, calendar_day(day_of(entry.day)))
    return ended("receipt.html", texts | {"ticket_url": ticket_url(spec, event, identity)}, event)


@blueprint.get("/bantuan")
def helping() -> Response:
    """Show the numbers that help now; at a kiosk that leads back by itself."""
    event = services().events.get(request.args.get("dari", "")) if is_kiosk() else None
    found = Turn(f"/e/{event.code.lower()}{suffix()}", HELPING) if event else None
    return turning("help.html", {}, found)


@blueprint.get("/keluar")
def leave() -> str:
    """Show a page that says nothing: where the quick exit leads."""
    return render_template("leave.html")


@blueprint.get("/healthz")
def alive() -> tuple[str, int, dict[str, str]]:
    """Say that the process answers."""
    return "ok\n", 200, {"Content-Type": "text/plain"}


@blueprint.get("/readyz")
def ready() -> tuple[str, int, dict[str, str]]:
    """Say that the store answers too."""
    services().log.head()
    return "ok\n", 200, {"Content-Type": "text/plain"}


def open_event(code: str) -> Event:
    """Return the event of a code if it takes answers now, or nobody knows the time; raise UnknownEvent or EventShut."""
    event = known_event(services(), code)
    moment_now, sure = services().clock(), services().sure_of_time
    if sure and moment_now < datetime.fromisoformat(event.opens):
        raise EventShut(N_("Kegiatan ini belum dibuka. Dibuka {when}."), when=moment(event.opens))
    if sure and moment_now > datetime.fromisoformat(event.closes):
        raise EventShut(
            N_("Kegiatan ini sudah ditutup {when}. Hubungi koordinator bila perlu."), when=moment(event.closes)
        )
    return event


def _form(spec: FormSpec, event: Event | None) -> Answer:
    """Show the form, or take what was posted: 303 to the receipt, or the same page with its errors."""
    today = services().clock().astimezone(WIB).date()
    shut = _not_here(spec, today)
    if shut is not None:
        return shut
    if request.method != "POST":
        return _fresh(spec, event)
    if spec.sealed_on_phone:
        raise Refused(N_("Formulir ini hanya diterima tersegel. Buka lagi formulirnya di HP yang lebih baru."))
    nonce = Nonce.parse(request.form.get("_nonce", "")) or Nonce.fresh(today)
    less = request.form.get(LESS, "")
    posted = without_entry(request.form, less) if less else request.form
    wish = less or request.form.get(MORE, "")
    try:
        taken = Intake(services(), spec, event, nonce, language()).take(posted, wish, warn=True)
    except Held:
        return tell_held(spec)
    if isinstance(taken, Receipt):
        return _acknowledge(taken, spec, event)
    pages: FormPages = extension("peksos.pages")
    response = Response(pages.render(spec, event, posted, taken, str(nonce)) + nonce_input(spec, str(nonce)))
    response.status_code = 422 if taken.problems else 200
    response.headers.update(pages.headers(spec))
    return response


def _event_here() -> str:
    """Return the code of the event whose form is shown."""
    return str((request.view_args or {}).get("code", "")) if request.blueprint == blueprint.name else ""


def _not_here(spec: FormSpec, today: date) -> Answer | None:
    """Return what is told instead of a form that cannot be filled in here and now; None where it can."""
    if spec.form_id in services().shut:
        return tell_shut(spec)
    other = elsewhere(spec)
    if other is None:
        refuse_kiosk(spec)
        refuse_open_air(spec)
        if awaits_trial(services(), spec, today):  # nothing could be kept: say so before anything is typed
            return tell_untried(spec)
    return other


def _fresh(spec: FormSpec, event: Event | None) -> Answer:
    """Return an empty form in one window, with a nonce of its own."""
    pages: FormPages = extension("peksos.pages")
    nonce = Nonce.fresh(services().clock().astimezone(WIB).date())
    body, encoding = pages.fresh(spec, event).finish(
        nonce_input(spec, str(nonce)), request.headers.get("Accept-Encoding", "")
    )
    response = Response(body)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers.update(pages.headers(spec))
    response.headers["Vary"] = "Accept-Encoding, Accept-Language"
    response.headers["Cache-Control"] = "no-store" if spec.secret or is_kiosk() else "private, no-cache"
    return response


def _acknowledge(taken: Receipt, spec: FormSpec, event: Event | None) -> Answer:
    """Answer a stored filling: with the card where the form shows one, else by sending the browser to the receipt."""
    card, notes = told_after(spec, taken.filled)
    if card is None:
        where = f"/r/{receipt_path(taken.identity)}{suffix()}"
        return jsonify(receipt=where) if asks_for_json(request.environ) else redirect(where, 303)
    texts = receipt_texts(taken.identity, spec, event, moment(services().clock()))
    shown = [shown_card(one) for one in notes]
    return ended("outcome.html", texts | {"card": shown_card(card), "notes": shown}, event)


def receipt_texts(identity: bytes, spec: FormSpec | None, event: Event | None, sent: str) -> dict[str, object]:
    """Return what a receipt shows; of a secret form nothing but its code and when it was `sent`.

    A receipt that is opened again knows only the day: the log keeps no more.
    """
    open_form = spec is not None and not spec.secret
    again = address(spec, event) + suffix() if open_form and spec else None
    return {
        "code": show_receipt(receipt_code(identity)),
        "heading": say(spec.heading, language()) if open_form and spec else "",
        "closing": say(spec.closing, language()) if spec else "",
        "event": shown_event(event),
        "again_url": again,
        "forms_url": f"/e/{event.code.lower()}/daftar{suffix()}" if event and len(event.forms) > 1 else None,
        "secret": not open_form,
        "sent_at_text": sent,
        "proof_url": f"/r/{receipt_path(identity)}/bukti.json" if open_form else None,
    }
