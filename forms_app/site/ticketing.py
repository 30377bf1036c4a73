"""The page of a personal ticket: a QR code and a code to read aloud, and nothing of what was answered.

It is made to be kept: it needs no internet once it was opened, and its header `X-Peksos-Keep` lets the service worker
keep it.
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, render_template

from forms_app.paper.qr import Drawn, drawn_qr
from forms_app.site.cards import shown_event
from forms_app.site.i18n import suffix
from forms_app.site.services import Services, extension, services
from forms_app.site.tickets import Ticket, Tickets, gives_ticket, show_ticket, ticket_of
from forms_app.specs.model import FormSpec
from forms_app.storage.documents import Event

blueprint = Blueprint("tickets", __name__)
KEPT = {"Cache-Control": f"private, max-age={7 * 86_400}", "X-Peksos-Keep": "ticket", "Vary": "Accept-Language"}


def init_app(app: Flask, site: Services) -> None:
    """Attach the page."""
    app.extensions["peksos.tickets"] = Tickets(site)
    app.register_blueprint(blueprint)


@blueprint.get("/t/<code>")
@blueprint.get("/T/<code>")  # as the QR code has it
def ticket(code: str) -> Response:
    """Show a ticket to whoever has its code; every other code gets one and the same answer."""
    found: Ticket = extension("peksos.tickets").find(code)
    return Response(render_template("ticket.html", **shown_ticket(found)), headers=KEPT)


def shown_ticket(ticket: Ticket) -> dict[str, object]:
    """Return what a page shows of a ticket."""
    return {
        "code": show_ticket(ticket.code),
        "qr": _qr(f"{services().settings.public_url}/t/{ticket.code}"),
        "event": shown_event(ticket.event),
        "sample": ticket.event.sample or services().settings.sample,
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
