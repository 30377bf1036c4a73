"""PostgreSQL dies under the storm, again and again, while the site goes on: no receipt was a lie, none is doubled."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import Figure
from tests.faults.harness import Site, Storm, carry, make_place, sized
from tests.storage.conftest import run_program, server_programs

STOPS = sized("STOPS", 50, 1)
CLIENTS = sized("CLIENTS", 32, 8)

pytestmark = pytest.mark.postgresql


class Server:
    """A PostgreSQL server that waits for its disk (fsync), and can be killed."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder, self._programs = folder, programs
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        locale = ("--locale=C.UTF-8", "-E", "UTF8")
        run_program(folder, programs / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", *locale)

    @property
    def address(self) -> str:
        """Return the address of its database."""
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        """Start it, and return when it has put in order what a crash left."""
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=on"
        self._control("-o", options, "-w", "start")

    def kill(self) -> None:
        """End all its processes at once: nothing is flushed or put in order."""
        self._control("-m", "immediate", "stop")

    def _control(self, *command: str) -> None:
        run_program(self.folder, self._programs / "pg_ctl", "-D", self.folder / "data", *command)


@pytest.fixture
def server() -> Iterator[Server]:
    """Return a running server."""
    programs = server_programs()
    if programs is None:
        pytest.skip("PostgreSQL's server programs are not installed")
    folder = Path(tempfile.mkdtemp(prefix="peksos-pg-"))
    try:
        running = Server(folder, programs)
        running.start()
        yield running
        running.kill()
    finally:
        shutil.rmtree(folder)


def test_a_killed_server_loses_and_doubles_nothing(server: Server, tmp_path: Path, figure: Figure) -> None:
    """After each immediate stop the site finds the server again by itself, and every receipt stays true."""
    place = {"PEKSOS_DATABASE_URL": server.address}
    make_place(tmp_path, **place)
    site, storm = Site(tmp_path, place), Storm(CLIENTS)
    waits = []
    try:
        site.start()
        storm.open(site.port)
        for _ in range(STOPS):
            storm.wait(1)
            time.sleep(random.uniform(0, 0.4))  # noqa: S311 - any moment
            server.kill()
            server.start()
            began = time.monotonic()
            storm.wait(1)
            waits.append(time.monotonic() - began)
        storm.finish(site.port)
    finally:
        site.kill()
    found = carry(tmp_path, **place)
    lost = found.lost(storm.acknowledged)
    figure(
        f"PostgreSQL killed: {STOPS} immediate stops under {CLIENTS} clients, {storm.sent} posts, "
        f"{len(storm.acknowledged)} acknowledged: {len(lost)} lost, {found.doubled} doubled, "
        f"next receipt at most {max(waits):.1f} s after the start"
    )
    assert (lost, found.doubled) == ([], 0)
    assert set(found.names) == set(storm.acknowledged)
