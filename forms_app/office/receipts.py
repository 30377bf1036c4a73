"""Issuing receipts: what the office holds of a site, and what of that it has opened and backed up.

Only what the office's own tables say goes in. A site purges what a receipt calls opened: so a record counts as opened
only if it is here, whole, not set aside, and its verdict is in the last backup that was verified.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from forms_app.answers.submission import now
from forms_app.errors import N_, TransferError
from forms_app.office.chains import chain_state, places
from forms_app.office.enrolling import named, sites
from forms_app.office.household import Household
from forms_app.sealing.signing import SigningKey
from forms_app.storage.archive import SAME
from forms_app.transfer.lettered import QR_ROOM
from forms_app.transfer.reading import begin_bundle
from forms_app.transfer.receipt import ROOM, Range, Receipt, make_receipt


@dataclass(frozen=True)
class Issued:
    """A receipt, signed twice: in full for a file, and in what fits a QR code.

    Where the QR code has to claim less the file has the higher number: a site that scanned takes the file after that.
    """

    receipt: Receipt
    line: bytes
    small: bytes
    records: int
    kept: int
    opened: int


def site_of(household: Household, asked: str) -> str:
    """Return the site asked for by its id, its name, or one of its packages; raises NotFound or TransferError."""
    path = Path(asked)
    if path.is_file():
        known = {statement.key_id: statement for _, statement in sites(household).values()}
        return begin_bundle(path, known).info.site
    return named(household, asked)


def issue(household: Household, root: SigningKey, site: str) -> Issued:
    """Return a receipt for a site, with a number of its own; raises TransferError when nothing of it is here."""
    state, upto = chain_state(household.ledger, site), household.verdicts.backed_up()
    if not state.head.seq:
        raise TransferError(N_("Belum ada catatan dari {site} yang lengkap sejak awal."), site=site)
    kept_but, opened_but, records = _Ranges(), _Ranges(), 0
    for place in places(household.ledger, state):
        records += 1
        if place.aside not in ("", SAME):
            kept_but.add(place.seq)
        elif place.verdict is None or place.verdict > upto:
            opened_but.add(place.seq)
    opened_to = state.head.seq if upto else 0
    exceptions = opened_but.found if upto else ()
    kept = records - kept_but.count
    opened = kept - opened_but.count if upto else 0
    receipt = Receipt(site, _number(household, site), state.head, tuple(kept_but.found), tuple(exceptions), opened_to)
    small, line = make_receipt(root, receipt, QR_ROOM), make_receipt(root, receipt, ROOM)
    if small != line:
        receipt = replace(receipt, number=_number(household, site))
        line = make_receipt(root, receipt, ROOM)
    return Issued(receipt, line, small, records, kept, opened)


def _number(household: Household, site: str) -> int:
    return household.numbers.next(f"receipt/{site}", int(now().timestamp()))


class _Ranges:
    """Places that come in order, as ranges."""

    def __init__(self) -> None:
        self.found: list[Range] = []
        self.count = 0

    def add(self, seq: int) -> None:
        """Add a place that lies behind all others."""
        self.count += 1
        if self.found and self.found[-1][1] == seq - 1:
            self.found[-1] = self.found[-1][0], seq
        else:
            self.found.append((seq, seq))
