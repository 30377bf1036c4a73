"""Taking an outbox file in: each record by itself, once, and cargo for other sites only by its structure."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms_app.answers.sizes import SECRET_BYTES, record_bytes
from forms_app.errors import NotABundle
from forms_app.office.household import Household
from forms_app.office.importing import import_bundle
from forms_app.sealing.keys import Identity
from forms_app.sealing.records import Header, seal
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import make_site_statement
from forms_app.site.outbox import take_outbox
from forms_app.site.packing import make_package
from forms_app.site.services import Services
from forms_app.storage.documents import Event
from forms_app.transfer.outbox import write_outbox
from tests.conftest import TODAY

STRANGER = Identity("office", bytes([3]) * 32).recipient


def outbox(path: Path, records: list[bytes]) -> Path:
    """Write an outbox file and return it."""
    with path.open("wb") as file:
        write_outbox(file, records)
    return path


def secret(services: Services, number: int, site: str = "", key: object = None) -> bytes:
    """Return a secret record as a phone seals it."""
    reader = key or services.office.term_key(TODAY, "s")
    header = Header(bytes([number]) * 16, site or services.site, "s")
    return seal(header, b"x", [reader], SECRET_BYTES).to_bytes()  # type: ignore[list-item]  # a Recipient


def test_everything_comes_in_once(services: Services, tmp_path: Path) -> None:
    """The same file any number of times, and records that are in it twice."""
    path = outbox(tmp_path / "o", [secret(services, number) for number in (1, 2, 3)] + [secret(services, 2)])
    first, again = take_outbox(services, path), take_outbox(services, path)
    assert (first.records, first.new, first.whole) == (4, 3, True)
    assert (again.records, again.new, again.known) == (4, 0, 4)
    assert services.log.count(kind="s") == 3


def test_a_bad_record_does_not_keep_the_others_out(services: Services, tmp_path: Path) -> None:
    """Each is counted by what is wrong with it."""
    broken = secret(services, 9)[:-1]
    path = outbox(tmp_path / "o", [secret(services, 1), broken, secret(services, 2, key=STRANGER), secret(services, 3)])
    found = take_outbox(services, path)
    assert (found.new, dict(found.refused), found.whole) == (2, {"cannot-open": 1, "key-refused": 1}, False)


def test_what_is_whole_of_a_cut_file_is_kept(services: Services, tmp_path: Path) -> None:
    """And the cut is told."""
    path = outbox(tmp_path / "o", [secret(services, 1), secret(services, 2)])
    path.write_bytes(path.read_bytes()[:-1])
    found = take_outbox(services, path)
    assert (found.new, found.whole) == (1, False)
    assert found.cut is not None


def test_cargo_for_another_site_is_carried_and_counts_nowhere(
    services: Services, household: Household, event: Event, tmp_path: Path
) -> None:
    """It goes with the next package, byte for byte, and is no registration of ours although it names our event."""
    spec = services.library.by_id("event_registration")
    other = SigningKey(bytes([4]) * 32)
    household.enrol(make_site_statement(other, other.key_id, "SD Lain"))
    header = Header(bytes([7]) * 16, other.key_id, "p", spec.form_id, spec.digest, event.code)
    named = seal(header, b"x", [STRANGER], record_bytes(spec)).to_bytes()
    found = take_outbox(services, outbox(tmp_path / "o", [secret(services, 1, other.key_id, STRANGER), named]))
    assert (found.new, found.elsewhere, found.whole) == (2, 2, True)
    assert services.log.counts_by(event.code) == {}
    entry = services.log.find(bytes([7]) * 16)
    assert entry is not None
    assert entry.record == named
    make_package(services, tmp_path / "a.peksos")
    assert import_bundle(household, tmp_path / "a.peksos").records == 2


def test_a_secret_record_for_two_readers_is_no_cargo(services: Services, tmp_path: Path) -> None:
    """The structure is checked: a header that names an event's key beside a secret kind is refused."""
    event_key = Identity("event", bytes([5]) * 32).recipient
    record = seal(Header(bytes(16), "0" * 16, "p"), b"x", [STRANGER, event_key], 256)
    forged = record.header_bytes.replace(b"\0\0\0\1p", b"\0\0\0\1s")
    data = record.to_bytes().replace(record.header_bytes, forged)
    found = take_outbox(services, outbox(tmp_path / "o", [data]))
    assert (found.records, dict(found.refused)) == (0, {"key-refused": 1})


def test_another_file_is_refused(services: Services, tmp_path: Path) -> None:
    """Nothing of it is taken."""
    (tmp_path / "o").write_bytes(b"x" * 100)
    with pytest.raises(NotABundle):
        take_outbox(services, tmp_path / "o")
    assert services.log.count() == 0
