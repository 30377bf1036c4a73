"""Purging: a record past its form's time at the site goes, if the office has opened it and has it in a backup.

Nothing else makes a record go: without such a receipt it stays, is counted as overdue, and whoever looks is told. The
key of an event goes when its time is over in any case: what waits for the office longer is the office's alone to read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from forms_app.answers.submission import WIB, day_number
from forms_app.site.carriage import last_receipt
from forms_app.site.eventkeys import destroy_event_keys
from forms_app.site.leftovers import drop_packages
from forms_app.site.receiving import obey_again
from forms_app.site.services import Services
from forms_app.specs.model import FormSpec
from forms_app.specs.problems import SpecErrors
from forms_app.specs.reader import read_spec
from forms_app.storage.chain import RECORD
from forms_app.storage.log import OPAQUE, Line
from forms_app.transfer.receipt import Receipt


@dataclass(frozen=True)
class Purged:
    """What a purge did: records whose bytes went, those that should have but may not yet, package files, event keys."""

    purged: int
    overdue: int
    erased: int
    packages: int
    keys: int


@dataclass
class Ceilings:
    """How many days each form's records may stay at the site, by what the log calls the form.

    Secret records do not say which form they are: the longest time of any secret form holds for all. For a form that
    is no longer in the folder the version that was served last holds; for one that nobody knows, the longest of all.
    """

    services: Services
    days: dict[str, int] = field(init=False)
    _served: dict[str, int] | None = None

    def __post_init__(self) -> None:
        specs = list(self.services.library)
        self.days = {name: days for spec in specs for name, days in _days(spec)}
        self.days[OPAQUE] = max((spec.retention.site for spec in specs if spec.secret), default=self._longest())

    def past(self, line: Line, today: int) -> bool:
        """Tell whether a record has been here for as long as it may."""
        return today - line.entry.day >= self._of(OPAQUE if line.kind == OPAQUE else line.form)

    def longest_of(self, form: str) -> int:
        """Return for how many days records of a form or of one of its parts may stay."""
        own = self._of(form)
        known = {**(self._served or {}), **self.days}
        return max([own, *(days for name, days in known.items() if name.startswith(f"{form}/"))])

    def _of(self, name: str) -> int:
        if name not in self.days:
            if self._served is None:
                self._served = dict(self._read_served())
            self.days[name] = self._served.get(name, self._longest())
        return self.days[name]

    def _read_served(self) -> Iterator[tuple[str, int]]:
        for source in self.services.served.all().values():
            try:
                yield from _days(read_spec(source, "served"))
            except SpecErrors:
                continue

    def _longest(self) -> int:
        return max(self.days.values(), default=0)


def purge(services: Services) -> Purged:
    """Drop every record that is past its time and that the newest receipt names as opened; return what was done.

    What an order erases goes too, if it came in again since. The desk's package files that the office has a receipt
    for are removed with it. What a purge that was killed left in the database's side files goes as well. Keys of events
    that are past their time are destroyed.
    """
    receipt, due = last_receipt(services), due_records(services)
    leave, overdue = [], 0
    for line in due:
        if receipt and receipt.opened(line.entry.seq):
            leave.append(line.entry.seq)
        else:
            overdue += 1
    purged, erased = services.log.purge(leave), obey_again(services)
    keys = destroy_event_keys(services, Ceilings(services).longest_of)
    services.log.scrub()
    if purged or erased:
        services.audit.write(services.clock().isoformat(), "site", "purge", f"{purged} {erased}")
    packages = drop_packages(services, lambda one: _received(receipt, one.seq))
    return Purged(purged, overdue, erased, packages, keys)


def due_records(services: Services) -> Iterator[Line]:
    """Yield the records that are here and past their time, without their bytes."""
    ceilings, today = Ceilings(services), day_number(services.clock().astimezone(WIB).date())
    for line in services.log.lines(records=False):
        if line.here and line.entry.type == RECORD and ceilings.past(line, today):
            yield line


def _received(receipt: Receipt | None, seq: int) -> bool:
    """Tell whether the office has everything up to a place."""
    return receipt is not None and seq <= receipt.head.seq and not any(first <= seq for first, _ in receipt.kept_but)


def _days(spec: FormSpec) -> Iterator[tuple[str, int]]:
    yield spec.form_id, spec.retention.site
    for part in spec.parts:
        yield f"{spec.form_id}/{part.name}", part.retention.site
