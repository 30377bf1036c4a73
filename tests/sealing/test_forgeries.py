"""Every field of a record and of a key file: altered, dropped, doubled, or taken from another one, it never opens.

The twin is sealed for another site, event and reader, so that each of its fields is another one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from forms_app.errors import CannotOpen, KeyRefused, SealingError
from forms_app.sealing.fields import pack, unpack
from forms_app.sealing.keyfiles import lock_seed, read_seed, unlock_seed, write_seed
from forms_app.sealing.keys import Identity
from forms_app.sealing.layout import Header, SealedRecord
from forms_app.sealing.passwords import Cost
from forms_app.sealing.records import check_structure, seal

Place = tuple[int, ...]
Tree = bytes | list["Tree"]
OFFICE, EVENT = Identity("office", bytes([21]) * 32), Identity("event", bytes([22]) * 32)
OTHERS = Identity("office", bytes([23]) * 32), Identity("event", bytes([24]) * 32)
MINE = Header(bytes([1]) * 16, "metro-1", "p", "event_registration", "ab" * 32, "K7Q2MX", "cd" * 16)
THEIRS = Header(bytes([2]) * 16, "metro-2", "p", "event_feedback", "ef" * 32, "K7Q2MY", "ba" * 16)
HEAD = ("format", "suite", "record id", "site", "kind", "keys", "form", "digest", "event", "ticket")
PLACES: dict[str, Place] = {"header": (0,), "wraps": (1,), "commit": (2,), "body": (3,)}
PLACES |= {name: (0, at) for at, name in enumerate(HEAD)}
PLACES |= {name: (0, 5, at) for at, name in enumerate(("office role", "office key", "event role", "event key"))}
PLACES |= {"office wrap": (1, 0), "event wrap": (1, 1)}
SAME = {"format", "suite", "kind", "office role", "event role"}  # of any two records
ONE, TWO = (
    seal(MINE, b"one", [OFFICE.recipient, EVENT.recipient], 128),
    seal(THEIRS, b"two", [one.recipient for one in OTHERS], 128),
)


def tree(record: SealedRecord) -> list[Tree]:
    """Return a record as its fields within fields."""
    header, wraps, commit, body = unpack(record.to_bytes())
    names: list[Tree] = list(unpack(header))
    names[5] = list(unpack(unpack(header)[5]))
    return [names, list(unpack(wraps)), commit, body]


def joined(value: Tree) -> bytes:
    """Return the bytes of fields within fields."""
    return value if isinstance(value, bytes) else pack(*map(joined, value))


def change(place: Place, how: Callable[[list[Tree], int], object]) -> bytes:
    """Return our record with one field changed."""
    whole = inner = tree(ONE)
    for at in place[:-1]:
        inner = inner[at]  # type: ignore[assignment]  # the places above lead to lists
    how(inner, place[-1])
    return joined(whole)


def at(place: Place) -> Tree:
    """Return the twin's field."""
    found: Tree = tree(TWO)
    for one in place:
        found = found[one]  # type: ignore[assignment]  # as in `change`
    return found


def forged() -> Iterator[tuple[str, bytes]]:
    """Yield every forgery with its name."""
    for name, place in PLACES.items():
        yield f"{name} altered", change(place, lambda inner, n: inner.__setitem__(n, flipped(joined(inner[n]))))
        yield f"{name} emptied", change(place, lambda inner, n: inner.__setitem__(n, b""))
        yield f"{name} dropped", change(place, lambda inner, n: inner.pop(n))
        yield f"{name} doubled", change(place, lambda inner, n: inner.insert(n, inner[n]))
        if name not in SAME:
            theirs = at(place)
            yield f"{name} of another", change(place, lambda inner, n, theirs=theirs: inner.__setitem__(n, theirs))
    yield "future format", change((0, 0), lambda inner, n: inner.__setitem__(n, b"peksos/record/2"))
    yield "other suite", change((0, 1), lambda inner, n: inner.__setitem__(n, b"P256,HKDF-SHA256,AES-256-GCM"))
    yield "secret", change((0, 4), lambda inner, n: inner.__setitem__(n, b"s"))
    yield "key of another and its wrap", joined(with_reader(OTHERS[0]))
    yield "wraps exchanged", change((1,), lambda inner, n: inner.__setitem__(n, list(reversed(inner[n]))))
    yield "keys exchanged", change((0, 5), lambda inner, n: inner.__setitem__(n, [*inner[n][2:], *inner[n][:2]]))


def flipped(data: bytes) -> bytes:
    """Return the bytes with the last one changed."""
    return data[:-1] + bytes([data[-1] ^ 1])


def with_reader(stranger: Identity) -> list[Tree]:
    """Return our record with a stranger as the event's reader, who brings the twin's wrap."""
    whole, twin = tree(ONE), tree(TWO)
    whole[0][5][3] = stranger.recipient.key_id.encode()  # type: ignore[index, call-overload]  # as in `change`
    whole[1][1] = twin[1][0]  # type: ignore[index, call-overload]
    return whole


FORGED = dict(forged())
EVENTS_OWN = {
    "wraps altered",
    "event wrap altered",
    "event wrap of another",
}  # the office reads on; the digest shows it


def reads(identity: Identity, data: bytes) -> bytes | None:
    """Return the text, or None when it does not open."""
    try:
        return identity.open(SealedRecord.from_bytes(data))
    except CannotOpen:
        return None


def test_the_record_itself_opens():
    """Taken apart and put together unchanged, it opens for its two readers: the forgeries fail for their change."""
    data = joined(tree(ONE))
    assert data == ONE.to_bytes()
    assert reads(OFFICE, data) == reads(EVENT, data) == b"one"


@pytest.mark.parametrize("name", FORGED)
def test_no_forged_record_opens(name: str):
    """Neither reader reads anything, nor do the readers of the twin whose part it took."""
    assert FORGED[name] != ONE.to_bytes()
    readers = [EVENT, *OTHERS] if name in EVENTS_OWN else [OFFICE, EVENT, *OTHERS]
    if name in {"office wrap altered", "office wrap of another"}:
        readers.remove(EVENT)  # whose own wrap is whole
    assert [reads(one, FORGED[name]) for one in readers] == [None] * len(readers)


def test_a_reader_more_is_refused_by_the_site():
    """A record that was honestly sealed to one reader more than the form has, or to another key, is not taken."""
    allowed = {"office": {OFFICE.recipient.key_id}}
    for record in (ONE, seal(MINE, b"one", [OTHERS[0].recipient], 128)):
        with pytest.raises(KeyRefused):
            check_structure(record, allowed, 128)
    check_structure(seal(MINE, b"one", [OFFICE.recipient], 128), allowed, 128)


@pytest.mark.parametrize("size", [127, 129, 256])
def test_another_class_size_is_refused_by_the_site(size: int):
    """A record of another size would tell what kind of form it holds."""
    record = seal(Header(bytes(16), "metro-1", "s"), b"one", [OFFICE.recipient], size)
    with pytest.raises(KeyRefused):
        check_structure(record, {"office": {OFFICE.recipient.key_id}}, 128)


def test_a_secret_header_over_a_named_ones_wraps_is_refused():
    """A record that was given a secret header cannot keep the event as its reader."""
    secret = replace(ONE, header=Header(MINE.record_id, "metro-1", "s"))
    with pytest.raises(KeyRefused):
        check_structure(secret, {"office": {OFFICE.recipient.key_id}, "event": {EVENT.recipient.key_id}}, 128)


CHEAP, OTHER_CHEAP = Cost(memory=64, iterations=1), Cost(memory=72, iterations=2)
KEYFILE = json.loads(lock_seed(bytes(32), "frasa", "term/1", CHEAP))
OTHER_FILE = json.loads(lock_seed(bytes([1]) * 32, "frasa", "term/2", OTHER_CHEAP))
OUTER = ("format", "purpose", "kdf", "nonce", "ciphertext")
INNER = ("name", "memory_kib", "iterations", "lanes", "salt")
OPENED_BY_OTHERS = {"format", "name", "lanes"}  # the same in any two key files


def keyfiles() -> Iterator[tuple[str, str]]:
    """Yield the key file with each of its fields changed."""
    for name in OUTER:
        yield from spoiled(name, KEYFILE, OTHER_FILE, lambda value: value)
    for name in INNER:
        yield from spoiled(name, KEYFILE["kdf"], OTHER_FILE["kdf"], lambda value: KEYFILE | {"kdf": value})


def spoiled(
    name: str, mine: dict[str, Any], theirs: dict[str, Any], whole: Callable[[dict[str, Any]], dict[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Yield one object without a field, with it twice, altered, emptied, and with another key file's."""
    old = mine[name]
    other = old + 1 if isinstance(old, int) else "AAAA" + old[4:] if isinstance(old, str) else {}
    yield f"{name} altered", json.dumps(whole(mine | {name: other}))
    yield f"{name} emptied", json.dumps(whole(mine | {name: None}))
    yield f"{name} dropped", json.dumps(whole({key: value for key, value in mine.items() if key != name}))
    field = f"{json.dumps(name)}: {json.dumps(old)}"
    yield f"{name} doubled", json.dumps(whole(mine)).replace(field, f"{field}, {field}")
    if name not in OPENED_BY_OTHERS:
        yield f"{name} of another", json.dumps(whole(mine | {name: theirs[name]}))


KEYFILES = dict(keyfiles())


@pytest.mark.parametrize("name", KEYFILES)
def test_no_forged_key_file_gives_a_seed(name: str):
    """With the right passphrase too, a key file with one field changed gives nothing."""
    assert unlock_seed(json.dumps(KEYFILE), "frasa", "term/1") == bytes(32)
    for purpose in ("term/1", "term/2"):
        with pytest.raises(SealingError):
            unlock_seed(KEYFILES[name], "frasa", purpose)


@pytest.mark.parametrize("name", ["format", "purpose", "seed"])
def test_no_half_seed_file_is_read(tmp_path: Path, name: str):
    """A seed in the open whose file lost a field, has it twice or has it empty is refused."""
    write_seed(tmp_path / "site.key", bytes(32), "site")
    value = json.loads((tmp_path / "site.key").read_text(encoding="utf-8"))
    field = f"{json.dumps(name)}: {json.dumps(value[name])}"
    texts = [json.dumps({key: one for key, one in value.items() if key != name}), json.dumps(value | {name: ""})]
    texts.append(json.dumps(value).replace(field, f"{field}, {field}"))
    for text in texts:
        (tmp_path / "bad.key").write_text(text, encoding="utf-8")
        with pytest.raises(KeyRefused):
            read_seed(tmp_path / "bad.key", "site")
