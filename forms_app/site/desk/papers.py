"""The desk's pages about paper: print it, see what has been typed in, and type it in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from forms_app.answers.sections import LESS, MORE
from forms_app.answers.submission import WIB, receipt_code, show_receipt
from forms_app.errors import N_, NotFound, PeksosError
from forms_app.site.asking import without_entry
from forms_app.site.desk import access
from forms_app.site.i18n import calendar_day, language, moment
from forms_app.site.origins import refuse_open_air
from forms_app.site.pages import FormPages
from forms_app.site.paper import serials
from forms_app.site.paper.printing import print_papers
from forms_app.site.paper.typing import Found, Typed, Typing, check, find, fresh, may_be_day
from forms_app.site.services import extension, forms_of, known_event, services
from forms_app.site.trials import need_tried_keys
from forms_app.specs.library import say
from forms_app.specs.model import FormSpec
from forms_app.specs.types.moments import moment as typed_moment
from forms_app.storage.documents import Event
from forms_app.storage.kinds import Paper, PaperBatch

blueprint = Blueprint("papers", __name__, url_prefix="/paper")
AT_ONCE = 40  # copies that a page prints while somebody waits for it
_MISREAD = N_("Nomor kertas belum sesuai. Periksa lagi 13 angkanya.")
_NO_DAY = N_("Tanggal di kertas belum sesuai. Contoh: 23/11/2026.")


@blueprint.get("")
@access.signed_in
def overview() -> Answer | tuple[str, int]:
    """Take a serial and open its paper; show what was printed, and how much of it has been typed in."""
    typed = request.args.get("nomor", "").strip()
    serial = serials.read(typed)
    message = _(_MISREAD) if typed and not serial else ""
    if serial:
        try:
            check(services(), serial)
        except PeksosError as error:
            message = error.text(_)
        else:
            return redirect(url_for(".paper", serial=serial))
    batches = [_batch(batch, typed_in) for batch, typed_in in services().papers.batches()]
    choices = list(_choices(printing=True))
    page = render_template(
        "desk/papers.html", message=message, typed=typed, batches=batches, choices=choices, most=AT_ONCE
    )
    return page, 422 if message else 200


@blueprint.post("/cetak")
@access.signed_in
def print_paper() -> Response:
    """Give out papers as a PDF."""
    slug, _slash, code = request.form.get("form", "").partition("/")
    copies = request.form.get("copies", "1")
    number = min(max(int(copies), 1), AT_ONCE) if copies.isascii() and copies.isdigit() and len(copies) < 4 else 1
    spec = services().library.by_slug(slug)
    printed = print_papers(services(), spec, known_event(services(), code) if code else None, number, language())
    name = f"kertas-{spec.slug}-{printed.batch}.pdf" if printed.batch else f"amplop-{spec.slug}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(printed.pdf, content_type="application/pdf", headers=headers)


@blueprint.get("/cetakan/<int:number>")
@access.signed_in
def batch(number: int) -> str:
    """Show which papers of a batch have been typed in and which not."""
    batch, found = services().papers.batch(number), services().papers.of(number)
    rows = [(serials.show(one.serial), url_for(".paper", serial=one.serial), _state(one)) for one in found]
    return render_template(
        "desk/paper_batch.html", batch=_batch(batch, sum(bool(one.records) for one in found)), rows=rows
    )


@blueprint.route("/<serial>", methods=["GET", "POST"])
@blueprint.route("/<serial>/<slug>", methods=["GET", "POST"])
@blueprint.route("/<serial>/<slug>/<code>", methods=["GET", "POST"])
@access.signed_in
def paper(serial: str, slug: str = "", code: str = "") -> Answer | str:
    """Show a paper: its form to type it in, what became of it, or which forms it may be."""
    site, number = services(), serials.read(serial)
    if not number:
        raise NotFound(_MISREAD)
    known = check(site, number)
    if request.method == "GET" and known and known.records and "lagi" not in request.args:
        return render_template("desk/paper_typed.html", **_typed(known))
    found = find(site, number, slug, code)
    if found is None:
        choices = list(_choices(envelope=serials.is_envelope(number)))
        return render_template("desk/paper_form.html", serial=serials.show(number), choices=choices, number=number)
    refuse_open_air(found.spec)
    need_tried_keys(site, found.spec, site.clock().astimezone(WIB).date())  # else nothing could be kept
    return _take(found) if request.method == "POST" else _page(found, Typed(fresh(site, found, language())))


def _take(found: Found) -> Answer:
    """Keep what was typed, or show the page again with what is wrong with it."""
    site, form = services(), request.form
    today = site.clock().astimezone(WIB).date()
    day = today if found.paper.day else _day(form.get("_day", today.isoformat()))
    if day is None or not may_be_day(day, today):
        return _page(found, Typed(fresh(site, found, language())), wrong_day=True)
    less = form.get(LESS, "")
    posted = without_entry(form, less) if less else form
    typing = Typing(site, found, day, g.staff.name, language())
    typed = typing.take(posted, less or form.get(MORE, ""), second=bool(form.get("_second")))
    if typed.receipt:
        return redirect(url_for(".paper", serial=found.paper.serial), 303)
    return _page(found, typed)


def _page(found: Found, typed: Typed, *, wrong_day: bool = False) -> Response:
    """Return the respondents' page, marked as typed in, with the day and the serial of the paper."""
    pages: FormPages = extension("peksos.pages")
    paper, spec = found.paper, found.spec
    today = services().clock().astimezone(WIB).date()
    page = pages.render(
        spec,
        found.event,
        request.form,
        typed.filled,
        template="desk/typing.html",
        action=request.path,
        serial=serials.show(paper.serial),
        day=request.form.get("_day", today.isoformat()),
        day_text=calendar_day(date.fromisoformat(paper.day)) if paper.day else "",
        day_message=_(_NO_DAY) if wrong_day else "",
        before=_typed(typed.before) if typed.before else None,
        known=_typed(paper) if paper.records else None,
        staff=g.staff.name,
    )
    status = 409 if typed.before else 422 if wrong_day or typed.filled.problems else 200
    return Response(page, status=status, headers=dict(pages.headers(spec)) | {"Cache-Control": "no-store"})


def _day(typed: str) -> date | None:
    """Return the day that was typed, as a date picker or a person writes it."""
    found = typed_moment(f"{typed.strip()} 00.00")
    return date.fromisoformat(found.partition("T")[0]) if found else None


def _choices(*, printing: bool = False, envelope: bool = False) -> Iterator[tuple[str, str]]:
    """Yield (`slug` or `slug/CODE`, what to call it) of the forms that a paper may be of."""
    site = services()
    for event in site.events.all():
        if not envelope:
            yield from ((f"{spec.slug}/{event.code}", _named(spec, event)) for spec in forms_of(site, event))
    for spec in site.library:
        if printing or spec.secret == envelope:
            yield spec.slug, _named(spec, None)


def _named(spec: FormSpec, event: Event | None) -> str:
    title = say(spec.title if spec.secret else spec.heading, language())
    return f"{title} · {event.title}" if event else title


def _batch(batch: PaperBatch, typed_in: int) -> dict[str, object]:
    """Return what the desk shows of a batch: counts, never answers."""
    spec, event = services().library.get(batch.form), services().events.get(batch.event) if batch.event else None
    return {
        "heading": _named(spec, event) if spec else batch.form,
        "made_text": moment(batch.created),
        "printed": batch.copies,
        "typed": typed_in,
        "left": batch.copies - typed_in,
        "url": url_for(".batch", number=batch.number),
    }


def _state(paper: Paper) -> str:
    """Return what became of a paper, in a few words."""
    text: str = _("Sudah diketik %(when)s", when=moment(paper.typed_at)) if paper.records else _("Belum diketik")
    return text


def _typed(paper: Paper) -> dict[str, object]:
    """Return what is told of a paper that has been typed in: when, by whom, and its receipts."""
    shelf, spec = services().papers, services().library.get(paper.form) if paper.form else None
    return {
        "serial": serials.show(paper.serial),
        "heading": say(spec.heading, language()) if spec else "",
        "when": moment(paper.typed_at),
        "who": paper.typed_by,
        "day_text": calendar_day(date.fromisoformat(paper.day)),
        "codes": [show_receipt(receipt_code(bytes.fromhex(one))) for one in paper.records],
        "again_url": url_for(".paper", serial=paper.serial, lagi=1),
        "batch": _batch(shelf.batch(paper.batch), shelf.typed_in(paper.batch)) if paper.batch else None,
    }
