"""A small form to change, and the shipped ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from forms_app.specs.library import Library, read_library
from forms_app.specs.model import FormSpec
from forms_app.specs.problems import SpecErrors
from forms_app.specs.reader import read_spec

SMALL = """\
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
pages:
  - name: satu
    label: Satu
    questions:
      - {name: a, type: select_one yn, label: A}
"""
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def small() -> str:
    """Return the text of a small form without a mistake."""
    return SMALL


@pytest.fixture(scope="session")
def asking() -> Callable[..., FormSpec]:
    """Return a function that reads the small form with these lines of questions, and with more keys at its head."""

    def read(*questions: str, head: str = "") -> FormSpec:
        rows = "".join(f"      - {one}\n" for one in questions)
        return read_spec(head + SMALL.partition("      - {name: a,")[0] + rows, "small.yaml")

    return read


@pytest.fixture(scope="session")
def mistakes() -> Callable[..., list[tuple[int, int, str]]]:
    """Return a function that reads a form and returns (line, column, code) of everything wrong with it."""

    def read(text: str, folder: Path | None = None) -> list[tuple[int, int, str]]:
        with pytest.raises(SpecErrors) as caught:
            read_spec(text, "small.yaml", folder)
        return [(one.line, one.column, one.code) for one in caught.value.problems]

    return read


@pytest.fixture(scope="session")
def shipped_forms() -> Library:
    """Return the forms that come with the product."""
    return read_library(ROOT / "form_specs")
