"""What the office signed: taken in once, and only what is meant for this site and this log."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from forms_app.answers.submission import Nonce
from forms_app.errors import BadSignature, TransferError
from forms_app.office.household import Household
from forms_app.sealing.signing import SigningKey
from forms_app.settings import Settings
from forms_app.site.intake import Intake
from forms_app.site.intake import Receipt as Slip
from forms_app.site.packing import make_package
from forms_app.site.receiving import obey, take_receipt
from forms_app.site.services import Services, open_site, package_folder
from forms_app.site.standing import standing
from forms_app.storage.chain import Head
from forms_app.transfer.lettered import qr_text
from tests.conftest import NOW, NUMBERS, TODAY
from tests.office.conftest import REGISTRATION, posted
from tests.site.receipts import bytes_at, files_with, order, places, receipt, root_of, send


def test_a_receipt_is_taken_once(services: Services, household: Household) -> None:
    """The same one may come again, from a file or a QR code, and changes nothing."""
    send(services, 2)
    line = receipt(services, root_of(household))
    assert [take_receipt(services, data)[1] for data in (line + b"\n", line, qr_text(line).encode())] == [
        True,
        False,
        False,
    ]
    assert len(services.receipts.all()) == 1


def test_an_older_receipt_is_refused(services: Services, household: Household) -> None:
    """What came on a stick that lay about must not take the place of the newest."""
    root = root_of(household)
    send(services)
    old = receipt(services, root, 1)
    send(services)
    take_receipt(services, receipt(services, root, 2))
    with pytest.raises(TransferError):
        take_receipt(services, old)


def test_a_receipt_that_another_office_signed_is_refused(services: Services) -> None:
    """However it got here."""
    send(services)
    with pytest.raises(BadSignature):
        take_receipt(services, receipt(services, SigningKey.generate()))
    assert services.receipts.all() == []


def test_a_receipt_of_another_site_is_refused(services: Services, household: Household) -> None:
    """Its places are those of another log."""
    send(services)
    with pytest.raises(TransferError):
        take_receipt(services, receipt(services, root_of(household), site="lain-1"))


def test_a_receipt_for_another_log_is_refused(services: Services, household: Household) -> None:
    """Same site, same number of records, but not these."""
    send(services)
    other = Head(1, services.log.head().seq, bytes(32))
    with pytest.raises(TransferError, match="tidak cocok"):
        take_receipt(services, receipt(services, root_of(household), head=other))


def test_a_database_that_was_rolled_back_is_noticed(services: Services, household: Household, tmp_path: Path) -> None:
    """The office has more than the log says: records that were acknowledged here are gone."""
    send(services, 2)
    copy = tmp_path / "copy"
    shutil.copytree(services.settings.instance, copy)
    send(services, 2)
    line = receipt(services, root_of(household))
    rolled = replace(
        open_site(Settings.from_mapping({"PEKSOS_INSTANCE": str(copy), **NUMBERS})),
        clock=lambda: NOW,
    )
    with pytest.raises(TransferError, match="dipulihkan"):
        take_receipt(rolled, line)
    rolled.close()


def test_a_receipt_of_before_a_restore_still_counts(services: Services, household: Household) -> None:
    """The new epoch goes on behind what the office keeps."""
    send(services, 2)
    line = receipt(services, root_of(household))
    services.log.open_epoch(20_780)
    send(services)
    assert take_receipt(services, line)[1]
    assert take_receipt(services, receipt(services, root_of(household), 2))[0].head.epoch == 2


def test_an_order_erases_what_it_names(services: Services, household: Household) -> None:
    """The bytes go, the others stay, and the log goes on behind an entry that names the order."""
    first, second, _third = send(services, 3)
    done = obey(services, order(services, root_of(household), first, second))
    assert (done.named, done.erased) == (2, 2)
    assert places(services) == [3]
    assert [entry.type for entry in services.log.entries()][-1] == "erase"


def test_an_order_may_come_again(services: Services, household: Household) -> None:
    """Nothing more happens, and the log does not grow."""
    (first,) = send(services)
    line = order(services, root_of(household), first)
    obey(services, line)
    head = services.log.head()
    assert obey(services, line).erased == 0
    assert services.log.head() == head


def test_an_order_of_a_stranger_is_refused(services: Services) -> None:
    """Only the office that this site was set up for may order."""
    (first,) = send(services)
    with pytest.raises(BadSignature):
        obey(services, order(services, SigningKey.generate(), first))
    assert places(services) == [1]


def test_an_order_under_a_used_number_with_other_contents_is_refused(services: Services, household: Household) -> None:
    """Two orders of one number: one of them was never the office's intention."""
    first, second = send(services, 2)
    obey(services, order(services, root_of(household), first))
    with pytest.raises(TransferError):
        obey(services, order(services, root_of(household), second))
    assert places(services) == [2]


def test_packages_with_erased_bytes_go_too(services: Services, household: Household, tmp_path: Path) -> None:
    """Those at the desk are removed; a stick is not the site's to clean."""
    (first,) = send(services)
    desk, stick = package_folder(services.settings) / "a.peksos", tmp_path / "b.peksos"
    make_package(services, desk)
    make_package(services, stick)
    assert obey(services, order(services, root_of(household), first)).packages == 1
    assert (desk.exists(), stick.exists()) == (False, True)


def test_erased_bytes_are_nowhere_in_the_folder(services: Services, household: Household) -> None:
    """Neither in the database nor in its side files, while the site goes on."""
    (first,) = send(services)
    folder, needle = services.settings.instance, bytes_at(services, 1)
    assert files_with(folder, needle) != []
    obey(services, order(services, root_of(household), first))
    assert files_with(folder, needle) == []


def test_an_erased_record_that_comes_again_is_acknowledged_and_not_stored(
    services: Services, household: Household
) -> None:
    """The phone gets the same receipt, and the erased answers do not come back with it."""
    spec, nonce = services.library.by_id("event_registration"), Nonce.fresh(TODAY)
    first = Intake(services, spec, None, nonce, "id").take(posted(REGISTRATION))
    assert isinstance(first, Slip)
    obey(services, order(services, root_of(household), first.identity))
    again = Intake(services, spec, None, nonce, "id").take(posted(REGISTRATION))
    assert isinstance(again, Slip)
    assert (again.code, services.log.head().seq, places(services)) == (first.code, 2, [])
    assert standing(services).broken is None
