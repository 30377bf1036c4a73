"""The office's order to erase records: only on such an order does a site drop what was not received.

An order is a DSSE envelope signed by the office root over {format, site, number, ids, reason, day}. `reason` is a
short code, never an answer. The site's log then holds an entry of type `erase` with the SHA-256 of these very bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from forms_app.errors import N_, TransferError
from forms_app.sealing.canonical import dump, load
from forms_app.sealing.signing import SigningKey, bad_signature, signer_id, verify
from forms_app.sealing.statements import SITE, OfficeStatement
from forms_app.transfer.values import read_number

ERASURE_TYPE = "application/vnd.peksos.erasure+json"
FORMAT = "peksos/erasure/1"
REASON = re.compile(r"[a-z][a-z0-9_-]{0,31}\Z")
MAX_IDS = 10_000
ID_SIZE = 16  # bytes


@dataclass(frozen=True)
class Erasure:
    """Which records of a site are to be erased; `number` grows with every order of the site."""

    site: str
    number: int
    ids: tuple[bytes, ...]
    reason: str
    day: date

    def to_bytes(self) -> bytes:
        """Return the payload that the office signs."""
        value: dict[str, Any] = {"format": FORMAT, "site": self.site, "number": self.number, "reason": self.reason}
        return dump(value | {"ids": [each.hex() for each in self.ids], "day": self.day.isoformat()})

    @classmethod
    def from_bytes(cls, payload: bytes) -> Erasure:
        """Read a payload; raises ValueError, KeyError or TypeError when a field is missing or out of range."""
        value = load(payload)
        if value["format"] != FORMAT or not isinstance(value["ids"], list):
            raise ValueError("another format")
        erasure = cls(
            site=value["site"],
            number=read_number(value["number"]),
            ids=tuple(bytes.fromhex(each) for each in value["ids"]),
            reason=value["reason"],
            day=date.fromisoformat(value["day"]),
        )
        erasure.refuse_nonsense()
        if erasure.to_bytes() != payload:
            raise ValueError("another spelling")
        return erasure

    def refuse_nonsense(self) -> None:
        """Raise ValueError when the values cannot be an order: ids stand in order, each once."""
        ids = 0 < len(self.ids) <= MAX_IDS and all(len(each) == ID_SIZE for each in self.ids)
        ordered = list(self.ids) == sorted(set(self.ids))
        named = bool(SITE.match(self.site)) and bool(REASON.match(self.reason)) and self.number >= 1
        if not (ids and ordered and named):
            raise ValueError("out of range")


def make_erasure(root: SigningKey, erasure: Erasure) -> bytes:
    """Return the signed line; raises ValueError when the values cannot be an order."""
    erasure.refuse_nonsense()
    return root.sign(ERASURE_TYPE, erasure.to_bytes())


def read_erasure(data: bytes, office: OfficeStatement, site: str) -> Erasure:
    """Return what the office orders this site to erase.

    Raises BadSignature when this office did not sign it, TransferError when it is for another site.
    """
    _, payload = verify(data, ERASURE_TYPE, {signer_id(office.root): office.root})
    try:
        erasure = Erasure.from_bytes(payload)
    except (ValueError, KeyError, TypeError):
        raise bad_signature() from None
    if erasure.site != site:
        raise TransferError(N_("Perintah hapus ini untuk tempat lain: {site}."), site=erasure.site)
    return erasure


def order_hash(data: bytes) -> bytes:
    """Return the hash under which the site's log names an order: over its line, without the line's end."""
    return sha256(data.strip()).digest()
