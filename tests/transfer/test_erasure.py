"""Erasure orders: only the office can give one, and only for the records it names."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from forms_app.errors import BadSignature, TransferError
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import OfficeStatement, make_office_statement, read_office_statement
from forms_app.transfer.erasure import ERASURE_TYPE, Erasure, make_erasure, order_hash, read_erasure
from forms_app.transfer.receipt import RECEIPT_TYPE

SITE = "metro-1"
ROOT, OTHER = SigningKey(bytes([7]) * 32), SigningKey(bytes([8]) * 32)
OFFICE: OfficeStatement = read_office_statement(make_office_statement(ROOT, "Kantor", 1, []))
ORDER = Erasure(SITE, 2, (bytes([1]) * 16, bytes([2]) * 16), "request", date(2026, 11, 25))


def test_an_order_comes_back():
    """What the office signs is what the site reads, with a line's end behind it too, under one hash."""
    line = make_erasure(ROOT, ORDER)
    assert read_erasure(line + b"\n", OFFICE, SITE) == ORDER
    assert order_hash(line + b"\r\n") == order_hash(line)


def test_another_root_is_refused():
    """An order that another office signed is refused, also under the name of our root's key."""
    line = make_erasure(OTHER, ORDER)
    for forged in (line, line.replace(OTHER.key_id.encode(), ROOT.key_id.encode())):
        with pytest.raises(BadSignature):
            read_erasure(forged, OFFICE, SITE)


def test_another_site_is_refused():
    """An order for another site erases nothing here."""
    with pytest.raises(TransferError, match="metro-1"):
        read_erasure(make_erasure(ROOT, ORDER), OFFICE, "metro-2")


def test_a_receipt_is_no_order():
    """What the root signed as a receipt erases nothing, whatever it says."""
    line = ROOT.sign(RECEIPT_TYPE, ORDER.to_bytes())
    for forged in (line, line.replace(RECEIPT_TYPE.encode(), ERASURE_TYPE.encode())):
        with pytest.raises(BadSignature):
            read_erasure(forged, OFFICE, SITE)


ALTERED: dict[str, Any] = {
    "format": "peksos/erasure/2",
    "site": "metro-2",
    "number": 3,
    "ids": [(bytes([3]) * 16).hex()],
    "reason": "other",
    "day": "2026-11-26",
}


@pytest.mark.parametrize("name", ALTERED)
def test_every_altered_field_is_refused(name: str):
    """Whoever changes a field of a signed order has no order any more."""
    plain = json.loads(ORDER.to_bytes())
    assert set(plain) == set(ALTERED)
    payload = json.dumps(plain | {name: ALTERED[name]}, sort_keys=True, separators=(",", ":")).encode()
    envelope = json.loads(make_erasure(ROOT, ORDER)) | {"payload": b64encode(payload).decode()}
    with pytest.raises(BadSignature):
        read_erasure(json.dumps(envelope).encode(), OFFICE, SITE)


NONSENSE: list[dict[str, Any]] = [
    {"format": "x"},
    {"site": 5},
    {"number": 0},
    {"number": True},
    {"ids": []},
    {"ids": "00" * 16},
    {"ids": ["00" * 15]},
    {"ids": ["zz" * 16]},
    {"ids": ["01" * 16, "01" * 16]},
    {"ids": ["02" * 16, "01" * 16]},
    {"ids": ["AA" * 16]},
    {"reason": "Nama anak"},
    {"reason": ""},
    {"day": "besok"},
    {"day": 5},
    {"more": 1},
]


@pytest.mark.parametrize("change", NONSENSE)
def test_nonsense_is_refused_though_signed(change: dict[str, Any]):
    """Values out of range, of another type, unknown or spelled another way are refused even from the office."""
    payload = json.dumps(json.loads(ORDER.to_bytes()) | change, sort_keys=True, separators=(",", ":")).encode()
    with pytest.raises(BadSignature):
        read_erasure(ROOT.sign(ERASURE_TYPE, payload), OFFICE, SITE)


def test_the_office_cannot_sign_nonsense():
    """A reason that could repeat an answer is stopped before it is signed."""
    with pytest.raises(ValueError, match="range"):
        make_erasure(ROOT, replace(ORDER, reason="Siti Aminah"))
