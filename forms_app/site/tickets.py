"""Personal tickets: worked out from the site's secret and a record's id, so that nobody can guess or forge one.

Nothing of a ticket is stored. A record's header may carry the tag of its ticket, which shows neither the ticket nor
whose it is; what a phone sealed carries none, and is found all the same: by working out the tickets of the records
themselves, each once. docs/decisions/0025-tickets.md says why.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from forms_app.answers.submission import receipt_code
from forms_app.errors import N_, NotFound
from forms_app.site.services import Services, forms_of
from forms_app.specs.model import FormSpec
from forms_app.storage.documents import Event

SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base32: no i, l, o or u
LENGTH = 12  # signs, of 5 bits each
SHOWN = timedelta(days=30)  # how long after its event a ticket is still shown
_MEANT = str.maketrans("ilo", "110")
_PARENT = re.compile(r"\bparent\b")


@dataclass(frozen=True)
class Ticket:
    """One ticket: its code, the event that it opens, and the record that it stands for."""

    code: str
    event: Event
    identity: bytes


@dataclass
class Tickets:
    """Finds what a ticket stands for. Each record is looked at once; a guess costs a look at the end of the log."""

    site: Services
    known: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)
    head: int = -1
    lock: Lock = field(default_factory=Lock)

    def find(self, typed: str) -> Ticket:
        """Return the ticket with this code, however it was typed; raise NotFound, in the same words for all."""
        code = tidy(typed)
        if code and code not in self.known:
            self._catch_up()
        event_code, identity = self.known.get(code, ("", b""))
        event = self.site.events.get(event_code) if event_code else None
        if event is None or not self.shows(event) or self.site.log.erased([identity]):
            raise NotFound(N_("Tiket ini tidak ada di sini. Periksa lagi kodenya, atau tanya petugas."))
        return Ticket(code, event, identity)

    def of(self, event: Event, receipt: str) -> list[Ticket]:
        """Return the tickets of an event whose record has this receipt code: one or none, hardly ever two."""
        found = [
            identity
            for form in _forms(self.site, event)
            for _seq, identity in self.site.log.ids_of(event.code, form)
            if receipt_code(identity) == receipt
        ]
        erased = self.site.log.erased(found)
        shown = self.shows(event) and not erased
        return [Ticket(ticket_of(self.site, event.code, one), event, one) for one in found] if shown else []

    def shows(self, event: Event) -> bool:
        """Whether the tickets of an event are still shown."""
        return self.site.clock() <= shown_until(event)

    def _catch_up(self) -> None:
        """Work out the tickets of what came in since the last look, and forget those of events long past."""
        with self.lock:
            head = self.site.log.head().seq
            if head == self.head:
                return
            events = [event for event in self.site.events.all() if self.shows(event)]
            past = self.reached.keys() - {event.code for event in events}
            if past:
                self.known = {code: one for code, one in self.known.items() if one[0] not in past}
                self.reached = {code: seq for code, seq in self.reached.items() if code not in past}
            for event in events:
                self._read(event)
            self.head = head

    def _read(self, event: Event) -> None:
        last = since = self.reached.get(event.code, 0)
        for form in _forms(self.site, event):
            for seq, identity in self.site.log.ids_of(event.code, form, since):
                self.known[ticket_of(self.site, event.code, identity)] = (event.code, identity)
                last = max(last, seq)
        self.reached[event.code] = last


def shown_until(event: Event) -> datetime:
    """Return the moment until which the tickets of an event are shown."""
    return datetime.fromisoformat(event.closes) + SHOWN


def gives_ticket(spec: FormSpec) -> bool:
    """Whether a filling of this form at an event is a registration: for parents, and the event's own people read it."""
    return bool(_PARENT.search(spec.audience.lower())) and "event" in spec.readers and not spec.secret


def _forms(site: Services, event: Event) -> list[str]:
    return [spec.form_id for spec in forms_of(site, event) if gives_ticket(spec)]


def ticket_of(site: Services, event: str, identity: bytes) -> str:
    """Return the ticket of a record at an event."""
    drawn = int.from_bytes(_derive(site, event, b"ticket", identity)[:8], "big")
    return "".join(SIGNS[drawn >> 5 * place & 31] for place in range(LENGTH))


def ticket_tag(site: Services, event: str, identity: bytes) -> str:
    """Return the tag in a record's header, by which its ticket finds it; neither the ticket nor the record follows."""
    return _derive(site, event, b"tag", ticket_of(site, event, identity).encode()).hex()[:32]


def _derive(site: Services, event: str, use: bytes, what: bytes) -> bytes:
    """Return bytes that only this site can work out, for one use at one event."""
    secret = hmac.digest(site.secret, event.encode(), hashlib.sha256)
    return hmac.digest(secret, b"peksos/" + use + b"/1" + what, hashlib.sha256)


def tidy(typed: str) -> str:
    """Return a ticket's code as it stands in its address (`K7Q2 MXAB-CDO1` too), or "" if it cannot be one."""
    code = re.sub(r"[\s-]", "", typed).lower().translate(_MEANT)
    return code if len(code) == LENGTH and all(sign in SIGNS for sign in code) else ""


def show_ticket(code: str) -> str:
    """Return a ticket in three groups of capitals, easy to read aloud."""
    return " ".join(code[place : place + 4] for place in range(0, LENGTH, 4)).upper()
