"""One window: what the real server sends for a form, counted on the line, fits what a phone takes at once."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import brotli
import pytest
from waitress.server import create_server

from forms_app.cli.proving import WINDOW
from forms_app.cli.rehearsal import Rehearsal, rehearsal
from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.site.pages import address
from forms_app.specs.library import read_library
from forms_app.specs.model import FormSpec
from forms_app.specs.reader import read_spec

ROOT = Path(__file__).parents[2]
FORMS = ROOT / "form_specs"
ONE_WINDOW = 10_000
STYLE, SCRIPT = 2_500, 4_000
TWELVE = read_spec((ROOT / "benchmarks" / "twelve.yaml").read_text(encoding="utf-8"), "twelve.yaml", FORMS)
SPECS = {spec.form_id: spec for spec in (TWELVE, *read_library(FORMS))}
HTTPS = Settings(public_url="https://peksos.example.id")  # its answers carry one header more
ASKED = (
    "GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nConnection: close\r\n\r\n"
)


@contextmanager
def listening(site: Rehearsal) -> Iterator[int]:
    """Serve a site as `peksos serve` does; yield the port."""
    server = create_server(assemble(site.services), host="127.0.0.1", port=0, threads=2, ident=None)

    def run() -> None:
        with suppress(OSError):  # it is closed under its hands
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        server.close()
        thread.join(timeout=5)


def answer(port: int, path: str) -> bytes:
    """Return everything that comes over the line for one request."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(ASKED.format(path=path).encode())
        return b"".join(iter(lambda: line.recv(65_536), b""))


def body(sent: bytes) -> str:
    """Return the page that an answer holds."""
    return brotli.decompress(sent.partition(b"\r\n\r\n")[2]).decode()


@pytest.mark.parametrize(
    ("form", "most"),
    [("twelve", ONE_WINDOW), ("event_registration", ONE_WINDOW), ("detection_checklist_teacher", WINDOW)],
)
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_form_arrives_at_once(form: str, most: int, language: str):
    """Status line, headers and page together stay within the budget, and nothing else is fetched to show it."""
    spec = SPECS[form]
    with rehearsal([spec], HTTPS) as site, listening(site) as port:
        sent = answer(port, f"{address(spec, site.event(spec))}?lang={language}")
    assert sent.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nContent-Encoding: br\r\n" in sent
    assert b"\r\nStrict-Transport-Security: " in sent
    assert len(sent) <= most
    assert (
        re.findall(r'<(?:link|script|img|iframe|use|source)\b[^>]*\b(?:src|href)="(?!#|data:)[^>]*>', body(sent)) == []
    )


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_style_is_small(spec: FormSpec):
    """Whatever a form asks with, the style of its page stays small."""
    with rehearsal([spec], HTTPS) as site:
        (style,) = re.findall(r"<style>(.*?)</style>", page(site, spec), re.DOTALL)
    assert len(brotli.compress(style.encode())) <= STYLE


@pytest.mark.parametrize("form", ["twelve", "event_registration", "detection_checklist_teacher"])
def test_script_is_small(form: str):
    """The script with the expressions that the form uses."""
    spec = SPECS[form]
    with rehearsal([spec], HTTPS) as site:
        scripts = re.findall(r"<script>(.*?)</script>", page(site, spec), re.DOTALL)
    assert len(brotli.compress("".join(scripts).encode())) <= SCRIPT


def page(site: Rehearsal, spec: FormSpec) -> str:
    """Return a form's page."""
    found: str = site.client.get(address(spec, site.event(spec)), base_url="https://localhost").get_data(as_text=True)
    return found
