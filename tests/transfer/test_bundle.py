"""The bundle, there and back: what was written is what is read, and every change to it shows."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from forms_app.errors import DamagedBundle, ForeignBundle, NotABundle, PeksosError
from forms_app.sealing.records import SealedRecord
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import SiteStatement
from forms_app.sealing.words import words
from forms_app.storage.chain import Entry, next_entry, opening
from forms_app.storage.log import Log, NewRecord
from forms_app.storage.tables import open_database
from forms_app.transfer.bundle import BundleInfo, Quarantined, read_bundle
from forms_app.transfer.frames import frame, skeleton

Writer = Callable[..., BundleInfo]


def test_what_is_written_is_read(write: Writer, path: Path, entries: list[Entry], metro: Any):
    """Manifest, form files and log come back as they were, over an epoch's end too; records open at the office."""
    steps: list[tuple[int, int]] = []
    info = write(progress=lambda done, total: steps.append((done, total)))
    bundle = read_bundle(path, metro.sites)
    assert bundle.info == info
    assert (info.entries, info.records, info.after, info.counts) == (
        6,
        4,
        entries[-1].head,
        (("event_registration", 4),),
    )
    assert tuple(bundle.specs()) == metro.specs
    assert list(bundle.entries()) == entries
    assert metro.office.open(SealedRecord.from_bytes(entries[-1].record or b"")) == b"later"
    assert steps[-1] == (6, 6)


def test_reading_twice_gives_the_same(write: Writer, path: Path, metro: Any):
    """A bundle can be read any number of times, whole or in part, with the same result."""
    write()
    one, two = read_bundle(path, metro.sites), read_bundle(path, metro.sites)
    next(one.entries())
    next(one.specs())
    assert one == two
    assert list(one.entries()) == list(one.entries()) == list(two.entries())


def test_writing_twice_gives_the_same_bytes(write: Writer, path: Path):
    """The same log gives the same file, so that a lost stick can be replaced."""
    write()
    first = path.read_bytes()
    write()
    assert path.read_bytes() == first


def test_an_empty_bundle_is_a_bundle(write: Writer, path: Path, metro: Any):
    """A site without anything new can still say so."""
    info = write(entries=[], head_after=opening(metro.site), specs=[])
    assert (info.entries, info.records) == (0, 0)
    assert list(read_bundle(path, metro.sites).entries()) == []


def test_a_bundle_names_the_one_before(write: Writer, path: Path, entries: list[Entry], metro: Any):
    """A second bundle goes on where the first ended, and names it by its digest."""
    first = write(head_after=entries[2].head)
    second = write(number=2, previous_digest=first.digest, head_before=first.after, entries=entries[3:])
    assert read_bundle(path, metro.sites).info.previous == first.digest
    assert second.before == first.after
    assert first.digest != second.digest


def test_any_changed_byte_shows(write: Writer, path: Path, entries: list[Entry], metro: Any):
    """Whatever byte is flipped: the file is refused, or one record is quarantined, or one form file is missing."""
    write()
    whole = path.read_bytes()
    read = read_bundle(path, metro.sites)
    for at in [*range(0, read.start, 5), *range(read.start, len(whole), 11), *range(len(whole) - 40, len(whole))]:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            bundle = read_bundle(path, metro.sites)
        except PeksosError:
            continue
        arrived, specs = list(bundle.entries()), list(bundle.specs())
        bad = [entry for entry in arrived if isinstance(entry, Quarantined)]
        assert len(bad) + len(metro.specs) - len(specs) == (at >= read.start), at
        assert [entry for entry in arrived if entry in entries] == [
            e for e in entries if e.seq not in {b.seq for b in bad}
        ]


def test_cut_anywhere_is_refused(write: Writer, path: Path, metro: Any):
    """A bundle that ends early is no bundle or a damaged one, wherever it ends; so is one with more behind it."""
    write()
    whole = path.read_bytes()
    for at in range(0, len(whole), 23):
        path.write_bytes(whole[:at])
        with pytest.raises((NotABundle, DamagedBundle)):
            read_bundle(path, metro.sites)
    path.write_bytes(whole + b"\0")
    with pytest.raises(DamagedBundle):
        read_bundle(path, metro.sites)


def test_a_damaged_record_is_set_aside_and_the_rest_goes_on(
    write: Writer, path: Path, entries: list[Entry], metro: Any
):
    """A record whose bytes are not those that arrived is quarantined with its number; all others are read."""
    write()
    record = entries[2].record or b""
    path.write_bytes(path.read_bytes().replace(record, record[:-1] + bytes([record[-1] ^ 1])))
    arrived = list(read_bundle(path, metro.sites).entries())
    assert isinstance(arrived[2], Quarantined)
    assert (arrived[2].seq, arrived[2].reason) == (3, "hash")
    assert arrived[:2] + arrived[3:] == entries[:2] + entries[3:]


def test_a_record_that_rotted_on_the_sites_disk_does_not_hold_up_the_others(
    write: Writer, path: Path, entries: list[Entry], metro: Any
):
    """The site writes it as it is; the office sets it aside."""
    write(entries=[entries[0]._replace(record=b"rotten"), *entries[1:]])
    first, *rest = read_bundle(path, metro.sites).entries()
    assert isinstance(first, Quarantined)
    assert first.entry.record == b"rotten"
    assert rest == entries[1:]


def test_a_record_of_another_id_is_set_aside(write: Writer, path: Path, metro: Any):
    """Bytes that match their hash but are no sealed record of that id are quarantined too."""
    one, two = metro.entries(2)
    swapped = next_entry(metro.site, opening(metro.site), 1, one.record_id, two.record_hash)
    write(entries=[swapped._replace(record=two.record)], head_after=swapped.head)
    (arrived,) = read_bundle(path, metro.sites).entries()
    assert isinstance(arrived, Quarantined)
    assert arrived.reason == "structure"


@pytest.mark.parametrize("content", [b"", b"\n", b"PK\x03\x04zip", b'{"payloadType":"x"}\n', b"\xff" * 5000])
def test_other_files_are_no_bundle(path: Path, content: bytes, metro: Any):
    """Whatever else is on the stick is NotABundle."""
    path.write_bytes(content)
    with pytest.raises(NotABundle):
        read_bundle(path, metro.sites)


def test_a_folder_is_no_bundle(tmp_path: Path, metro: Any):
    """A folder is NotABundle."""
    with pytest.raises(NotABundle):
        read_bundle(tmp_path, metro.sites)


def test_a_strange_site_is_named_by_its_words(write: Writer, path: Path, metro: Any):
    """A bundle of a site that is not enrolled is refused with the words to compare on the telephone."""
    write()
    for sites in ({}, {metro.key.key_id: SiteStatement("metro-2", "x", metro.key.public)}):
        with pytest.raises(ForeignBundle, match=words(metro.key.public)):
            read_bundle(path, sites)


def test_a_strangers_name_for_our_site_is_refused(write: Writer, path: Path, metro: Any):
    """A bundle that names an enrolled site but is signed by another key is foreign."""
    stranger = SigningKey(bytes([10]) * 32)
    write(site_key=stranger)
    with pytest.raises(ForeignBundle, match=words(stranger.public)):
        read_bundle(path, metro.sites)


def test_entries_taken_out_swapped_or_doubled_are_refused(write: Writer, path: Path, entries: list[Entry], metro: Any):
    """The chain must reach the signed head: nothing is taken out, moved or repeated unseen."""
    info = write()
    whole = path.read_bytes()
    blocks = [frame(skeleton(entry)) + (entry.record or b"") for entry in entries]
    head = whole[: -sum(map(len, blocks))]
    assert head + b"".join(blocks) == whole
    hidden = [frame(skeleton(entries[0]._replace(record=None))), *blocks[1:]]
    for changed in (blocks[:-1], blocks[1:], [*blocks, blocks[-1]], [blocks[1], blocks[0], *blocks[2:]], hidden):
        path.write_bytes(head + b"".join(changed))
        with pytest.raises(DamagedBundle):
            read_bundle(path, metro.sites)
    assert info.records == 4


def test_a_file_changed_after_it_was_verified_is_noticed(write: Writer, path: Path, metro: Any):
    """A stick that gives other bytes the second time is refused while it is read."""
    write()
    bundle = read_bundle(path, metro.sites)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(DamagedBundle):
        list(bundle.entries())


def test_memory_stays_flat(write: Writer, path: Path, metro: Any):
    """Writing and reading 20 MB takes no more than 3 MB of memory."""
    (one,) = metro.entries(1, size=20_000)
    head, last = opening(metro.site), opening(metro.site)
    for _ in range(1000):
        last = next_entry(metro.site, last, 1, one.record_id, one.record_hash).head

    def stream() -> Iterator[Entry]:
        here = head
        while True:
            entry = next_entry(metro.site, here, 1, one.record_id, one.record_hash)
            here = entry.head
            yield entry._replace(record=bytes(one.record or b""))

    tracemalloc.start()
    write(entries=stream(), head_after=last)
    assert sum(1 for entry in read_bundle(path, metro.sites).entries() if isinstance(entry, Entry)) == 1000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert path.stat().st_size > 20_000_000
    assert peak < 3_000_000


def test_a_real_log_travels(write: Writer, path: Path, tmp_path: Path, metro: Any):
    """What the log of a site holds is what the office reads, in order; what arrives meanwhile waits for the next."""
    database = open_database(f"sqlite:///{tmp_path / 'site.db'}")
    log = Log(database, metro.site)
    made = [NewRecord(entry.record_id, entry.record or b"") for entry in metro.entries(5)]
    log.append(made[:4], 20_780)
    head = log.head()
    log.append(made[4:], 20_780)
    write(entries=log.entries(), head_after=head)
    arrived = [entry for entry in read_bundle(path, metro.sites).entries() if isinstance(entry, Entry)]
    assert arrived == list(log.entries(limit=4))
    assert [entry.record for entry in arrived] == [new.record for new in made[:4]]
    database.close()
