"""The time of a site, when its computer shows an impossible one: a flat battery says 1970, a slip of the hand 2036.

The office's keys tell which days are possible: pages seal only on days for which the office made a key. A clock that
leaves these days while the site runs is not followed; the time goes on from the last possible one. A clock that begins
before them is taken to mean the day of the newest record. A key that really has ended is not kept alive by this.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from threading import Lock

from forms_app.answers.submission import WIB

SLACK = timedelta(hours=12)  # that the clock and the machine's own counting may differ by: sleep, and setting the clock
_COUNTING = getattr(time, "CLOCK_BOOTTIME", None)  # goes on while the machine sleeps, where there is such a clock

Period = tuple[date, date]  # first and last day, both included


def counted() -> float:
    """Return seconds that no setting of the clock changes."""
    return time.clock_gettime(_COUNTING) if _COUNTING is not None else time.monotonic()


class SiteClock:
    """Tells the time of a site; `wall` is what the computer shows, `newest` the day of the newest record if any.

    `sure` says whether the last time told is the computer's own and possible.
    """

    def __init__(
        self,
        wall: Callable[[], datetime],
        periods: Iterable[Period],
        newest: date | None = None,
        counting: Callable[[], float] = counted,
    ) -> None:
        self._wall, self._counting = wall, counting
        self._periods = sorted(periods)
        self._newest = newest
        self._anchor: tuple[datetime, float] | None = None
        self._gate = Lock()
        self.sure = True

    def __call__(self) -> datetime:
        """Return the time that counts here."""
        wall, count = self._wall(), self._counting()
        with self._gate:
            if self._possible(wall):
                self._anchor, self.sure = (wall, count), True
                return wall
            told = self._instead(wall, count)
            self.sure = told is wall
            return told

    def _instead(self, wall: datetime, count: float) -> datetime:
        """Return the time to go by while the clock shows a day without a key."""
        if self._anchor is not None:
            before, then = self._anchor
            going = before + timedelta(seconds=count - then)
            return wall if abs(wall - going) < SLACK else going
        if not self._periods or wall.astimezone(WIB).date() >= self._periods[0][0]:
            return wall
        first = max(self._newest or self._periods[0][0], self._periods[0][0])
        last = max(until for _first, until in self._periods)
        guessed = datetime.combine(min(first, last), datetime.min.time(), WIB) + timedelta(hours=8)
        self._anchor = (guessed.astimezone(UTC), count)
        return self._anchor[0]

    def _possible(self, moment: datetime) -> bool:
        day = moment.astimezone(WIB).date()
        return any(first <= day <= last for first, last in self._periods)
