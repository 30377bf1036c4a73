"""Taking in an outbox file: every record by itself, known ones once, and none keeps the others out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from forms_app.answers.submission import WIB, day_number
from forms_app.errors import DamagedBundle, PeksosError, StorageError
from forms_app.site.admission import Admission
from forms_app.site.services import Services
from forms_app.storage.log import NewRecord
from forms_app.transfer.outbox import read_outbox

BATCH = 100


@dataclass
class OutboxReport:
    """What one file brought; `elsewhere` of the records are for other sites, `refused` counts by error code."""

    records: int = 0
    new: int = 0
    elsewhere: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    cut: DamagedBundle | None = None

    @property
    def known(self) -> int:
        """Return how many of the records were here already."""
        return self.records - self.new

    @property
    def whole(self) -> bool:
        """Whether everything in the file is here now."""
        return not self.refused and self.cut is None


def take_outbox(services: Services, path: Path) -> OutboxReport:
    """Keep every record of the file that may come in here, durably, and tell what became of each.

    Raises NotABundle for another file, StorageFull or StorageError; what was kept by then stays, and the file may be
    taken in again.
    """
    report = OutboxReport()
    day = day_number(services.clock().astimezone(WIB).date())
    with path.open("rb") as file:
        admitted = _admitted(services, _frames(read_outbox(file), report), report)
        while batch := list(islice(admitted, BATCH)):
            end = services.log.head().seq
            entries = services.log.append(batch, day)
            report.records += len(entries)
            report.new += len({entry.seq for entry in entries if entry.seq > end})
    return report


def _frames(found: Iterator[bytes], report: OutboxReport) -> Iterator[bytes]:
    """Yield the frames; where the file was cut short, note it and end."""
    try:
        yield from found
    except DamagedBundle as error:
        report.cut = error


def _admitted(services: Services, frames: Iterator[bytes], report: OutboxReport) -> Iterator[NewRecord]:
    """Yield the records that may come in, and count the others by what is wrong with them."""
    admission = Admission(services)
    for data in frames:
        try:
            found, ours = admission.cargo(data)
        except StorageError:
            raise
        except PeksosError as error:
            report.refused[error.code] += 1
            continue
        report.elsewhere += not ours
        yield found
