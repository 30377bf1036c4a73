"""Taking out of quarantine what is right now: the scope is wider, the whole record came, or this program reads more."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from forms_app.errors import CannotOpen
from forms_app.office.enrolling import scopes
from forms_app.office.household import Household
from forms_app.office.scope import outside
from forms_app.sealing.outline import outline
from forms_app.storage.archive import SCOPE, SITE, ArchivedRecord, Quarantined


@dataclass
class RetryReport:
    """How many records came out of quarantine, and how many stay there, by reason."""

    released: int = 0
    scope: int = 0
    twins: int = 0
    damaged: int = 0

    @property
    def left(self) -> int:
        """Return how many records are still set aside."""
        return self.scope + self.twins + self.damaged


def retry(household: Household) -> RetryReport:
    """Judge everything in quarantine anew. Nothing of it is ever dropped: what is not right stays."""
    report, allowed = RetryReport(), scopes(household)
    with household.archive.writing():
        for one in household.archive.aside(SCOPE, SITE):
            reason = outside(allowed, one.site, one.kind, one.form)
            report.released += not reason
            report.scope += bool(reason)
            if reason != one.aside:
                household.archive.release(one, reason)
        before = household.archive.missed()
        for hurt in household.archive.quarantined():
            record = _readable(hurt)
            if record is not None:
                reason = outside(allowed, record.site, record.kind, record.form)
                household.archive.add([record._replace(aside=reason)], [], {})
        report.damaged = household.archive.missed()
        report.released += before - report.damaged
        report.twins = household.archive.settle_twins()
    return report


def _readable(hurt: Quarantined) -> ArchivedRecord | None:
    """Return the record of bytes that are those which arrived at the site, if this program can read them by now."""
    if hashlib.sha256(hurt.record).digest() != hurt.record_hash:
        return None
    try:
        seen = outline(hurt.record)
    except CannotOpen:
        return None
    if seen.record_id != hurt.record_id:
        return None
    return ArchivedRecord(
        record_id=hurt.record_id,
        site=seen.site,
        epoch=hurt.epoch,
        seq=hurt.seq,
        day=hurt.day,
        kind=seen.kind,
        form=seen.form,
        event=seen.event,
        record=hurt.record,
        carrier="" if seen.site == hurt.site else hurt.site,
        record_hash=hurt.record_hash,
    )
