"""The record as bytes: one spelling, caps, and nothing read that is sealed."""

from __future__ import annotations

import pytest

from forms_app.errors import CannotOpen, SealingError
from forms_app.sealing.fields import pack
from forms_app.sealing.layout import WRAP_SIZE, Header, SealedRecord, read_header
from forms_app.sealing.records import Identity, seal

KEY = "0123456789abcdef"


def test_a_header_comes_back(named: Header, opaque: Header):
    """What a header says, and whom it names, is what is read."""
    for header in (named, opaque):
        keys = (("office", KEY),)
        assert read_header(header.to_bytes(keys)) == (header, keys)


@pytest.mark.parametrize(
    "keys",
    [
        (),
        (("police", KEY),),
        (("staff", KEY),),
        (("office", KEY), ("office", KEY)),
        (("office", KEY.upper()),),
        (("office", KEY + "\n"),),
        (("office", ""),),
        (("office",),),
    ],
)
def test_a_header_with_other_readers_is_refused(named: Header, keys: tuple[tuple[str, str], ...]):
    """No reader, an unknown role, a role twice or a malformed key id raise CannotOpen."""
    with pytest.raises(CannotOpen):
        read_header(named.to_bytes(keys))


@pytest.mark.parametrize(
    "values",
    [
        {"record_id": b"short"},
        {"site": ""},
        {"kind": "x"},
        {"form": "a b"},
        {"event": "K7\n"},
        {"ticket": "\0"},
        {"digest": "é"},
        {"form": "f" * 101},
    ],
)
def test_an_incomplete_header_cannot_be_made(values: dict[str, object]):
    """An id of another length, no site, an unknown kind or words that are not plain ASCII raise SealingError."""
    with pytest.raises(SealingError):
        Header(**{"record_id": bytes(16), "site": "metro-1"} | values)  # type: ignore[arg-type]  # wrong on purpose


def test_wrong_sizes_are_refused(named: Header, office: Identity):
    """A wrap, a commitment or a body of another length raises CannotOpen."""
    head = named.to_bytes((("office", office.recipient.key_id),))
    for wrap, commit, body in (
        (WRAP_SIZE - 1, 32, 64),
        (WRAP_SIZE, 31, 64),
        (WRAP_SIZE, 32, 19),
        (WRAP_SIZE + 1, 32, 64),
    ):
        with pytest.raises(CannotOpen):
            SealedRecord.from_bytes(pack(head, pack(bytes(wrap)), bytes(commit), bytes(body)))
    SealedRecord.from_bytes(pack(head, pack(bytes(WRAP_SIZE)), bytes(32), bytes(20)))


def test_a_secret_record_shows_no_more_than_that_it_is_one(opaque: Header, office: Identity):
    """Two secret records of different forms differ in nothing the site can read but their id."""
    one = seal(opaque, b"sos", [office.recipient], 256)
    two = seal(opaque, b"checklist of a teacher", [office.recipient], 256)
    assert one.header_bytes == two.header_bytes
    assert len(one.to_bytes()) == len(two.to_bytes())
