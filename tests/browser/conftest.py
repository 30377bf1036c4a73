"""Real Chromium on a 360x640 screen, against the real site on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from forms_app.answers.submission import now
from forms_app.site.app import assemble
from forms_app.site.enrolment import add_event
from forms_app.site.services import Services
from forms_app.storage.documents import Event

SCREEN = {"width": 360, "height": 640}


@dataclass(frozen=True)
class Live:
    """A running site and its open event."""

    url: str
    services: Services
    event: Event


@pytest.fixture
def live(services: Services) -> Iterator[Live]:
    """Serve the site on a free port of the loopback address, with an event that is open now."""
    running = replace(services, clock=now)
    server = make_server("127.0.0.1", 0, assemble(running), threaded=True)
    url = f"http://127.0.0.1:{server.port}"
    # The address is only known now, and posters print it.
    shown = replace(running, settings=replace(running.settings, public_url=url))
    event = add_event(
        shown,
        Event(
            code="",
            title="One Day for Children",
            forms=("event_registration", "odfc_attendance", "training_feedback_pre", "training_feedback_post"),
            opens="2020-01-01T00:00:00+00:00",
            closes="2099-01-01T00:00:00+00:00",
            date="2026-11-23T01:00:00+00:00",
            school="SD Contoh",
            jenjang="sd",
            place="Halaman sekolah",
            topic="komunikasi",
        ),
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield Live(url, shown, event)
    server.shutdown()
    thread.join()


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def scripted(request: pytest.FixtureRequest) -> bool:
    """Say whether the page's script runs; both ways must work."""
    return bool(request.param)


@pytest.fixture
def context(chromium: Browser, scripted: bool) -> Iterator[BrowserContext]:
    """Return a phone with an empty profile that speaks Indonesian."""
    phone = chromium.new_context(viewport=SCREEN, locale="id-ID", java_script_enabled=scripted, accept_downloads=True)
    phone.set_default_timeout(10_000)
    yield phone
    phone.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Return a page that fails the test when its script fails or its policy blocks something."""
    found: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if "Content Security" in message.text else None)
    yield page
    assert found == []
