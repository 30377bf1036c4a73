"""Which records sealed elsewhere a site lets in: those that it could have sealed itself, and no others.

Nothing is opened. A record for another site, as an outbox file may bring, is checked for its structure only: its own
site's forms and events are judged by the office.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping
from threading import Lock

from forms_app.answers.sizes import SECRET_BYTES, record_bytes
from forms_app.errors import N_, KeyRefused, TransferError, UnknownEvent, UnknownForm
from forms_app.sealing.layout import OPAQUE, Header, SealedRecord
from forms_app.sealing.records import check_structure
from forms_app.site.intake import event_recipient
from forms_app.site.services import Services
from forms_app.site.tickets import ticket_tag
from forms_app.specs.model import FormSpec
from forms_app.specs.problems import SpecErrors
from forms_app.specs.reader import read_spec
from forms_app.storage.log import NewRecord


class Admission:
    """The judgement of one site, with every form that it ever served at hand."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._forms: dict[str, FormSpec | None] = {spec.digest: spec for spec in services.library}
        self._older: dict[str, str] | None = None
        self._lock = Lock()

    def admit(self, data: bytes) -> NewRecord:
        """Return the record ready for the log, if this site could have sealed it.

        Raises CannotOpen (no sealed record), TransferError (for another site), KeyRefused (readers or size are not
        those of its form), UnknownForm or UnknownEvent.
        """
        record = SealedRecord.from_bytes(data)
        header = record.header
        if header.site != self._services.site:
            raise TransferError(N_("Catatan ini untuk tempat lain. Kirim di alamat tempat itu."))
        if header.kind == OPAQUE:
            check_structure(record, self._office(), SECRET_BYTES)
        else:
            spec = self._form(header)
            check_structure(record, self._readers(spec, header), record_bytes(spec))
        return NewRecord(header.record_id, data, header.kind, header.form, header.event)

    def cargo(self, data: bytes) -> tuple[NewRecord, bool]:
        """Return a record of an outbox file, and whether it is ours: as `admit` does, or of another site.

        Of that only the structure is checked. It bears no form and no event here, so that it never counts among ours.
        """
        record = SealedRecord.from_bytes(data)
        if record.header.site == self._services.site:
            return self.admit(data), True
        check_structure(record, {wrap.role: {wrap.key_id} for wrap in record.wraps})
        return NewRecord(record.header.record_id, data, record.header.kind), False

    def _office(self) -> Mapping[str, Collection[str]]:
        return {"office": self._services.office.key_ids}

    def _form(self, header: Header) -> FormSpec:
        """Return the form of a header, today's or one that was served before; raise UnknownForm."""
        spec = self.form_of(header.digest)
        form_id, _, part = header.form.partition("/")
        known = spec is not None and spec.form_id == form_id and not spec.secret
        if spec is None or not known or (part and part not in {one.name for one in spec.parts}):
            raise UnknownForm(N_("Formulir untuk catatan ini tidak dikenal di sini. Buka lagi formulirnya."))
        return spec

    def form_of(self, digest: str) -> FormSpec | None:
        """Return the form of a digest, today's or one that was served before, or None.

        Older ones are read when somebody first names them, never for a guess.
        """
        with self._lock:
            if digest in self._forms:
                return self._forms[digest]
            source = self._sources().get(digest)
            if source is None:
                return None
            try:
                self._forms[digest] = read_spec(source, "served")
            except SpecErrors:  # of a version of the program that wrote forms otherwise
                self._forms[digest] = None
            return self._forms[digest]

    def form_named(self, beginning: str) -> FormSpec | None:
        """Return the form that was served before and whose digest begins so, or None."""
        with self._lock:
            found = next((one for one in self._sources() if one.startswith(beginning)), "")
        return self.form_of(found) if found else None

    def _sources(self) -> Mapping[str, str]:
        if self._older is None:
            self._older = self._services.served.all()
        return self._older

    def _readers(self, spec: FormSpec, header: Header) -> Mapping[str, Collection[str]]:
        """Return the keys that a record of this form must be sealed to, one for each role; raise UnknownEvent.

        An event that has closed still takes what was filled in while it was open and waited on a phone.
        """
        event = self._services.events.get(header.event) if header.event else None
        if header.event and (event is None or event.code != header.event or spec.form_id not in event.forms):
            raise UnknownEvent(N_("Kegiatan catatan ini tidak dikenal di sini. Tanya petugas."))
        part = header.form.partition("/")[2]
        tagged = bool(event) and not part
        tag = ticket_tag(self._services, header.event, header.record_id) if tagged else ""
        if header.ticket and not hmac.compare_digest(header.ticket, tag):
            raise KeyRefused(N_("Tanda tiket pada catatan ini bukan dari sini."))
        readers = spec.part(part).readers if part else spec.readers
        if "event" in readers and event and event.public_key:
            return {**self._office(), "event": {event_recipient(event.public_key).key_id}}
        return self._office()
