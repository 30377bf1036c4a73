"""Texts that repeat answers, as the site shows them: what it knows, three dots for the rest, nothing as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from forms_app.cli.rehearsal import rehearsal
from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.site.pages import FormPages
from forms_app.site.services import extension
from forms_app.specs.model import FormSpec
from forms_app.specs.reader import read_spec
from forms_app.storage.documents import Event

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
pages:
- label: Bagian
  questions:
"""
NAME = "  - {name: nama, type: text, label: Nama}\n"
ASKED = "  - {name: b, type: text, label: 'Umur ${nama}?', required: 'true()'}\n"
EVENT_ROW = "  - {name: e, type: note, label: 'Di ${event_title}, ${event_date}'}\n"
TOLD = "  - {name: u, type: text, label: U, required: 'true()', required_message: 'Isi di ${event_title}.'}\n"
EVIL = "<script>x</script>"


@contextmanager
def serving(rows: str) -> Iterator[tuple[Flask, FormSpec]]:
    """Serve a form of one page with these rows."""
    spec = read_spec(HEAD + rows, "asked.yaml")
    with rehearsal([spec], Settings()) as site:
        yield assemble(site.services), spec


def test_a_page_shows_answers_when_it_comes_back():
    """A fresh page has three dots; what was posted stands in it as text."""
    with serving(NAME + ASKED) as (app, _spec):
        client = app.test_client()
        assert 'Umur <bdi data-say="nama">…</bdi>?' in client.get("/f/90").get_data(as_text=True)
        page = client.post("/f/90", data={"nama": EVIL, "_send": "1"}).get_data(as_text=True)
    assert 'Umur <bdi data-say="nama">&lt;script&gt;x&lt;/script&gt;</bdi>?' in page
    assert EVIL not in page


def test_event_data_stands_in_a_fresh_page():
    """The event's data are known from the beginning, in messages of the phone too, and need no script."""
    event = Event(
        code="ABC", title=f"Hari {EVIL}", forms=("asked",), opens="", closes="", date="2026-11-22T17:00:00+00:00"
    )
    with serving(EVENT_ROW + TOLD) as (app, spec), app.test_request_context("/"):
        pages: FormPages = extension("peksos.pages")
        page, alone = pages.render(spec, event), pages.render(spec, None)
    assert "Di Hari &lt;script&gt;x&lt;/script&gt;, 23 November 2026" in page
    assert "Isi di Hari \\u003cscript>x\\u003c/script>." in page
    assert "Di …, …" in alone
    assert "data-say" not in page + alone


@pytest.mark.parametrize(("rows", "there"), [(NAME, False), (NAME + ASKED, True), (EVENT_ROW, False)])
def test_only_forms_that_repeat_answers_carry_the_script(rows: str, *, there: bool):
    """Other forms stay as small as they were."""
    with serving(rows) as (app, _spec):
        page = app.test_client().get("/f/90").get_data(as_text=True)
    assert ("data-say" in page) == there
