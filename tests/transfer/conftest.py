"""A site with a short log of really sealed records, and its bundle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from forms_app.sealing.records import Header, Identity, seal
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import SiteStatement
from forms_app.storage.chain import Entry, epoch_entry, next_entry, opening
from forms_app.transfer.bundle import BundleInfo, write_bundle

SITE = "metro-1"
KEY = SigningKey(bytes([9]) * 32)
SITES = {KEY.key_id: SiteStatement(SITE, "SDN 1 Metro", KEY.public)}
OFFICE = Identity("office", bytes([1]) * 32)
SPECS = (("ab" * 32, b"form_id: a\n"), ("cd" * 32, "form_id: b # é\n".encode() * 50))

Writer = Callable[..., BundleInfo]


@dataclass(frozen=True)
class Metro:
    """What the tests know about the site: its keys, the office's list of sites, and its library."""

    site: str = SITE
    key: SigningKey = KEY
    office: Identity = OFFICE
    specs: tuple[tuple[str, bytes], ...] = SPECS
    sites: dict[str, SiteStatement] = field(default_factory=lambda: SITES)

    def entries(self, count: int, size: int = 64) -> list[Entry]:
        """Return a log of so many records, each padded to `size` bytes."""
        return make_entries(count, size)


@pytest.fixture(scope="session")
def metro() -> Metro:
    """Return the site of these tests."""
    return Metro()


def make_entries(count: int, size: int = 64) -> list[Entry]:
    """Return a log of so many records, each padded to `size` bytes."""
    head, entries = opening(SITE), []
    for number in range(count):
        record_id = number.to_bytes(16, "big")
        record = seal(Header(record_id, SITE), b"answer %d" % number, [OFFICE.recipient], size)
        entry = next_entry(SITE, head, 20_780, record_id, record.digest)
        entries.append(entry._replace(record=record.to_bytes()))
        head = entry.head
    return entries


@pytest.fixture(scope="session")
def entries() -> list[Entry]:
    """Return a log: three records, a new epoch, two more; the second was received already and travels without bytes."""
    first = make_entries(3)
    begin = epoch_entry(SITE, first[-1].head, 20_781)
    head, more = begin.head, []
    for number in (90, 91):
        record = seal(Header(bytes([number]) * 16, SITE), b"later", [OFFICE.recipient], 64)
        entry = next_entry(SITE, head, 20_781, bytes([number]) * 16, record.digest)
        more.append(entry._replace(record=record.to_bytes()))
        head = entry.head
    return [first[0], first[1]._replace(record=None), first[2], begin, *more]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the bundle goes."""
    return tmp_path / "metro.peksos"


@pytest.fixture
def write(path: Path, entries: list[Entry]) -> Writer:
    """Return a function that writes the bundle of the log, with whatever is said to be different."""

    def written(**changes: object) -> BundleInfo:
        values = {
            "path": path,
            "site_key": KEY,
            "site": SITE,
            "number": 1,
            "previous_digest": "",
            "specs": SPECS,
            "entries": entries,
            "head_before": opening(SITE),
            "head_after": entries[-1].head,
            "counts": {"event_registration": 4},
        }
        return write_bundle(**values | changes)  # type: ignore[arg-type]  # tests hand in what is wrong on purpose

    return written
