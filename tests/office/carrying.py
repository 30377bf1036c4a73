"""A site made by hand: its log can be cut, restored, rolled back and packed as no honest program would."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from forms_app.office.enrolling import enrol
from forms_app.office.household import Household
from forms_app.office.scope import Scope
from forms_app.sealing.keys import Recipient
from forms_app.sealing.outline import outline
from forms_app.sealing.records import Header, seal
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import make_site_statement
from forms_app.storage.chain import Entry, Head, epoch_entry, next_entry, opening
from forms_app.transfer.bundle import BundleInfo, write_bundle

DAY = 20_780


@dataclass
class HandSite:
    """A site's key and its log. `entries` is what it would pack; cut or change it, and go on."""

    name: str
    key: SigningKey
    recipient: Recipient
    entries: list[Entry] = field(default_factory=list)
    packed: int = 0
    made: int = 0

    @property
    def head(self) -> Head:
        """Return the end of the log."""
        return self.entries[-1].head if self.entries else opening(self.name)

    def statement(self) -> bytes:
        """Return what the site gives to the office."""
        return make_site_statement(self.key, self.name, f"Tempat {self.name}")

    def enrol(self, household: Household, **scope: tuple[str, ...]) -> None:
        """Let the office take packages from this site, with or without limits."""
        enrol(household, self.statement(), scope=Scope(**scope))

    def record(self, number: int | bytes, **named: Any) -> bytes:
        """Return the bytes of a new sealed record; the header names this site unless another is said."""
        record_id = number if isinstance(number, bytes) else hashlib.sha256(b"%d" % number).digest()[:16]
        header = Header(**{"record_id": record_id, "site": self.name, "form": "event_registration"} | named)
        return seal(header, b"isi", [self.recipient], 64).to_bytes()

    def add(self, count: int = 1, **named: Any) -> list[Entry]:
        """Let records arrive, and return their entries."""
        return [self.arrive(self.record(self._next(), **named)) for _ in range(count)]

    def arrive(self, record: bytes, record_id: bytes | None = None) -> Entry:
        """Let one record arrive, whatever it is."""
        identity = record_id or outline(record).record_id
        entry = next_entry(self.name, self.head, DAY, identity, hashlib.sha256(record).digest())
        self.entries.append(entry._replace(record=record))
        return self.entries[-1]

    def restore(self, seq: int, day: int = DAY + 1) -> None:
        """Go back to an old backup and say so: the log goes on after `seq` in a new epoch."""
        del self.entries[seq:]
        self.entries.append(epoch_entry(self.name, self.head, day))

    def pack(
        self, path: Path, first: int = 1, last: int = 0, without: Iterable[int] = (), **changes: Any
    ) -> BundleInfo:
        """Write a package of the entries from `first` to `last` (0: the end), some without their record."""
        self.packed += 1
        bare, piece = set(without), self.entries[first - 1 : last or len(self.entries)]
        given = [one._replace(record=None) if one.seq in bare else one for one in piece]
        before = self.entries[first - 2].head if first > 1 else opening(self.name)
        values: dict[str, Any] = {
            "path": path,
            "site_key": self.key,
            "site": self.name,
            "number": self.packed,
            "previous_digest": "",
            "specs": [],
            "entries": given,
            "head_before": before,
            "head_after": piece[-1].head if piece else before,
        }
        return write_bundle(**values | changes)

    def copy(self) -> HandSite:
        """Return the site as it stands now: what somebody copied away."""
        return replace(self, entries=list(self.entries))

    def _next(self) -> int:
        self.made += 1
        return int.from_bytes(self.key.seed[:4], "big") * 1_000_000 + self.made


def hand_site(household: Household, name: str = "contoh-1", seed: int = 1) -> HandSite:
    """Return a new site that nobody has enrolled yet; it seals to the office's own key."""
    return HandSite(name, SigningKey(bytes([seed]) * 32), household.statement.terms[0].recipient)


def dump(household: Household) -> dict[str, list[Any]]:
    """Return everything that the office keeps and that must not depend on the order in which it came."""
    tables = {
        "office_records": "record_id, record_hash, site, carrier, epoch, seq, day, kind, form, event, aside, record",
        "office_quarantine": "*",
        "office_specs": "*",
        "office_entries": "*",
        "office_epochs": "*",
        "office_erased": "*",
        "office_bundles": "digest, site, number, previous, first, last, line, records",
    }
    with household.archive.writing() as connection:
        return {
            name: sorted(tuple(row) for row in connection.exec_driver_sql(f"SELECT {columns} FROM {name}"))  # noqa: S608 - fixed names
            for name, columns in tables.items()
        }
