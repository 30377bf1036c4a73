"""A paper on its way in: found by its serial, typed in by somebody at the desk, and bound to that serial.

The serial takes the place of a page's nonce, and the day on the paper is fixed by the first typing. So the same paper
with the same answers is one record, however often it is typed in. With other answers it becomes a second record, linked
to the first by the nonce, but only after the person was told. The record and the note that this paper is typed in
reach the disk together or not at all: a power cut in between loses nothing and doubles nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache

from werkzeug.datastructures import MultiDict

from forms_app.answers.filled import Filled
from forms_app.answers.submission import WIB, day_of
from forms_app.errors import N_, NotFound, Refused, UnknownForm
from forms_app.site.intake import Intake, Receipt
from forms_app.site.paper import serials
from forms_app.site.paper.asking import MOST_ENTRIES
from forms_app.site.services import Services, forms_of, known_event
from forms_app.specs.model import FormSpec
from forms_app.specs.reader import read_spec
from forms_app.specs.types import TYPES, Repeat
from forms_app.storage.documents import Event
from forms_app.storage.kinds import Paper

BY, CHANNEL = "petugas", "paper"
SEALED = N_("Ini formulir rahasia. Jangan diketik di sekolah. Segel dalam amplop, antar ke kantor pusat.")
LATE = 366  # days after which nobody types a paper in, so that a mistyped year is noticed


@dataclass(frozen=True)
class Found:
    """A paper, the form as it was printed, and the event it belongs to if any."""

    paper: Paper
    spec: FormSpec
    event: Event | None


@dataclass(frozen=True)
class Typed:
    """What became of one typing: a receipt, a filling to mend, or with `before` a paper known with other answers."""

    filled: Filled
    receipt: Receipt | None = None
    before: Paper | None = None


def check(services: Services, serial: str) -> Paper | None:
    """Return what is known of a serial, None for a paper of this site of which only its serial is known.

    Raises Refused for an envelope at a school, NotFound for a serial that this site never printed.
    """
    if serials.is_envelope(serial):
        if not services.settings.office_site:
            raise Refused(SEALED)
        return services.papers.get(serial)
    known = services.papers.get(serial)
    if known is None and not serials.printed_here(serial, services.secret):
        raise NotFound(N_("Kertas ini tidak dicetak di komputer ini. Ketik di tempat kertas ini dicetak."))
    return known


def find(services: Services, serial: str, slug: str = "", code: str = "") -> Found | None:
    """Return a paper with its form; None when only the person who holds it knows which form it is.

    `slug` and `code`, as the QR code says them, count only for a paper that is not in the list of printed ones.
    """
    paper = check(services, serial)
    if paper and paper.form:
        spec = printed_form(services, paper.form, paper.digest)
        return Found(paper, spec, services.events.get(paper.event) if paper.event else None)
    if not slug:
        return None
    spec = services.library.by_slug(slug.lower())
    event = known_event(services, code) if code else None
    _refuse_other(services, spec, event, envelope=serials.is_envelope(serial))
    known = paper or Paper(serial, "", "", "")
    if not spec.secret:  # of an envelope no document names the form
        known = replace(known, form=spec.form_id, digest=spec.digest, event=event.code if event else "")
    return Found(known, spec, event)


def _refuse_other(services: Services, spec: FormSpec, event: Event | None, *, envelope: bool) -> None:
    """Raise UnknownForm for a form that cannot stand on a paper with such a serial."""
    foreign = event is not None and spec not in forms_of(services, event)
    if spec.secret != envelope or foreign:
        raise UnknownForm(N_("Nomor ini bukan milik formulir itu. Periksa lagi nomor dan formulirnya."))


def printed_form(services: Services, form_id: str, digest: str) -> FormSpec:
    """Return the form of a paper as it was when it was printed; raise UnknownForm, or Refused when it is secret now."""
    current = services.library.get(form_id)
    if current and current.secret:
        raise Refused(SEALED)
    if current and current.digest == digest:
        return current
    source = services.served.all().get(digest)
    if source is None:
        raise UnknownForm(N_("Formulir kertas ini tidak ada lagi di sini. Hubungi kantor pusat."))
    return _read(source)


@lru_cache(maxsize=32)
def _read(source: str) -> FormSpec:
    return read_spec(source, "paper")


def may_be_day(day: date, today: date) -> bool:
    """Whether a paper that is typed in today can have been filled in on this day."""
    return 0 <= (today - day).days <= LATE


def fresh(services: Services, found: Found, language: str) -> Filled:
    """Return an empty filling with as many entries as stand on the paper. No default is an answer on paper."""
    moment = services.clock()
    filled, _ready = _intake(services, found, moment.astimezone(WIB).date(), language).judge(
        MultiDict(), moment, CHANNEL
    )
    for question in found.spec.questions():
        kind = TYPES[question.type]
        if isinstance(kind, Repeat):
            filled.counts[question.name] = min(kind.limit(question), MOST_ENTRIES)
    return filled


@dataclass(frozen=True)
class Typing:
    """Somebody typing a paper in: who, in which language, and the day that stands on the paper."""

    services: Services
    found: Found
    day: date
    by: str
    language: str

    def take(self, posted: MultiDict[str, str], wish: str = "", *, second: bool = False) -> Typed:
        """Keep what was typed, once; with `second` also beside other answers of the same paper.

        The day counts for the first typing only. Returns the filling when something is wrong with it, or when `wish`
        asks for another state of the page.
        """
        services, moment, serial = self.services, self.services.clock(), self.found.paper.serial
        known = services.papers.get(serial) or self.found.paper
        intake = _intake(services, self.found, date.fromisoformat(known.day) if known.day else self.day, self.language)
        filled, ready = intake.judge(posted, moment, wish, warn=True)
        if not ready:
            return Typed(filled)
        identity = intake.identity(filled).hex()
        with services.transaction():
            known = services.papers.get(serial) or self.found.paper  # another desk may have been quicker
            if known.records and identity not in known.records and not second:
                return Typed(filled, before=known)
            receipt = intake.keep(filled, moment)
            services.papers.keep(self._noted(known, intake, identity, moment))
            services.audit.write(moment.isoformat(), self.by, "paper-typed", serial)
        return Typed(filled, receipt)

    def _noted(self, known: Paper, intake: Intake, identity: str, moment: datetime) -> Paper:
        """Return the paper with this record; the first typing stays the one that is told."""
        records = tuple(dict.fromkeys((*known.records, identity)))
        if known.records:
            return replace(known, records=records)
        return replace(
            known,
            day=day_of(intake.nonce.day).isoformat(),
            records=records,
            typed_at=moment.isoformat(),
            typed_by=self.by,
        )


def _intake(services: Services, found: Found, day: date, language: str) -> Intake:
    """Return the intake of a paper that was filled in on a day; of its hour nothing is known."""
    return Intake(
        services,
        found.spec,
        found.event,
        serials.nonce_of(found.paper.serial, day, services.secret),
        found.paper.language or language,
        filled_by=BY,
        channel=CHANNEL,
        filled_at=datetime.combine(day, time(), WIB),
    )
