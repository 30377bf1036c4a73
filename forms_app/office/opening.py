"""Opening sealed records in memory: what they say, whether they keep their form's rules, and nothing on the disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from forms_app.errors import CannotOpen, UnknownForm
from forms_app.office.enrolling import scopes
from forms_app.office.household import Household
from forms_app.office.opened import Opened, Specs, named, open_archived
from forms_app.office.openers import Opener, OpenReport, flaws_of, open_pieces
from forms_app.office.scope import Scope
from forms_app.office.verdicts import VerdictReader, new_pen
from forms_app.sealing.keys import Identity
from forms_app.storage.archive import Archive

__all__ = ["OpenReport", "Opened", "Specs", "named", "open_all", "open_archived", "open_form"]


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
    household: Household,
    identities: Mapping[str, Identity],
    *,
    recompute: bool = True,
    again: bool = False,
    processes: int = 1,
) -> OpenReport:
    """Open what has no verdict yet (`again`: everything), keep a sealed verdict of each, and count all verdicts.

    Without `recompute` the rules of the forms are not applied; the next opening with it makes up for that. With several
    `processes` the keys are in the memory of each, and the result is the same.
    """
    allowed = scopes(household)
    report = OpenReport() if again else _tally(household, identities, allowed, judged=recompute)
    pen, begun = new_pen(identities)
    opener = Opener(identities, Specs(household.archive), allowed, pen, recompute)
    twins = 0
    for piece in open_pieces(opener, household.verdicts.pending(again=again, judged=recompute), processes):
        first = [begun.pop(number) for number in {one.series for one in piece.verdicts} if number in begun]
        household.verdicts.keep(piece.verdicts, first)
        report.add(piece.report)
        twins += piece.twins
    if not twins:
        return report
    household.archive.settle_twins()
    return replace(_tally(household, identities, allowed, judged=False), locked=report.locked)


def _tally(
    household: Household, identities: Mapping[str, Identity], allowed: Mapping[str, Scope], *, judged: bool
) -> OpenReport:
    """Count the verdicts there are; what these keys do not open counts as locked."""
    report, reader = OpenReport(), VerdictReader(household.verdicts.series(), identities)
    for archived, verdict in household.verdicts.all(judged=judged):
        found = reader.read(archived, verdict)
        if found is None:
            report.locked += 1
        else:
            report.count(found, flaws_of(allowed, archived, found))
    return report
