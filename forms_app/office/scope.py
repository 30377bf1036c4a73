"""What each site may send: the schools and forms it was enrolled for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forms_app.sealing.layout import OPAQUE
from forms_app.sealing.outline import Outline
from forms_app.storage.archive import SCOPE, SITE, ArchivedRecord, Quarantined
from forms_app.storage.chain import Entry

Place = Entry | Quarantined
"""Where a record stands in a log, whole or damaged."""


@dataclass(frozen=True)
class Scope:
    """The forms and schools of one site; empty means no limit. Schools are compared as people write them."""

    schools: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()

    def allows_form(self, form: str) -> bool:
        """Whether the site may send this form, or a part of it."""
        return not self.forms or form.partition("/")[0] in self.forms

    def allows_school(self, school: str) -> bool:
        """Whether the site may send from an event at this school; '' where the record names none."""
        return not self.schools or not school or _tidy(school) in {_tidy(one) for one in self.schools}


def outside(scopes: Mapping[str, Scope], site: str, kind: str, form: str) -> str:
    """Return why a record is to be set aside, as far as its outside says; '' where it is not.

    A secret record does not say which form it is: it is judged when it is opened.
    """
    scope = scopes.get(site)
    if scope is None:
        return SITE
    return "" if kind == OPAQUE or scope.allows_form(form) else SCOPE


def archived(scopes: Mapping[str, Scope], carrier: str, place: Place, record: bytes, seen: Outline) -> ArchivedRecord:
    """Return a record as it is kept: under the site it was sealed for, which need not be the one that carries it.

    `place` is where it stands in the carrier's log. What is outside its site's scope is set aside.
    """
    return ArchivedRecord(
        record_id=place.record_id,
        site=seen.site,
        epoch=place.epoch,
        seq=place.seq,
        day=place.day,
        kind=seen.kind,
        form=seen.form,
        event=seen.event,
        record=record,
        carrier="" if seen.site == carrier else carrier,
        aside=outside(scopes, seen.site, seen.kind, seen.form),
        record_hash=place.record_hash,
    )


def inside(scopes: Mapping[str, Scope], site: str, form: str, school: str) -> bool:
    """Whether an opened record is within its site's scope."""
    scope = scopes.get(site)
    return scope is not None and scope.allows_form(form) and scope.allows_school(school)


def _tidy(school: str) -> str:
    return " ".join(school.casefold().split())
