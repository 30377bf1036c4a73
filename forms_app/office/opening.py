"""Opening sealed records in memory: what they say, whether they keep their form's rules, and nothing on the disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from forms_app.answers.submission import Submission
from forms_app.errors import N_, CannotOpen, UnknownForm
from forms_app.office.enrolling import scopes
from forms_app.office.household import Household
from forms_app.office.judging import judge
from forms_app.office.scope import EVENT_SCHOOL, Scope, inside
from forms_app.office.verdicts import VerdictBook
from forms_app.sealing.keys import Identity
from forms_app.sealing.outline import open_quickly
from forms_app.specs.model import FormSpec
from forms_app.specs.problems import SpecErrors
from forms_app.specs.reader import read_spec
from forms_app.storage.archive import Archive, ArchivedRecord
from forms_app.storage.verdicts import Verdict

BATCH = 500
OUT_OF_SCOPE = "scope"


@dataclass(frozen=True)
class Opened:
    """One record in the clear, in memory only; `flaws` says what is wrong with it, in codes."""

    archived: ArchivedRecord
    submission: Submission
    spec: FormSpec
    level: str
    flaws: tuple[str, ...] = ()
    key_id: str = ""

    @property
    def form(self) -> str:
        """Return the form's id, with the part behind a slash if it is one."""
        return named(self.spec.form_id, self.submission.part)

    @property
    def school(self) -> str:
        """Return the school of the record's event, where the form keeps it."""
        return (self.submission.event_data or {}).get(EVENT_SCHOOL, "")


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


@dataclass
class OpenReport:
    """What one `open` found; counts only. Of these records `flawed` need a look."""

    opened: int = 0
    locked: int = 0
    flawed: int = 0
    forms: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)

    def count(self, found: Mapping[str, Any], flaws: tuple[str, ...]) -> None:
        """Count one verdict."""
        self.opened += 1
        self.flawed += bool(flaws)
        self.forms[named(found["form"], found["part"])] += 1
        if found["level"] and not found["part"]:
            self.levels[found["level"]] += 1


def named(form_id: str, part: str) -> str:
    """Return how the office names a form, or a part of one."""
    return f"{form_id}/{part}" if part else form_id


def open_archived(
    archived: ArchivedRecord,
    identities: Mapping[str, Identity],
    specs: Specs,
    allowed: Mapping[str, Scope] | None = None,
    *,
    recompute: bool = True,
) -> Opened:
    """Return one record in the clear; raise CannotOpen, or UnknownForm when its form never came with a bundle.

    What opens but breaks its form's rules is kept and flagged, never refused (DESIGN section 7); with `allowed`, also
    what its site may not send.
    """
    key_id, header, text = open_quickly(archived.record, identities)
    submission = Submission.from_bytes(text)
    spec = specs.get(submission.digest)
    level, flaws = judge(spec, submission, header, archived, recompute=recompute)
    opened = Opened(archived, submission, spec, level, flaws, key_id)
    if allowed is not None and not inside(allowed, archived.site, opened.form, opened.school):
        return replace(opened, flaws=(OUT_OF_SCOPE, *flaws))
    return opened


def open_form(
    archive: Archive,
    identities: Mapping[str, Identity],
    specs: Specs,
    form: str,
    report: OpenReport,
    allowed: Mapping[str, Scope] | None = None,
) -> Iterator[Opened]:
    """Yield the records of one form (`form_id` or `form_id/part`), one at a time; count them in the report.

    Among the locked ones are secret records, which do not say whether they belong to this form.
    """
    for archived in archive.records(form):
        try:
            opened = open_archived(archived, identities, specs, allowed)
        except (CannotOpen, UnknownForm):
            report.locked += 1
            continue
        if opened.form == form:
            report.opened += 1
            yield opened


def open_all(
    household: Household, identities: Mapping[str, Identity], *, recompute: bool = True, again: bool = False
) -> OpenReport:
    """Open what has no verdict yet (`again`: everything), keep a sealed verdict of each, and count all verdicts.

    Without `recompute` the rules of the forms are not applied; the next opening with it makes up for that.
    """
    book, allowed = VerdictBook(household.verdicts, identities), scopes(household)
    report = OpenReport() if again else _tally(household, book, allowed, judged=recompute)
    specs, made, twins = Specs(household.archive), list[Verdict](), 0
    for archived in household.verdicts.pending(again=again, judged=recompute):
        twins += archived.aside != ""
        try:
            opened = open_archived(archived, identities, specs, recompute=recompute)
        except (CannotOpen, UnknownForm):
            report.locked += not archived.aside
            continue
        found = _verdict(opened)
        if not archived.aside:
            report.count(found, _flaws(allowed, archived, found))
        made.append(book.write(opened.key_id, archived, found, judged=recompute))
        if len(made) >= BATCH:
            household.verdicts.keep(made)
            made = []
    household.verdicts.keep(made)
    if not twins:
        return report
    household.archive.settle_twins()
    return replace(_tally(household, book, allowed, judged=False), locked=report.locked)


def _tally(household: Household, book: VerdictBook, allowed: Mapping[str, Scope], *, judged: bool) -> OpenReport:
    """Count the verdicts there are; what these keys do not open counts as locked."""
    report = OpenReport()
    for archived, verdict in household.verdicts.all(judged=judged):
        found = book.read(archived, verdict)
        if found is None:
            report.locked += 1
        else:
            report.count(found, _flaws(allowed, archived, found))
    return report


def _verdict(opened: Opened) -> dict[str, Any]:
    """Return what is kept of an opened record: enough to count it, and to judge anew what its site may send."""
    named = {"form": opened.spec.form_id, "part": opened.submission.part, "school": opened.school}
    return named | {"level": opened.level, "flaws": list(opened.flaws)}


def _flaws(allowed: Mapping[str, Scope], archived: ArchivedRecord, found: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what is wrong by a verdict, and by what the site may send today."""
    within = inside(allowed, archived.site, found["form"], found["school"])
    return (*(() if within else (OUT_OF_SCOPE,)), *found["flaws"])


def _readable(source: str) -> FormSpec | None:
    try:
        return read_spec(source, "bundle")
    except SpecErrors:
        return None


def _names(spec: FormSpec) -> list[str]:
    return [spec.form_id, *(named(spec.form_id, part.name) for part in spec.parts)]
