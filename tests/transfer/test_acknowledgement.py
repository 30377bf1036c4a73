"""The signed acknowledgement: what it says, and everything that is none."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from forms_app.errors import BadSignature
from forms_app.sealing.canonical import dump
from forms_app.sealing.signing import SigningKey
from forms_app.storage.chain import Entry, entry_hash
from forms_app.transfer.acknowledgement import (
    ACKNOWLEDGEMENT_TYPE,
    make_acknowledgement,
    read_acknowledgement,
)
from tests.transfer.conftest import KEY, SITE, Metro

STRANGER = SigningKey(bytes([8]) * 32)
Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def entry(metro: Metro) -> Entry:
    """Return the second entry of a log."""
    return metro.entries(2)[1]


@pytest.fixture
def payload(entry: Entry) -> dict[str, Any]:
    """Return what a good acknowledgement says."""
    value: dict[str, Any] = json.loads(b64decode(json.loads(make_acknowledgement(KEY, SITE, entry))["payload"]))
    return value


def test_it_names_the_record_and_its_place(entry: Entry) -> None:
    """Id, hash of the bytes, head right after it and day of arrival; the head is the chain's own."""
    found = read_acknowledgement(make_acknowledgement(KEY, SITE, entry), SITE, KEY.public)
    assert entry.record is not None
    assert (found.record_id, found.record_hash) == (entry.record_id, sha256(entry.record).digest())
    assert (found.head, found.day, found.site) == (entry.head, 20_780, SITE)
    place = (entry.head._replace(hash=entry.previous), "record", found.day, found.record_id, found.record_hash)
    assert found.head.hash == entry_hash(SITE, *place)


def test_the_same_entry_gives_the_same_line(entry: Entry) -> None:
    """Asked for again it is byte for byte what was given before."""
    assert make_acknowledgement(KEY, SITE, entry) == make_acknowledgement(KEY, SITE, entry)


def test_a_new_epoch_is_not_acknowledged(entries: list[Entry]) -> None:
    """Only a record is."""
    with pytest.raises(ValueError, match="only a record"):
        make_acknowledgement(KEY, SITE, entries[3])


CHANGES: dict[str, Change] = {
    "format": lambda value: value.update(format="peksos/ack/2"),
    "site": lambda value: value.update(site="metro-2"),
    "record-short": lambda value: value.update(record=value["record"][2:]),
    "record-capitals": lambda value: value.update(record="AB" * 16),
    "record-number": lambda value: value.update(record=1),
    "hash-long": lambda value: value.update(hash=value["hash"] + "00"),
    "hash-none": lambda value: value.update(hash=None),
    "head-two": lambda value: value["head"].pop(),
    "head-four": lambda value: value["head"].append(1),
    "head-epoch-0": lambda value: value["head"].__setitem__(0, 0),
    "head-seq-0": lambda value: value["head"].__setitem__(1, 0),
    "head-seq-text": lambda value: value["head"].__setitem__(1, "2"),
    "head-seq-true": lambda value: value["head"].__setitem__(1, True),
    "head-hash": lambda value: value["head"].__setitem__(2, "zz" * 32),
    "day-65536": lambda value: value.update(day=65_536),
    "day-minus": lambda value: value.update(day=-1),
    "day-true": lambda value: value.update(day=True),
    "day-text": lambda value: value.update(day="20780"),
    "more": lambda value: value.update(answers="x"),
    **{f"without-{name}": (lambda value, name=name: value.pop(name)) for name in ("format", "site", "record")},
    **{f"without-{name}": (lambda value, name=name: value.pop(name)) for name in ("hash", "head", "day")},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_signed_but_no_acknowledgement_is_refused(payload: dict[str, Any], change: Change) -> None:
    """A good signature does not help a field that is missing, of another kind, out of range or too many."""
    change(payload)
    with pytest.raises(BadSignature):
        read_acknowledgement(KEY.sign(ACKNOWLEDGEMENT_TYPE, dump(payload)), SITE, KEY.public)


@pytest.mark.parametrize("name", ["record", "hash", "head", "day", "site", "format"])
def test_a_changed_field_breaks_the_signature(entry: Entry, payload: dict[str, Any], name: str) -> None:
    """Whatever is changed after signing, it is no longer the site's word."""
    other: dict[str, Any] = {"record": "00" * 16, "hash": "00" * 32, "head": [1, 9, "00" * 32], "day": 1}
    changed = dump(payload | {name: other.get(name, "x")})
    envelope = json.loads(make_acknowledgement(KEY, SITE, entry)) | {"payload": b64encode(changed).decode()}
    with pytest.raises(BadSignature):
        read_acknowledgement(json.dumps(envelope).encode(), SITE, KEY.public)


def test_every_flipped_bit_of_the_line_is_noticed(entry: Entry) -> None:
    """No single bit of the signed line can be turned without a refusal, but for what only names the key."""
    line = make_acknowledgement(KEY, SITE, entry)
    for place in range(len(line)):
        changed = bytearray(line)
        changed[place] ^= 1
        with pytest.raises(BadSignature):
            read_acknowledgement(bytes(changed), SITE, KEY.public)


@pytest.mark.parametrize("kind", ["application/vnd.peksos.bundle+json", "application/vnd.peksos.receipt+json"])
def test_a_signature_for_something_else_is_no_acknowledgement(payload: dict[str, Any], kind: str) -> None:
    """The same words signed as another kind of statement are worth nothing here."""
    with pytest.raises(BadSignature):
        read_acknowledgement(KEY.sign(kind, dump(payload)), SITE, KEY.public)


def test_another_key_does_not_acknowledge(entry: Entry) -> None:
    """Neither a stranger's line under our key, nor ours under a stranger's."""
    for signer, asked in ((STRANGER, KEY), (KEY, STRANGER)):
        with pytest.raises(BadSignature):
            read_acknowledgement(make_acknowledgement(signer, SITE, entry), SITE, asked.public)


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b"null", b'{"payload":1}'])
def test_no_envelope_at_all(data: bytes) -> None:
    """Other bytes are refused, never a crash."""
    with pytest.raises(BadSignature):
        read_acknowledgement(data, SITE, KEY.public)
