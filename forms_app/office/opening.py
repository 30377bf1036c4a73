"""Opening sealed records in memory: what they say, whether they keep their form's rules, and nothing on the disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from forms_app.answers.submission import Submission, canonical
from forms_app.errors import N_, CannotOpen, UnknownForm
from forms_app.office.household import Household
from forms_app.office.judging import judge
from forms_app.sealing.keys import Identity, seal_to
from forms_app.sealing.layout import SealedRecord
from forms_app.specs.model import FormSpec
from forms_app.specs.problems import SpecErrors
from forms_app.specs.reader import read_spec
from forms_app.storage.archive import Archive, ArchivedRecord

BATCH = 500
VERDICT = "verdict"


@dataclass(frozen=True)
class Opened:
    """One record in the clear, in memory only; `flaws` says what is wrong with it, in codes."""

    archived: ArchivedRecord
    submission: Submission
    spec: FormSpec
    level: str
    flaws: tuple[str, ...] = ()

    @property
    def form(self) -> str:
        """Return the form's id, with the part behind a slash if it is one."""
        return named(self.spec.form_id, self.submission.part)


@dataclass
class OpenReport:
    """What one `open` found; counts only."""

    opened: int = 0
    locked: int = 0
    flawed: int = 0
    forms: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)


@dataclass
class Specs:
    """The forms that came with the bundles, each read when a record first needs it."""

    archive: Archive
    known: dict[str, FormSpec | None] = field(default_factory=dict)

    def get(self, digest: str) -> FormSpec:
        """Return the form of a digest; raise UnknownForm when none came, or one that this version cannot read."""
        if digest not in self.known:
            source = self.archive.spec_source(digest)
            self.known[digest] = _readable(source) if source is not None else None
        spec = self.known[digest]
        if spec is None:
            raise UnknownForm(N_("Formulir untuk catatan ini belum ada di kantor. Minta paket baru."))
        return spec

    def versions(self, form: str) -> list[FormSpec]:
        """Return every version of a form (`form_id` or `form_id/part`); raise UnknownForm naming those there are."""
        specs = [spec for spec in map(_readable, self.archive.spec_sources()) if spec is not None]
        found = [spec for spec in specs if form in _names(spec)]
        if not found:
            known = ", ".join(sorted({name for spec in specs for name in _names(spec)})) or "-"
            raise UnknownForm(N_("Formulir {form} tidak ada. Yang ada: {known}."), form=form, known=known)
        return found


def named(form_id: str, part: str) -> str:
    """Return how the office names a form, or a part of one."""
    return f"{form_id}/{part}" if part else form_id


def open_archived(archived: ArchivedRecord, identities: Mapping[str, Identity], specs: Specs) -> Opened:
    """Return one record in the clear; raise CannotOpen, or UnknownForm when its form never came with a bundle.

    What opens but breaks its form's rules is kept and flagged, never refused (DESIGN section 7).
    """
    record = SealedRecord.from_bytes(archived.record)
    identity = next((identities[one.key_id] for one in record.wraps if one.key_id in identities), None)
    if identity is None:
        raise CannotOpen(N_("Kunci untuk catatan ini belum dibuka."))
    submission = Submission.from_bytes(identity.open(record))
    spec = specs.get(submission.digest)
    level, flaws = judge(spec, submission, record.header, archived)
    return Opened(archived, submission, spec, level, flaws)


def open_form(
    archive: Archive, identities: Mapping[str, Identity], specs: Specs, form: str, report: OpenReport
) -> Iterator[Opened]:
    """Yield the records of one form (`form_id` or `form_id/part`), one at a time; count them in the report.

    Among the locked ones of the report are secret records, which do not say whether they belong to this form.
    """
    for archived in archive.records(form):
        try:
            opened = open_archived(archived, identities, specs)
        except (CannotOpen, UnknownForm):
            report.locked += 1
            continue
        if opened.form == form:
            report.opened += 1
            yield opened


def open_all(household: Household, identities: Mapping[str, Identity]) -> OpenReport:
    """Open every record, keep only a sealed verdict of each, and return the counts."""
    report, specs = OpenReport(), Specs(household.archive)
    verdicts: dict[bytes, bytes] = {}
    for archived in household.archive.records():
        try:
            opened = open_archived(archived, identities, specs)
        except (CannotOpen, UnknownForm):
            report.locked += 1
            continue
        report.opened += 1
        report.flawed += bool(opened.flaws)
        report.forms[opened.form] += 1
        if opened.level and not opened.submission.part:
            report.levels[opened.level] += 1
        verdicts[archived.record_id] = _verdict(opened, identities)
        if len(verdicts) >= BATCH:
            household.archive.set_verdicts(verdicts)
            verdicts.clear()
    household.archive.set_verdicts(verdicts)
    return report


def _verdict(opened: Opened, identities: Mapping[str, Identity]) -> bytes:
    """Return the verdict, sealed to the same key as the record, since a level is an answer too."""
    record = SealedRecord.from_bytes(opened.archived.record)
    recipient = next(identities[one.key_id].recipient for one in record.wraps if one.key_id in identities)
    verdict = {"form": opened.spec.form_id, "level": opened.level, "flaws": list(opened.flaws)}
    return seal_to(recipient, VERDICT, opened.archived.record_id, canonical(verdict))


def _readable(source: str) -> FormSpec | None:
    try:
        return read_spec(source, "bundle")
    except SpecErrors:
        return None


def _names(spec: FormSpec) -> list[str]:
    return [spec.form_id, *(named(spec.form_id, part.name) for part in spec.parts)]
