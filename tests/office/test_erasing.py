"""Erasing one record: gone from the office for good, and ordered from its sites by signature."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms_app.answers.submission import receipt_code
from forms_app.errors import NotFound, TransferError
from forms_app.office.erasing import erase, find
from forms_app.office.household import DATABASE, Household
from forms_app.office.importing import import_bundle
from forms_app.office.opening import open_all
from forms_app.office.receipts import issue
from forms_app.office.status import status
from forms_app.sealing.keys import Identity
from forms_app.site.packing import make_package
from forms_app.site.services import Services
from forms_app.transfer.erasure import read_erasure
from tests.conftest import PASSPHRASE
from tests.office.carrying import hand_site
from tests.office.conftest import Sender


@pytest.fixture
def package(services: Services, send: Sender, household: Household, tmp_path: Path) -> Path:
    """Return a package of two records that the office has taken in."""
    send()
    send(full_name="Yang Kedua")
    make_package(services, tmp_path / "a.peksos")
    import_bundle(household, tmp_path / "a.peksos")
    return tmp_path / "a.peksos"


def test_the_bytes_are_gone_and_never_come_back(
    package: Path, services: Services, household: Household, identities: dict[str, Identity]
) -> None:
    """Neither record nor verdict is in any file of the office; the order names record, reason and day."""
    open_all(household, identities)
    entry = next(services.log.entries())
    assert entry.record is not None
    (order,) = erase(household, household.root(PASSPHRASE), entry.record_id.hex(), "ditarik")
    said = read_erasure(order.line, services.office, services.site)
    assert (said.ids, said.reason, order.site) == ((entry.record_id,), "ditarik", services.site)
    assert import_bundle(household, package).new == 0
    assert [one.record_id for one in household.archive.records()] != [entry.record_id]
    assert (household.archive.count(), len(list(household.verdicts.all()))) == (1, 1)
    assert open_all(household, identities).opened == 1
    household.close()
    body = entry.record[200:400]
    for path in household.folder.glob(f"{DATABASE}*"):
        assert body not in path.read_bytes(), path.name


def test_an_erased_record_is_an_exception_of_receipts(package: Path, services: Services, household: Household) -> None:
    """What was erased is not called kept: the site drops it by the order, not by a receipt."""
    root = household.root(PASSPHRASE)
    erase(household, root, next(services.log.entries()).record_id.hex(), "ditarik")
    assert issue(household, root, services.site).receipt.kept_but == ((1, 1),)


def test_a_receipt_code_names_it_too(package: Path, services: Services, household: Household) -> None:
    """The ten digits that a person wrote down are enough, with or without the space."""
    record_id = next(services.log.entries()).record_id
    code = receipt_code(record_id)
    assert find(household, f"{code[:5]} {code[5:]}") == find(household, record_id.hex().upper()) == record_id
    for unknown in ("0000000000", "ab" * 16, "bukan id"):
        with pytest.raises(NotFound):
            find(household, unknown)


def test_a_code_that_two_records_bear_asks_for_the_id(household: Household, tmp_path: Path) -> None:
    """Nothing is erased on a guess."""
    hand = hand_site(household)
    hand.enrol(household)
    ids = [bytes([1, 1]) + (7).to_bytes(8, "big") + bytes(5) + bytes([last]) for last in (1, 2)]
    for record_id in ids:
        hand.arrive(hand.record(record_id))
    hand.pack(tmp_path / "a.peksos")
    import_bundle(household, tmp_path / "a.peksos")
    with pytest.raises(TransferError, match=f"{ids[0].hex()}, {ids[1].hex()}"):
        erase(household, household.root(PASSPHRASE), receipt_code(ids[0]), "ditarik")
    assert household.archive.count() == 2


def test_asked_again_it_gives_another_order(package: Path, services: Services, household: Household) -> None:
    """An order that was lost on the way can be had again; its number grows."""
    root, asked = household.root(PASSPHRASE), next(services.log.entries()).record_id.hex()
    (first,), (second,) = (erase(household, root, asked, "ditarik") for _ in range(2))
    numbers = [read_erasure(one.line, services.office, services.site).number for one in (first, second)]
    assert numbers[0] < numbers[1]


def test_every_site_that_has_it_gets_an_order(household: Household, tmp_path: Path) -> None:
    """A record that came in at one site for another stands in two logs."""
    one, two = hand_site(household), hand_site(household, "contoh-2", 2)
    for site in (one, two):
        site.enrol(household)
    (entry,) = two.add()
    one.arrive(entry.record or b"")
    for site in (one, two):
        site.pack(tmp_path / "a.peksos")
        import_bundle(household, tmp_path / "a.peksos")
    orders = erase(household, household.root(PASSPHRASE), entry.record_id.hex(), "ditarik")
    assert [order.site for order in orders] == ["contoh-1", "contoh-2"]


def test_a_reason_is_a_short_code(package: Path, services: Services, household: Household) -> None:
    """What could hold a name or an answer is refused before anything is erased."""
    asked = next(services.log.entries()).record_id.hex()
    with pytest.raises(TransferError, match="Tanpa nama orang"):
        erase(household, household.root(PASSPHRASE), asked, "Ibu Sutinah minta dihapus")
    assert household.archive.count() == 2


def test_a_record_that_only_came_damaged_can_be_erased_too(household: Household, tmp_path: Path) -> None:
    """Most of its bytes may be those of the record: they go, and it is counted as erased, not as missing."""
    hand = hand_site(household)
    hand.enrol(household)
    (entry,) = hand.add()
    hand.pack(tmp_path / "a.peksos")
    whole = (tmp_path / "a.peksos").read_bytes()
    (tmp_path / "b.peksos").write_bytes(whole[:-10] + bytes(10))
    import_bundle(household, tmp_path / "b.peksos")
    erase(household, household.root(PASSPHRASE), entry.record_id.hex(), "ditarik")
    (found,) = [one for one in status(household) if one.site == hand.name]
    assert (found.erased, found.absent, found.quarantined) == (1, 0, 0)
    assert all(one.record == entry.record_id for one in household.archive.quarantined())
