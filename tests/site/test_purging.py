"""Records whose time is over go, but only those that the office has opened and backed up."""

from __future__ import annotations

from forms_app.answers.submission import Nonce
from forms_app.office.household import Household
from forms_app.site.intake import Intake
from forms_app.site.purging import purge
from forms_app.site.receiving import take_receipt
from forms_app.site.services import Services
from tests.conftest import TODAY
from tests.office.conftest import REGISTRATION, posted
from tests.site.receipts import later, places, receipt, report, root_of, send

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
