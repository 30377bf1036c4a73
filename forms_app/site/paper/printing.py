"""Printing paper forms: from what the site knows to a PDF, each copy with a serial of its own, all of them noted."""

from __future__ import annotations

from dataclasses import dataclass, replace

from forms_app.errors import N_, SettingsError, UnknownForm
from forms_app.paper.pdf import pdf
from forms_app.site.cards import help_line, kept_text, numbers_of, readers_text, urgent_card
from forms_app.site.intake import event_data
from forms_app.site.paper import serials
from forms_app.site.paper.envelope import Envelope
from forms_app.site.paper.form import Alarm, PaperForm
from forms_app.site.posters import when_of
from forms_app.site.services import Services
from forms_app.specs.library import say
from forms_app.specs.model import FormSpec
from forms_app.storage.documents import Event
from forms_app.storage.kinds import PaperBatch
from forms_app.translation import catalogue

MOST_COPIES = 200


@dataclass(frozen=True)
class Printed:
    """A finished PDF; `batch` is 0 for envelopes, which leave no trace at the site."""

    pdf: bytes
    serials: tuple[str, ...]
    pages: int
    batch: int
    unprintable: str


def print_papers(services: Services, spec: FormSpec, event: Event | None, copies: int, language: str) -> Printed:
    """Return the PDF of so many copies of a form, and note their serials.

    A serial is noted before it can reach paper, so that no paper is unknown here. Raises SettingsError for a secret
    form with an event or that is not open here, UnknownForm for a form that the event does not have.
    """
    if event and spec.secret:
        raise SettingsError(N_("Formulir rahasia tidak memakai kegiatan. Cetak tanpa --event."))
    if event and spec.form_id not in event.forms:
        raise UnknownForm(N_("Formulir ini bukan bagian dari kegiatan ini."))
    if spec.form_id in services.shut:
        raise SettingsError(N_("Formulir ini belum dibuka di tempat ini. Jalankan: peksos check"))
    form = paper_form(services, spec, event, language)
    numbers, batch = _noted(services, spec, event, copies, language)
    made = pdf(sheet for serial in numbers for sheet in form.copy(serial))
    front = len(form.before(numbers[0]))
    return Printed(made, numbers, (len(form.pages) + front) * copies, batch, form.unprintable)


def _noted(
    services: Services, spec: FormSpec, event: Event | None, copies: int, language: str
) -> tuple[tuple[str, ...], int]:
    """Draw the serials and note them with their batch; of envelopes nothing is noted."""
    if spec.secret:
        drawn: set[str] = set()
        while len(drawn) < copies:
            drawn.add(serials.draw(services.secret, envelope=True))
        return tuple(sorted(drawn)), 0
    now = services.clock().isoformat()
    code = event.code if event else ""
    batch = PaperBatch(spec.form_id, spec.version, spec.digest, language, copies, now, code)
    with services.transaction():
        papers = services.papers.add(batch, lambda: serials.draw(services.secret))
        services.audit.write(now, "-", "paper-print", f"{spec.form_id} {copies}")
    return tuple(paper.serial for paper in papers), papers[0].batch


def paper_form(services: Services, spec: FormSpec, event: Event | None, language: str) -> PaperForm:
    """Return what all copies of a form say at this site."""
    settings, texts = services.settings, catalogue("messages", language)
    card = urgent_card(spec) if any(one.alert for one in spec.questions()) else None
    numbers = numbers_of(settings, texts)
    alarm = None
    if card:
        alarm = Alarm(say(card.body, language).split("\n\n"), numbers_of(settings, texts, card.numbers))
    readers = readers_text(spec, texts)
    if spec.secret:
        who = texts(N_("Hanya kantor pusat yang membaca kertas ini."))
        readers = f"{who} {kept_text(spec.retention.office, texts)}"
    form = PaperForm(
        spec=spec,
        language=language,
        texts=texts,
        address=lambda serial: address(services, spec, event, serial),
        where=_where(event, language),
        readers=readers,
        numbers=numbers,
        help_line=help_line(settings, texts),
        alarm=alarm,
        event=event_data(event) if event else None,
        sample=settings.sample or bool(event and event.sample),
    )
    return _with_envelope(form, services) if spec.secret else form


def _with_envelope(form: PaperForm, services: Services) -> PaperForm:
    """Return the form with the sheet for its envelope in front of each copy."""
    envelope = Envelope(form.title, services.office.office, form.name, form.numbers, form.texts, form.sample)
    return replace(form, before=lambda serial: (envelope.sheet(serial),))


def address(services: Services, spec: FormSpec, event: Event | None, serial: str) -> str:
    """Return what a paper's QR code holds: the address of its typing page, or of an envelope the serial alone."""
    if spec.secret:
        return serial
    code = f"/{event.code}" if event else ""
    return f"{services.settings.public_url}/desk/paper/{serial}/{spec.slug}{code}"


def _where(event: Event | None, language: str) -> str:
    """Return which event this is, at which school, where and when."""
    if event is None:
        return ""
    return " · ".join(filter(None, (event.title, event.school, event.place, when_of(event, language))))
