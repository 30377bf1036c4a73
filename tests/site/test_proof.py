"""Whether the log is whole: every missing record needs the office's leave, and every letter must be the office's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import text

from forms_app.errors import BrokenLog
from forms_app.office.household import Household
from forms_app.site.packing import make_package
from forms_app.site.proof import Proof
from forms_app.site.purging import purge
from forms_app.site.receiving import obey, take_receipt
from forms_app.site.services import Services
from forms_app.site.standing import standing
from forms_app.storage.engine import Store
from tests.site.receipts import later, order, receipt, root_of, send

EDITS = [
    ("epoch", "epoch + 1"),
    ("type", "CASE type WHEN 'epoch' THEN 'record' ELSE 'epoch' END"),
    ("type", "CASE type WHEN 'erase' THEN 'record' ELSE 'erase' END"),
    ("day", "day + 1"),
    ("kind", "CASE kind WHEN 'p' THEN 's' ELSE 'p' END"),
    ("kind", "CASE kind WHEN '' THEN 's' ELSE '' END"),
    ("record_id", "randomblob(16)"),
    ("record_hash", "randomblob(32)"),
    ("previous", "randomblob(32)"),
    ("hash", "randomblob(32)"),
    ("record", "randomblob(200)"),
    ("gone", "CASE gone WHEN '' THEN 'purged' ELSE '' END"),
    ("gone", "'?'"),
]


class Undo(Exception):
    """Ends the transaction of an edit."""


@pytest.fixture
def edit(services: Services) -> Callable[[str], None]:
    """Return a function that changes the database behind the site's back."""

    def edited(statement: str) -> None:
        store = Store(services.settings.database)
        with store.writing() as connection:
            connection.execute(text(statement))
        store.close()

    return edited


def test_what_went_with_leave_is_whole(services: Services, household: Household) -> None:
    """A purge under a receipt, and an erasure under an order."""
    ids = send(services, 4)
    take_receipt(services, receipt(services, root_of(household), opened_but=((1, 2),)))
    obey(services, order(services, root_of(household), ids[0]))
    purge(later(services, 200))
    found = standing(later(services, 200))
    assert found.broken is None
    assert {name: found.counts[name] for name in ("purged", "erased", "overdue", "lost")} == {
        "purged": 2,
        "erased": 1,
        "overdue": 1,
        "lost": 0,
    }


def test_bytes_that_went_without_leave_are_noticed(services: Services, edit: Callable[[str], None]) -> None:
    """Id and hash are there, but nobody allowed it."""
    send(services, 2)
    edit("UPDATE log SET record = NULL, gone = 'purged' WHERE seq = 1")
    broken = standing(services).broken
    assert broken is not None
    assert "nomor 1 dihapus tanpa izin" in str(broken)


def test_a_receipt_that_calls_it_only_kept_is_no_leave(
    services: Services, household: Household, edit: Callable[[str], None]
) -> None:
    """The office has not opened it."""
    send(services, 2)
    take_receipt(services, receipt(services, root_of(household), opened_to=1))
    edit("UPDATE log SET record = NULL, gone = 'purged' WHERE seq = 2")
    assert standing(services).broken is not None


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM log WHERE seq = 3",
        "DELETE FROM log WHERE seq = 2",
        "UPDATE log SET form = 'odfc_attendance' WHERE seq = 2",
        "UPDATE log SET kind = 's', form = '' WHERE seq = 2",
        "UPDATE log SET event = 'CNT234' WHERE seq = 1",
        "UPDATE log SET day = day + 1 WHERE seq = 2",
    ],
)
def test_a_change_behind_the_sites_back_is_noticed(
    services: Services, household: Household, edit: Callable[[str], None], statement: str
) -> None:
    """A receipt has left with the head, so a cut tail shows as well."""
    send(services, 3)
    take_receipt(services, receipt(services, root_of(household)))
    edit(statement)
    assert standing(services).broken is not None


def test_every_edit_of_a_row_shows(services: Services, household: Household) -> None:
    """Records, gaps left by a purge and an erasure, and the entry of the order: no row can be changed.

    What the chain cannot hold are form and event beside a record whose bytes are gone: they only count.
    """
    ids = send(services, 6)
    take_receipt(services, receipt(services, root_of(household), opened_to=2))
    obey(services, order(services, root_of(household), ids[4]))
    purge(later(services, 200))
    send(services)
    make_package(services, services.settings.instance / "a.peksos")
    store, unseen, tried = services.log._store, [], 0
    assert Proof(services).verify().seq == 8
    for seq, (column, value) in product(range(1, 9), EDITS):
        with suppress(Undo), store.writing() as connection:
            changed = connection.execute(text(f"UPDATE log SET {column} = {value} WHERE seq = {seq}"))  # noqa: S608 - constants
            assert changed.rowcount == 1
            tried += 1
            with suppress(BrokenLog):
                Proof(services).verify()
                unseen.append((seq, column, value))
            raise Undo
    assert (unseen, tried) == ([], 8 * len(EDITS))
    assert Proof(services).verify().seq == 8


def test_a_letter_that_was_changed_is_noticed(
    services: Services, household: Household, edit: Callable[[str], None]
) -> None:
    """A receipt in the database that the office did not sign gives no leave and is told."""
    send(services)
    take_receipt(services, receipt(services, root_of(household)))
    edit("UPDATE documents SET body = replace(body, 'keyid', 'keyie') WHERE collection = 'receipts'")
    broken = standing(services).broken
    assert broken is not None
    assert "Surat kantor" in str(broken)


def test_the_line_to_look_at(services: Services, household: Household, tmp_path: Path) -> None:
    """What waits, what was carried, and how long the oldest waits; secret ones only as due today."""
    send(services, 3)
    take_receipt(services, receipt(services, root_of(household)))
    send(services, 2)
    make_package(services, tmp_path / "a.peksos")
    send(services, 4)
    found = standing(later(services, 3)).carriage
    assert (found.carried, found.waiting, found.oldest, found.sealed) == (2, 4, 3, 0)
    assert found.told(str) == "2 dibawa, 4 menunggu, paling lama 3 hari"


def test_a_package_leaves_out_what_the_office_keeps(services: Services, household: Household, tmp_path: Path) -> None:
    """The chain begins before the first record without a receipt; kept ones between go as skeletons."""
    send(services, 5)
    take_receipt(services, receipt(services, root_of(household), kept_but=((3, 3),), opened_to=2))
    send(services)
    info = make_package(services, tmp_path / "a.peksos")
    assert (info.before.seq, info.after.seq, info.records) == (2, 6, 2)
