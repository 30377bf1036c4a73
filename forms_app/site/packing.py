"""Making a package: everything the office has no receipt for, in one signed file."""

from __future__ import annotations

from pathlib import Path

from forms_app.errors import StorageError
from forms_app.site.services import Services
from forms_app.storage.chain import Head, opening
from forms_app.storage.documents import Package
from forms_app.transfer.manifest import BundleInfo
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

    With `before` it holds only what follows on that head; without `forms` it leaves them out, for whoever has them.
    Raises StorageFull, StorageError, BrokenLog or TransferError; then no such package exists.
    """
    last = services.packages.last()
    head = services.log.head()
    info = write_bundle(
        path,
        services.site_key,
        services.site,
        number=last.number + 1 if last else 1,
        previous_digest=last.digest if last else "",
        specs=[(digest, source.encode()) for digest, source in sorted(services.served.all().items()) if forms],
        entries=services.log.entries(before.seq if before else 0),
        head_before=before or opening(services.site),
        head_after=head,
        progress=progress,
    )
    created = services.clock().isoformat()
    reach = (info.records, head.epoch, head.seq)
    package = Package(info.number, info.digest, info.previous, str(path), *reach, created, carried)
    try:
        services.packages.add(package)
    except StorageError:  # another one took the number meanwhile: two files must not bear it
        path.unlink(missing_ok=True)
        raise
    return info
