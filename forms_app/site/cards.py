"""What pages show besides questions: the event, cards with their help numbers, and who can read the answers."""

from __future__ import annotations

from flask_babel import gettext as _

from forms_app.site.i18n import language, moment
from forms_app.site.services import services
from forms_app.specs.library import say
from forms_app.specs.model import Card, FormSpec
from forms_app.storage.documents import Event


def shown_event(event: Event | None) -> dict[str, str] | None:
    """Return what a page says of its event."""
    if event is None:
        return None
    return {"title": event.title, "school": event.school, "place": event.place, "date_text": moment(event.date)}


def shown_card(card: Card) -> dict[str, object]:
    """Return a card in the page's language; a number that is not set yet is left out, never shown empty."""
    settings = services().settings
    names = help_names()
    numbers = [(names.get(one, one), settings.number(one)) for one in card.numbers if settings.number(one)]
    body = say(card.body, language()).split("\n\n")
    return {
        "name": card.name,
        "title": say(card.title, language()),
        "body": body,
        "numbers": numbers,
        "urgent": card.urgent,
    }


def alert_card(spec: FormSpec) -> dict[str, object] | None:
    """Return the card that an `alert` opens at once: it must be in the page, since no answer has been sent yet."""
    card = urgent_card(spec)
    return shown_card(card) if card else None


def urgent_card(spec: FormSpec) -> Card | None:
    """Return the first urgent card of an outcome that is shown."""
    if spec.outcome is None or spec.outcome.show != "respondent":
        return None
    return next((one for one in spec.outcome.cards if one.urgent), None)


def help_numbers() -> list[tuple[str, str]]:
    """Return (whom it reaches, number) of every help number that is known, the most urgent first."""
    numbers = {one: services().settings.number(one) for one in help_names()}
    return [(name, numbers[one]) for one, name in help_names().items() if numbers[one]]


def help_names() -> dict[str, str]:
    """Return whom each help number reaches."""
    return {
        "darurat": _("Darurat Kota Metro"),
        "polisi": _("Polisi"),
        "medis": _("Medis"),
        "peksos": _("PEKSOS (pekerja sosial sekolah)"),
        "uptd_ppa": _("UPTD PPA Kota Metro"),
        "sapa": _("SAPA 129 (perempuan dan anak)"),
        "dinsos": _("Dinas Sosial Kota Metro"),
        "tepsa": _("TePSA (pelayanan sosial anak)"),
    }


def readers_text(spec: FormSpec) -> str:
    """Return who can read the answers and how long they are kept, as said before the first question."""
    if spec.secret:
        text: str = _(
            "Hanya kantor Dinas Sosial yang bisa membaca isinya. Jawaban disegel begitu tiba di komputer kegiatan. "
            "Sekolah tidak bisa membukanya."
        )
        return text
    if "event" in spec.readers:
        who = _("Dibaca oleh: koordinator kegiatan ini dan kantor Dinas Sosial.")
    else:
        who = _("Dibaca oleh: kantor Dinas Sosial.")
    kept = _("Dihapus setelah %(days)s hari.", days=spec.retention.office)
    return f"{who} {kept}"
