"""The clock of a site jumps: answers are still taken, in order, with their receipts; a real end is still an end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.site.clock import SiteClock
from forms_app.site.enrolment import add_event
from forms_app.site.services import Services, open_site
from forms_app.storage.documents import Event
from tests.conftest import NOW, NUMBERS, nonce_of
from tests.site.test_desk import sign_in
from tests.site.test_unkept import ANSWERS, send

KEYS = [(date(2026, 1, 1), date(2027, 12, 31))]
YEAR = timedelta(days=365)
BOOT = datetime(1970, 1, 1, 0, 2, tzinfo=UTC)
JUMPS = [NOW - YEAR, NOW + 10 * YEAR, BOOT]


@dataclass
class Hands:
    """The hands of a computer's clock, which anybody may turn, and its own counting, which nobody can."""

    shows: datetime = NOW
    counts: float = 100.0
    read: Callable[[], datetime] = field(init=False)

    def __post_init__(self) -> None:
        self.read = lambda: self.shows

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        self.shows += timedelta(seconds=seconds)
        self.counts += seconds

    def clock(self, newest: date | None = None) -> SiteClock:
        """Return a site's clock that goes by these hands."""
        return SiteClock(self.read, KEYS, newest, lambda: self.counts)


@pytest.fixture
def hands() -> Hands:
    """Return hands that show the right time."""
    return Hands()


@pytest.fixture
def site(folder: Path, hands: Hands) -> Iterator[Services]:
    """Return a site that goes by these hands."""
    opened = open_with(folder, hands)
    yield opened
    opened.close()


def open_with(folder: Path, hands: Hands) -> Services:
    """Open the site of a folder with hands that may show anything."""
    mapping = {"PEKSOS_INSTANCE": str(folder / "instance"), **NUMBERS}
    return open_site(Settings.from_mapping(mapping), hands.read)


def running(site: Services) -> Event:
    """Return an event that is open now."""
    times = {
        "opens": "2026-11-22T00:00:00+00:00",
        "closes": "2026-11-24T00:00:00+00:00",
        "date": "2026-11-23T01:00:00+00:00",
    }
    return add_event(site, Event(code="", title="Hari Anak", forms=("event_registration",), **times))


def visitor(site: Services) -> FlaskClient:
    """Return a browser at a site."""
    client = assemble(site).test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "id"
    return client


@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_turns_nobody_away(site: Services, hands: Hands, jump: datetime) -> None:
    """A page opened before a jump, one opened after it, and one after the clock is right again: all are kept."""
    event, client = running(site), visitor(site)
    path = f"/e/{event.code.lower()}"
    before = nonce_of(client.get(path).get_data(as_text=True))
    hands.shows = jump
    receipts = [client.post(path, data={"_nonce": before, **ANSWERS})]
    after = client.get(path)
    assert after.status_code == 200
    receipts.append(client.post(path, data={"_nonce": nonce_of(after.get_data(as_text=True)), **ANSWERS}))
    hands.shows = NOW + timedelta(minutes=10)
    receipts.append(send(client))
    assert [one.status_code for one in receipts] == [303] * 3
    assert [client.get(one.location).status_code for one in receipts] == [200] * 3
    entries = list(site.log.entries())
    assert [one.seq for one in entries] == [1, 2, 3]
    assert {one.day for one in entries} == {(NOW.date() - date(1970, 1, 1)).days}
    assert site.log.verify().seq == 3


@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_ends_no_session_and_lengthens_none(site: Services, hands: Hands, jump: datetime) -> None:
    """Whoever was signed in stays so; who signs in during the jump is out after the quiet hour, as always."""
    client = visitor(site)
    assert sign_in(client).status_code == 303
    hands.shows = jump
    assert client.get("/desk/").status_code == 200
    other = visitor(site)
    assert sign_in(other).status_code == 303
    hands.shows = NOW + timedelta(minutes=10)
    assert [one.get("/desk/").status_code for one in (client, other)] == [200, 200]
    hands.shows = NOW + timedelta(hours=2)
    assert [one.get("/desk/").status_code for one in (client, other)] == [303, 303]


def test_a_computer_that_begins_in_1970_takes_answers(folder: Path, hands: Hands) -> None:
    """After a start without a clock the day of the newest record counts, and no event is refused for its times."""
    first = open_with(folder, hands)
    event = running(first)
    assert send(visitor(first)).status_code == 303
    first.close()
    hands.shows = BOOT
    again = open_with(folder, hands)
    client = visitor(again)
    page = client.get(f"/e/{event.code.lower()}")
    assert page.status_code == 200
    kept = client.post(f"/e/{event.code.lower()}", data={"_nonce": nonce_of(page.get_data(as_text=True)), **ANSWERS})
    assert kept.status_code == 303
    assert {one.day for one in again.log.entries()} == {(NOW.date() - date(1970, 1, 1)).days}
    hands.shows = NOW + timedelta(days=3)
    assert client.get(f"/e/{event.code.lower()}").status_code == 403
    again.close()


def test_a_clock_that_is_possible_is_believed(hands: Hands) -> None:
    """Within the days of the keys the computer's time is the time, forwards and backwards."""
    clock = hands.clock()
    for shows in (NOW, NOW + 200 * timedelta(days=1), NOW - 100 * timedelta(days=1)):
        hands.shows = shows
        assert (clock(), clock.sure) == (shows, True)


@pytest.mark.parametrize("jump", JUMPS)
def test_time_goes_on_while_the_clock_is_wrong(hands: Hands, jump: datetime) -> None:
    """From the last possible time it goes on as fast as ever, until the clock is possible again."""
    clock = hands.clock()
    clock()
    hands.shows = jump
    hands.wait(90)
    assert (clock(), clock.sure) == (NOW + timedelta(seconds=90), False)
    hands.shows = NOW + timedelta(seconds=100)
    assert (clock(), clock.sure) == (hands.shows, True)


def test_the_end_of_the_keys_is_an_end(hands: Hands) -> None:
    """A clock that walks past the last day with the machine's own counting is right: nothing seals to an old key."""
    hands.shows = datetime(2027, 12, 31, 16, 59, tzinfo=UTC)
    clock = hands.clock()
    clock()
    hands.wait(3600)
    assert (clock(), clock.sure) == (hands.shows, True)


def test_a_start_after_the_end_is_told_as_it_is(hands: Hands) -> None:
    """Nothing proves such a clock wrong: the site says that there is no key for today."""
    hands.shows = NOW + 10 * YEAR
    assert hands.clock(date(2026, 11, 23))() == hands.shows


def test_a_start_in_the_past_never_leaves_the_days_of_the_keys(hands: Hands) -> None:
    """Whatever the newest record says, the day that is guessed has a key."""
    hands.shows = BOOT
    for newest, day in ((None, KEYS[0][0]), (date(2040, 1, 1), KEYS[0][1]), (date(2026, 5, 5), date(2026, 5, 5))):
        assert hands.clock(newest)().date() == day
