"""What pages show besides questions: the event, cards with their help numbers, and who can read the answers."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from forms_app.answers.filled import Filled
from forms_app.errors import N_, Translate
from forms_app.settings import Settings
from forms_app.site.i18n import language, moment
from forms_app.site.services import services
from forms_app.specs.library import say
from forms_app.specs.model import Card, FormSpec
from forms_app.storage.documents import Event

YEAR = 365  # days, as a form's `retention` counts them
ALWAYS = ("darurat", "tepsa")  # answered day and night, as far as it is published (domain.md 3.1)


def shown_event(event: Event | None) -> dict[str, str] | None:
    """Return what a page says of its event."""
    if event is None:
        return None
    date_text = moment(event.date) if event.date else ""
    return {"title": event.title, "school": event.school, "place": event.place, "date_text": date_text}


def shown_card(card: Card) -> dict[str, object]:
    """Return a card in the page's language; a number that is not set yet is left out, never shown empty."""
    numbers = numbers_of(services().settings, _, card.numbers) if card.numbers else []
    body = say(card.body, language()).split("\n\n")
    return {
        "name": card.name,
        "title": say(card.title, language()),
        "body": body,
        "numbers": numbers,
        "urgent": card.urgent,
    }


def held_card(spec: FormSpec) -> dict[str, object] | None:
    """Return the card for those who cannot send the form yet, and after which of its questions it stands.

    None when the form holds nobody back, or when the site's setting lets them send.
    """
    held = spec.held
    if held is None or held.relevant is None or services().settings.lifts(held.name):
        return None
    last = [one for one in spec.questions() if one.name in held.relevant.names][-1]
    return {**shown_card(held), "after": last.groups[0] if last.groups else last.name}


def alert_card(spec: FormSpec) -> dict[str, object] | None:
    """Return the card that an `alert` opens at once: it must be in the page, since no answer has been sent yet."""
    card = urgent_card(spec)
    return shown_card(card) if card else None


def urgent_card(spec: FormSpec) -> Card | None:
    """Return the first urgent card of an outcome that is shown, or that an alert opens.

    An outcome that is never shown tells nothing by it: the card answers to the alerts alone, never to the level.
    """
    if spec.outcome is None or not (spec.outcome.show == "respondent" or any(one.alert for one in spec.questions())):
        return None
    return next((one for one in spec.outcome.cards if one.urgent), None)


def told_after(spec: FormSpec, filled: Filled) -> tuple[Card | None, tuple[Card, ...]]:
    """Return the card and the notes that are shown after sending.

    Of an outcome that is never shown that is the card that every rule gives, if there is one, since it tells nothing.
    """
    if spec.outcome is None or spec.outcome.show == "respondent":
        return filled.card, filled.notes
    names = {rule.card for rule in spec.outcome.rules}
    return (spec.outcome.card(names.pop()) if len(names) == 1 else None), ()


Number = tuple[str, str, str]  # whom it reaches, what to dial, the hours when somebody answers ('' if not known)


def help_numbers() -> list[Number]:
    """Return every help number that is known, the most urgent first."""
    return numbers_of(services().settings, _)


def help_line(settings: Settings, texts: Translate) -> str:
    """Return the line that everything given away bears, whatever it is about: so following it shows nothing."""
    return f"{texts(N_('Butuh bantuan?'))} {settings.public_url}/bantuan"


def numbers_of(settings: Settings, texts: Translate, names: Sequence[str] = ()) -> list[Number]:
    """Return these help numbers, or all; those that are not set yet are left out. The site's own words win."""
    known, always, own = help_names(texts), texts(N_("24 jam")), settings.bodies
    return [
        (
            own.get(f"name_{one}", known.get(one, one)),
            settings.number(one),
            own.get(f"hours_{one}", always if one in ALWAYS else ""),
        )
        for one in names or known
        if settings.number(one)
    ]


def help_names(texts: Translate) -> dict[str, str]:
    """Return whom each help number reaches."""
    return {
        "darurat": texts(N_("Darurat Kota Metro")),
        "polisi": texts(N_("Polisi")),
        "medis": texts(N_("Medis")),
        "peksos": texts(N_("PEKSOS (pekerja sosial sekolah)")),
        "uptd_ppa": texts(N_("UPTD PPA Kota Metro")),
        "sapa": texts(N_("SAPA 129 (perempuan dan anak)")),
        "dinsos": texts(N_("Dinas Sosial Kota Metro")),
        "tepsa": texts(N_("TePSA (pelayanan sosial anak)")),
        "pokja": texts(N_("Pokja (dahulu TPPK)")),
        "puspaga": texts(N_("Puspaga Gaharu Kota Metro")),
    }


def readers_text(spec: FormSpec, texts: Translate = _) -> str:
    """Return who can read the answers and how long they are kept, as said before the first question."""
    if spec.secret:
        return texts(
            N_(
                "Hanya kantor Dinas Sosial yang bisa membaca isinya. Jawaban disegel di HP ini sebelum dikirim. "
                "Sekolah tidak bisa membukanya."
            )
        )
    if "event" in spec.readers:
        who = texts(N_("Dibaca oleh: koordinator kegiatan ini dan kantor Dinas Sosial."))
    else:
        who = texts(N_("Dibaca oleh: kantor Dinas Sosial."))
    return f"{who} {kept_text(spec.retention.office, texts)}"


def kept_text(days: int, texts: Translate = _) -> str:
    """Return for how long answers are kept: in years where they are whole ones, and more than one."""
    years, rest = divmod(days, YEAR)
    if years > 1 and not rest:
        return texts(N_("Dihapus setelah %(years)s tahun.")) % {"years": years}
    return texts(N_("Dihapus setelah %(days)s hari.")) % {"days": days}
