"""The chain of the log: fixed vectors, and every way to break it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from forms_app.errors import BrokenLog
from forms_app.storage.chain import Entry, check_link, epoch_entry, next_entry, opening

VECTORS = json.loads(Path(__file__).parents[1].joinpath("vectors/log.json").read_text())
SITE = VECTORS["site"]


def entry_of(vector: dict[str, Any]) -> Entry:
    """Return the entry that a vector describes."""
    texts = ("record_id", "record_hash", "previous", "hash", "record")
    values = {name: bytes.fromhex(vector[name]) for name in texts if vector[name] is not None}
    return Entry(vector["epoch"], vector["seq"], vector["type"], vector["day"], **values)


ENTRIES = [entry_of(vector) for vector in VECTORS["entries"]]


def test_the_opening_is_fixed() -> None:
    """A site's log begins at a hash of its name, which another implementation computed."""
    assert opening(SITE) == (1, 0, bytes.fromhex(VECTORS["opening"]))
    assert opening("other").hash != opening(SITE).hash


def test_entries_are_fixed() -> None:
    """Each entry of the vectors, records and a new epoch, is made again to the byte."""
    head = opening(SITE)
    for entry in ENTRIES:
        if entry.type == "epoch":
            made = epoch_entry(SITE, head, entry.day)
        else:
            made = next_entry(SITE, head, entry.day, entry.record_id, entry.record_hash)._replace(record=entry.record)
        assert made == entry
        head = check_link(SITE, head, entry)
    assert head == ENTRIES[-1].head


@pytest.mark.parametrize("number", range(len(ENTRIES)))
@pytest.mark.parametrize("name", ["epoch", "seq", "type", "day", "record_hash", "previous", "hash", "record"])
def test_no_field_can_be_changed(name: str, number: int) -> None:
    """An entry with any bound field changed does not fit, and the error names its place."""
    entry = ENTRIES[number]
    value = getattr(entry, name)
    changed = {int: lambda: value + 1 if value != 0xFFFF else 0, str: lambda: "recorD"}.get(type(value))
    other = changed() if changed else bytes(byte ^ 1 for byte in value or b"x")
    before = ENTRIES[number - 1].head if number else opening(SITE)
    with pytest.raises(BrokenLog) as raised:
        check_link(SITE, before, entry._replace(**{name: other}))
    assert raised.value.places == {"seq": before.seq + 1}


def test_an_entry_fits_one_place_only() -> None:
    """Left out, repeated, swapped or under another site's name, an entry does not fit."""
    first, second, *_ = ENTRIES
    for site, head, entry in [
        (SITE, opening(SITE), second),
        (SITE, first.head, first),
        (SITE, second.head, first),
        ("other", opening(SITE), first),
    ]:
        with pytest.raises(BrokenLog):
            check_link(site, head, entry)


def test_a_purged_record_still_counts() -> None:
    """An entry whose record is no longer kept fits as before."""
    assert check_link(SITE, opening(SITE), ENTRIES[0]._replace(record=None)) == ENTRIES[0].head
