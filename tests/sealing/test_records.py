"""Records: what opens, what never opens, and what the site refuses."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms_app.errors import CannotOpen, KeyRefused, SealingError
from forms_app.sealing.records import Header, Identity, SealedRecord, check_structure, record_id, seal

Vectors = dict[str, list[dict[str, Any]]]
TEXT = b'{"name":"Sari"}'


def opens(identity: Identity, data: bytes) -> bytes | None:
    """Return the text, or None when the bytes do not open."""
    try:
        return identity.open(SealedRecord.from_bytes(data))
    except CannotOpen:
        return None


def test_stored_records_still_open(vectors: Vectors):
    """A record sealed when the format was fixed opens for each of its readers, byte for byte as before."""
    for case in vectors["records"]:
        record = SealedRecord.from_bytes(b64decode(case["record"]))
        assert record.to_bytes() == b64decode(case["record"])
        assert (record.header_bytes.hex(), record.digest.hex()) == (case["header_bytes"], case["digest"])
        assert record.header == Header(**case["header"] | {"record_id": bytes.fromhex(case["header"]["record_id"])})
        for reader in case["identities"]:
            identity = Identity(reader["role"], bytes.fromhex(reader["seed"]))
            assert identity.open(record).hex() == case["plaintext"]


def test_forged_records_never_open(vectors: Vectors):
    """Every stored forgery, each wrong in one thing, raises CannotOpen."""
    for case in vectors["must_fail"]:
        identity = Identity(case["role"], bytes.fromhex(case["seed"]))
        assert opens(identity, b64decode(case["record"])) is None, case["name"]


def test_all_failures_look_alike(vectors: Vectors):
    """The message of a failure does not tell what was wrong."""
    messages = set()
    for case in vectors["must_fail"]:
        with pytest.raises(CannotOpen) as caught:
            Identity(case["role"], bytes.fromhex(case["seed"])).open(SealedRecord.from_bytes(b64decode(case["record"])))
        messages.add((str(caught.value), caught.value.__cause__))
    assert len(messages) == 1


def test_flipping_any_byte_never_opens(office: Identity, opaque: Header):
    """Not one byte of a record can change and the record still open."""
    data = seal(opaque, TEXT, [office.recipient], 128).to_bytes()
    assert opens(office, data) == TEXT
    for at in range(len(data)):
        assert opens(office, data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]) is None, at


def test_cutting_anywhere_never_opens(office: Identity, opaque: Header):
    """No beginning of a record opens."""
    data = seal(opaque, TEXT, [office.recipient], 128).to_bytes()
    assert all(opens(office, data[:at]) is None for at in range(len(data)))


def test_the_other_readers_wrap_cannot_change_what_is_read(office: Identity, event: Identity, named: Header):
    """A damaged wrap shuts out its own reader; the other one reads the same text, and the digest shows the change."""
    record = seal(named, TEXT, [office.recipient, event.recipient], 128)
    first, second = record.wraps
    damaged = replace(record, wraps=(first, replace(second, sealed=second.sealed[:-1] + b"\0")))
    assert opens(office, damaged.to_bytes()) == TEXT
    assert opens(event, damaged.to_bytes()) is None
    assert damaged.digest != record.digest


def test_parts_of_two_records_do_not_mix(office: Identity, named: Header):
    """A wrap, a body or a commitment taken from a second record with the same header does not open."""
    one, two = (seal(named, text, [office.recipient], 128) for text in (b"one", b"two"))
    for mixed in (
        replace(one, wraps=two.wraps),
        replace(one, body=two.body),
        replace(one, commit=two.commit),
        replace(one, commit=two.commit, body=two.body),
    ):
        assert opens(office, mixed.to_bytes()) is None


def test_both_readers_open(office: Identity, event: Identity, named: Header):
    """A registration opens for the office and for its event's gate, and for no other event."""
    record = seal(named, TEXT, [office.recipient, event.recipient], 128)
    assert office.open(record) == event.open(record) == TEXT
    assert opens(Identity.generate("event"), record.to_bytes()) is None


@settings(max_examples=30, deadline=None)
@given(text=st.binary(max_size=124))
def test_every_text_has_the_same_size(office: Identity, text: bytes):
    """Records of one form have one length, whatever was answered."""
    record = seal(Header(bytes(16), "metro-1"), text, [office.recipient], 128)
    assert len(record.to_bytes()) == len(seal(Header(bytes(16), "metro-1"), b"", [office.recipient], 128).to_bytes())
    assert record.size == 128
    assert office.open(record) == text


def test_a_text_that_does_not_fit_is_refused_without_repeating_it(office: Identity, named: Header):
    """One byte too many raises SealingError, whose message does not hold the text."""
    with pytest.raises(SealingError) as caught:
        seal(named, b"rahasia" * 20, [office.recipient], 143)
    assert "rahasia" not in str(caught.value)
    assert office.open(seal(named, b"rahasia" * 20, [office.recipient], 144)) == b"rahasia" * 20


def test_sealing_the_same_text_twice_gives_other_bytes(office: Identity, named: Header):
    """Two records of the same answers cannot be told to be so."""
    one, two = (seal(named, TEXT, [office.recipient], 128) for _ in range(2))
    assert one.body != two.body
    assert one.commit != two.commit


def test_a_record_larger_than_any_log_takes_is_refused(office: Identity, named: Header):
    """The cap holds when sealing and when reading."""
    with pytest.raises(CannotOpen):
        SealedRecord.from_bytes(bytes(65_537))
    with pytest.raises(CannotOpen):
        seal(named, TEXT, [office.recipient], 65_000)


@pytest.mark.parametrize("place", ["form", "digest", "event", "ticket"])
def test_a_secret_header_names_nothing(place: str):
    """A secret record cannot be made to name its form, digest, event or ticket."""
    with pytest.raises(SealingError):
        Header(**{"record_id": bytes(16), "site": "metro-1", "kind": "s", place: "x"})


def test_a_secret_record_has_one_office_reader(office: Identity, event: Identity, opaque: Header):
    """A secret record sealed to nobody, to an event or to two readers is refused before it exists."""
    for readers in ([], [event.recipient], [office.recipient, event.recipient], [office.recipient, office.recipient]):
        with pytest.raises(KeyRefused):
            seal(opaque, TEXT, readers, 128)


def test_a_desk_accounts_key_reads_no_records(named: Header):
    """Keys of staff are for event seeds only."""
    with pytest.raises(KeyRefused):
        seal(named, TEXT, [Identity.generate("staff").recipient], 128)


def test_the_site_accepts_exactly_the_readers_of_the_form(office: Identity, event: Identity, named: Header):
    """A reader too few, too many or unknown, or another size, is refused; the agreed ones are taken."""
    record = seal(named, TEXT, [office.recipient, event.recipient], 128)
    offices, events = {office.recipient.key_id, "0" * 16}, {event.recipient.key_id}
    check_structure(record, {"office": offices, "event": events}, 128)
    with pytest.raises(KeyRefused):
        check_structure(record, {"office": offices, "event": events}, 256)
    for allowed in ({"office": offices}, {"office": offices, "event": {"0" * 16}}, {}):
        with pytest.raises(KeyRefused):
            check_structure(record, allowed)
    with pytest.raises(KeyRefused):
        check_structure(seal(named, TEXT, [office.recipient], 128), {"office": offices, "event": events})


def test_the_site_refuses_a_secret_record_with_a_second_reader(office: Identity, event: Identity, named: Header):
    """Even if both keys are known, a secret record has no reader but the office."""
    record = seal(named, TEXT, [office.recipient, event.recipient], 128)
    secret = replace(record, header=replace(named, kind="s", form="", digest="", event="", ticket=""))
    with pytest.raises(KeyRefused):
        check_structure(secret, {"office": {office.recipient.key_id}, "event": {event.recipient.key_id}})


def test_record_ids_are_known_answers(vectors: Vectors):
    """The id of a record follows from day, nonce and answers alone, the same on phone, site and office."""
    for case in vectors["record_ids"]:
        nonce, answers = bytes.fromhex(case["nonce"]), bytes.fromhex(case["answers"])
        assert record_id(case["day"], nonce, answers).hex() == case["id"]


@given(st.binary(), st.integers(min_value=0, max_value=1023))
def test_junk_is_refused_in_one_way(junk: bytes, cut: int):
    """Random bytes never raise anything but CannotOpen."""
    assert opens(Identity("office", bytes(32)), junk[:cut]) is None
