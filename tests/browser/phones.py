"""Phones whose line fails: a site that is stopped and started at one address, and the outbox at hand in any page."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask
from playwright.sync_api import BrowserContext, BrowserType, Page
from werkzeug.serving import BaseWSGIServer, make_server

from forms_app.answers.sizes import SECRET_BYTES, record_bytes
from forms_app.sealing.keys import Recipient
from forms_app.sealing.layout import Header
from forms_app.sealing.records import seal
from forms_app.site.app import assemble
from forms_app.site.services import Services
from forms_app.specs.retention import retention_class
from tests.browser.conftest import SCREEN
from tests.conftest import FLAGS, TODAY, missing

STATIC = Path(__file__).parents[2] / "static"
EMPTY = "/kosong"  # a page at the site's address with nothing on it, and no policy
READY = "navigator.serviceWorker.ready.then(() => 0)"


@dataclass
class Flaky:
    """A site behind a line that a test breaks: `handler` answers in its place where it returns something."""

    app: Flask
    asked: list[str] = field(default_factory=list)
    handler: Callable[[WSGIEnvironment], tuple[str, str, bytes] | None] = lambda _: None
    server: BaseWSGIServer | None = None
    port: int = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Note what was asked, and answer."""
        self.asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["test.body"] = body
        environ["wsgi.input"] = BytesIO(body)
        told = self.handler(environ)
        if environ["PATH_INFO"] == EMPTY:
            told = "200 OK", "text/html", b"<!DOCTYPE html><html lang=id><title>-</title>"
        if told is None:
            return self.app(environ, start_response)
        status, kind, text = told
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(text)))])
        return [text]

    @property
    def url(self) -> str:
        """Return its address, the same after every start."""
        return f"http://127.0.0.1:{self.port}"

    def posts(self) -> int:
        """Return how often a record came."""
        return self.asked.count("POST /records")

    def start(self) -> None:
        """Listen, at the old place if there was one."""
        self.server = make_server("127.0.0.1", self.port, self, threaded=True)
        self.port = self.server.port
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        """Go away, so that nobody answers there."""
        if self.server:
            self.server.shutdown()
            self.server.server_close()
        self.server = None


@contextmanager
def flaky(services: Services) -> Iterator[Flaky]:
    """Serve a site behind a line that breaks."""
    site = Flaky(assemble(services))
    site.start()
    yield site
    site.stop()


@cache
def outbox_script() -> str:
    """Return the phone's outbox as a script that leaves it in `peksosOutbox`."""
    tool = STATIC / "phone" / "node_modules" / ".bin" / "esbuild"
    if not tool.exists() or not shutil.which("node"):
        missing("esbuild (make setup)")
    command = [tool, "outbox.js", "--bundle", "--format=iife", "--global-name=peksosOutbox", "--target=chrome80"]
    return subprocess.run(command, cwd=STATIC / "phone", check=True, capture_output=True, text=True).stdout


def with_outbox(context: BrowserContext, site: Flaky) -> Page:
    """Return an empty page of the site that has the outbox at hand."""
    page = context.new_page()
    page.add_init_script(outbox_script() + "\nwindow.peksosOutbox = peksosOutbox")
    page.goto(site.url + EMPTY)
    return page


def put(page: Page, services: Services, *records: tuple[bytes, bytes], kind: str = "p") -> int:
    """Put one entry into the phone's outbox and return its id; a record is its id and its bytes."""
    given = {
        "kind": kind,
        "site": services.site,
        "sitePublic": services.site_key.public.hex(),
        "root": services.office.root.hex(),
        "receipt": "1234567897",
        "records": [{"id": id_.hex(), "bytes": list(data)} for id_, data in records],
    }
    put_: int = page.evaluate(
        """async given => {
            for (const one of given.records) one.bytes = Uint8Array.from(one.bytes)
            return (await (await peksosOutbox.openBox()).add(given)).id
        }""",
        given,
    )
    return put_


def entries(page: Page) -> list[dict[str, Any]]:
    """Return what is in the outbox, each record told by whether its bytes are there."""
    found: list[dict[str, Any]] = page.evaluate(
        """async () => (await (await peksosOutbox.openBox()).entries()).map(one =>
            ({ ...one, records: one.records.map(({ id, bytes, ack }) => ({ id, bytes: !!bytes, ack })) }))"""
    )
    return found


def send(page: Page, how: str = "{ now: true }") -> None:
    """Send what waits, and wait until it was tried."""
    page.evaluate(f"async () => {{ await (await peksosOutbox.openBox()).send({how}) }}")


def until(page: Page, holds: Callable[[], bool], seconds: float = 15) -> None:
    """Let the phone work until something holds; the assertion that follows says what did not."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        page.wait_for_timeout(100)


def secret_record(services: Services, number: int, reader: Recipient | None = None) -> tuple[bytes, bytes]:
    """Return a secret record as a phone seals it, with its id."""
    identity = bytes([number]) * 16
    sealed = seal(
        Header(identity, services.site, "s"),
        b"x",
        [reader or services.office.term_key(TODAY, "s")],
        SECRET_BYTES,
    )
    return identity, sealed.to_bytes()


def public_record(services: Services, number: int) -> tuple[bytes, bytes]:
    """Return a registration as a phone seals it, with its id."""
    spec, identity = services.library.by_id("event_registration"), bytes([number]) * 16
    header = Header(identity, services.site, "p", spec.form_id, spec.digest)
    sealed = seal(header, b"x", [services.office.term_key(TODAY, retention_class(spec))], record_bytes(spec))
    return identity, sealed.to_bytes()


@contextmanager
def phone(kind: BrowserType, profile: Path) -> Iterator[BrowserContext]:
    """Start a browser with a profile that stays on the disk."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    context = kind.launch_persistent_context(
        profile, executable_path=path, args=FLAGS, viewport=SCREEN, locale="id-ID", accept_downloads=True
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()
