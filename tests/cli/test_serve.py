"""`peksos serve`: a real server on a real socket, and what keeps it from starting."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from forms_app.cli.serve import listen
from forms_app.errors import SettingsError
from tests.cli.conftest import Place, Run
from tests.conftest import missing

PROGRAM = Path(sys.executable).with_name("peksos")


@contextmanager
def started(place: Place, *options: str, end: signal.Signals = signal.SIGTERM) -> Iterator[str]:
    """Run the server; yield its address, and see it end well."""
    environment = {
        **os.environ,
        "PEKSOS_INSTANCE": str(place.instance),
        "PEKSOS_LANGUAGE": "id",
        "PYTHONUNBUFFERED": "1",
    }
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    command = [PROGRAM, "serve", "--port", "0", *options]
    with subprocess.Popen(command, env=environment, **pipes) as server:  # type: ignore[call-overload]  # three pipes
        try:
            address = re.search(r"https?://127\.0\.0\.1:[1-9]\d*", server.stdout.readline())
            assert address, "the address is told"
            yield address[0]
        finally:
            server.send_signal(end)
            try:
                _out, told = server.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                raise
    assert server.returncode == 0
    assert "Traceback" not in told


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_stopped(place: Place, end: signal.Signals) -> None:
    """It names its address, answers there, and ends without a traceback on Ctrl-C and on SIGTERM."""
    with started(place, end=end) as url, urlopen(f"{url}/healthz", timeout=10) as answer:  # noqa: S310 - our own server
        assert answer.read() == b"ok\n"


def test_it_serves_over_https_with_a_certificate(place: Place, tmp_path: Path) -> None:
    """With a certificate of its own the site speaks TLS, and forms that are sealed on the phone open."""
    if shutil.which("openssl") is None:
        missing("openssl")
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    subprocess.run([*made, "-keyout", key, "-out", certificate, *names], check=True, capture_output=True)
    trust = ssl.create_default_context(cafile=str(certificate))
    with started(place, "--tls-cert", str(certificate), "--tls-key", str(key)) as url:
        assert url.startswith("https://")
        for _ in range(50):  # it listens a moment after it has told its address
            with suppress(ConnectionError, URLError), urlopen(f"{url}/healthz", timeout=10, context=trust) as answer:  # noqa: S310
                assert answer.read() == b"ok\n"
                return
            time.sleep(0.1)
    pytest.fail("no answer over https")


def test_a_certificate_that_is_none_is_told(peksos: Run, tmp_path: Path) -> None:
    """A file that is no certificate ends with the options to check; one option without the other is wrong usage."""
    (tmp_path / "x.pem").write_text("x", encoding="utf-8")
    options = ("--port", 0, "--tls-cert", tmp_path / "x.pem")
    done = peksos("serve", *options, "--tls-key", tmp_path / "x.pem")
    assert done.exit_code == 1
    assert "--tls-cert" in done.stderr
    assert peksos("serve", *options).exit_code == 2


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
