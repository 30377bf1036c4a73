"""Packages at the office: in any order, any number of times, damaged or foreign, nothing good is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from forms_app.errors import DamagedBundle, ForeignBundle, NotABundle, TransferError
from forms_app.office.household import Household, open_household
from forms_app.office.importing import ImportReport, import_bundle
from forms_app.sealing.signing import SigningKey
from forms_app.site.packing import make_package
from forms_app.site.services import Services
from forms_app.storage import office_tables
from forms_app.storage.chain import opening
from forms_app.transfer.writing import write_bundle
from tests.office.conftest import Answers, Sender


def kept(household: Household) -> dict[bytes, bytes]:
    """Return the office's records by id."""
    return {one.record_id: one.record for one in household.archive.records()}


def logged(services: Services) -> dict[bytes, bytes | None]:
    """Return the site's records by id."""
    return {one.record_id: one.record for one in services.log.entries()}


@pytest.fixture
def package(services: Services, send: Sender, checklist: Answers, tmp_path: Path) -> Path:
    """Return a package of four records: two registrations, one with a part, and a checklist."""
    send()
    send(access="alergi")
    send("detection_checklist_teacher", checklist)
    path = tmp_path / "paket.peksos"
    make_package(services, path)
    return path


def test_every_record_arrives_as_it_was(package: Path, services: Services, household: Household) -> None:
    """The office keeps the very bytes of the site's log, and all forms of its library."""
    done = import_bundle(household, package)
    assert (done.records, done.new, done.known, done.quarantined, done.forms_missing) == (4, 4, 0, 0, 0)
    assert kept(household) == logged(services)
    assert all(household.archive.spec_source(spec.digest) == spec.source for spec in services.library)


def test_the_same_file_twice_changes_nothing(package: Path, household: Household) -> None:
    """A package that is taken in again brings nothing new, and says so."""
    import_bundle(household, package)
    before = kept(household)
    done = import_bundle(household, package)
    assert (done.records, done.new, done.known) == (4, 0, 4)
    assert kept(household) == before


def test_the_order_does_not_matter(package: Path, services: Services, household: Household, send: Sender) -> None:
    """A later package first and an earlier one after it leave the same archive."""
    send(full_name="Yang Kedua")
    later = package.with_name("kedua.peksos")
    make_package(services, later)
    assert import_bundle(household, later).new == 5
    assert import_bundle(household, package).new == 0
    assert kept(household) == logged(services)


def test_an_empty_package_is_fine(household: Household, carry: Callable[[], ImportReport]) -> None:
    """A site without records can still bring its package."""
    done = carry()
    assert (done.number, done.records, done.whole) == (1, 0, True)


def test_a_foreign_package_names_the_words(package: Path, tmp_path: Path, household: Household) -> None:
    """A site that was never enrolled is refused with the words to compare, and nothing is kept."""
    key = SigningKey.generate()
    head = opening(key.key_id)
    foreign = tmp_path / "asing.peksos"
    fixed = {"specs": [], "entries": [], "head_before": head, "head_after": head}
    write_bundle(foreign, key, key.key_id, number=1, previous_digest="", **fixed)  # type: ignore[arg-type]  # empty lists
    with pytest.raises(ForeignBundle, match=r"([a-z]{5}-){7}[a-z]{5}"):
        import_bundle(household, foreign)
    assert kept(household) == {}


def test_another_file_is_no_package(tmp_path: Path, household: Household) -> None:
    """Some other file is told from a damaged package."""
    path = tmp_path / "foto.jpg"
    path.write_bytes(b"\xff\xd8\xff")
    with pytest.raises(NotABundle):
        import_bundle(household, path)


def test_a_site_cannot_change_what_a_form_means(package: Path, services: Services, household: Household) -> None:
    """A form that is not what its digest says is not kept, though an enrolled site signed it; the true one still is."""
    spec = services.library.by_id("event_registration")
    head = opening(services.site)
    fake = package.with_name("palsu.peksos")
    fixed = {"specs": [(spec.digest, b"form_id: palsu\n")], "entries": [], "head_before": head, "head_after": head}
    write_bundle(fake, services.site_key, services.site, number=9, previous_digest="", **fixed)  # type: ignore[arg-type]  # as above
    assert import_bundle(household, fake).forms_missing == 1
    assert household.archive.spec_source(spec.digest) is None
    assert import_bundle(household, package).whole
    assert household.archive.spec_source(spec.digest) == spec.source


def test_a_damaged_record_is_set_aside_until_it_comes_whole(
    package: Path, services: Services, household: Household
) -> None:
    """The others are kept; the damaged bytes wait in quarantine; a good package settles it."""
    good = package.read_bytes()
    record = next(iter(logged(services).values())) or b""
    place = good.index(record) + len(record) // 2
    hurt = package.with_name("rusak.peksos")
    hurt.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
    done = import_bundle(household, hurt)
    assert (done.records, done.new, done.quarantined, done.whole) == (3, 3, 1, False)
    assert household.archive.missed() == 1
    assert import_bundle(household, package).new == 1
    assert household.archive.missed() == 0
    assert kept(household) == logged(services)


@pytest.fixture
def fresh(folder: Path, tmp_path: Path) -> Callable[[], Household]:
    """Return a function that opens an office which has taken nothing in yet."""

    def opened() -> Household:
        database = folder / "office" / "office.sqlite"
        found = open_household(folder / "office")
        with found.archive._store.writing() as connection:
            for table in office_tables.office.sorted_tables:
                connection.exec_driver_sql(f"DELETE FROM {table.name}")  # noqa: S608 - fixed names
        assert database.exists()
        return found

    return opened


@effort(max_examples=60)
@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_a_flipped_byte_never_passes_as_whole(
    package: Path, services: Services, fresh: Callable[[], Household], place: float, flip: int
) -> None:
    """Wherever one byte differs, the package is refused or told not to be whole, and nothing false is kept.

    Spaces that fill the first line up are the only bytes that say nothing: there all records may arrive.
    """
    good, truth = package.read_bytes(), logged(services)
    number = int(place * len(good))
    hurt = package.with_name("rusak.peksos")
    hurt.write_bytes(good[:number] + bytes([good[number] ^ flip]) + good[number + 1 :])
    household = fresh()
    try:
        done = import_bundle(household, hurt)
        assert not done.whole or kept(household) == truth
        assert done.records + done.quarantined == len(truth)
    except TransferError:
        assert kept(household) == {}
    assert kept(household).items() <= truth.items()
    assert import_bundle(household, package).whole
    assert kept(household) == truth
    household.close()


@effort(max_examples=30)
@given(place=st.floats(0, 1, exclude_max=True))
def test_a_cut_package_is_refused_as_a_whole(package: Path, household: Household, place: float) -> None:
    """However little is missing at the end, nothing is kept and a new package is asked for."""
    good = package.read_bytes()
    hurt = package.with_name("potong.peksos")
    hurt.write_bytes(good[: int(place * len(good))])
    with pytest.raises((DamagedBundle, NotABundle)):
        import_bundle(household, hurt)
    assert kept(household) == {}
