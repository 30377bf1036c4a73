"""The pictures of the form authors' guide are the running product; `make pictures` takes them anew."""

from __future__ import annotations

import hashlib
import io
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from forms_app.answers.submission import now
from forms_app.site.app import assemble
from forms_app.site.services import Services
from forms_app.specs.library import Library
from forms_app.specs.model import FormSpec
from forms_app.specs.reader import read_spec
from forms_app.specs.types import TYPES

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "form-authors.md").read_text(encoding="utf-8")
FOLDER = ROOT / "docs" / "pictures"
TAKING = bool(os.environ.get("PEKSOS_PICTURES"))
HEAD = """\
form_id: pictures
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
pages:
- label: Contoh
  questions:
"""
EXAMPLES = {name: kind.example for name, kind in TYPES.items() if kind.widget != "hidden"} | {
    "text-multiline": "{name: story, type: text, label: Apa yang dilihat?, appearance: multiline}",
    "select_one-likert": "{name: sure, type: select_one yakin5, label: Seberapa yakin?, appearance: likert}",
    "select_one-faces": "{name: mood, type: select_one wajah5, label: Bagaimana perasaanmu?, appearance: faces}",
    "select_one-minimal": "{name: class, type: select_one kelas, label: Kelas, appearance: minimal}",
    "select_one-columns": "{name: rel, type: select_one rel, label: Hubungan dengan anak, appearance: columns}",
    "select_multiple-minimal": (
        "{name: who, type: select_multiple dikhawatirkan, label: Siapa yang dikhawatirkan?, appearance: minimal}"
    ),
}


def digest(example: str) -> str:
    """Return what a picture carries to say of which question it is."""
    return hashlib.sha256(example.encode()).hexdigest()[:16]


def form(example: str) -> FormSpec:
    """Return a form of one question."""
    return read_spec(f"{HEAD}  - {example}\n", "example.yaml", ROOT / "form_specs")


@pytest.fixture
def page_of(services: Services, chromium: Browser) -> Iterator[Callable[[FormSpec], bytes]]:
    """Return a function that serves a form and returns the picture of its question."""
    servers = []

    def take(spec: FormSpec) -> bytes:
        running = replace(services, clock=now, library=Library((spec,)))
        server = make_server("127.0.0.1", 0, assemble(running), threaded=True)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        phone = chromium.new_context(viewport={"width": 360, "height": 640}, locale="id-ID", device_scale_factor=1.5)
        page = phone.new_page()
        page.goto(f"http://127.0.0.1:{server.port}/f/{spec.slug}")
        if page.locator(".page.on details").count():
            page.locator(".page.on details summary").first.click()
        box = page.locator(f"#q-{next(spec.questions()).name}").bounding_box()
        assert box is not None
        around = {"x": 0, "y": box["y"] - 10, "width": 360, "height": box["height"] + 20}
        picture = page.screenshot(clip=around, full_page=True)
        phone.close()
        return picture

    yield take
    for server in servers:
        server.shutdown()


@pytest.mark.parametrize("name", EXAMPLES)
def test_picture(name: str, request: pytest.FixtureRequest):
    """Every widget has a picture in the guide, taken of the question that stands beside it."""
    path = FOLDER / f"{name}.png"
    if TAKING:
        picture = request.getfixturevalue("page_of")(form(EXAMPLES[name]))
        image = Image.open(io.BytesIO(picture)).convert("RGB").quantize(64)
        told = PngInfo()
        told.add_text("question", digest(EXAMPLES[name]))
        image.save(path, pnginfo=told, optimize=True)
    assert f"(pictures/{name}.png)" in GUIDE
    with Image.open(path) as image:
        assert image.info["question"] == digest(EXAMPLES[name])


def test_no_picture_is_left_over():
    """Nothing lies in the folder that the guide does not show."""
    assert {path.stem for path in FOLDER.glob("*.png")} == set(EXAMPLES)
