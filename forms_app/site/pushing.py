"""Pushing what the log holds to an inbox: only what is new there, in packages that end up nowhere but at the office."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from forms_app.errors import N_, PeksosError, StorageError, StorageFull, TransferError
from forms_app.sealing.signing import MAX_ENVELOPE
from forms_app.sealing.statements import SiteStatement
from forms_app.site.alone import alone
from forms_app.site.packing import make_package
from forms_app.site.receiving import take_receipt
from forms_app.site.services import Services, push_folder
from forms_app.storage.chain import Head
from forms_app.storage.kinds import Push
from forms_app.storage.pushes import head_of
from forms_app.transfer.manifest import BundleInfo, read_manifest
from forms_app.transfer.push import Progress, fetch_receipt, push_file
from forms_app.transfer.wire import InboxAway, Patience, Wire

WAITING = (InboxAway.code, StorageFull.code)  # of these the same package is sent again
ROUNDS = 3  # what was pending, what came since, and all anew if the inbox lost what it had


@dataclass(frozen=True)
class Pushed:
    """What one push did: packages, records and bytes that reached the inbox."""

    packages: int = 0
    records: int = 0
    size: int = 0


def push(
    services: Services,
    wire: Wire,
    patience: Patience,
    *,
    whole: bool = False,
    progress: Progress | None = None,
) -> Pushed:
    """Bring everything to the inbox that it does not have, and return what that was; `whole` begins at the beginning.

    A package that a former push left half sent is continued first. Raises InboxAway (call again, nothing is lost),
    TransferError when the inbox refuses or another push is at work, StorageFull or StorageError. What went wrong is
    noted for `peksos status`.
    """
    folder = push_folder(services.settings)
    folder.mkdir(mode=0o700, exist_ok=True)
    with alone(folder / "lock") as free:
        if not free:
            raise TransferError(N_("Pengiriman lain sedang berjalan. Tunggu sebentar, lalu coba lagi."))
        try:
            done = list(_rounds(services, wire, patience, whole=whole, progress=progress))
        except PeksosError as error:
            with suppress(StorageError):
                _note(services, wire.url, failed_at=services.clock().isoformat(), failure=error.code)
            raise
    return Pushed(len(done), sum(one.records for one in done), sum(one.size for one in done))


def _rounds(
    services: Services, wire: Wire, patience: Patience, *, whole: bool, progress: Progress | None
) -> Iterator[Pushed]:
    """Push package after package until the inbox has everything that was here at the beginning of the last one."""
    if whole:
        _note(services, wire.url, hash="", library="", pending="")
    for _round in range(ROUNDS):
        path, info = _pending(services, wire.url) or _next(services, wire.url)
        if path is None or info is None:
            break
        try:
            stored = push_file(wire, services.site_key, services.site, path, patience, progress)
        except TransferError as error:
            if error.code not in WAITING:  # it will not be taken the next time either
                _note(services, wire.url, pending="")
            raise
        _mark(services, wire.url, info, joined=stored.joined)
        path.unlink(missing_ok=True)
        yield Pushed(1, info.records, stored.size)


def _pending(services: Services, url: str) -> tuple[Path, BundleInfo] | None:
    """Return the package that a former push did not bring to its end, if it is still whole."""
    name = services.pushes.get(url).pending
    path = push_folder(services.settings) / name
    if not name or not path.is_file():
        return None
    with path.open("rb") as file:
        line = file.readline(MAX_ENVELOPE)
    own = SiteStatement(services.site, services.site, services.site_key.public)
    try:
        return path, read_manifest(line, {own.key_id: own})
    except TransferError:
        return None


def _next(services: Services, url: str) -> tuple[Path | None, BundleInfo | None]:
    """Return a new package with what the inbox lacks, or nothing when it lacks nothing."""
    folder, state = push_folder(services.settings), services.pushes.get(url)
    before = _joint(services, state)
    if before == services.log.head() or services.log.head().seq == 0:
        return None, None
    for old in folder.glob("*.peksos"):
        old.unlink()
    path = folder / f"{services.clock().strftime('%Y%m%d-%H%M%S-%f')}.peksos"
    news = before is None or state.library != _library(services)
    info = make_package(services, path, before=before, forms=news, carried=False)
    _note(services, url, pending=path.name)
    return path, info


def _joint(services: Services, state: Push) -> Head | None:
    """Return the end of what the inbox has, if that is still on our chain: after a restore it may not be."""
    head = head_of(state)
    if head is None:
        return None
    entry = next(services.log.entries(head.seq - 1, limit=1), None)
    return head if entry is not None and entry.head == head else None


def _mark(services: Services, url: str, info: BundleInfo, *, joined: bool) -> None:
    """Note that the inbox has a package; where it lost what came before, the next one begins at the beginning."""
    state, end, now = services.pushes.get(url), info.after, services.clock().isoformat()
    follows = info.before == head_of(state)
    with services.transaction():
        services.pushes.carry(info.number)
        if joined or not follows:
            library = _library(services) if info.specs else state.library
            _note(services, url, epoch=end.epoch, seq=end.seq, hash=end.hash.hex(), library=library)
        else:
            _note(services, url, hash="", library="")
        _note(services, url, pending="", pushed_at=now, failure="")


def _library(services: Services) -> str:
    """Return a digest over all forms that were ever served here."""
    return sha256("".join(sorted(services.served.all())).encode()).hexdigest()


def _note(services: Services, url: str, **changes: str | int) -> None:
    services.pushes.keep(replace(services.pushes.get(url), **changes))  # type: ignore[arg-type]  # fields of Push


def collect_receipt(services: Services, wire: Wire, patience: Patience) -> int:
    """Take in the office's newest receipt if the inbox has one that is new here; return its number, else 0.

    Raises InboxAway, or BadSignature or TransferError for what is no receipt of this site's office and log.
    """
    last = services.receipts.last()
    data = fetch_receipt(wire, services.site_key, services.site, last.number if last else 0, patience)
    return take_receipt(services, data)[0].number if data else 0
