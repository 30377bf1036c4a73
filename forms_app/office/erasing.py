"""Erasing one record everywhere: at the office at once, at the sites by a signed order."""

from __future__ import annotations

import re
from dataclasses import dataclass

from forms_app.answers.submission import WIB, now, receipt_code
from forms_app.errors import N_, NotFound, TransferError
from forms_app.office.household import Household
from forms_app.sealing.signing import SigningKey
from forms_app.transfer.erasure import REASON, Erasure, make_erasure

_HEX = re.compile(r"[0-9a-f]{32}\Z")
_CODE = re.compile(r"[0-9]{10}\Z")


@dataclass(frozen=True)
class Order:
    """A signed order for one site in whose log the record stands."""

    site: str
    record_id: bytes
    line: bytes


def erase(household: Household, root: SigningKey, asked: str, reason: str) -> list[Order]:
    """Erase a record, named by its id or its receipt code, and return the orders for the sites that have it.

    Asked again, it only gives new orders. Raises NotFound, or TransferError for a code that several records bear or a
    reason that is no short code.
    """
    if not REASON.match(reason):
        raise TransferError(N_("Alasan berupa satu kata pendek, huruf kecil, seperti ditarik. Tanpa nama orang."))
    record_id = find(household, asked)
    day = now().astimezone(WIB).date()
    with household.archive.writing():
        sites = household.ledger.carriers(record_id)
        if not sites:  # came before the office kept chains: a package of its site brings the chain
            raise TransferError(N_("Catatan ini belum punya riwayat di kantor. Impor paket tempatnya dulu."))
        household.erasures.erase(record_id, " ".join(sites), day.isoformat(), reason)
        numbered = [(site, household.numbers.next(f"erasure/{site}", int(now().timestamp()))) for site in sites]
        household.audit.write(now().isoformat(), "office", "erase", f"{record_id.hex()} {reason}")
    made = (Erasure(site, number, (record_id,), reason, day) for site, number in numbered)
    return [Order(one.site, record_id, make_erasure(root, one)) for one in made]


def find(household: Household, asked: str) -> bytes:
    """Return the id of the record with this id in hex, or this receipt code; raises NotFound or TransferError."""
    tidy = "".join(asked.split()).replace("-", "").lower()
    found: list[bytes] = []
    if _HEX.match(tidy):
        found = [one for one in household.erasures.ids() if one.hex() == tidy]
    elif _CODE.match(tidy):
        found = [one for one in household.erasures.ids() if receipt_code(one) == tidy]
    if not found:
        raise NotFound(N_("Tidak ada catatan dengan id atau kode itu. Periksa lagi tulisannya."))
    if len(found) > 1:
        ids = ", ".join(one.hex() for one in found)
        raise TransferError(N_("Kode itu milik beberapa catatan. Pilih satu id: {ids}"), ids=ids)
    return found[0]
