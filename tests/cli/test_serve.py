"""`peksos serve`: a real server on a real socket, and what keeps it from starting."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from forms_app.cli.serve import listen
from forms_app.errors import SettingsError
from tests.cli.conftest import Place, Run

PROGRAM = Path(sys.executable).with_name("peksos")


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_stopped(place: Place, end: signal.Signals) -> None:
    """It names its address, answers there, and ends without a traceback on Ctrl-C and on SIGTERM."""
    environment = {
        **os.environ,
        "PEKSOS_INSTANCE": str(place.instance),
        "PEKSOS_LANGUAGE": "id",
        "PYTHONUNBUFFERED": "1",
    }
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([PROGRAM, "serve", "--port", "0"], env=environment, **pipes) as server:  # type: ignore[call-overload]  # three pipes
        try:
            address = re.search(r"http://127\.0\.0\.1:[1-9]\d*", server.stdout.readline())
            assert address, "the address is told"
            with urlopen(f"{address[0]}/healthz", timeout=10) as answer:  # noqa: S310 - our own server
                assert answer.read() == b"ok\n"
        finally:
            server.send_signal(end)
            try:
                _out, told = server.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                raise
    assert server.returncode == 0
    assert "Traceback" not in told


def test_a_port_in_use_is_told_with_the_remedy(peksos: Run) -> None:
    """Another program on the port: the message says what to do, and the end is 1."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = peksos("serve", "--port", port)
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"Port {port} sudah dipakai" in done.stderr
    assert "--port lain" in done.stderr


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid", "::ffff:0:0:0:1"])
def test_an_address_of_another_machine_is_refused(host: str) -> None:
    """An address that is not ours names the two options to check."""
    with pytest.raises(SettingsError, match="Periksa --host"):
        listen(host, 0)


@pytest.mark.parametrize("port", ["70000", "-1", "http"])
def test_what_is_no_port_is_wrong_usage(peksos: Run, port: str) -> None:
    """Numbers beyond the last port are refused before anything is opened."""
    assert peksos("serve", "--port", port).exit_code == 2
