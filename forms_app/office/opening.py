"""Opening sealed records in memory: what they say, whether they keep their form's rules, and nothing on the disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from forms_app.answers.recheck import recheck
from forms_app.answers.submission import Nonce, Submission, canonical
from forms_app.errors import CannotOpen, SpecErrors, UnknownForm
from forms_app.office.household import Household
from forms_app.sealing.keys import Identity, seal_to
from forms_app.sealing.layout import SealedRecord
from forms_app.sealing.records import record_id
from forms_app.specs.model import FormSpec
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
    """The forms that came with the bundles, read when a record first needs them."""

    archive: Archive
    known: dict[str, FormSpec] = field(default_factory=dict)

    def get(self, digest: str) -> FormSpec:
        """Return the form of a digest; raise UnknownForm."""
        if digest not in self.known:
            source = self.archive.spec_source(digest)
            if source is None:
                raise UnknownForm(digest)
            self.known[digest] = self.read(source)
        return self.known[digest]

    def read(self, source: str) -> FormSpec:
        """Return the form of a source that came with a bundle."""
        return read_spec(source, "bundle")


def open_archived(archived: ArchivedRecord, identities: Mapping[str, Identity], specs: Specs) -> Opened:
    """Return one record in the clear; raise CannotOpen, or UnknownForm when its form never came with a bundle.

    What opens but breaks its form's rules is kept and flagged, never refused (DESIGN section 7).
    """
    record = SealedRecord.from_bytes(archived.record)
    identity = next((identities[one.key_id] for one in record.wraps if one.key_id in identities), None)
    if identity is None:
        raise CannotOpen(archived.record_id.hex())
    submission = Submission.from_bytes(identity.open(record))
    try:
        spec = specs.get(submission.digest)
    except SpecErrors:
        raise UnknownForm(submission.digest) from None
    filled = recheck(spec, submission)
    flaws = tuple(f"{one.field}:{one.problem.code}" for one in filled.problems)
    return Opened(archived, submission, spec, filled.level, (*_own_flaws(archived, submission, record), *flaws))


def _own_flaws(archived: ArchivedRecord, submission: Submission, record: SealedRecord) -> Iterator[str]:
    """Yield where the record's outside and inside do not agree."""
    nonce = Nonce.parse(submission.nonce)
    identity = record_id(nonce.day, nonce.secret, canonical(submission.answers)) if nonce else b""
    if identity != archived.record_id or record.header.record_id != archived.record_id:
        yield "id"
    header = record.header
    form = f"{submission.form_id}/{submission.part}" if submission.part else submission.form_id
    if header.kind == "p" and (header.form, header.digest, header.event) != (form, submission.digest, submission.event):
        yield "header"


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
        part = opened.submission.part
        report.forms[f"{opened.spec.form_id}/{part}" if part else opened.spec.form_id] += 1
        if opened.level and not part:
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
