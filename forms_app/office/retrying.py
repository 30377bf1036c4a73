"""Taking out of quarantine what is right now: the scope is wider, the whole record came, or this program reads more."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from forms_app.errors import CannotOpen
from forms_app.office.enrolling import scopes
from forms_app.office.household import Household
from forms_app.office.scope import archived, outside
from forms_app.sealing.outline import Outline, outline
from forms_app.storage.archive import SCOPE, SITE, Quarantined


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
            seen = _readable(hurt)
            if seen is not None:
                household.archive.add([archived(allowed, hurt.site, hurt, hurt.record, seen)], [], {})
        report.damaged = household.archive.missed()
        report.released += before - report.damaged
        report.twins = household.archive.settle_twins()
    return report


def _readable(hurt: Quarantined) -> Outline | None:
    """Return the outside of bytes that are those which arrived at the site, if this program can read them by now."""
    if hashlib.sha256(hurt.record).digest() != hurt.record_hash:
        return None
    try:
        seen = outline(hurt.record)
    except CannotOpen:
        return None
    return seen if seen.record_id == hurt.record_id else None
