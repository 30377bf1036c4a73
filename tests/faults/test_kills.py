"""The site is killed in the middle of a storm, again and again: no receipt was a lie, and nothing is there twice."""

from __future__ import annotations

import random
import time
from pathlib import Path
from statistics import median

from tests.faults.conftest import Figure
from tests.faults.harness import Site, Storm, carry, sized

KILLS = sized("KILLS", 500, 3)
CLIENTS = sized("CLIENTS", 32, 8)


def test_a_killed_site_loses_and_doubles_nothing(place: Path, figure: Figure) -> None:
    """After each SIGKILL the site starts again, and every person ends with one record and one receipt for it."""
    site, storm = Site(place), Storm(CLIENTS)
    try:
        for _ in range(KILLS):
            site.start()
            storm.open(site.port)
            storm.wait(1)
            time.sleep(random.uniform(0, 0.4))  # noqa: S311 - any moment
            site.kill()
            storm.shut()
        site.start()
        storm.finish(site.port)
    finally:
        site.kill()
    found = carry(place)
    lost = found.lost(storm.acknowledged)
    figure(
        f"kills: {KILLS} SIGKILLs under {CLIENTS} clients, {storm.sent} posts, {len(storm.acknowledged)} acknowledged: "
        f"{len(lost)} lost, {found.doubled} doubled, "
        f"half of the restarts within {median(site.restarts):.1f} s, all within {max(site.restarts):.1f} s"
    )
    assert (lost, found.doubled) == ([], 0)
    assert set(found.names) == set(storm.acknowledged), "who was sent again has one record, the first one"
    assert storm.sent > len(storm.acknowledged), "some were cut off and sent again"
