"""Real Chromium on a 360x640 screen, against the real site on loopback."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal
from wsgiref.types import WSGIApplication

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from forms_app.answers.submission import Submission, now
from forms_app.cli.rehearsal import Rehearsal, rehearsal
from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.site.enrolment import add_event
from forms_app.site.services import Services
from forms_app.specs.reader import read_spec
from forms_app.storage.documents import Event
from forms_app.translation import shipped

Workers = Literal["allow", "block"]
FORMS = shipped("form_specs")
HEAD = """form_id: asked
slug: "90"
version: "1"
title: Contoh
heading: Contoh
audience: parent
sensitivity: public
readers: [office]
seal_at: arrival
legal_basis: consent
retention: {site: 1d, office: 1d}
languages: [id]
"""
SCREEN = {"width": 360, "height": 640}


@dataclass(frozen=True)
class Live:
    """A running site and its open event."""

    url: str
    services: Services
    event: Event


@contextmanager
def serving(
    services: Services, around: Callable[[WSGIApplication], WSGIApplication] = lambda app: app
) -> Iterator[str]:
    """Serve a site on a free port of the loopback address; yield its address. `around` may look at what passes."""
    server = make_server("127.0.0.1", 0, around(assemble(services)), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def live(services: Services) -> Iterator[Live]:
    """Serve the site, with an event that is open now."""
    running = replace(services, clock=now)
    with serving(running) as url:
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
        yield Live(url, shown, event)


@dataclass(frozen=True)
class Asked:
    """A running site with one form, and the office that reads what was sent."""

    url: str
    site: Rehearsal

    @property
    def sent(self) -> int:
        """Return how many fillings were taken."""
        return self.site.services.log.count()

    def submission(self) -> Submission:
        """Return what was sent last, as the office reads it."""
        return self.site.open(self.site.after(0)[-1])

    def answers(self) -> dict[str, Any]:
        """Return the answers that were sent last."""
        return self.submission().answers


Ask = Callable[..., Asked]


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    """Return a function that serves a form of these pages, each a row of questions.

    `head` is what else the form says, `lists` are CSV files of choices by name.
    """
    with ExitStack() as stack:

        def serve(*pages: Sequence[str], head: str = "", lists: Mapping[str, str] | None = None) -> Asked:
            folder = shutil.copytree(FORMS, tmp_path / "forms", dirs_exist_ok=True)
            for name, rows in (lists or {}).items():
                (folder / "choices" / f"{name}.csv").write_text(rows, encoding="utf-8")
            spec = read_spec(HEAD + head + written(pages), "asked.yaml", folder)
            site = stack.enter_context(rehearsal([spec], Settings(instance=tmp_path / "instance", forms=folder)))
            return Asked(f"{stack.enter_context(serving(site.services))}/f/{spec.slug}", site)

        yield serve


def written(pages: Sequence[Sequence[str]]) -> str:
    """Return the pages of a form as YAML."""
    return "pages:\n" + "".join(
        f"- label: Bagian {number}\n  questions:\n" + "".join(f"  - {row}\n" for row in rows)
        for number, rows in enumerate(pages, 1)
    )


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def scripted(request: pytest.FixtureRequest) -> bool:
    """Say whether the page's script runs; both ways must work."""
    return bool(request.param)


@pytest.fixture
def workers() -> Workers:
    """Say whether the phone may run the site's worker, which fetches every form: only where it is what is tried."""
    return "block"


@pytest.fixture
def context(chromium: Browser, scripted: bool, workers: Workers) -> Iterator[BrowserContext]:
    """Return a phone with an empty profile that speaks Indonesian."""
    phone = chromium.new_context(
        viewport=SCREEN,
        locale="id-ID",
        java_script_enabled=scripted,
        accept_downloads=True,
        service_workers=workers,
    )
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
