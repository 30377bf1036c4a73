"""The phone's own modules (static/phone) against the stored answers, and against Python with whatever is forged."""

from __future__ import annotations

import hashlib
import json
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from forms_app.errors import BadSignature, KeyRefused
from forms_app.sealing.canonical import dump
from forms_app.sealing.content import wrap_info
from forms_app.sealing.keys import Identity
from forms_app.sealing.records import NAMED, Header, SealedRecord, check_structure
from forms_app.storage.chain import Head
from forms_app.transfer.receipt import Receipt, make_receipt
from tests.transfer.test_forged_statements import (
    CASES,
    ENTRIES,
    KINDS,
    OFFICE_LINE,
    RECEIPT,
    REVOKED,
    ROOT,
    SITE,
    payload_of,
)

PROGRAM = Path(__file__).parent / "phone.mjs"
TEXT = '{"name":"Sari ❤"}'.encode()
PLACES = range(45)
Vectors = dict[str, list[dict[str, Any]]]
Task = Mapping[str, Any]
Tell = Callable[[Sequence[Task]], list[Any]]
Told = dict[str, Any]


@pytest.fixture(scope="session")
def tell(node: str) -> Tell:
    """Return a function that has the phone's modules do some tasks, and gives back what became of each."""

    def run(tasks: Sequence[Task]) -> list[Told]:
        done = subprocess.run([node, PROGRAM], input=json.dumps(tasks), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        told: list[Told] = json.loads(done.stdout)
        assert len(told) == len(tasks) > 0
        return told

    return run


def given(values: Sequence[Any]) -> list[Told]:
    """Return what is told of tasks that succeed with these values."""
    return [{"given": value} for value in values]


def stored(vectors: Vectors, name: str, task: str) -> list[Task]:
    """Return the stored cases of a name as tasks."""
    return [case | {"task": task} for case in vectors[name]]


def test_fields(tell: Tell, vectors: Vectors):
    """Fields give exactly the stored bytes and come back from them; other bytes are refused."""
    packed = [case["packed"] for case in vectors["fields"]]
    assert tell(stored(vectors, "fields", "pack")) == given(packed)
    unpacked = [{"task": "unpack", "packed": one, "count": None} for one in packed]
    assert tell(unpacked) == given([case["fields"] for case in vectors["fields"]])
    assert all("refused" in one for one in tell(stored(vectors, "fields_must_fail", "unpack")))


def test_names_of_keys(tell: Tell, vectors: Vectors):
    """Public keys have the stored ids, signing keys too, and the stored eight words."""
    seeds, words = vectors["seeds"], vectors["words"]
    assert tell([{"task": "keyId", "key": case["public"]} for case in seeds]) == given([one["key_id"] for one in seeds])
    assert tell([{"task": "words", "key": case["public"]} for case in words]) == given([one["words"] for one in words])
    signers = vectors["signatures"]
    ids = tell([{"task": "signerId", "key": case["public"]} for case in signers])
    assert ids == given([one["key_id"] for one in signers])


def test_names_of_records(tell: Tell, vectors: Vectors):
    """Day, nonce and answers give the stored record ids; no nonce and a day beyond two bytes are refused."""
    cases = [case for case in vectors["record_ids"] if case["nonce"]]  # a browser's HMAC has no empty key
    assert len(cases) > 2
    assert tell([case | {"task": "recordId"} for case in cases]) == given([case["id"] for case in cases])
    wrong = [cases[0] | {"task": "recordId"} | {"day": day} for day in (-1, 65_536, 1.5, None)]
    assert tell([*wrong, cases[0] | {"task": "recordId", "nonce": ""}]) == [{"refused": "nonce"}] * 5


def test_headers(tell: Tell, vectors: Vectors):
    """Headers and their readers give exactly the stored bytes."""
    tasks = [
        {"task": "header", "header": case["header"], "readers": [{"role": r, "key_id": key} for r, key in case["keys"]]}
        for case in vectors["headers"]
    ]
    assert tell(tasks) == given([case["bytes"] for case in vectors["headers"]])


def test_bodies(tell: Tell, vectors: Vectors):
    """Derived keys, padding, bodies and what a wrap is bound to are the stored ones, byte for byte."""
    derived, pads, bodies, infos = (vectors[name] for name in ("derived", "pads", "bodies", "wrap_infos"))
    assert tell(stored(vectors, "derived", "derive")) == given([[one["key"], one["commit"]] for one in derived])
    assert tell(stored(vectors, "pads", "pad")) == given([one["padded"] for one in pads])
    assert tell(stored(vectors, "bodies", "lock")) == given([[one["commit"], one["body"]] for one in bodies])
    assert tell(stored(vectors, "wrap_infos", "wrapInfo")) == given([one["info"] for one in infos])


def test_whole_records(tell: Tell, vectors: Vectors):
    """With the content key of a stored record the phone makes that record anew, all but the wraps."""
    for case in vectors["records"]:
        record = SealedRecord.from_bytes(b64decode(case["record"]))
        for reader, wrap in zip(case["identities"], record.wraps, strict=True):
            info = wrap_info(wrap.role, wrap.key_id, record.header_bytes, record.commit, record.body)
            key = Identity(reader["role"], bytes.fromhex(reader["seed"])).decrypt(wrap.sealed, info)
            around = {"header": record.header_bytes.hex(), "commit": record.commit.hex(), "body": record.body.hex()}
            about = {"role": wrap.role, "key_id": wrap.key_id}
            readers = [{"role": one.role, "key_id": one.key_id} for one in record.wraps]
            tasks: list[Task] = [
                {"task": "header", "header": case["header"], "readers": readers},
                case | {"task": "lock", "header": case["header_bytes"], "content_key": key.hex()},
                {"task": "wrapInfo"} | about | around,
            ]
            made = [case["header_bytes"], [record.commit.hex(), record.body.hex()], info.hex()]
            assert tell(tasks) == given(made)


def test_signatures(tell: Tell, vectors: Vectors):
    """Stored envelopes and statements of every type are verified and give their payload; with another key none is."""
    tasks = [
        {"task": "verify", "line": case["envelope"], "type": case["type"], "key": case["public"]}
        for case in vectors["signatures"]
    ]
    assert tell(tasks) == given([case["payload"] for case in vectors["signatures"]])
    assert tell([task | {"key": SITE.public.hex()} for task in tasks]) == [{"refused": "signature"}] * len(tasks)
    assert tell([task | {"type": "x"} for task in tasks]) == [{"refused": "signature"}] * len(tasks)
    case = next(one for one in vectors["statements"] if one["kind"] == "office")
    (told,) = tell([{"task": "office", "line": case["line"], "pinned": None}])
    said = told["given"]
    terms = {name: [one[place] for one in said["terms"]] for name, place in KEYS.items()}
    assert {"office": said["office"], "number": said["number"]} | terms == case["says"]
    assert said["words"] == case["words"]


KEYS = {"key_ids": "keyId", "classes": "retention"}


def reading(kind: str, line: bytes) -> Task:
    """Return the task that reads a line as the reader of its kind in Python does."""
    ways: dict[str, Task] = {
        "office": {"pinned": None},
        "acknowledgement": {"site": "metro-1", "key": SITE.public.hex()},
        "receipt": {"site": "metro-1", "root": ROOT.public.hex(), "places": list(PLACES)},
    }
    return {"task": kind, "line": line.decode(), **ways[kind]}


KINDS_READ = ("office", "acknowledgement", "receipt")


def test_what_was_signed_is_read(tell: Tell):
    """Statement, acknowledgement and receipt say on the phone what they say at the site."""
    lines = [(kind, line) for kind in KINDS_READ for line in (KINDS[kind][0], dump(json.loads(KINDS[kind][0])))]
    office, again, acknowledged, also, receipt, too = [one["given"] for one in tell([reading(*one) for one in lines])]
    assert (office, acknowledged, receipt) == (again, also, too)
    term = {"keyId": REVOKED.key_id, "public": REVOKED.recipient.public.hex(), "retention": "s"}
    term |= {"first": "2026-01-01", "last": "2027-01-01", "revoked": "2026-06-01"}
    assert office["terms"] == [term]
    assert office["root"] == ROOT.public.hex()
    entry = ENTRIES[0]
    head = {"epoch": entry.epoch, "seq": entry.seq, "hash": entry.hash.hex()}
    assert acknowledged["head"] == head
    assert (acknowledged["record"], acknowledged["hash"]) == (entry.record_id.hex(), entry.record_hash.hex())
    assert receipt["kept"] == [RECEIPT.kept(seq) for seq in PLACES]
    assert receipt["opened"] == [RECEIPT.opened(seq) for seq in PLACES]
    assert set(receipt["kept"]) == set(receipt["opened"]) == {True, False}


def test_no_forged_statement_is_read(tell: Tell):
    """Whatever the site refuses of these, the phone refuses too, and for every cause alike."""
    forged = {name: case for name, case in CASES.items() if case[0] in KINDS_READ}
    assert len(forged) > 50
    told = tell([reading(*case) for case in forged.values()])
    assert {name for name, one in zip(forged, told, strict=True) if one != {"refused": "signature"}} == set()


def test_another_office_is_refused(tell: Tell):
    """A statement that is right in itself is none for a phone that knows another office."""
    asked = reading("office", OFFICE_LINE)
    mine, theirs = tell([asked | {"pinned": one.public.hex()} for one in (ROOT, SITE)])
    assert "given" in mine
    assert theirs == {"refused": "signature"}


def test_only_a_key_in_use_is_sealed_to(tell: Tell, vectors: Vectors):
    """A key that the office gave up, never signed, or has not begun is no key; the other in its statement is."""
    case = next(one for one in vectors["statements"] if one["kind"] == "office")
    in_use, given_up = case["says"]["key_ids"]
    pairs = ((in_use, "9999-12-31"), (in_use, "1999-12-31"), (given_up, "9999-12-31"), ("0" * 16, "9999-12-31"))
    tasks = [{"task": "termFor", "line": case["line"], "key_id": key, "day": day} for key, day in pairs]
    assert tell(tasks) == [{"given": in_use}, *[{"refused": "signature"}] * 3]


def nonsense() -> Iterator[tuple[str, str, bytes]]:
    """Yield kind, what is wrong, and the line: each signed by whoever should, and yet out of bounds."""
    said = {kind: payload_of(KINDS[kind][0]) for kind in KINDS_READ}
    head = said["acknowledgement"]["head"]
    changes: list[tuple[str, dict[str, Any]]] = [
        ("acknowledgement", {"site": "metro-2"}),
        ("acknowledgement", {"format": "peksos/ack/2"}),
        ("acknowledgement", {"record": "AB" * 16}),
        ("acknowledgement", {"record": "ab" * 15}),
        ("acknowledgement", {"hash": "ab" * 33}),
        ("acknowledgement", {"hash": 5}),
        ("acknowledgement", {"day": -1}),
        ("acknowledgement", {"day": 65_536}),
        ("acknowledgement", {"day": True}),
        ("acknowledgement", {"day": "20000"}),
        ("acknowledgement", {"head": head[:2]}),
        ("acknowledgement", {"head": [*head, 1]}),
        ("acknowledgement", {"head": [0, *head[1:]]}),
        ("acknowledgement", {"head": [1 << 32, *head[1:]]}),
        ("acknowledgement", {"head": [head[0], 0, head[2]]}),
        ("acknowledgement", {"head": [head[0], 1.5, head[2]]}),
        ("acknowledgement", {"more": 1}),
        ("receipt", {"format": "peksos/receipt/2"}),
        ("receipt", {"number": 0}),
        ("receipt", {"number": True}),
        ("receipt", {"opened_to": 41}),
        ("receipt", {"opened_to": -1}),
        ("receipt", {"kept_but": [[4, 41]]}),
        ("receipt", {"kept_but": [[0, 3]]}),
        ("receipt", {"kept_but": [[5, 4]]}),
        ("receipt", {"kept_but": [[4, 6], [7, 8]]}),
        ("receipt", {"kept_but": [[9, 9], [4, 6]]}),
        ("receipt", {"kept_but": [[4, 6, 8]]}),
        ("receipt", {"kept_but": [[4]]}),
        ("receipt", {"kept_but": [4]}),
        ("receipt", {"kept_but": {}}),
        ("receipt", {"opened_but": None}),
        ("receipt", {"head": [0, *said["receipt"]["head"][1:]]}),
        ("office", {"format": "peksos/office/2"}),
        ("office", {"office": ""}),
        ("office", {"office": "D" * 201}),
        ("office", {"office": 5}),
        ("office", {"number": "x"}),
        ("office", {"terms": 5}),
    ]
    for name, value in {
        "from": "2026-13-01",
        "until": "kemarin",
        "revoked": "",
        "class": "",
        "public": b64encode(bytes(1216)).decode(),
    }.items():
        term = said["office"]["terms"][0] | {name: value}
        changes.append(("office", {"terms": [term]}))
    for kind, change in changes:
        _line, _other, _read, key, _optional = KINDS[kind]
        kind_of = json.loads(KINDS[kind][0])["payloadType"]
        yield kind, json.dumps(change)[:80], key.sign(kind_of, dump(said[kind] | change))
    receipt = dump(said["receipt"])
    yield "receipt", "a space", ROOT.sign("application/vnd.peksos.receipt+json", receipt.replace(b",", b", ", 1))


def test_nonsense_is_refused_though_it_is_signed(tell: Tell):
    """Values out of bounds are refused by phone and site alike, also from those who may sign."""
    cases = list(nonsense())
    for kind, _what, line in cases:
        with pytest.raises((BadSignature, KeyRefused)):
            KINDS[kind][2](line)
    told = tell([reading(kind, line) for kind, _what, line in cases])
    assert [case[:2] for case, one in zip(cases, told, strict=True) if one != {"refused": "signature"}] == []


def test_a_receipt_of_an_empty_log_is_read(tell: Tell):
    """An office that holds nothing yet says so, and the phone takes it."""
    empty = make_receipt(ROOT, Receipt("metro-1", 1, Head(1, 0, bytes(32))))
    (told,) = tell([reading("receipt", empty)])
    assert told["given"]["kept"] == [False] * len(PLACES)


def asked(header: Header, readers: Sequence[Identity], text: bytes = TEXT, size: int = 512) -> dict[str, Any]:
    """Return the task of sealing a text."""
    said = {name: getattr(header, name) for name in ("site", "kind", "form", "digest", "event", "ticket")}
    public = [{"role": o.role, "key_id": o.recipient.key_id, "public": o.recipient.public.hex()} for o in readers]
    about = {"record_id": header.record_id.hex()} | said
    return {"task": "seal", "header": about, "readers": public, "plaintext": text.hex(), "size": size}


def test_what_the_phone_seals_opens_here(tell: Tell, office: Identity, event: Identity, named: Header, opaque: Header):
    """The site accepts each record as its own, every reader reads its text, and no two are sealed under one key."""
    wanted = [
        (named, [office, event], TEXT, 512),
        (named, [event, office], TEXT, 512),
        (named, [office], b"", 4),
        (opaque, [office], bytes(124), 128),
        (opaque, [office], bytes(range(256)) * 200, 60_000),
    ]
    told = tell([asked(*one) for one in wanted] * 2)
    records = [SealedRecord.from_bytes(bytes.fromhex(one["given"])) for one in told]
    for record, (header, readers, text, size) in zip(records, wanted * 2, strict=True):
        check_structure(record, {one.role: {one.recipient.key_id} for one in readers}, size)
        assert (record.header, [one.open(record) for one in readers]) == (header, [text] * len(readers))
    assert len({record.commit for record in records}) == len({record.body for record in records}) == len(records)
    assert len({hashlib.sha256(wrap.sealed).digest() for record in records for wrap in record.wraps}) == 14


def test_what_may_not_be_sealed_is_refused(
    tell: Tell, office: Identity, event: Identity, named: Header, opaque: Header
):
    """Another reader than the kind allows, a key under another's id, a header no site writes, a text too long."""
    right, secret = asked(named, [office, event]), asked(opaque, [office])
    mine, theirs = right["readers"]
    readers = [[], [mine, mine], [theirs | {"role": "staff"}], [mine | {"key_id": theirs["key_id"]}]]
    readers += [[mine | {"public": mine["public"][:-2]}], [mine | {"public": ""}]]
    tasks = [right | {"readers": one} for one in readers]
    tasks += [secret | {"readers": one} for one in ([mine, theirs], [theirs])]
    headers: list[Task] = [{"site": ""}, {"site": "metro 1"}, {"kind": "x"}, {"form": "f" * 101}, {"event": "é"}]
    headers += [{"ticket": None}, {"record_id": "00" * 15}]
    tasks += [right | {"header": right["header"] | one} for one in headers]
    tasks += [secret | {"header": secret["header"] | {"event": "K7Q2MX"}}]
    tasks += [right | {"size": len(TEXT) + 3}, asked(opaque, [office], TEXT, 65_536)]
    told = [one.get("refused") for one in tell(tasks)]
    assert told == ["readers"] * 8 + ["header"] * 8 + ["size"] * 2


def test_the_longest_header_is_one_that_the_site_reads(tell: Tell, office: Identity, event: Identity):
    """Every word at its longest still makes a record that is read."""
    longest = Header(bytes(16), "s" * 100, NAMED, "f" * 100, "d" * 100, "e" * 100, "t" * 100)
    (told,) = tell([asked(longest, [office, event])])
    assert SealedRecord.from_bytes(bytes.fromhex(told["given"])).header == longest
