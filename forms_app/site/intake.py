"""From a POST to an acknowledgement: the recipe. Nothing here shows a page, and nothing here is kept readable."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import lru_cache

from forms_app.answers.filled import Filled
from forms_app.answers.filling import Posted, fill
from forms_app.answers.sections import SEEN
from forms_app.answers.sizes import record_bytes, sealed_event_names
from forms_app.answers.submission import WIB, Nonce, Submission, canonical, day_number, receipt_code
from forms_app.errors import N_, Held
from forms_app.sealing.keys import Recipient
from forms_app.sealing.records import Header, record_id, seal
from forms_app.site.asking import is_searching, show_entries
from forms_app.site.services import Services
from forms_app.site.tickets import ticket_tag
from forms_app.site.trials import sealing_key
from forms_app.specs.model import FormSpec
from forms_app.specs.retention import retention_class
from forms_app.storage.documents import Event
from forms_app.storage.log import NewRecord


@dataclass(frozen=True)
class Receipt:
    """The acknowledgement of one POST: everything in it stands durably in the log."""

    identity: bytes
    filled: Filled

    @property
    def code(self) -> str:
        """Return the ten digits to write down."""
        return receipt_code(self.identity)

    @property
    def path(self) -> str:
        """Return where the receipt stands on this site."""
        return f"/r/{base64.b32encode(self.identity).decode().rstrip('=').lower()}"


@dataclass(frozen=True)
class Intake:
    """One filling on its way in: the form, the event it belongs to if any, the page's nonce and language.

    `filled_at` is when it was filled in, if not just now: a paper knows only its day.
    """

    services: Services
    spec: FormSpec
    event: Event | None
    nonce: Nonce
    language: str
    filled_by: str = "self"
    channel: str = "web"
    filled_at: datetime | None = None

    def take(self, posted: Posted, wish: str = "", *, warn: bool = False) -> Receipt | Filled:
        """Return the receipt once everything is stored durably, or the filling with its problems.

        `wish` is what the person asked the page for instead of sending it, such as a repeat's name for another entry:
        nothing is stored or complained about then. With `warn` a warning that the page has not shown yet comes first.
        """
        moment = self.services.clock()
        filled, ready = self.judge(posted, moment, wish, warn=warn)
        return self.keep(filled, moment) if ready else filled

    def judge(self, posted: Posted, moment: datetime, wish: str = "", *, warn: bool = False) -> tuple[Filled, bool]:
        """Return what `take` would return or keep, and whether it is ready to be kept; nothing is stored."""
        when = self.filled_at or moment
        day, data = when.astimezone(WIB).date(), event_data(self.event)
        filled = fill(self.spec, posted, data, day, when=when, seed=str(self.nonce), language=self.language)
        if self._held(filled) and not wish:
            raise Held(N_("Formulir ini belum bisa dikirim. Telepon salah satu nomor bantuan."))
        if wish or is_searching(self.spec, posted, filled):
            filled.problems.clear()
            filled.warnings.clear()
        elif not filled.problems and not (warn and _unseen(filled, posted)):
            return filled, True
        show_entries(self.spec, posted, filled, wish)
        return filled, False

    def _held(self, filled: Filled) -> bool:
        """Whether the form cannot be sent by this person yet. A paper that came in is not sent back for it."""
        held = self.spec.held
        if held is None or held.relevant is None or self.channel != "web" or self.services.settings.lifts(held.name):
            return False
        return held.relevant.holds(filled.values)

    def keep(self, filled: Filled, moment: datetime) -> Receipt:
        """Store a filling that is ready and return its receipt."""
        records = list(self._records(filled, event_data(self.event), moment))
        self.services.log.append(records, day_number(moment.astimezone(WIB).date()))
        return Receipt(records[0].record_id, filled)

    def identity(self, filled: Filled) -> bytes:
        """Return the id that the main record of a filling has: that of its page and its answers."""
        return record_id(self.nonce.day, self.nonce.secret, canonical(filled.part_answers("")))

    def _records(self, filled: Filled, data: dict[str, str], moment: datetime) -> Iterator[NewRecord]:
        """Yield the sealed main record, then one for each part that has answers; each is named by its own answers."""
        yield self._seal(filled, "", self.nonce, data, moment)
        for part in self.spec.parts:
            if filled.part_answers(part.name):
                nonce = self.nonce.for_part(part.name, self.services.secret)
                yield self._seal(filled, part.name, nonce, data, moment)

    def _seal(self, filled: Filled, part: str, nonce: Nonce, data: dict[str, str], moment: datetime) -> NewRecord:
        spec, outcome = self.spec, self.spec.outcome
        whole = not part
        answers = filled.part_answers(part)
        identity = record_id(nonce.day, nonce.secret, canonical(answers))
        submission = Submission(
            form_id=spec.form_id,
            version=spec.version,
            digest=spec.digest,
            nonce=str(nonce),
            answers=answers,
            calculated=filled.calculated if whole else {},
            event=self.event.code if self.event else "",
            event_data={name: data.get(name, "") for name in sealed_event_names(spec)},
            part=part,
            language=self.language,
            filled_at=_filled_at(self.filled_at or moment, whole=whole),
            channel=self.channel,
            filled_by=self.filled_by,
            level=filled.level if whole else "",
            level_shown=whole and self.channel == "web" and outcome is not None and outcome.show == "respondent",
            sample=self.services.settings.sample,
        )
        header = self._header(identity, part)
        record = seal(header, submission.to_bytes(), self._recipients(part, moment), record_bytes(spec))
        return NewRecord(identity, record.to_bytes(), header.kind, header.form, header.event)

    def _header(self, identity: bytes, part: str) -> Header:
        """Return the open part of a record; a secret form's says nothing about form, version or event."""
        site = self.services.site
        if self.spec.secret:
            return Header(identity, site, "s", "", "", "", "")
        event = self.event.code if self.event else ""
        ticket = ticket_tag(self.services, event, identity) if event and not part else ""
        form = f"{self.spec.form_id}/{part}" if part else self.spec.form_id
        return Header(identity, site, "p", form, self.spec.digest, event, ticket)

    def _recipients(self, part: str, moment: datetime) -> list[Recipient]:
        """Return exactly the readers that the spec names: the office's key of the day, and the event's if it has one.

        `moment` is the filling's own: at midnight its record, its parts and their keys must not fall apart.
        """
        readers = self.spec.part(part).readers if part else self.spec.readers
        day = moment.astimezone(WIB).date()
        found = [sealing_key(self.services, day, retention_class(self.spec, part))]
        if "event" in readers and self.event and self.event.public_key:
            found.append(event_recipient(self.event.public_key))
        return found


def _unseen(filled: Filled, posted: Posted) -> set[str]:
    """Return the fields with a warning that the page has not shown yet."""
    return {one.field for one in filled.warnings} - set(" ".join(posted.getlist(SEEN)).split())


def _filled_at(moment: datetime, *, whole: bool) -> str:
    """Return the time that is sealed: to the second, but of a part only the day, since the second would link it."""
    if whole:
        return moment.astimezone(UTC).replace(microsecond=0).isoformat()
    return datetime.combine(moment.astimezone(WIB).date(), time(), WIB).astimezone(UTC).isoformat()


@lru_cache(maxsize=256)
def event_recipient(public: bytes) -> Recipient:
    """Return an event's key, checked once and not for every record."""
    return Recipient("event", public)


def event_data(event: Event | None) -> dict[str, str]:
    """Return the event's data by the names that specs use."""
    if event is None:
        return {}
    return {
        "event_code": event.code,
        "event_title": event.title,
        "event_school": event.school,
        "event_jenjang": event.jenjang,
        "event_place": event.place,
        "event_topic": event.topic,
        "event_date": event.date,
    }
