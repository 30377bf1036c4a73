"""Phones on a bad line send again and again, also twice at once: each filling is stored once, with one receipt."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.faults.conftest import Figure
from tests.faults.harness import (
    PATIENCE,
    Filling,
    Site,
    Storm,
    begin_post,
    carry,
    open_page,
    person,
    read_receipt,
    sized,
)
from tests.faults.proxy import BadLine

FILLINGS = sized("FILLINGS", 10_000, 100)
PHONES = 16
SHARE = 0.5  # of the connections that are cut
TRIES = 50  # until a receipt comes: to miss all is as likely as 2**-50


class Phone:
    """Somebody who sends one filling as often as it takes, and at least so often as chance says."""

    def __init__(self, site: Site, line: BadLine) -> None:
        self.site, self.line = site, line

    def register(self, number: int) -> tuple[str, set[str], int]:
        """Return the name, all ids that receipts named, and how often it was sent."""
        direct = HTTPConnection("127.0.0.1", self.site.port, timeout=PATIENCE)
        filling = open_page(direct, Storm.path, person(number))
        direct.close()
        wanted, sent, receipts = random.randint(1, 3), 0, set()  # noqa: S311 - any number
        while sent < wanted or not receipts:
            assert sent < TRIES, "no receipt comes through"
            taps = 2 if wanted - sent > 1 and random.random() < 0.3 else 1  # noqa: S311
            receipts |= self._tap(filling, taps)
            sent += taps
        return filling.name, receipts, sent

    def _tap(self, filling: Filling, times: int) -> set[str]:
        """Send so often at once, and return the ids of the receipts that came whole."""
        lines = [HTTPConnection("127.0.0.1", self.line.port, timeout=PATIENCE) for _ in range(times)]
        for line in lines:
            _or_cut(lambda line=line: begin_post(line, Storm.path, filling) or "")
        receipts = {_or_cut(lambda line=line: read_receipt(line)) for line in lines}
        for line in lines:
            line.close()
        return receipts - {""}


def _or_cut(step: Callable[[], str]) -> str:
    try:
        return step()
    except (OSError, HTTPException):
        return ""


def test_a_bad_line_loses_and_doubles_nothing(place: Path, figure: Figure) -> None:
    """Each filling is sent one to three times, or until a receipt comes, over a line that is cut at any byte."""
    site = Site(place)
    site.start()
    try:
        with BadLine(site.port, SHARE) as line, ThreadPoolExecutor(PHONES) as phones:
            done = list(phones.map(Phone(site, line).register, range(FILLINGS)))
            cuts = line.cuts
    finally:
        site.kill()
    found = carry(place)
    receipts = {name: min(ids) for name, ids, _ in done}
    lost, sent = found.lost(receipts), sum(sent for _, _, sent in done)
    figure(
        f"cut connections: {FILLINGS} fillings sent {sent} times, {cuts} connections cut at a random byte: "
        f"{found.log_ids.total()} stored, {len(lost)} lost, {found.doubled} doubled"
    )
    assert [ids for _, ids, _ in done if len(ids) != 1] == [], "one receipt, however often it was sent"
    assert (found.log_ids.total(), lost, found.doubled) == (FILLINGS, [], 0)
    assert cuts > FILLINGS / 4
