"""The desk's page for a lost ticket: found by the receipt code that the person wrote down, and by nothing else.

Each look leaves an audit line. By name nobody can look here: names are sealed, and the site has no key to them.
"""

from __future__ import annotations

import re

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import gettext as _

from forms_app.errors import N_
from forms_app.site.desk import access
from forms_app.site.services import extension, forms_of, known_event, services
from forms_app.site.ticketing import shown_ticket
from forms_app.site.tickets import Ticket, Tickets, gives_ticket
from forms_app.specs.formats import check_digit
from forms_app.storage.documents import Event

blueprint = Blueprint("tickets", __name__, url_prefix="/tiket")
ROLES = ("coordinator", "admin")
_MISREAD = N_("Kode bukti belum sesuai. Periksa lagi sepuluh angkanya.")
_NOT_HERE = N_("Kode bukti ini bukan pendaftaran kegiatan ini.")


def search_url(event: Event) -> str | None:
    """Return where the tickets of an event are looked for, or None when it gives none."""
    gives = any(gives_ticket(spec) for spec in forms_of(services(), event))
    return url_for("desk.tickets.search", code=event.code) if gives else None


@blueprint.route("/<code>", methods=["GET", "POST"])
@access.signed_in
def search(code: str) -> str | tuple[str, int]:
    """Take a receipt code and show the ticket, ready to be printed."""
    access.need_role(*ROLES)
    event = known_event(services(), code)
    if request.method == "GET":
        return _asked(event)
    typed = re.sub(r"\D", "", request.form.get("receipt", "")[:40])
    if len(typed) != 10 or check_digit(typed[:9]) != typed[9]:
        return _asked(event, _(_MISREAD)), 422
    tickets: Tickets = extension("peksos.tickets")
    found = tickets.of(event, typed)
    _write(event, found)
    if not found:
        return _asked(event, _(_NOT_HERE)), 404
    shown = [shown_ticket(one) for one in found]
    return render_template("desk/ticket.html", tickets=shown, event_code=event.code)


def _asked(event: Event, message: str = "") -> str:
    return render_template("desk/ticket_search.html", message=message, title=event.title, event_code=event.code)


def _write(event: Event, found: list[Ticket]) -> None:
    """Note who looked, and which record's ticket was shown by its place in the log: no code and no ticket."""
    site = services()
    entries = filter(None, (site.log.find(ticket.identity) for ticket in found))
    about = " ".join([event.code, *(str(entry.seq) for entry in entries)])
    site.audit.write(site.clock().isoformat(), g.staff.name, "ticket-found" if found else "ticket-missed", about)
