"""Receipts at the inbox: the office root signed them; the inbox reads only whose they are and their number."""

from __future__ import annotations

from forms_app.errors import N_, ForeignBundle
from forms_app.inbox.members import Members
from forms_app.sealing.canonical import load
from forms_app.sealing.signing import bad_signature, signer_id, verify
from forms_app.sealing.statements import SiteStatement
from forms_app.transfer.receipt import RECEIPT_TYPE, read_receipt


def read_claim(data: bytes, members: Members) -> tuple[SiteStatement, int]:
    """Return the site that a receipt is for, and its number; raises BadSignature or ForeignBundle."""
    office = members.office()
    _, payload = verify(data, RECEIPT_TYPE, {signer_id(office.root): office.root})
    try:
        named = load(payload)["site"]
    except (ValueError, KeyError):
        raise bad_signature() from None
    for site in members.sites().values():
        if site.site == named:
            return site, read_receipt(data, office, site.site).number
    raise ForeignBundle(N_("Tempat ini belum terdaftar di kotak titipan ini."))
