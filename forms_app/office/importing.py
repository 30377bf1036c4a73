"""Taking a package in: all of it or nothing, kept sealed, and the same however often and in whatever order it comes.

The package is read once. What is read goes into one transaction, which is committed only when the last byte has been
verified: killed at any moment, the office has the whole package or nothing of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from forms_app.answers.submission import now
from forms_app.errors import N_, ForeignBundle
from forms_app.office.enrolling import scopes, sites
from forms_app.office.household import Household
from forms_app.office.scope import Scope, archived
from forms_app.storage import archive
from forms_app.storage.archive import ArchivedRecord
from forms_app.storage.ledger import CarriedBundle, ForkedLog
from forms_app.transfer.reading import Bundle, Outlined, Quarantined, begin_bundle

BATCH = 500


@dataclass
class ImportReport:
    """What one import did; `forms_missing` counts forms that came damaged and that the office does not have.

    `damaged` records and those out of their site's scope (`scoped`) were set aside; `twins` are records that bear the
    id of another one.
    """

    site: str
    number: int
    records: int = 0
    new: int = 0
    damaged: int = 0
    scoped: int = 0
    twins: int = 0
    forms_missing: int = 0

    @property
    def quarantined(self) -> int:
        """Return how many records were set aside instead of taken in."""
        return self.damaged + self.scoped

    @property
    def known(self) -> int:
        """Return how many of the records were here already."""
        return self.records - self.new

    @property
    def whole(self) -> bool:
        """Whether everything that the package promises is here now."""
        return not self.quarantined and not self.forms_missing


def import_bundle(household: Household, path: Path) -> ImportReport:
    """Keep every record of a package that verifies; set aside what is damaged or not its site's to send, and go on.

    Raises NotABundle, ForeignBundle, DamagedBundle, or ForkedLog (which is noted with both hashes); then nothing of it
    is kept.
    """
    known = sites(household)
    bundle = begin_bundle(path, {statement.key_id: statement for _, statement in known.values()})
    if known[bundle.info.site][0].revoked:
        message = N_("Tempat {site} sudah dicabut. Paketnya tidak diterima lagi.")
        raise ForeignBundle(message, site=bundle.info.site)
    report = ImportReport(bundle.info.site, bundle.info.number)
    try:
        with household.archive.writing():
            _take(household, bundle, report)
    except ForkedLog as error:
        places = "{site} {epoch}/{seq} {known} {other}".format(**error.places)
        household.audit.write(now().isoformat(), "office", "fork", places)
        raise
    return report


def _take(household: Household, bundle: Bundle, report: ImportReport) -> None:
    """Take the whole package in; whatever is raised on the way undoes it."""
    info, allowed = bundle.info, scopes(household)
    household.ledger.extend(info.site, info.before, ())
    household.archive.add([], [], dict(_forms(bundle)))
    found, head = iter(bundle.outlined()), info.before
    while batch := list(islice(found, BATCH)):
        household.ledger.extend(info.site, head, [one.entry for one in batch])
        head = batch[-1].entry.head
        records = [new for one in batch if isinstance(one, Outlined) for new in _archived(info.site, one, allowed)]
        hurt = [_kept(info.site, one) for one in batch if isinstance(one, Quarantined)]
        scoped = [one for one in records if one.aside]
        inside = [one for one in records if not one.aside] if scoped else records
        household.archive.add(scoped, hurt, {})
        new, twins = household.archive.add(inside, [], {})
        report.records += len(inside)
        report.new += new - twins
        report.twins += twins
        report.scoped += len(scoped)
        report.damaged += len(hurt)
    report.forms_missing = sum(household.archive.spec_source(one.digest) is None for one in info.specs)
    line = household.ledger.line_of(info.site, info.after)
    places = info.before.seq + 1, info.after.seq, line or info.after.epoch
    named = info.digest, info.site, info.number, info.previous
    household.ledger.note(CarriedBundle(*named, *places, info.records, now().isoformat()))


def _forms(bundle: Bundle) -> Iterator[tuple[str, str]]:
    """Yield the forms that are what their digest says: no site may give another site's records a new meaning."""
    for digest, source in bundle.specs():
        if hashlib.sha256(source).hexdigest() == digest:
            yield digest, source.decode("utf-8", "replace")


def _archived(carrier: str, one: Outlined, allowed: dict[str, Scope]) -> Iterator[ArchivedRecord]:
    """Yield the record of an entry as it is kept; nothing where it was not carried."""
    if one.outline is not None and one.entry.record is not None:
        yield archived(allowed, carrier, one.entry, one.entry.record, one.outline)


def _kept(site: str, one: Quarantined) -> archive.Quarantined:
    entry = one.entry
    record = entry.record or b""
    place = site, entry.epoch, entry.seq, entry.day, entry.record_id, entry.record_hash
    return archive.Quarantined(hashlib.sha256(record).digest(), *place, one.reason, record)
