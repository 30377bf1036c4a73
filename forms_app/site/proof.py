"""The proof that the log is whole: chain, labels, everything that left the site, and leave for every missing record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from forms_app.answers.submission import WIB, day_number
from forms_app.errors import N_, BrokenLog, CannotOpen, SealingError, TransferError
from forms_app.sealing.layout import SealedRecord
from forms_app.sealing.statements import OfficeStatement
from forms_app.site.carriage import last_receipt
from forms_app.site.purging import Ceilings
from forms_app.site.services import Services
from forms_app.storage.carried import Letters
from forms_app.storage.log import OPAQUE, Head, Line
from forms_app.transfer.erasure import read_erasure
from forms_app.transfer.receipt import Receipt, read_receipt

Signed = TypeVar("Signed")


@dataclass
class Proof:
    """One walk through the log: what the office gave leave for, and what was counted on the way.

    Counted are, by name: `kept` and `opened` (as the newest receipt says, secret records left out), `purged` and
    `erased` (bytes gone), `overdue` (past their time, but may not go yet), and `lost`: gone on an earlier receipt
    although the newest one does not say that the office keeps them.
    """

    services: Services
    receipts: list[Receipt] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._ceilings = Ceilings(self.services)
        self._today = day_number(self.services.clock().astimezone(WIB).date())
        self._erased: set[bytes] = set()
        self.newest = last_receipt(self.services)

    def verify(self) -> Head:
        """Return the head of the log; raise BrokenLog saying where it is not what the site once said or may have."""
        services = self.services
        self.receipts = list(_signed(services, services.receipts, read_receipt))
        orders = _signed(services, services.orders, read_erasure)
        self._erased = {each for order in orders for each in order.ids}
        packages = [Head(one.epoch, one.seq, bytes.fromhex(one.head)) for one in services.packages.all() if one.head]
        last = services.packages.last()
        if last and last.seq > services.log.head().seq:
            raise BrokenLog(N_("Catatan berakhir sebelum nomor {seq}, yang sudah pernah dibawa."), seq=last.seq)
        return services.log.verify([*packages, *(one.head for one in self.receipts)], self._stands)

    def _stands(self, line: Line) -> bool:
        """Tell whether a record is here under its own labels, or gone by a receipt or an order."""
        seq = line.entry.seq
        received = self.newest is not None and self.newest.kept(seq)
        opened = self.newest is not None and self.newest.opened(seq)
        if line.kind != OPAQUE:
            self.counts.update(kept=int(received), opened=int(opened))
        if line.here:
            self.counts["overdue"] += not opened and self._ceilings.past(line, self._today)
            return _labelled(line)
        erased = line.entry.record_id in self._erased
        self.counts.update(erased=int(erased), purged=int(not erased), lost=int(not erased and not received))
        return erased or any(receipt.opened(seq) for receipt in reversed(self.receipts))


def _signed(
    services: Services, shelf: Letters, read: Callable[[bytes, OfficeStatement, str], Signed]
) -> Iterator[Signed]:
    """Yield what the office signed; raise BrokenLog when something here is not, or not any more, what it signed."""
    for leave in shelf.all():
        try:
            yield read(leave.line.encode(), services.office, services.site)
        except (SealingError, TransferError):
            raise BrokenLog(N_("Surat kantor nomor {number} di sini diubah."), number=leave.number) from None


def _labelled(line: Line) -> bool:
    """Tell whether what stands beside the chain is what the record itself says."""
    try:
        header = SealedRecord.from_bytes(line.entry.record or b"").header
    except CannotOpen:
        return False
    own = header.record_id, header.kind, header.form, header.event
    return own == (line.entry.record_id, line.kind, line.form, line.event)
