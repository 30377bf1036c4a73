"""The quick look at a record's outside: the same judgement as the thorough one."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import example, given
from hypothesis import strategies as st

from forms_app.errors import CannotOpen
from forms_app.sealing.content import derive, wrap_info
from forms_app.sealing.fields import pack
from forms_app.sealing.layout import SealedRecord
from forms_app.sealing.outline import open_quickly, outline
from forms_app.sealing.records import Header, Identity, seal

OFFICE, EVENT = Identity("office", bytes([1]) * 32).recipient, Identity("event", bytes([2]) * 32).recipient
NAMED = seal(Header(bytes(16), "metro-1", "p", "a", "ab" * 32, "K7Q2MX", "ef"), b"isi", [OFFICE, EVENT], 64).to_bytes()
SECRET = seal(Header(b"i" * 16, "metro-1", "s"), b"isi", [OFFICE], 64).to_bytes()


def accepted(data: bytes) -> tuple[str, ...] | None:
    """Return what the thorough look finds, or None where it refuses."""
    try:
        header = SealedRecord.from_bytes(data).header
    except CannotOpen:
        return None
    return header.record_id.hex(), header.site, header.kind, header.form, header.digest, header.event


def seen(data: bytes) -> tuple[str, ...] | None:
    """Return what the quick look finds, or None where it refuses."""
    try:
        found = outline(data)
    except CannotOpen:
        return None
    return found.record_id.hex(), *found[1:]


@pytest.mark.parametrize("record", [NAMED, SECRET])
def test_every_changed_byte_outside_the_sealed_parts_is_judged_alike(record: bytes) -> None:
    """Whatever one byte becomes, both looks accept or refuse it, and see the same."""
    places = [at for at in range(len(record)) if at < 400 or len(record) - at < 200]
    for at in places:
        for flip in (1, 0x20, 0x80, 0xFF):
            hurt = record[:at] + bytes([record[at] ^ flip]) + record[at + 1 :]
            assert seen(hurt) == accepted(hurt), (at, flip)


@given(st.binary(max_size=300), st.sampled_from([NAMED, SECRET]), st.integers(0, 3000), st.integers(0, 3000))
def test_pieces_put_together_are_judged_alike(junk: bytes, record: bytes, start: int, end: int) -> None:
    """Cut, stretched or nonsense: no difference."""
    for data in (junk, record[:start], record[:start] + junk + record[end:], record + junk):
        assert seen(data) == accepted(data)


TEXTS = st.sampled_from(
    [b"", b"t" * 32, b"\0" * 32, b"a", b"\xff", b"\xc3\xa9", b"s", b"p", b"x" * 101, b"metro-1", b"0" * 16]
)


@example([b"metro-1", b"p", b"a", b"", b"", b"", b"x"], bytes(16), 1)
@example([b"metro-1", b"s", b"", b"", b"", b"", b"x"], bytes(16), 1)
@example([b"metro-1", b"p", b"a", b"", b"", b"t" * 32, b"x"], bytes(16), 1)
@example([b"metro-1", b"s", b"", b"", b"", b"t" * 32, b"x"], bytes(16), 1)
@given(st.lists(TEXTS, min_size=7, max_size=7), st.sampled_from([bytes(16), bytes(15)]), st.integers(0, 3))
def test_headers_of_any_fields_are_judged_alike(texts: list[bytes], record_id: bytes, readers: int) -> None:
    """Each rule of a header holds in both, in every combination."""
    full = SealedRecord.from_bytes(NAMED)
    site, kind, form, digest, event, ticket, role = texts
    names = pack(*(role, b"0" * 16) * readers) if role == b"a" else pack(b"office", b"0" * 16)
    header = pack(
        b"peksos/record/1", full.header_bytes[23:62], record_id, site, kind, names, form, digest, event, ticket
    )
    wraps = pack(*[full.wraps[0].sealed] * max(readers, 1))
    data = pack(header, wraps, full.commit, full.body)
    assert seen(data) == accepted(data)


@pytest.mark.parametrize("record", [NAMED, SECRET])
def test_what_one_opens_the_other_opens(record: bytes) -> None:
    """The same key opens the same text, and any changed byte is refused by both."""
    key = Identity("office", bytes([1]) * 32)
    mine = {key.recipient.key_id: key}
    key_id, found, text = open_quickly(record, mine)
    assert (key_id, text, found) == (key.recipient.key_id, b"isi", outline(record))
    assert key.open(SealedRecord.from_bytes(record)) == text
    for at in range(0, len(record), 7):
        hurt = record[:at] + bytes([record[at] ^ 4]) + record[at + 1 :]
        assert opened(lambda hurt=hurt: open_quickly(hurt, mine)[2]) == opened(
            lambda hurt=hurt: key.open(SealedRecord.from_bytes(hurt))
        )


def opened(look: Callable[[], bytes]) -> bytes | None:
    """Return the text, or None where it is refused."""
    try:
        return look()
    except CannotOpen:
        return None


def test_a_stranger_opens_nothing() -> None:
    """Another key, or a key in another reader's role, is refused."""
    for key in (Identity("office", bytes([3]) * 32), Identity("staff", bytes([1]) * 32)):
        with pytest.raises(CannotOpen):
            open_quickly(NAMED, {key.recipient.key_id: key})


def test_padding_that_is_not_zeros_is_refused() -> None:
    """One text has one record: what stands behind it must be nothing."""
    key = os.urandom(32)
    full = SealedRecord.from_bytes(SECRET)
    inner, commit = derive(key, full.header_bytes)
    for padded, right in ((b"\0\0\0\1a".ljust(64, b"\0"), True), (b"\0\0\0\1a".ljust(64, b"x"), False)):
        body = AESGCM(inner).encrypt(bytes(12), padded, full.header_bytes)
        info = wrap_info("office", OFFICE.key_id, full.header_bytes, commit, body)
        record = pack(full.header_bytes, pack(OFFICE.encrypt(key, info)), commit, body)
        mine = {OFFICE.key_id: Identity("office", bytes([1]) * 32)}
        if right:
            assert open_quickly(record, mine)[2] == b"a"
        else:
            with pytest.raises(CannotOpen):
                open_quickly(record, mine)
