"""The poster of an event, made from what the site knows of it."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_datetime

from forms_app.answers.submission import WIB
from forms_app.site.cards import help_line
from forms_app.site.poster import Poster
from forms_app.site.services import Services
from forms_app.storage.documents import Event
from forms_app.translation import catalogue

ENDINGS = ("pdf", "svg", "png")
_KINDS = {"pdf": "application/pdf", "svg": "image/svg+xml", "png": "image/png"}


def poster_of(services: Services, event: Event, language: str) -> Poster:
    """Return the event's poster in a language."""
    settings, texts = services.settings, catalogue("messages", language)
    words = services.office.words
    return Poster(
        title=event.title,
        when=when_of(event, language),
        place=event.place,
        school=event.school,
        url=f"{settings.public_url}/e/{event.code.lower()}/{words}",
        code=event.code,
        words=words,
        help_line=help_line(settings, texts),
        sample=event.sample,
        texts=texts,
    )


def when_of(event: Event, language: str) -> str:
    """Return the day and time of an event as it is printed; nothing when it has none."""
    if not event.date:
        return ""
    instant = datetime.fromisoformat(event.date).astimezone(WIB)
    return f"{format_datetime(instant, 'EEEE, d MMMM y, HH.mm', locale=language)} WIB"


def draw(poster: Poster, ending: str) -> tuple[bytes, str]:
    """Return (file, media type) of a poster as `pdf`, `svg` or `png`."""
    if ending == "svg":
        return poster.svg().encode(), _KINDS[ending]
    return poster.pdf() if ending == "pdf" else poster.png(), _KINDS[ending]
