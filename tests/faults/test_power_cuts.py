"""The power is cut while records arrive: what was acknowledged before is there, and nothing is damaged.

Most cuts strike a process that calls the log itself, which is quicker to start; some strike the whole site.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from forms_app.storage.log import Log
from forms_app.storage.tables import open_database, store_of
from tests.faults.appending import SITE
from tests.faults.conftest import Figure
from tests.faults.disk import Disk
from tests.faults.harness import ROOT, Site, Storm, carry, sized

CUTS = sized("CUTS", 300, 2)
SITE_CUTS = sized("SITE_CUTS", 30, 1)
CARELESS_CUTS = 20  # at most: one loss is enough to show that a cut bites
AFRESH = 25  # cuts before the database begins anew, so that checking it stays quick
PROGRAM = Path(__file__).with_name("appending.py")


def struck(disk: Disk, *careless: str) -> set[str]:
    """Cut the power while a process appends; return the ids that it had acknowledged BEFORE the cut."""
    command = [sys.executable, str(PROGRAM), address(disk), *careless]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, **pipes) as process:  # type: ignore[call-overload]  # two pipes
        out = process.stdout.fileno()
        told = os.read(out, 4096)
        assert told, "the process appends"
        os.set_blocking(out, False)
        until = time.monotonic() + random.uniform(0, 0.3)  # noqa: S311 - any moment
        while time.monotonic() < until:
            told += _waiting(out)
            time.sleep(0.002)
        told += _waiting(out)
        disk.cut()
        process.kill()
    disk.restore()
    return set(told[: told.rfind(b"\n") + 1].decode().split())


def _waiting(out: int) -> bytes:
    try:
        return os.read(out, 1 << 20)
    except BlockingIOError:
        return b""


def address(disk: Disk) -> str:
    """Return the address of the database on the disk."""
    return f"sqlite:///{disk.folder / 'site.db'}"


def stored(disk: Disk) -> set[str]:
    """Return the ids in the log, which must be whole, in a database that must be whole."""
    with open_database(address(disk)) as database:
        with store_of(database).reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        log = Log(database, SITE)
        ids = [entry.record_id.hex() for entry in log.entries()]
        assert log.verify().seq == len(ids) == len(set(ids))
    return set(ids)


def test_a_power_cut_loses_nothing_acknowledged(disk: Disk, figure: Figure) -> None:
    """The power is cut in the middle of appending, again and again: every acknowledged record is there, none hurt."""
    total = lost = 0
    acknowledged: set[str] = set()
    for number in range(CUTS):
        if number % AFRESH == 0:
            acknowledged.clear()
            for file in disk.folder.glob("site.db*"):
                file.unlink()
        fresh = struck(disk)
        acknowledged |= fresh
        total += len(fresh)
        lost += len(acknowledged - stored(disk))
    figure(f"power cuts, Log.append by 4 threads: {CUTS} cuts, {total} acknowledged: {lost} lost, 0 damaged")
    assert lost == 0
    assert total >= CUTS


def test_such_a_cut_takes_what_was_not_flushed(disk: Disk, figure: Figure) -> None:
    """Where the database is told not to wait for the disk, the same cut loses acknowledged records: it does bite."""
    for number in range(1, CARELESS_CUTS + 1):
        acknowledged = struck(disk, "OFF")
        try:
            lost = len(acknowledged - stored(disk))
        except Exception as error:  # noqa: BLE001 - damaged in any way is lost too
            figure(f"power cuts, control with synchronous=OFF: cut {number} damaged it ({type(error).__name__})")
            return
        if lost:
            figure(f"power cuts, control with synchronous=OFF: cut {number} lost {lost} of {len(acknowledged)}")
            return
        for file in disk.folder.glob("site.db*"):
            file.unlink()
    pytest.fail("no cut lost anything: these cuts would not show a loss")


def test_a_power_cut_under_the_site_loses_nothing(ground: Path, disk: Disk, figure: Figure) -> None:
    """The laptop's power is cut while phones send: every receipt read before is true when the site is back."""
    place = shutil.copytree(ground, disk.folder / "place")
    disk.restore()  # what was copied is on the disk now
    site, storm = Site(place), Storm(8)
    late: set[str] = set()
    try:
        for _ in range(SITE_CUTS):
            site.start()
            storm.open(site.port)
            storm.wait(1)
            time.sleep(random.uniform(0, 0.4))  # noqa: S311 - any moment
            before = set(storm.acknowledged)
            disk.cut()
            site.kill()
            storm.shut()
            late |= storm.acknowledged.keys() - before  # no laptop without power says anything
            disk.restore()
        site.start()
        storm.finish(site.port)
    finally:
        site.kill()
    found = carry(place)
    acknowledged = {name: identity for name, identity in storm.acknowledged.items() if name not in late}
    lost = found.lost(acknowledged)
    figure(
        f"power cuts, the site under 8 clients: {SITE_CUTS} cuts, {len(acknowledged)} acknowledged before: "
        f"{len(lost)} lost, {found.doubled} doubled"
    )
    assert (lost, found.doubled) == ([], 0)
