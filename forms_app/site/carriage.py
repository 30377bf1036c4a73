"""What waits, what was carried, and what the office has: read off the packages and the receipts, never noted by hand.

    waiting     in no package yet            kept      the office's newest receipt has it
    carried     in a package, no receipt     opened    the office opened it too, and has it in a backup

Secret records appear in one number only: how many the office has no receipt for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from forms_app.answers.submission import WIB, day_number
from forms_app.errors import N_, SealingError, TransferError, Translate
from forms_app.site.services import Services
from forms_app.storage.log import OPAQUE
from forms_app.transfer.erasure import Erasure, read_erasure
from forms_app.transfer.receipt import Range, Receipt, read_receipt


@dataclass(frozen=True)
class Carriage:
    """How many records wait and were carried, for how many days the oldest waits, and how many secret ones are due."""

    waiting: int
    carried: int
    sealed: int
    oldest: int | None = None

    def told(self, translate: Translate) -> str:
        """Return it as the one line that people read."""
        if not self.sealed:
            return self.counted(translate)
        due = translate(N_("{sealed} laporan tersegel: bawa hari ini")).format(sealed=self.sealed)
        return f"{self.counted(translate)}; {due}"

    def counted(self, translate: Translate) -> str:
        """Return the line without the secret records, for where these are told apart."""
        if self.oldest is None:
            message = N_("{carried} dibawa, {waiting} menunggu")
        else:
            message = N_("{carried} dibawa, {waiting} menunggu, paling lama {oldest} hari")
        return translate(message).format(carried=self.carried, waiting=self.waiting, oldest=self.oldest)


def carriage(services: Services) -> Carriage:
    """Return what is still to be carried; costs what the office has no receipt for, not what is stored."""
    open_ranges = unkept(last_receipt(services), services.log.head().seq)
    if not open_ranges:
        return Carriage(0, 0, 0)
    package = services.packages.last_carried()
    reached = package.seq if package else 0
    nameless = services.log.unnamed(open_ranges[0][0] - 1)
    erased = services.log.erased([each for order in orders_of(services) for each in order.ids])
    aside = nameless.keys() | erased.keys()
    waiting = [(max(first, reached + 1), last) for first, last in open_ranges if last > reached]
    carried = [(first, min(last, reached)) for first, last in open_ranges if first <= reached]
    oldest = next((seq for first, last in waiting for seq in range(first, last + 1) if seq not in aside), None)
    return Carriage(
        waiting=_size(waiting) - _inside(waiting, aside),
        carried=_size(carried) - _inside(carried, aside),
        sealed=_inside(open_ranges, {seq for seq, kind in nameless.items() if kind == OPAQUE} - erased.keys()),
        oldest=None if oldest is None else _age(services, oldest),
    )


def last_receipt(services: Services) -> Receipt | None:
    """Return the newest receipt; None when there is none, or it no longer verifies: then nothing counts as received."""
    leave = services.receipts.last()
    if leave is None:
        return None
    try:
        receipt = read_receipt(leave.line.encode(), services.office, services.site)
    except (SealingError, TransferError):
        return None
    return receipt if services.log.holds(receipt.head) else None


def orders_of(services: Services) -> Iterator[Erasure]:
    """Yield the orders to erase that verify."""
    for leave in services.orders.all():
        try:
            yield read_erasure(leave.line.encode(), services.office, services.site)
        except (SealingError, TransferError):
            continue


def unkept(receipt: Receipt | None, end: int) -> list[Range]:
    """Return the places up to `end` that the office has not said it keeps, as ranges in order."""
    if receipt is None:
        return [(1, end)] if end else []
    beyond = [(receipt.head.seq + 1, end)] if end > receipt.head.seq else []
    return [*receipt.kept_but, *beyond]


def _age(services: Services, seq: int) -> int:
    """Return for how many days the record at a place is here."""
    entry = next(services.log.entries(seq - 1, 1, records=False))
    return max(day_number(services.clock().astimezone(WIB).date()) - entry.day, 0)


def _size(ranges: list[Range]) -> int:
    return sum(last - first + 1 for first, last in ranges)


def _inside(ranges: list[Range], places: Collection[int]) -> int:
    """Return how many of the places lie in the ranges, which stand in order."""
    firsts = [first for first, _ in ranges]
    found = ((bisect_right(firsts, place) - 1, place) for place in places)
    return sum(at >= 0 and place <= ranges[at][1] for at, place in found)
