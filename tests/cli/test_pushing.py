"""The way of a record by commands only: phone file, site, inbox in a process of its own, office."""

from __future__ import annotations

import json
import os
import re
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from time import monotonic, sleep
from urllib.request import Request, urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from forms_app.answers.sizes import SECRET_BYTES
from forms_app.answers.submission import WIB, now
from forms_app.cli import inbox
from forms_app.errors import TransferError
from forms_app.sealing.records import Header, seal
from forms_app.settings import Settings
from forms_app.site.packing import make_package
from forms_app.site.pushing import push
from forms_app.site.services import Services, open_site
from forms_app.storage.log import NewRecord
from forms_app.transfer.acknowledgement import read_acknowledgement
from forms_app.transfer.outbox import write_outbox
from forms_app.transfer.push import fetch_receipt, push_file
from forms_app.transfer.receipt import read_receipt
from forms_app.transfer.wire import InboxAway, Patience, Wire
from tests.cli.conftest import Place, Run, run


def started(module: str, *words: object, **environment: str) -> tuple[subprocess.Popen[str], str]:
    """Start a server in a process of its own; return it and the address that it tells."""
    command = [sys.executable, "-c", f"from forms_app.cli.{module} import main; main()", *map(str, words)]
    named = {**os.environ, "PEKSOS_LANGUAGE": "id", "PYTHONUNBUFFERED": "1", **environment}
    server = subprocess.Popen(command, env=named, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:[1-9]\d*", server.stdout.readline())
    assert found, "the address is told"
    return server, found[0]


def ended(server: subprocess.Popen[str]) -> int:
    """Stop a server as a service manager does; return its status."""
    server.send_signal(signal.SIGTERM)
    try:
        server.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        raise
    return server.returncode


@pytest.fixture
def token(place: Place) -> Path:
    """Make an inbox for the place and return the office's token."""
    folder, file = place.folder / "titipan", place.folder / "kunci"
    for words in (
        ("init", folder, "--office", place.office / "office.pub"),
        ("enrol", folder, place.instance / "site.pub"),
        ("token", folder, "--out", file),
    ):
        assert run(inbox.cli, *words).exit_code == 0
    return file


@pytest.fixture
def url(place: Place, token: Path) -> Iterator[str]:
    """Serve it in a process of its own and return its address."""
    server, address = started("inbox", "serve", place.folder / "titipan", "--port", 0, "--reserve", 1)
    yield address
    assert ended(server) == 0


@contextmanager
def open_settings(place: Place) -> Iterator[Services]:
    """Lend the site of the place."""
    services = open_site(Settings.from_mapping({"PEKSOS_INSTANCE": str(place.instance)}))
    try:
        yield services
    finally:
        services.close()


def sealed(place: Place, number: int) -> tuple[bytes, str, bytes]:
    """Return a secret record as a phone seals it, with the site's id and public key."""
    services = open_site(Settings.from_mapping({"PEKSOS_INSTANCE": str(place.instance)}))
    key = services.office.term_key(now().astimezone(WIB).date(), "s")
    record = seal(Header(bytes([number]) * 16, services.site, "s"), b"x", [key], SECRET_BYTES).to_bytes()
    services.close()
    return record, services.site, services.site_key.public


def test_from_the_phones_file_to_the_office(
    place: Place, peksos: Run, peksos_office: Run, token: Path, url: str
) -> None:
    """import-outbox, push, pull: counts are told at each step, and a second time nothing is new."""
    with (place.folder / "hp.peksos").open("wb") as file:
        write_outbox(file, [sealed(place, 1)[0], sealed(place, 2)[0]])
    place.register()
    done = peksos("import-outbox", place.folder / "hp.peksos", "--json")
    assert (done.exit_code, json.loads(done.stdout)["new"]) == (0, 2)
    done = peksos("push", url)
    assert (done.exit_code, done.stdout) == (
        0,
        "Terkirim ke kotak titipan: 3 jawaban tersegel, sampai catatan nomor 3.\n",
    )
    assert "Tidak ada yang baru" in peksos("push", PEKSOS_INBOX_URL=url).stdout
    told = json.loads(peksos_office("pull", url, "--token-file", token, "--json").stdout)
    assert (told["packages"], told["new"], told["refused"]) == (1, 3, 0)
    assert json.loads(peksos_office("pull", url, "--token-file", token, "--json").stdout)["packages"] == 0


def test_the_offices_receipt_travels_back(place: Place, peksos: Run, peksos_office: Run, token: Path, url: str) -> None:
    """What `peksos-office receipt` signed for a pulled package is what the site is given at the inbox."""
    place.register()
    peksos("push", url)
    peksos_office("pull", url, "--token-file", token)
    out = place.folder / "r.receipt"
    with open_settings(place) as services, Wire(url) as wire:
        made = peksos_office("receipt", services.site, "--out", out, "--passphrase-file", place.words)
        assert made.exit_code == 0, made.output
        assert fetch_receipt(wire, services.site_key, services.site, 0, Patience(tries=1)) is None
        assert peksos_office("send-receipt", url, out, "--token-file", token).exit_code == 0
        line = fetch_receipt(wire, services.site_key, services.site, 0, Patience(tries=1))
        assert line == out.read_bytes().strip()
        found = read_receipt(line or b"", services.office, services.site)
        assert (found.head, found.kept(1)) == (services.log.head(), True)


def test_a_cut_outbox_is_taken_and_told(place: Place, peksos: Run) -> None:
    """What is whole comes in; the exit status says that something is missing."""
    with (place.folder / "hp.peksos").open("wb") as file:
        write_outbox(file, [sealed(place, 1)[0]])
        file.write(b"\0\0\1\0cut")
    done = peksos("import-outbox", place.folder / "hp.peksos")
    assert (done.exit_code, done.stdout) == (1, "1 catatan: 1 baru, 0 sudah ada, 0 untuk tempat lain.\n")
    assert "terpotong" in done.stderr


def test_status_tells_how_the_inbox_stands(place: Place, peksos: Run, url: str) -> None:
    """A failure with its code and time, then up to where the inbox has the log."""
    place.register()
    dead = "http://127.0.0.1:9"
    with open_settings(place) as services, pytest.raises(InboxAway), Wire(dead) as wire:
        push(services, wire, Patience(tries=1))
    done = peksos("status", PEKSOS_INBOX_URL=dead)
    assert "punya sampai catatan nomor 0" in done.stdout
    assert "gagal (inbox-away)" in done.stderr
    peksos("push", url)
    told = json.loads(peksos("status", "--json", PEKSOS_INBOX_URL=url).stdout)
    assert (told["pushed_seq"], told["push_failure"], told["inbox"]) == (1, "", url)
    assert told["pushed_at"]


def test_no_address_says_what_to_set(peksos: Run) -> None:
    """Without an inbox nothing is pushed, and the remedy is named."""
    done = peksos("push")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "PEKSOS_INBOX_URL" in done.stderr
    assert "harus https" in peksos("push", "http://titipan.example.id").stderr


def test_serving_pushes_what_is_sealed_at_once(place: Place, peksos_office: Run, token: Path, url: str) -> None:
    """A record posted to `peksos serve` is acknowledged, and soon lies at the inbox without anybody's doing."""
    server, address = started("site", "serve", "--port", 0, PEKSOS_INSTANCE=str(place.instance), PEKSOS_INBOX_URL=url)
    try:
        record, site, public = sealed(place, 5)
        request = Request(  # noqa: S310 - our own server
            f"{address}/records", data=record, headers={"Content-Type": "application/octet-stream"}
        )
        with urlopen(request, timeout=20) as answer:  # noqa: S310 - our own server
            found = read_acknowledgement(answer.read(), site, public)
        assert (found.record_id, found.head.seq) == (bytes([5]) * 16, 1)
        until = monotonic() + 30
        while not list((place.folder / "titipan" / "bundles").glob("*/*.peksos")) and monotonic() < until:
            sleep(0.1)
    finally:
        assert ended(server) == 0
    told = json.loads(peksos_office("pull", url, "--token-file", token, "--json").stdout)
    assert (told["new"], told["packages"]) == (1, 1)


def test_an_inbox_that_is_killed_again_and_again_gets_the_same_file(place: Place, token: Path) -> None:
    """SIGKILL between pieces, six times: the upload goes on at the next start, on the same port."""
    with open_settings(place) as services:
        key = services.office.term_key(now().astimezone(WIB).date(), "s")
        for number in range(60):
            header = Header(bytes([number]) * 16, services.site)
            record = seal(header, b"x", [key], 50_000).to_bytes()
            services.log.append([NewRecord(header.record_id, record)], 20_780)
        path = place.folder / "a.peksos"
        make_package(services, path)
        inbox_folder = place.folder / "titipan"
        words = ("serve", inbox_folder, "--reserve", 1, "--port")
        server, address = started("inbox", *words, 0)
        kills = 0

        def kill(_offset: int, _size: int) -> None:
            nonlocal server, kills
            if kills < 6:
                kills += 1
                server.kill()
                server.communicate()
                server, _ = started("inbox", *words, address.rpartition(":")[2])

        with Wire(address, timeout=20) as wire:
            stored = push_file(wire, services.site_key, services.site, path, Patience(tries=50, first=0.05), kill)
        ended(server)
    assert kills == 6
    (kept,) = (inbox_folder / "bundles").glob("*/*.peksos")
    assert (kept.stem, kept.read_bytes()) == (stored.file, path.read_bytes())


def test_another_file_is_no_token(place: Place, peksos_office: Run, url: str) -> None:
    """It is named; a token of another inbox is refused by this one."""
    wrong = place.folder / "salah"
    wrong.write_text("x")
    assert "Berkas salah bukan kunci" in peksos_office("pull", url, "--token-file", wrong).stderr
    wrong.write_text("0" * 64)
    done = peksos_office("pull", url, "--token-file", wrong)
    assert (done.exit_code, "tidak cocok" in done.stderr) == (1, True)


class _Ok(BaseHTTPRequestHandler):
    """Answers with an empty list."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"bundles":[]}')

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Serve https with a certificate that nobody knows; return the address and the certificate."""
    key, name = generate_private_key(SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime.now(UTC) - timedelta(days=1)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(start).not_valid_after(start + timedelta(days=9))
    builder = builder.add_extension(alternative, critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    certificate = builder.sign(key, SHA256()).public_bytes(Encoding.PEM)
    (tmp_path / "c.pem").write_bytes(certificate)
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "k.pem").write_bytes(plain + certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "k.pem")
    server = HTTPServer(("127.0.0.1", 0), _Ok)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}", tmp_path / "c.pem"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_certificate_is_verified(secure: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown one ends the talk before a byte of ours leaves; one that the system trusts is let through."""
    url, certificate = secure
    with Wire(url) as wire, pytest.raises(TransferError, match="tidak sah") as refused:
        wire.call("GET", "/v1/bundles")
    assert not isinstance(refused.value, InboxAway), "it is not tried again"
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Wire(url) as wire:
        assert wire.call("GET", "/v1/bundles").json == {"bundles": []}
    with Wire(url.replace("127.0.0.1", "localhost")) as wire, pytest.raises(TransferError, match="tidak sah"):
        wire.call("GET", "/v1/bundles")
