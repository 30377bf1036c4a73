"""The sites' chains at the office: gaps are named, forks refused, restored sites understood, and no order matters."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from forms_app.errors import ForeignBundle
from forms_app.office.chains import chain_state
from forms_app.office.enrolling import revoke
from forms_app.office.household import Household, open_household
from forms_app.office.importing import import_bundle
from forms_app.office.status import status
from forms_app.storage import office_tables
from forms_app.storage.ledger import ForkedLog, Run
from tests.office.carrying import DAY, HandSite, dump, hand_site


@pytest.fixture
def hand(household: Household) -> HandSite:
    """Return a site that the office has enrolled, without records."""
    site = hand_site(household)
    site.enrol(household)
    return site


def gaps(household: Household, site: HandSite) -> list[tuple[int, int, tuple[int, int]]]:
    """Return the gaps that the office names."""
    return [(one.first, one.last, one.packages) for one in chain_state(household.ledger, site.name).gaps]


def test_a_missing_package_is_a_named_gap(hand: HandSite, household: Household, tmp_path: Path) -> None:
    """What lies between is named by its places and its package, the head stays before it, and it can still come."""
    hand.add(9)
    for number, (first, last) in enumerate(((1, 3), (4, 6), (7, 9)), 1):
        hand.pack(tmp_path / f"{number}.peksos", first, last)
    import_bundle(household, tmp_path / "1.peksos")
    import_bundle(household, tmp_path / "3.peksos")
    assert gaps(household, hand) == [(4, 6, (2, 2))]
    assert chain_state(household.ledger, hand.name).head == hand.entries[2].head
    assert household.archive.count() == 6
    import_bundle(household, tmp_path / "2.peksos")
    assert gaps(household, hand) == []
    assert chain_state(household.ledger, hand.name).head == hand.head


def test_a_missing_beginning_is_a_gap_too(hand: HandSite, household: Household, tmp_path: Path) -> None:
    """Before the first package of all nothing is gap-free."""
    hand.add(5)
    hand.packed = 1
    hand.pack(tmp_path / "2.peksos", 3)
    import_bundle(household, tmp_path / "2.peksos")
    assert gaps(household, hand) == [(1, 2, (1, 1))]
    assert chain_state(household.ledger, hand.name).head.seq == 0


def spans(runs: Iterable[Run]) -> list[tuple[int, int, int]]:
    """Return stretches as epoch, first and last."""
    return [(run.epoch, run.first, run.last) for run in runs]


def fork(household: Household, path: Path) -> dict[str, object]:
    """Take in a package that contradicts what came before; return where, and make sure that nothing of it is kept."""
    before = dump(household)
    with pytest.raises(ForkedLog) as caught:
        import_bundle(household, path)
    assert dump(household) == before
    return caught.value.places


def test_a_site_that_goes_on_from_an_old_copy_is_found_out(
    hand: HandSite, household: Household, tmp_path: Path
) -> None:
    """Its new chain contradicts: the package is refused as a whole, and both hashes are on record."""
    hand.add(4)
    old = hand.copy()
    hand.add(2)
    hand.pack(tmp_path / "a.peksos")
    import_bundle(household, tmp_path / "a.peksos")
    old.add(3)
    old.pack(tmp_path / "b.peksos")
    places = fork(household, tmp_path / "b.peksos")
    assert (places["epoch"], places["seq"]) == (1, 5)
    (line,) = [line.about for line in household.audit.lines() if line.action == "fork"]
    assert line == f"{hand.name} 1/5 {hand.entries[4].hash.hex()} {old.entries[4].hash.hex()}"
    (found,) = [one for one in status(household) if one.site == hand.name]
    assert (found.forks, found.records) == (1, 6)


def backward(household: Household, hand: HandSite) -> int:
    """Return how many packages of a site the status calls made from an older copy."""
    (found,) = [one for one in status(household) if one.site == hand.name]
    assert found.quiet is not bool(found.backward)
    return found.backward


def test_an_old_copy_shows_before_it_contradicts(hand: HandSite, household: Household, tmp_path: Path) -> None:
    """A database put back packs a number again, and less than before: nothing is refused, but the status says so."""
    hand.add(4)
    hand.pack(tmp_path / "a.peksos")
    old = hand.copy()
    hand.add(2)
    hand.pack(tmp_path / "b.peksos")
    for name in ("a", "b", "a"):
        import_bundle(household, tmp_path / f"{name}.peksos")
    assert backward(household, hand) == 0
    old.pack(tmp_path / "c.peksos")
    import_bundle(household, tmp_path / "c.peksos")
    assert backward(household, hand) == 1
    old.pack(tmp_path / "d.peksos")
    import_bundle(household, tmp_path / "d.peksos")
    assert backward(household, hand) == 2


def test_a_restored_site_is_no_old_copy(hand: HandSite, household: Household, tmp_path: Path) -> None:
    """It says so in its log, and may use the numbers of lost packages again."""
    hand.add(4)
    hand.pack(tmp_path / "a.peksos")
    hand.packed = 0
    hand.restore(2)
    hand.add()
    hand.pack(tmp_path / "b.peksos")
    for name in ("a", "b"):
        import_bundle(household, tmp_path / f"{name}.peksos")
    assert backward(household, hand) == 0


def test_a_fork_shows_at_the_seams_too(hand: HandSite, household: Household, tmp_path: Path) -> None:
    """A package that only follows or precedes what is known must still fit to it."""
    hand.add(4)
    other = hand.copy()
    del other.entries[2:]
    hand.pack(tmp_path / "a.peksos", 3)
    other.add(3)
    other.pack(tmp_path / "b.peksos", 1, 2)
    other.pack(tmp_path / "c.peksos", 4)
    import_bundle(household, tmp_path / "a.peksos")
    import_bundle(household, tmp_path / "b.peksos")
    assert fork(household, tmp_path / "c.peksos")["seq"] == 3
    stranger = hand.copy()
    stranger.entries = []
    stranger.add(2)
    stranger.pack(tmp_path / "d.peksos")
    assert fork(household, tmp_path / "d.peksos")["seq"] == 1


def test_a_package_that_ends_where_another_story_goes_on_is_refused(
    hand: HandSite, household: Household, tmp_path: Path
) -> None:
    """The first entry known after a gap names the one before it; another one cannot fill the gap."""
    hand.add(4)
    hand.pack(tmp_path / "a.peksos", 4)
    import_bundle(household, tmp_path / "a.peksos")
    other = hand.copy()
    other.entries = []
    other.add(3)
    other.pack(tmp_path / "b.peksos")
    assert fork(household, tmp_path / "b.peksos")["seq"] == 3


def test_a_restored_site_goes_on_and_the_lost_tail_is_named(
    hand: HandSite, household: Household, tmp_path: Path
) -> None:
    """A new epoch may begin below the old end; what only the office has from then on stays and is told."""
    hand.add(6)
    hand.pack(tmp_path / "a.peksos")
    import_bundle(household, tmp_path / "a.peksos")
    hand.restore(4)
    hand.add(3)
    hand.pack(tmp_path / "b.peksos")
    import_bundle(household, tmp_path / "b.peksos")
    state = chain_state(household.ledger, hand.name)
    assert (spans(state.path), state.head, state.gaps) == ([(1, 1, 4), (2, 5, 8)], hand.head, ())
    assert (spans(state.tails), state.restored) == ([(1, 5, 6)], 1)
    assert household.archive.count() == 9


def test_an_epoch_whose_parent_never_came_waits(hand: HandSite, household: Household, tmp_path: Path) -> None:
    """A later epoch alone is kept, but nothing of it is gap-free until the entry that it continues comes."""
    hand.add(4)
    hand.pack(tmp_path / "a.peksos")
    hand.restore(3)
    hand.add(2)
    hand.pack(tmp_path / "b.peksos", 4)
    import_bundle(household, tmp_path / "b.peksos")
    assert gaps(household, hand) == [(1, 3, (1, 1))]
    assert chain_state(household.ledger, hand.name).head.seq == 0
    import_bundle(household, tmp_path / "a.peksos")
    assert (gaps(household, hand), chain_state(household.ledger, hand.name).head) == ([], hand.head)


def test_a_site_restored_twice_from_one_backup_goes_on_each_time(
    hand: HandSite, household: Household, tmp_path: Path
) -> None:
    """One epoch with two beginnings, at the same place or another, is no fork: the later package's line counts."""
    hand.add(6)
    hand.pack(tmp_path / "a.peksos")
    import_bundle(household, tmp_path / "a.peksos")
    lives = []
    for day, seq in ((DAY + 1, 5), (DAY + 2, 5), (DAY + 3, 3)):
        life = hand.copy()
        life.packed, life.made = day - DAY, 100 * day
        life.restore(seq, day)
        life.add(2)
        life.pack(tmp_path / "b.peksos")
        import_bundle(household, tmp_path / "b.peksos")
        assert chain_state(household.ledger, hand.name).head == life.head
        lives.append(life)
    state = chain_state(household.ledger, hand.name)
    assert spans(state.path) == [(1, 1, 3), (2, 4, 6)]
    assert sorted(spans(state.tails)) == [(1, 4, 6), (2, 6, 8), (2, 6, 8)]
    assert household.archive.count() == 12
    gone = lives[0].copy()
    del gone.entries[-1:]
    gone.made = 9_999_999
    gone.add(2)
    gone.pack(tmp_path / "c.peksos")
    assert fork(household, tmp_path / "c.peksos")["epoch"] == 2


def test_a_piece_from_the_midst_finds_its_line(hand: HandSite, household: Household, tmp_path: Path) -> None:
    """What came before the beginning of its epoch belongs to it as soon as that comes, whatever else there is."""
    hand.add(4)
    hand.restore(3)
    hand.add(4)
    hand.pack(tmp_path / "a.peksos", 1, 6)
    hand.pack(tmp_path / "b.peksos", 6, 7)
    hand.pack(tmp_path / "c.peksos", 8)
    other = hand.copy()
    other.restore(2, DAY + 9)
    other.made = 500
    other.add(7)
    other.pack(tmp_path / "d.peksos")
    for order in ("cbad", "dcba", "badc", "acbd"):
        with household.archive.writing() as connection:
            for table in office_tables.office.sorted_tables:
                connection.exec_driver_sql(f"DELETE FROM {table.name}")  # noqa: S608 - fixed names
        for name in order:
            import_bundle(household, tmp_path / f"{name}.peksos")
        state = chain_state(household.ledger, hand.name)
        assert (state.gaps, state.head) == ((), other.head), order
        assert spans(state.tails) == [(1, 3, 3), (2, 4, 8)], order


def test_a_revoked_site_is_refused_until_that_is_undone(hand: HandSite, household: Household, tmp_path: Path) -> None:
    """Nothing is taken from a revoked site any more; what came before stays."""
    hand.add(2)
    hand.pack(tmp_path / "a.peksos")
    import_bundle(household, tmp_path / "a.peksos")
    revoke(household, hand.name, "laptop hilang")
    hand.add(1)
    hand.pack(tmp_path / "b.peksos")
    with pytest.raises(ForeignBundle, match="dicabut"):
        import_bundle(household, tmp_path / "b.peksos")
    assert household.archive.count() == 2
    assert hand.key.key_id not in household.enrolled()
    revoke(household, hand.name, "")
    assert import_bundle(household, tmp_path / "b.peksos").new == 1


def packages(hand: HandSite, folder: Path) -> list[Path]:
    """Return overlapping packages of a site that was restored twice, of which one has a damaged record."""
    hand.add(8)
    hand.pack(folder / "1.peksos", 1, 4)
    hand.pack(folder / "2.peksos", 3, 8, without=(3, 4))
    hand.pack(folder / "3.peksos", 2, 7)
    resent = hand.entries[6].record or b""
    hand.restore(6)
    hand.arrive(resent)
    hand.arrive(hand.record(hand.entries[3].record_id))  # sealed again after the restore: other bytes, the same id
    hand.add(2, kind="s", form="")
    hand.add(1, site="lain-1")
    hand.pack(folder / "4.peksos")
    hand.pack(folder / "5.peksos", 6, without=(8,))
    hand.restore(9, day=20_790)
    hand.add(2)
    hand.pack(folder / "6.peksos", 8)
    whole = (folder / "4.peksos").read_bytes()
    place = whole.index(hand.entries[1].record or b"") + 200
    (folder / "7.peksos").write_bytes(whole[:place] + b"\0\0\0\0" + whole[place + 4 :])
    return [folder / f"{number}.peksos" for number in range(1, 8)]


@pytest.fixture
def carried(hand: HandSite, household: Household, tmp_path: Path) -> tuple[list[Path], dict[str, list[object]]]:
    """Return packages that overlap, and what the office keeps after taking them in one by one."""
    found = packages(hand, tmp_path)
    for path in found:
        import_bundle(household, path)
    return found, dump(household)


@effort(max_examples=500 if os.environ.get("PEKSOS_FAULTS") == "full" else 40)
@given(order=st.permutations(range(7)), again=st.lists(st.integers(0, 6), max_size=3))
def test_no_order_changes_what_is_kept(
    carried: tuple[list[Path], dict[str, list[object]]], folder: Path, order: list[int], again: list[int]
) -> None:
    """Overlapping packages in any order, some of them several times, leave the very same archive."""
    paths, kept = carried
    household = open_household(folder / "office")
    with household.archive.writing() as connection:
        for table in office_tables.office.sorted_tables:
            connection.exec_driver_sql(f"DELETE FROM {table.name}")  # noqa: S608 - fixed names
    for number in [*order, *again]:
        import_bundle(household, paths[number])
    assert dump(household) == kept
    assert chain_state(household.ledger, "contoh-1").gaps == ()
    household.close()


def test_a_record_carried_for_another_site_is_that_sites(hand: HandSite, household: Household, tmp_path: Path) -> None:
    """A record sealed for another enrolled site is kept under its name, wherever it came in, and is one record."""
    other = hand_site(household, "contoh-2", 2)
    other.enrol(household)
    (entry,) = other.add()
    hand.arrive(entry.record or b"")
    hand.pack(tmp_path / "a.peksos")
    other.pack(tmp_path / "b.peksos")
    assert import_bundle(household, tmp_path / "a.peksos").new == 1
    (found,) = household.archive.records()
    assert (found.site, found.carrier) == ("contoh-2", "contoh-1")
    assert import_bundle(household, tmp_path / "b.peksos").new == 0
    (found,) = household.archive.records()
    assert (found.site, found.carrier, found.record) == ("contoh-2", "", entry.record)


def test_another_sites_record_cannot_be_displaced(hand: HandSite, household: Household, tmp_path: Path) -> None:
    """Whoever brings other bytes under the id of another site's record gets them set aside, whatever comes first."""
    other = hand_site(household, "contoh-2", 2)
    other.enrol(household)
    (entry,) = other.add()
    other.pack(tmp_path / "b.peksos")
    hand.arrive(hand.record(entry.record_id, site="contoh-2"))
    hand.pack(tmp_path / "a.peksos")
    done = import_bundle(household, tmp_path / "a.peksos")
    assert (done.new, done.twins) == (1, 0)
    assert import_bundle(household, tmp_path / "b.peksos").twins == 1
    (found,) = household.archive.records()
    assert found.record == entry.record
    assert entry._replace(record=None) == other.entries[0]._replace(record=None)
