"""Taking a package in: verified first, kept sealed, and the same however often and in whatever order it comes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from forms_app.office.household import Household
from forms_app.sealing.layout import SealedRecord
from forms_app.storage import archive
from forms_app.storage.archive import ArchivedRecord
from forms_app.storage.chain import Entry
from forms_app.transfer.reading import Bundle, Quarantined, read_bundle

BATCH = 500


@dataclass(frozen=True)
class ImportReport:
    """What one import did; `forms_missing` counts forms that came damaged and that the office does not have."""

    site: str
    number: int
    records: int
    new: int
    quarantined: int
    forms_missing: int

    @property
    def known(self) -> int:
        """Return how many of the records were here already."""
        return self.records - self.new

    @property
    def whole(self) -> bool:
        """Whether everything that the package promises is here now."""
        return not self.quarantined and not self.forms_missing


def import_bundle(household: Household, path: Path) -> ImportReport:
    """Keep every record of a package that verifies; set the damaged ones aside and go on.

    Raises NotABundle, ForeignBundle or DamagedBundle, and then keeps nothing of it.
    """
    bundle = read_bundle(path, household.enrolled())
    household.archive.add([], [], dict(_forms(bundle)))
    records = new = quarantined = 0
    found = iter(bundle.entries())
    while batch := list(islice(found, BATCH)):
        whole = list(_whole(bundle, batch))
        hurt = [_kept(bundle, one) for one in batch if isinstance(one, Quarantined)]
        new += household.archive.add(whole, hurt, {})
        records += len(whole)
        quarantined += len(hurt)
    missing = sum(household.archive.spec_source(one.digest) is None for one in bundle.info.specs)
    return ImportReport(bundle.info.site, bundle.info.number, records, new, quarantined, missing)


def _forms(bundle: Bundle) -> Iterator[tuple[str, str]]:
    """Yield the forms that are what their digest says: no site may give another site's records a new meaning."""
    for digest, source in bundle.specs():
        if hashlib.sha256(source).hexdigest() == digest:
            yield digest, source.decode("utf-8", "replace")


def _whole(bundle: Bundle, batch: list[Entry | Quarantined]) -> Iterator[ArchivedRecord]:
    for entry in batch:
        if isinstance(entry, Entry) and entry.record is not None:
            header = SealedRecord.from_bytes(entry.record).header
            yield ArchivedRecord(
                record_id=entry.record_id,
                site=bundle.info.site,
                epoch=entry.epoch,
                seq=entry.seq,
                day=entry.day,
                kind=header.kind,
                form=header.form,
                event=header.event,
                record=entry.record,
            )


def _kept(bundle: Bundle, one: Quarantined) -> archive.Quarantined:
    record = one.entry.record or b""
    return archive.Quarantined(hashlib.sha256(record).digest(), bundle.info.site, one.seq, one.reason, record)
