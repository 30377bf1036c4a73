"""Each single write, flush and cut of one submission fails once: no false receipt, and the next one works."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.faults.conftest import Figure
from tests.faults.disk import Disk
from tests.faults.harness import PATIENCE, Filling, Site, Storm, carry, open_page, person, post

CALLS = ("pwrite64", "fdatasync", "fsync", "ftruncate")
MANY = 100  # calls of one kind: no submission needs so many
FLUSHES = 3  # of one submission: a WAL has one, a rollback journal more; what is not there does not fail


@pytest.fixture(autouse=True)
def strace() -> None:
    """Skip where no running process can be held on to."""
    if shutil.which("strace") is None:
        missing("strace")
    if os.geteuid() != 0:
        pytest.skip("holding on to a running process needs root")


@pytest.fixture
def site(place: Path) -> Iterator[Site]:
    """Return a running site."""
    running = Site(place)
    running.start()
    yield running
    running.kill()


@contextmanager
def failing(site: Site, call: str, fault: str, number: int, trace: Path) -> Iterator[None]:
    """Let the n-th call of its kind meet a fault of strace's, in whichever thread of the site makes it."""
    inject = f"inject={call}:{fault}:when={number}"
    command = ["strace", "-f", "-p", str(site.pid), "-e", f"trace={call}", "-e", inject, "-o", str(trace)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as holding:
        assert holding.stderr
        told = holding.stderr.readline()
        if "not permitted" in told:
            pytest.skip(f"no running process may be held on to: {told.strip()}")
        assert "attached" in told, told
        try:
            yield
        finally:
            until = time.monotonic() + 5  # it may wait for a thread of a dead process for ever
            while holding.poll() is None and time.monotonic() < until:
                holding.send_signal(signal.SIGINT)  # one that comes just before strace waits is not heard: say it again
                with suppress(subprocess.TimeoutExpired):
                    holding.wait(0.5)
            holding.kill()


def send(site: Site, filling: Filling) -> str:
    """Send a filling on a line of its own and return the record's id; raises HTTPException without a receipt."""
    line = HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    try:
        return post(line, Storm.path, filling)
    finally:
        line.close()


def fill(site: Site, number: int) -> Filling:
    """Open the form's page and fill it in for a person."""
    line = HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    try:
        return open_page(line, Storm.path, person(number))
    finally:
        line.close()


@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
def test_no_failing_write_makes_a_false_receipt(site: Site, tmp_path: Path, figure: Figure, error: str) -> None:
    """Whichever call fails: a receipt only for what is kept, the next one is served, sent again it is one record."""
    persons, receipts, points, refused = count(), {}, {}, 0
    for call in CALLS:
        for number in range(1, MANY):
            first, second = fill(site, next(persons)), fill(site, next(persons))
            trace, told = tmp_path / "trace", ""
            with failing(site, call, f"error={error}", number, trace), suppress(HTTPException):
                told = send(site, first)
            struck = "INJECTED" in trace.read_text()
            receipts[second.name] = send(site, second)
            receipts[first.name] = send(site, first)
            assert told in ("", receipts[first.name])
            refused += not told
            if not struck:
                assert told, "without a fault there is a receipt"
                break
            points[call] = number
    site.kill()
    found = carry(site.folder)
    figure(
        f"failing writes, {error}: {sum(points.values())} points of one submission {points}, {refused} refused: "
        f"{len(found.lost(receipts))} lost, {found.doubled} doubled, 0 false receipts"
    )
    assert (found.lost(receipts), found.doubled) == ([], 0)
    assert set(found.names) == set(receipts)
    assert points["pwrite64"] > 1
    assert points.get("fdatasync", 0) + points.get("fsync", 0) >= 1, "each flush was struck"


@pytest.mark.parametrize("fault", ["error=EIO", "signal=KILL"])
def test_what_is_sent_again_after_a_failed_flush_outlives_a_power_cut(
    ground: Path, disk: Disk, figure: Figure, fault: str
) -> None:
    """A flush fails, or is the last thing the process does; sent again there is a receipt; then the power goes."""
    place = shutil.copytree(ground, disk.folder / "place")
    disk.restore()  # what was copied is on the disk now
    site, receipts, struck = Site(place), {}, 0
    try:
        for number in range(1, FLUSHES + 1):
            site.start()
            filling = fill(site, number)
            trace = disk.image.with_suffix(".trace")
            with failing(site, "fsync,fdatasync", fault, number, trace), suppress(HTTPException, OSError):
                send(site, filling)
            struck += "INJECTED" in trace.read_text() or "killed by SIGKILL" in trace.read_text()
            if "KILL" in fault:
                site.kill()
                site.start()
            receipts[filling.name] = send(site, filling)
            disk.cut()
            site.kill()
            disk.restore()
    finally:
        site.kill()
    found = carry(place)
    figure(
        f"one flush met {fault}, sent again, then a power cut: {struck} struck, {len(receipts)} receipts: "
        f"{len(found.lost(receipts))} lost, {found.doubled} doubled"
    )
    assert (found.lost(receipts), found.doubled) == ([], 0)
    assert struck
