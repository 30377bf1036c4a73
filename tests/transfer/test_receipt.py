"""Receipts: what the office claims is what the site reads, and nobody else can claim anything."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_app.errors import BadSignature, TransferError
from forms_app.sealing.keys import Identity
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import OfficeStatement, Term, make_office_statement, read_office_statement
from forms_app.storage.chain import Head
from forms_app.transfer.erasure import ERASURE_TYPE
from forms_app.transfer.lettered import MAX_TEXT, QR_ROOM, from_qr, is_qr_text, qr_text
from forms_app.transfer.receipt import RECEIPT_TYPE, Receipt, make_receipt, ranges_of, read_receipt

SITE = "metro-1"
ROOT, OTHER = SigningKey(bytes([7]) * 32), SigningKey(bytes([8]) * 32)
TERM = Term(Identity("office", bytes([1]) * 32).recipient, date(2026, 1, 1), date(2027, 1, 1))
OFFICE: OfficeStatement = read_office_statement(make_office_statement(ROOT, "Kantor", 1, [TERM]))
HEAD = Head(1, 40, bytes([5]) * 32)
RECEIPT = Receipt(SITE, 3, HEAD, kept_but=((4, 6), (10, 10)), opened_but=((8, 9), (20, 25)), opened_to=30)


def test_a_receipt_comes_back():
    """What the office signs is what the site reads, from the file and from the QR code's text."""
    line = make_receipt(ROOT, RECEIPT)
    assert read_receipt(line + b"\n", OFFICE, SITE, after=2) == RECEIPT
    assert read_receipt(from_qr(qr_text(line)), OFFICE, SITE) == RECEIPT
    assert from_qr(qr_text(line)) == line


def test_the_two_grades():
    """A place is kept up to the head unless named, and opened up to its own end unless named or not kept."""
    kept = [seq for seq in range(50) if RECEIPT.kept(seq)]
    opened = [seq for seq in range(50) if RECEIPT.opened(seq)]
    assert kept == [seq for seq in range(1, 41) if seq not in (4, 5, 6, 10)]
    assert opened == [seq for seq in kept if seq <= 30 and seq not in (8, 9, 20, 21, 22, 23, 24, 25)]


def test_text_that_was_copied_carelessly_still_reads():
    """A scanner or a messenger may change case and break lines."""
    line = make_receipt(ROOT, RECEIPT)
    text = qr_text(line).lower()
    broken = "  " + "\n".join(text[at : at + 40] for at in range(0, len(text), 40)) + "\r\n"
    assert is_qr_text(broken)
    assert from_qr(broken) == line


def test_text_fits_a_qr_code_of_capitals():
    """The text has only what a QR code holds as capitals and digits, and a receipt made for it fits."""
    many = replace(RECEIPT, head=Head(1, 5_000, HEAD.hash), opened_to=5_000, opened_but=ranges_of(range(1, 2_000, 2)))
    text = qr_text(make_receipt(ROOT, many, QR_ROOM))
    assert len(text) <= MAX_TEXT
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ:")


@pytest.mark.parametrize("text", ["", "PEKSOS:R1:", "PEKSOS:R1:18", "PEKSOS:R1:AAAA", "PEKSOS:R2:AAAA", "salam"])
def test_other_text_is_refused(text: str):
    """What is no receipt's text is as good as forged."""
    with pytest.raises(BadSignature):
        read_receipt(from_qr(text), OFFICE, SITE)


def test_another_root_is_refused():
    """A receipt that another office signed is refused, also under the name of our root's key."""
    line = make_receipt(OTHER, RECEIPT)
    with pytest.raises(BadSignature):
        read_receipt(line, OFFICE, SITE)
    with pytest.raises(BadSignature):
        read_receipt(line.replace(OTHER.key_id.encode(), ROOT.key_id.encode()), OFFICE, SITE)


def test_another_site_is_refused():
    """A receipt for another site says nothing here."""
    with pytest.raises(TransferError, match="metro-1"):
        read_receipt(make_receipt(ROOT, RECEIPT), OFFICE, "metro-2")


@pytest.mark.parametrize("after", [3, 4])
def test_an_older_number_is_refused(after: int):
    """A receipt that is no newer than the last one may not bring back what that one took back."""
    with pytest.raises(TransferError, match="nomor 3 lebih lama"):
        read_receipt(make_receipt(ROOT, RECEIPT), OFFICE, SITE, after)


def altered() -> list[dict[str, Any]]:
    """Return the payload with each of its fields changed."""
    plain = json.loads(RECEIPT.to_bytes())
    changes = {"format": "peksos/receipt/2", "site": "metro-2", "number": 4, "head": [2, 40, HEAD.hash.hex()]}
    changes |= {"kept_but": [], "opened_but": [], "opened_to": 40}
    assert set(changes) == set(plain)
    return [plain | {name: value} for name, value in changes.items()]


@pytest.mark.parametrize("payload", altered())
def test_every_altered_field_is_refused(payload: dict[str, Any]):
    """Whoever changes a field of a signed receipt has no receipt any more."""
    envelope = json.loads(make_receipt(ROOT, RECEIPT))
    envelope["payload"] = b64encode(json.dumps(payload, sort_keys=True, separators=(",", ":")).encode()).decode()
    with pytest.raises(BadSignature):
        read_receipt(json.dumps(envelope).encode(), OFFICE, SITE)


def test_every_altered_byte_is_refused():
    """No byte of the line can be changed so that another receipt comes out of it."""
    line = make_receipt(ROOT, RECEIPT)
    for at in range(len(line)):
        bad = bytes([*line[:at], line[at] ^ 1, *line[at + 1 :]])
        try:
            assert read_receipt(bad, OFFICE, SITE) == RECEIPT
        except BadSignature:
            continue


def test_a_signature_for_something_else_is_refused():
    """What the root signed as an order is no receipt, whatever it says."""
    line = ROOT.sign(ERASURE_TYPE, RECEIPT.to_bytes())
    with pytest.raises(BadSignature):
        read_receipt(line, OFFICE, SITE)
    with pytest.raises(BadSignature):
        read_receipt(line.replace(ERASURE_TYPE.encode(), RECEIPT_TYPE.encode()), OFFICE, SITE)


NONSENSE: list[dict[str, Any]] = [
    {"format": "peksos/receipt/9"},
    {"site": 5},
    {"site": "../x"},
    {"number": 0},
    {"number": True},
    {"number": 1.0},
    {"head": [1, 40]},
    {"head": [1, 40, "x"]},
    {"head": [0, 40, HEAD.hash.hex()]},
    {"opened_to": 41},
    {"opened_to": -1},
    {"kept_but": [[5, 4]]},
    {"kept_but": [[0, 4]]},
    {"kept_but": [[1, 41]]},
    {"kept_but": [[1, 2], [3, 4]]},
    {"kept_but": [[5, 6], [1, 2]]},
    {"opened_but": [[1, 2, 3]]},
    {"opened_but": {"1": 2}},
    {"opened_but": [[20, 41]]},
    {"more": 1},
]


@pytest.mark.parametrize("change", NONSENSE)
def test_nonsense_is_refused_though_signed(change: dict[str, Any]):
    """Values out of range, of another type or unknown are refused even from the office."""
    payload = json.dumps(json.loads(RECEIPT.to_bytes()) | change, sort_keys=True, separators=(",", ":")).encode()
    with pytest.raises(BadSignature):
        read_receipt(ROOT.sign(RECEIPT_TYPE, payload), OFFICE, SITE)


def test_a_receipt_has_one_spelling():
    """The same values spelled another way are refused."""
    payload = json.dumps(json.loads(RECEIPT.to_bytes()), indent=1).encode()
    with pytest.raises(BadSignature):
        read_receipt(ROOT.sign(RECEIPT_TYPE, payload), OFFICE, SITE)


def test_the_office_cannot_sign_nonsense():
    """Whoever makes a receipt that claims more than its head is stopped before it is signed."""
    with pytest.raises(ValueError, match="range"):
        make_receipt(ROOT, replace(RECEIPT, opened_to=41))
    with pytest.raises(ValueError, match="fits"):
        make_receipt(ROOT, RECEIPT, room=10)


places = st.sets(st.integers(1, 400), max_size=150)


@given(places, places, st.integers(0, 400), st.integers(250, 900))
def test_what_does_not_fit_is_not_claimed(kept_but: set[int], opened_but: set[int], opened_to: int, room: int):
    """However little room there is, a receipt fits it and claims nothing that the whole one does not."""
    whole = Receipt(SITE, 1, Head(1, 400, HEAD.hash), ranges_of(kept_but), ranges_of(opened_but), opened_to)
    line = make_receipt(ROOT, whole, room)
    said = read_receipt(line, OFFICE, SITE)
    assert len(b64decode(json.loads(line)["payload"])) <= room
    for seq in range(402):
        assert whole.kept(seq) == (1 <= seq <= 400 and seq not in kept_but)
        assert whole.kept(seq) or not said.kept(seq)
        assert whole.opened(seq) or not said.opened(seq)
    if len(whole.to_bytes()) <= room:
        assert [said.opened(seq) for seq in range(402)] == [whole.opened(seq) for seq in range(402)]


def test_places_become_ranges():
    """Places are joined to ranges, in order and each once."""
    assert ranges_of([5, 1, 2, 3, 3, 9]) == ((1, 3), (5, 5), (9, 9))
    assert ranges_of([]) == ()
