"""The page of a personal ticket: a QR code and a code to read aloud, and nothing of what was answered.

It is made to be kept: it needs no internet once it was opened, and its header `X-Peksos-Keep` lets the service worker
keep it, `X-Peksos-Kept` says until when and under which name. At a kiosk it says neither: the next person is another.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, timedelta
from urllib.parse import quote, urlencode

from flask import Blueprint, Flask, Response, render_template
from flask_babel import gettext as _

from forms_app.paper.qr import Drawn, drawn_qr
from forms_app.site.cards import shown_event
from forms_app.site.i18n import suffix
from forms_app.site.kiosk import is_kiosk
from forms_app.site.services import Services, extension, services
from forms_app.site.tickets import Ticket, Tickets, gives_ticket, show_ticket, shown_until, ticket_of
from forms_app.specs.model import FormSpec
from forms_app.storage.documents import Event

blueprint = Blueprint("tickets", __name__)
_WEEK = timedelta(days=7)


def init_app(app: Flask, site: Services) -> None:
    """Attach the page."""
    app.extensions["peksos.tickets"] = Tickets(site)
    app.register_blueprint(blueprint)


@blueprint.get("/t/<code>")
@blueprint.get("/T/<code>")  # as the QR code has it
def ticket(code: str) -> Response:
    """Show a ticket to whoever has its code; every other code gets one and the same answer."""
    found: Ticket = extension("peksos.tickets").find(code)
    return Response(render_template("ticket.html", **shown_ticket(found)), headers=_keeping(found))


def shown_ticket(ticket: Ticket) -> dict[str, object]:
    """Return what a page shows of a ticket."""
    return {
        "code": show_ticket(ticket.code),
        "qr": _qr(f"{services().settings.public_url}/t/{ticket.code}"),
        "event": shown_event(ticket.event),
        "sample": ticket.event.sample or services().settings.sample,
    }


def _keeping(ticket: Ticket) -> Mapping[str, str]:
    """Return the headers that let browser and worker keep a ticket's page, and none of them at a kiosk.

    It is called by the last four signs of its code: enough to tell two on one phone apart, and no name.
    """
    if is_kiosk():
        return {"Cache-Control": "no-store"}
    until = shown_until(ticket.event)
    age = min(_WEEK, until - services().clock())
    told = {
        "until": until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "label": _("Tiket masuk, kode akhir {signs}").format(signs=show_ticket(ticket.code)[-4:]),
        "note": " · ".join(filter(None, (ticket.event.title, ticket.event.school))),
    }
    return {
        "Cache-Control": f"private, max-age={int(age.total_seconds())}",
        "Vary": "Accept-Language",
        "X-Peksos-Keep": "ticket",
        "X-Peksos-Kept": urlencode(told, quote_via=quote),
    }


def ticket_url(spec: FormSpec | None, event: Event | None, identity: bytes) -> str | None:
    """Return where the ticket of a record stands, or None when it gives none."""
    tickets: Tickets = extension("peksos.tickets")
    if spec is None or event is None or not gives_ticket(spec) or not tickets.shows(event):
        return None
    return f"/t/{ticket_of(services(), event.code, identity)}{suffix()}"


def _qr(address: str) -> Drawn:
    """Return an address as a QR code; in capitals, which change nothing in it and need the fewest modules."""
    return drawn_qr(address.upper())
