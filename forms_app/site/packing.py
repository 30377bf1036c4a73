"""Making a package: everything the office has no receipt for, in one signed file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from forms_app.errors import N_, BrokenLog, StorageError
from forms_app.site.carriage import last_receipt, unkept
from forms_app.site.services import Services
from forms_app.storage.documents import Package
from forms_app.storage.log import Entry, Head
from forms_app.transfer.manifest import BundleInfo
from forms_app.transfer.receipt import Range
from forms_app.transfer.writing import Progress, write_bundle


def make_package(
    services: Services,
    path: Path,
    progress: Progress | None = None,
    *,
    before: Head | None = None,
    forms: bool = True,
    carried: bool = True,
) -> BundleInfo:
    """Write every record that has no receipt to one package, remember the package, and return what it says.

    It begins where the office's knowledge may end: at the last entry before the first that has no receipt. Entries
    with a receipt after that go as skeletons, so that the chain is whole. The first package begins at the opening.
    With `before` it holds only what follows on that head; without `forms` it leaves them out, for whoever has them.
    Raises StorageFull, StorageError, BrokenLog or TransferError; then no such package exists.
    """
    last = services.packages.last()
    head = services.log.head()
    open_ranges = unkept(last_receipt(services), head.seq)
    info = write_bundle(
        path,
        services.site_key,
        services.site,
        number=last.number + 1 if last else 1,
        previous_digest=last.digest if last else "",
        specs=[(digest, source.encode()) for digest, source in sorted(services.served.all().items()) if forms],
        entries=services.log.entries(before.seq) if before else _entries(services, open_ranges),
        head_before=before or _before(services, open_ranges, head),
        head_after=head,
        progress=progress,
    )
    created, reach = services.clock().isoformat(), (info.records, head.epoch, head.seq)
    package = Package(info.number, info.digest, info.previous, str(path), *reach, created, head.hash.hex(), carried)
    try:
        services.packages.add(package)
    except StorageError:  # another one took the number meanwhile: two files must not bear it
        path.unlink(missing_ok=True)
        raise
    return info


def _before(services: Services, open_ranges: list[Range], head: Head) -> Head:
    """Return the last point of the chain before the first entry without a receipt."""
    seq = open_ranges[0][0] - 1 if open_ranges else head.seq
    found = services.log.head_at(seq)
    if found is None:
        raise BrokenLog(N_("Catatan rusak mulai nomor {seq}: diubah, dipindah atau dihapus."), seq=seq)
    return found


def _entries(services: Services, open_ranges: list[Range]) -> Iterator[Entry]:
    """Yield the log from the first entry without a receipt, with the records of those only."""
    done = open_ranges[0][0] - 1 if open_ranges else 0
    for first, last in open_ranges:
        yield from services.log.entries(done, first - 1 - done, records=False)
        yield from services.log.entries(first - 1, last - first + 1)
        done = last
