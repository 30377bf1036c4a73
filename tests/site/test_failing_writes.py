"""A write that fails in the middle of a commit, and a database server that goes away: nothing false is acknowledged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.site.services import open_site
from tests.conftest import NOW, NUMBERS, nonce_of, try_keys
from tests.site.test_unkept import ANSWERS, fields
from tests.storage.conftest import OPTIONS, empty_postgresql, run_program, server_programs

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("limited.py")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems limit files otherwise")
def test_a_write_that_fails_is_never_acknowledged(folder: Path) -> None:
    """The disk refuses a write: no receipt; the same answers sent again are one record, looked up by its id."""
    command = [sys.executable, str(PROGRAM), str(folder / "instance")]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=ROOT)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["statuses"] == [303, 500, 303, 303]
    assert told["meanwhile"] == 0
    assert told["records"] == told["seq"] == 1
    assert len(set(told["receipts"])) == 1


@pytest.mark.postgresql
def test_a_restarted_server_is_noticed_by_nobody(folder: Path, server: str) -> None:
    """PostgreSQL is restarted while the site runs: the next page and the next answer are served."""
    mapping = {"PEKSOS_INSTANCE": str(folder / "instance"), "PEKSOS_DATABASE_URL": empty_postgresql(server), **NUMBERS}
    site = replace(open_site(Settings.from_mapping(mapping)), clock=lambda: NOW)
    try_keys(folder / "office", site)
    client = assemble(site).test_client()
    try:
        for mode in ("fast", "immediate"):
            receipt = client.post("/f/1", data={"_nonce": _nonce(client), **ANSWERS})
            assert receipt.status_code == 303
            restart(server, mode)
            assert client.get(receipt.location).status_code == 200
            restart(server, mode)
            assert client.post("/f/1", data={"_nonce": _nonce(client), **ANSWERS}).status_code == 303
        assert site.log.verify().seq == site.log.count() == 4
    finally:
        site.close()


@pytest.mark.postgresql
def test_a_server_that_is_away_loses_no_answers(folder: Path, server: str) -> None:
    """While the server is down the page keeps the answers and says so; when it is back they are taken."""
    mapping = {"PEKSOS_INSTANCE": str(folder / "instance"), "PEKSOS_DATABASE_URL": empty_postgresql(server), **NUMBERS}
    site = replace(open_site(Settings.from_mapping(mapping)), clock=lambda: NOW)
    try_keys(folder / "office", site)
    client = assemble(site).test_client()
    try:
        nonce = _nonce(client)
        control(server, "stop", "fast")
        try:
            refused = client.post("/f/1", data={"_nonce": nonce, **ANSWERS})
        finally:
            control(server, "start")
        assert refused.status_code == 500
        assert "Belum ada yang tersimpan" in refused.get_data(as_text=True)
        assert client.post("/f/1", data=fields(refused.get_data(as_text=True))).status_code == 303
        assert site.log.count() == 1
    finally:
        site.close()


def restart(server: str, mode: str) -> None:
    """Restart the server of the tests."""
    control(server, "restart", mode)


def control(server: str, what: str, mode: str = "") -> None:
    """Start, stop or restart the server of the tests."""
    programs, folder = server_programs(), Path(dict(part.split("=", 1) for part in server.split())["host"])
    assert programs is not None
    options: tuple[str, ...] = ("-o", OPTIONS.format(folder=folder)) if what != "stop" else ()
    options += ("-m", mode) if mode else ()
    run_program(folder, programs / "pg_ctl", "-D", folder / "data", "-w", *options, what)


def _nonce(client: object) -> str:
    return nonce_of(client.get("/f/1").get_data(as_text=True))  # type: ignore[attr-defined]
