"""Records whose time is over go, but only those that the office has opened and backed up."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from forms_app.answers.submission import Nonce
from forms_app.office.household import Household
from forms_app.site.intake import Intake
from forms_app.site.purging import purge
from forms_app.site.receiving import take_receipt
from forms_app.site.services import Services, open_site
from tests.conftest import NOW, TODAY
from tests.office.conftest import REGISTRATION, posted
from tests.site.receipts import bytes_at, files_with, later, places, receipt, report, root_of, send

OVER = 200  # days: longer than any public form may stay at a site, but for a year's


def test_without_a_receipt_nothing_goes(services: Services) -> None:
    """However old it is; it is counted instead."""
    send(services, 2)
    done = purge(later(services, OVER))
    assert (done.purged, done.overdue) == (0, 2)
    assert places(services) == [1, 2]


def test_what_is_opened_and_past_its_time_goes(services: Services, household: Household) -> None:
    """Both are needed."""
    send(services, 2)
    take_receipt(services, receipt(services, root_of(household)))
    assert purge(services).purged == 0
    assert purge(later(services, OVER)).purged == 2
    assert places(services) == []


def test_what_is_only_kept_stays(services: Services, household: Household) -> None:
    """The first grade saves carrying; the second alone lets a record go."""
    send(services, 3)
    take_receipt(services, receipt(services, root_of(household), opened_to=2, opened_but=((1, 1),)))
    done = purge(later(services, OVER))
    assert (done.purged, done.overdue) == (1, 2)
    assert places(services) == [1, 3]


def test_a_purged_record_that_comes_again_is_acknowledged_and_not_stored(
    services: Services, household: Household
) -> None:
    """A phone that never saw its receipt gets it now."""
    spec, nonce = services.library.by_id("event_registration"), Nonce.fresh(TODAY)
    first = Intake(services, spec, None, nonce, "id").take(posted(REGISTRATION))
    take_receipt(services, receipt(services, root_of(household)))
    purge(later(services, OVER))
    again = Intake(services, spec, None, nonce, "id").take(posted(REGISTRATION))
    assert getattr(first, "code", "") == getattr(again, "code", "-")
    assert services.log.head().seq == 1
    assert places(services) == []


def test_secret_records_stay_as_long_as_any_secret_form_may(services: Services, household: Household) -> None:
    """None of them says which form it is."""
    report(services)
    take_receipt(services, receipt(services, root_of(household)))
    longest = max(spec.retention.site for spec in services.library if spec.secret)
    assert purge(later(services, longest - 1)).purged == 0
    assert purge(later(services, longest)).purged == 1


def test_purged_bytes_are_nowhere_in_the_folder(services: Services, household: Household) -> None:
    """Neither in the database nor in its side files, while the site goes on; what stays is untouched."""
    send(services, 2)
    folder, gone, left = services.settings.instance, bytes_at(services, 1), bytes_at(services, 2)
    take_receipt(services, receipt(services, root_of(household), opened_to=1))
    assert files_with(folder, gone) != []
    assert purge(later(services, OVER)).purged == 1
    assert (files_with(folder, gone), files_with(folder, left) != []) == ([], True)


def test_what_a_killed_purge_left_goes_with_the_next(services: Services, household: Household) -> None:
    """Killed behind the commit, before the files were cleaned: the next purge finds nothing due, and cleans them."""
    if services.log._store.journal != "WAL":
        pytest.skip("this SQLite keeps no write-ahead log that could hold dropped bytes")
    send(services)
    folder, needle = services.settings.instance, bytes_at(services, 1)
    take_receipt(services, receipt(services, root_of(household)))
    services.close()
    script, then = Path(__file__).with_name("purging.py"), NOW + timedelta(OVER)
    done = subprocess.run([sys.executable, script, folder, then.isoformat()], check=False, capture_output=True)
    assert done.returncode == -9, done.stderr
    assert files_with(folder, needle) != []
    again = replace(open_site(services.settings), clock=lambda: then)
    assert (purge(again).purged, places(again), files_with(folder, needle)) == (0, [], [])
    again.close()
