"""A small form to fill in, what a page posts, and the shipped forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from forms_app.answers.filled import Filled
from forms_app.answers.filling import fill
from forms_app.answers.recheck import StoredAnswers
from forms_app.specs.library import Library, read_library
from forms_app.specs.model import FormSpec
from forms_app.specs.reader import read_spec

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 22)
EVENT = {"event_jenjang": "paud", "event_topic": "deteksi_dini"}
HEAD = """\
form_id: small
slug: "1"
version: "1"
title: Kecil
heading: Formulir kecil
audience: guru
sensitivity: personal
readers: [office]
seal_at: arrival
legal_basis: consent
retention: {site: 30d, office: 1y}
languages: [id]
choices:
  yn: [{name: ya, label: Ya, score: 1}, {name: tidak, label: Tidak, score: 0}]
"""


def posted_texts(answers: Mapping[str, Any]) -> StoredAnswers:
    """Return answers as a page posts them; the entries of a repeat are numbered."""
    texts: dict[str, Sequence[str]] = {}
    for name, answer in answers.items():
        if isinstance(answer, list) and any(isinstance(one, dict) for one in answer):
            for number, entry in enumerate(answer):
                for inner, text in entry.items():
                    texts[f"{name}-{number}-{inner}"] = tuple(text) if isinstance(text, list) else (text,)
        else:
            texts[name] = tuple(answer) if isinstance(answer, list) else (answer,)
    return StoredAnswers(texts)


@pytest.fixture(scope="session")
def library() -> Library:
    """Return the forms that come with the product."""
    return read_library(ROOT / "form_specs")


@pytest.fixture(scope="session")
def asking() -> Callable[..., FormSpec]:
    """Return a function that reads a form of one page with these questions, or of these pages."""

    def read(*questions: str, head: str = "", pages: str = "") -> FormSpec:
        rows = "".join(f"  - {one}\n" for one in questions)
        return read_spec(
            HEAD + head + "pages:\n" + (pages or f"- name: satu\n  label: Satu\n  questions:\n{rows}"), "small.yaml"
        )

    return read


@pytest.fixture(scope="session")
def filling() -> Callable[..., Filled]:
    """Return a function that fills a form in with these answers."""

    def work(
        spec: FormSpec, answers: Mapping[str, Any] | None = None, event: Mapping[str, str] | None = None
    ) -> Filled:
        return fill(spec, posted_texts(answers or {}), EVENT if event is None else event, TODAY)

    return work


@pytest.fixture(scope="session")
def posted() -> Callable[[Mapping[str, Any]], StoredAnswers]:
    """Return the function that turns answers into what a page posts."""
    return posted_texts
