"""What the tests of receipts share: records in the log, and letters that the office signs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from forms_app.answers.submission import Nonce
from forms_app.office.household import Household
from forms_app.sealing.signing import SigningKey
from forms_app.site.intake import Intake
from forms_app.site.intake import Receipt as Slip
from forms_app.site.services import Services
from forms_app.transfer.erasure import Erasure, make_erasure
from forms_app.transfer.receipt import Receipt, make_receipt
from tests.conftest import NOW, PASSPHRASE, TODAY
from tests.office.conftest import REGISTRATION, posted


def send(services: Services, count: int = 1) -> list[bytes]:
    """Put registrations through the intake; return their ids."""
    spec, found = services.library.by_id("event_registration"), []
    for _ in range(count):
        taken = Intake(services, spec, None, Nonce.fresh(TODAY), "id").take(posted(REGISTRATION))
        assert isinstance(taken, Slip)
        found.append(taken.identity)
    return found


def report(services: Services) -> None:
    """Put a teacher's checklist through the intake."""
    spec = services.library.by_id("detection_checklist_teacher")
    taken = Intake(services, spec, None, Nonce.fresh(TODAY), "id").take(posted(dict(spec.sample)))
    assert isinstance(taken, Slip)


def root_of(household: Household) -> SigningKey:
    """Return the key that signs for the office."""
    return household.root(PASSPHRASE)


def receipt(services: Services, root: SigningKey, number: int = 1, **changes: Any) -> bytes:
    """Return a receipt for everything that is in the log now, opened and backed up."""
    head = services.log.head()
    told = Receipt(services.site, number, head, opened_to=head.seq)
    return make_receipt(root, replace(told, **changes))


def order(services: Services, root: SigningKey, *ids: bytes, number: int = 1) -> bytes:
    """Return an order to erase."""
    return make_erasure(root, Erasure(services.site, number, tuple(sorted(ids)), "ditarik", TODAY))


def later(services: Services, days: int) -> Services:
    """Return the same site some days on."""
    return replace(services, clock=lambda: NOW + timedelta(days))


def bytes_at(services: Services, seq: int) -> bytes:
    """Return the last bytes of the record at a place: nothing else has them."""
    entry = next(services.log.entries(seq - 1, 1))
    assert entry.record is not None
    return entry.record[-200:]


def files_with(folder: Path, needle: bytes) -> list[str]:
    """Return the names of the files in a folder that hold these bytes."""
    return [path.name for path in folder.rglob("*") if path.is_file() and needle in path.read_bytes()]


def places(services: Services) -> list[int]:
    """Return the places of the records whose bytes are here."""
    return [entry.seq for entry in services.log.entries() if entry.record]
