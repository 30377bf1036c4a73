"""The end of an event's key: its sealed seeds go, and from then on only the office reads what was sealed to it.

The public half stays with its id: a phone that was without a line until now still sends records that name it, and
those are taken. Which copies of the seeds lie in backups is not known here (docs/office-keys.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from forms_app.answers.submission import WIB, day_number
from forms_app.errors import N_, UnknownEvent
from forms_app.site.services import Services
from forms_app.storage.documents import Event
from forms_app.storage.kinds import EventKeys


def destroy_event_key(services: Services, code: str, actor: str = "-") -> Event:
    """Destroy the key of one event now; raise UnknownEvent where there is no event or no key with that code."""
    event = services.events.get(code)
    if event is None or not readable_here(event):
        raise UnknownEvent(N_("Kegiatan ini tidak ada, atau kuncinya sudah tidak ada. Periksa lagi kodenya."))
    _destroy(services, event, actor)
    services.log.scrub()
    return event


def destroy_event_keys(services: Services, longest: Callable[[str], int]) -> int:
    """Destroy the keys of events whose records are past their time here; return how many. Whoever calls scrubs.

    `longest` tells how many days records of a form may stay at the site, its parts included. The days are counted from
    the event's end.
    """
    today, count = day_number(services.clock().astimezone(WIB).date()), 0
    for event in filter(readable_here, services.events.all()):
        closed = day_number(datetime.fromisoformat(event.closes).astimezone(WIB).date())
        if today - closed >= max(map(longest, event.forms)):
            _destroy(services, event, "site")
            count += 1
    return count


def readable_here(event: Event) -> bool:
    """Whether somebody at the desk still holds a share of the event's key."""
    return bool(event.keys.get("seeds"))


def _destroy(services: Services, event: Event, actor: str) -> None:
    public = EventKeys(key_id=event.keys["key_id"], public=event.keys["public"], seeds={})
    with services.transaction():
        services.events.update(replace(event, keys=public))
        services.audit.write(services.clock().isoformat(), actor, "event-key-destroyed", event.code)
