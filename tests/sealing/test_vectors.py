"""Every step of the format by itself, as a twin in another language needs it: stored bytes in, stored bytes out.

Fields, ids, bodies, whole records and words are held in the tests of their own modules.
"""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import pytest

from forms_app.errors import CannotOpen
from forms_app.sealing.content import derive, pad, unpad, wrap_info
from forms_app.sealing.keys import Identity
from forms_app.sealing.layout import Header, read_header
from forms_app.sealing.signing import SigningKey, _pre_authentication, verify
from forms_app.sealing.statements import (
    make_site_statement,
    read_office_statement,
    read_site_statement,
)

Vectors = dict[str, list[dict[str, Any]]]


def test_header_bytes(vectors: Vectors):
    """A header and its readers give exactly the stored bytes, and come back from them."""
    for case in vectors["headers"]:
        header = Header(**case["header"] | {"record_id": bytes.fromhex(case["header"]["record_id"])})
        keys = tuple((role, key_id) for role, key_id in case["keys"])
        assert header.to_bytes(keys).hex() == case["bytes"]
        assert read_header(bytes.fromhex(case["bytes"])) == (header, keys)


def test_derived_keys(vectors: Vectors):
    """A content key and a header give exactly the stored encryption key and commitment."""
    for case in vectors["derived"]:
        key, commit = derive(bytes.fromhex(case["content_key"]), bytes.fromhex(case["header"]))
        assert (key.hex(), commit.hex()) == (case["key"], case["commit"])


def test_padding(vectors: Vectors):
    """A text and a size give exactly the stored bytes; other bytes are no padded text."""
    for case in vectors["pads"]:
        text = bytes.fromhex(case["plaintext"])
        assert pad(text, case["size"]).hex() == case["padded"]
        assert unpad(bytes.fromhex(case["padded"])) == text
    for case in vectors["pads_must_fail"]:
        with pytest.raises(CannotOpen):
            unpad(bytes.fromhex(case["padded"]))


def test_what_a_wrap_is_bound_to(vectors: Vectors):
    """Reader, header, commitment and body give exactly the stored `info`."""
    for case in vectors["wrap_infos"]:
        parts = [bytes.fromhex(case[name]) for name in ("header", "commit", "body")]
        assert wrap_info(case["role"], case["key_id"], *parts).hex() == case["info"]


def test_stored_wraps_open(vectors: Vectors):
    """A seed opens the stored wrap under its `info`, and under no other."""
    for case in vectors["wraps"]:
        identity = Identity(case["role"], bytes.fromhex(case["seed"]))
        sealed, info = b64decode(case["sealed"]), bytes.fromhex(case["info"])
        assert identity.decrypt(sealed, info).hex() == case["content_key"]
        with pytest.raises(CannotOpen):
            identity.decrypt(sealed, info[:-1])


def test_stored_small_things_open(vectors: Vectors):
    """An event's seed or a verdict that was sealed when the format was fixed opens; its `info` is the stored one."""
    for case in vectors["small"]:
        identity = Identity(case["role"], bytes.fromhex(case["seed"]))
        sealed, context = b64decode(case["sealed"]), bytes.fromhex(case["context"])
        assert identity.open_sealed(case["purpose"], context, sealed).hex() == case["plaintext"]
        assert identity.decrypt(sealed, bytes.fromhex(case["info"])).hex() == case["plaintext"]


def test_signatures(vectors: Vectors):
    """A seed, a type and a payload give exactly the stored signed bytes and envelope."""
    for case in vectors["signatures"]:
        key, payload = SigningKey(bytes.fromhex(case["seed"])), bytes.fromhex(case["payload"])
        assert (key.public.hex(), key.key_id) == (case["public"], case["key_id"])
        assert _pre_authentication(case["type"], payload).hex() == case["signed"]
        assert key.sign(case["type"], payload).decode() == case["envelope"]
        assert verify(case["envelope"].encode(), case["type"], {key.key_id: key.public}) == (key.key_id, payload)


def test_statements(vectors: Vectors):
    """The stored lines of an office and of a site are verified, and give their words and what they say."""
    kinds = {case["kind"]: case for case in vectors["statements"]}
    office = read_office_statement(kinds["office"]["line"].encode(), spoken=kinds["office"]["words"])
    said = {"office": office.office, "number": office.number, "key_ids": [term.key_id for term in office.terms]}
    assert said | {"classes": [term.retention for term in office.terms]} == kinds["office"]["says"]
    site = read_site_statement(kinds["site"]["line"].encode(), spoken=kinds["site"]["words"])
    assert {"site": site.site, "name": site.name} == kinds["site"]["says"]
    key = SigningKey(bytes.fromhex(kinds["site"]["seed"]))
    assert make_site_statement(key, site.site, site.name, office.root).decode() == kinds["site"]["line"]
