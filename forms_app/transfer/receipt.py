"""The office's receipt: up to where it holds a site's log, and what of that it has opened and backed up.

A receipt is a DSSE envelope signed by the office root over {format, site, number, head, kept_but, opened_but,
opened_to}. Its numbers are places in the site's own chain that ends at `head`. Two grades, by place:

kept     up to `head`, but not in `kept_but`: it need not be carried again
opened   kept, up to `opened_to`, but not in `opened_but`: the site may purge it

What a receipt does not claim stays where it is. So exceptions that do not fit (a QR code is small) only make it claim
less: `opened_to` falls to before the first of them, and what is not kept grows to the end.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Any

from forms_app.errors import N_, TransferError
from forms_app.sealing.canonical import dump, load
from forms_app.sealing.signing import SigningKey, bad_signature, signer_id, verify
from forms_app.sealing.statements import SITE, OfficeStatement
from forms_app.storage.chain import Head
from forms_app.transfer.values import from_head, read_head, read_number

RECEIPT_TYPE = "application/vnd.peksos.receipt+json"
FORMAT = "peksos/receipt/1"
ROOM = 1_000_000  # bytes of the payload of a file

Range = tuple[int, int]


@dataclass(frozen=True)
class Receipt:
    """What the office says it holds of one site; `number` grows with every receipt of the site."""

    site: str
    number: int
    head: Head
    kept_but: tuple[Range, ...] = ()
    opened_but: tuple[Range, ...] = ()
    opened_to: int = 0

    def kept(self, seq: int) -> bool:
        """Tell whether the office has the record at this place."""
        return 1 <= seq <= self.head.seq and not _within(self.kept_but, seq)

    def opened(self, seq: int) -> bool:
        """Tell whether the office has opened the record at this place, and has it in a backup."""
        return self.kept(seq) and seq <= self.opened_to and not _within(self.opened_but, seq)

    def to_bytes(self) -> bytes:
        """Return the payload that the office signs."""
        value: dict[str, Any] = {"format": FORMAT, "site": self.site, "number": self.number}
        value |= {"head": from_head(self.head), "opened_to": self.opened_to}
        return dump(value | {"kept_but": list(self.kept_but), "opened_but": list(self.opened_but)})

    @classmethod
    def from_bytes(cls, payload: bytes) -> Receipt:
        """Read a payload; raises ValueError, KeyError or TypeError when a field is missing or out of range."""
        value = load(payload)
        if value["format"] != FORMAT:
            raise ValueError("another format")
        receipt = cls(
            site=value["site"],
            number=read_number(value["number"]),
            head=read_head(value["head"]),
            kept_but=_read_ranges(value["kept_but"]),
            opened_but=_read_ranges(value["opened_but"]),
            opened_to=read_number(value["opened_to"]),
        )
        receipt.refuse_nonsense()
        if receipt.to_bytes() != payload:
            raise ValueError("another spelling")
        return receipt

    def refuse_nonsense(self) -> None:
        """Raise ValueError when the values cannot belong together: ranges stand in order, apart, and up to the head."""
        bounds = bool(SITE.match(self.site)) and self.number >= 1 and self.head.epoch >= 1
        bounds = bounds and self.opened_to <= self.head.seq
        for ranges in (self.kept_but, self.opened_but):
            whole = all(1 <= first <= last <= self.head.seq for first, last in ranges)
            apart = all(before[1] + 1 < after[0] for before, after in pairwise(ranges))
            bounds = bounds and whole and apart
        if not bounds:
            raise ValueError("out of range")


def ranges_of(places: Iterable[int]) -> tuple[Range, ...]:
    """Return places in the log as ranges (first, last), in order."""
    found: list[Range] = []
    for place in sorted(set(places)):
        if found and found[-1][1] == place - 1:
            found[-1] = found[-1][0], place
        else:
            found.append((place, place))
    return tuple(found)


def make_receipt(root: SigningKey, receipt: Receipt, room: int = ROOM) -> bytes:
    """Return the signed line. What does not fit `room` (bytes of the payload) is not claimed.

    Raises ValueError when the values cannot belong together, or not even the first exception fits.
    """
    receipt.refuse_nonsense()
    return root.sign(RECEIPT_TYPE, _fitted(receipt, room).to_bytes())


def read_receipt(data: bytes, office: OfficeStatement, site: str, after: int = 0) -> Receipt:
    """Return what the office says to this site; `after` is the number of the last receipt that the site took in.

    Raises BadSignature when this office did not sign it, TransferError when it is for another site or not newer.
    """
    _, payload = verify(data, RECEIPT_TYPE, {signer_id(office.root): office.root})
    try:
        receipt = Receipt.from_bytes(payload)
    except (ValueError, KeyError, TypeError):
        raise bad_signature() from None
    if receipt.site != site:
        raise TransferError(N_("Tanda terima ini untuk tempat lain: {site}. Minta yang benar."), site=receipt.site)
    if receipt.number <= after:
        message = N_("Tanda terima nomor {number} lebih lama dari yang terakhir, nomor {last}. Pakai yang terbaru.")
        raise TransferError(message, number=receipt.number, last=after)
    return receipt


def _fitted(receipt: Receipt, room: int) -> Receipt:
    """Return the receipt, or the most of its claim that fits."""
    said = replace(receipt, opened_but=tuple(each for each in receipt.opened_but if each[0] <= receipt.opened_to))
    if len(said.to_bytes()) <= room:
        return said
    firsts = sorted(first for first, _ in chain(said.kept_but, said.opened_but))
    fitting = bisect_left(firsts, 1, key=lambda first: len(_before(said, first).to_bytes()) > room)
    if not fitting:
        raise ValueError("not even the first exception fits")
    return _before(said, firsts[fitting - 1])


def _before(receipt: Receipt, place: int) -> Receipt:
    """Return a receipt that claims nothing opened from a place on, and nothing kept from the next exception on."""
    named = tuple(each for each in receipt.kept_but if each[0] < place)
    left = [first for first, _ in receipt.kept_but if first >= place]
    kept_but = (*named, (left[0], receipt.head.seq)) if left else named
    opened_to = min(receipt.opened_to, place - 1)
    opened_but = tuple(each for each in receipt.opened_but if each[0] <= opened_to)
    return replace(receipt, kept_but=kept_but, opened_but=opened_but, opened_to=opened_to)


def _within(ranges: tuple[Range, ...], seq: int) -> bool:
    at = bisect_right(ranges, (seq, 1 << 63)) - 1
    return at >= 0 and ranges[at][0] <= seq <= ranges[at][1]


def _read_ranges(value: Any) -> tuple[Range, ...]:
    if not isinstance(value, list):
        raise TypeError("no list")
    return tuple((read_number(first), read_number(last)) for first, last in value)
