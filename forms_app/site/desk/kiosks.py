"""What the desk shows of an event's kiosk: its address, and the QR code that opens it on a tablet."""

from __future__ import annotations

from dataclasses import dataclass

from forms_app.paper.qr import Drawn, drawn_qr
from forms_app.site.kiosk import QUERY
from forms_app.site.services import services
from forms_app.storage.documents import Event


@dataclass(frozen=True)
class Kiosk:
    """Where an event's kiosk is opened: on this site, as people type it, and to be scanned."""

    path: str
    address: str
    qr: Drawn


def kiosk_of(event: Event) -> Kiosk:
    """Return the kiosk of an event's first form; no event has secret forms, which refuse a shared screen."""
    path = f"/e/{event.code.lower()}?{QUERY}"
    whole = services().settings.public_url + path
    return Kiosk(path, whole, drawn_qr(whole))
