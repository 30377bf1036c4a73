"""Every signed statement, field by field: altered, dropped, doubled or taken from another one, it is worth nothing."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from forms_app.errors import BadSignature
from forms_app.sealing.canonical import dump
from forms_app.sealing.keys import Identity
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import (
    Term,
    make_office_statement,
    make_site_statement,
    read_office_statement,
    read_site_statement,
)
from forms_app.storage.chain import Head
from forms_app.transfer.acknowledgement import make_acknowledgement, read_acknowledgement
from forms_app.transfer.erasure import Erasure, make_erasure, read_erasure
from forms_app.transfer.receipt import Receipt, make_receipt, read_receipt
from tests.transfer.conftest import make_entries

ROOT, SITE, STRANGER = (SigningKey(bytes([number]) * 32) for number in (7, 9, 8))
TERMS = [Term(Identity("office", bytes([n]) * 32).recipient, date(2026, 1, n), date(2027, 1, n), "s") for n in (1, 2)]
REVOKED = replace(TERMS[0], revoked=date(2026, 6, 1))
OFFICE_LINE = make_office_statement(ROOT, "Dinas", 1, [REVOKED])
OFFICE = read_office_statement(OFFICE_LINE)
RECEIPT = Receipt("metro-1", 3, Head(1, 40, bytes([5]) * 32), ((4, 6),), ((8, 9),), 30)
ORDER = Erasure("metro-1", 2, (bytes([1]) * 16,), "request", date(2026, 11, 25))
ENTRIES = make_entries(2)

# What each is, another one of its kind, how it is read, who signs it, and which fields may be missing.
KINDS: dict[str, tuple[bytes, bytes, Callable[[bytes], object], SigningKey, set[str]]] = {
    "office": (
        OFFICE_LINE,
        make_office_statement(STRANGER, "Lain", 2, TERMS[1:]),
        read_office_statement,
        ROOT,
        {"revoked"},
    ),
    "site": (
        make_site_statement(SITE, "metro-1", "SDN 1", ROOT.public),
        make_site_statement(STRANGER, "metro-2", "SDN 2", STRANGER.public),
        read_site_statement,
        SITE,
        {"office"},
    ),
    "receipt": (
        make_receipt(ROOT, RECEIPT),
        make_receipt(ROOT, Receipt("metro-1", 4, Head(2, 50, bytes([6]) * 32), ((1, 2),), ((7, 7),), 31)),
        lambda line: read_receipt(line, OFFICE, "metro-1"),
        ROOT,
        set(),
    ),
    "erasure": (
        make_erasure(ROOT, ORDER),
        make_erasure(ROOT, Erasure("metro-1", 5, (bytes([2]) * 16,), "other", date(2026, 11, 26))),
        lambda line: read_erasure(line, OFFICE, "metro-1"),
        ROOT,
        set(),
    ),
    "acknowledgement": (
        make_acknowledgement(SITE, "metro-1", ENTRIES[0]),
        make_acknowledgement(SITE, "metro-1", ENTRIES[1]),
        lambda line: read_acknowledgement(line, "metro-1", SITE.public),
        SITE,
        set(),
    ),
}


def payload_of(line: bytes) -> dict[str, Any]:
    """Return what a line says."""
    value: dict[str, Any] = json.loads(b64decode(json.loads(line)["payload"]))
    return value


def spoiled(value: dict[str, Any], theirs: dict[str, Any], optional: set[str]) -> Iterator[tuple[str, bytes, bool]]:
    """Yield what came of each field, the bytes, and whether even a good signature may not save them."""
    plain = dump(value)
    for name, old in value.items():
        yield f"{name} dropped", dump({key: one for key, one in value.items() if key != name}), name not in optional
        field = f"{json.dumps(name)}:".encode() + dump({"x": old})[5:-1]
        assert plain.count(field)
        yield f"{name} doubled", plain.replace(field, field + b"," + field, 1), True
        if theirs.get(name, old) != old:
            yield f"{name} of another", dump(value | {name: theirs[name]}), False


def cases() -> Iterator[tuple[str, str, bytes]]:
    """Yield kind, what was done, and the line."""
    for kind, (line, other, _read, key, optional) in KINDS.items():
        envelope, theirs = json.loads(line), json.loads(other)
        payload = payload_of(line)
        for name, data, worthless in spoiled(payload, payload_of(other), optional):
            yield kind, name, dump(envelope | {"payload": b64encode(data).decode()})
            if worthless:
                yield kind, f"{name} and signed", key.sign(envelope["payloadType"], data)
        if kind == "office":
            term, its = payload["terms"][0], payload_of(other)["terms"][0]
            for name, data, worthless in spoiled(term, its, optional):
                whole = dump(payload).replace(dump(term), data)
                yield kind, f"term's {name}", dump(envelope | {"payload": b64encode(whole).decode()})
                if worthless or name.startswith(("key_id", "public")):
                    yield kind, f"term's {name} and signed", key.sign(envelope["payloadType"], whole)
        for name, data, _worthless in spoiled(envelope, theirs, set()):
            yield kind, f"envelope's {name}", data
        signature, foreign = envelope["signatures"][0], theirs["signatures"][0]
        for name, data, _worthless in spoiled(signature, foreign, set()):
            yield kind, f"signature's {name}", dump(envelope).replace(dump(signature), data)
        yield kind, "no signature", dump(envelope | {"signatures": []})
        yield kind, "signature cut short", dump(envelope | {"signatures": [signature | {"sig": signature["sig"][:-4]}]})
        yield kind, "signed by a stranger", STRANGER.sign(envelope["payloadType"], dump(payload))


CASES = {f"{kind}: {what}": (kind, line) for kind, what, line in cases()}


@pytest.mark.parametrize("kind", KINDS)
def test_the_lines_themselves_are_read(kind: str):
    """Also with their envelope put together anew: what fails below fails for its change."""
    line, _other, read, key, _optional = KINDS[kind]
    envelope = json.loads(line)
    assert read(line) == read(dump(envelope)) == read(key.sign(envelope["payloadType"], dump(payload_of(line))))


@pytest.mark.parametrize("name", CASES)
def test_no_forged_statement_is_read(name: str):
    """It raises BadSignature, whichever field it was."""
    kind, line = CASES[name]
    with pytest.raises(BadSignature):
        KINDS[kind][2](line)
