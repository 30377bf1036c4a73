"""`peksos schema`: what is committed beside the forms is what the command prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from forms_app.cli import site
from forms_app.specs.types import TYPES
from forms_app.translation import catalogue, is_translated
from tests.cli.conftest import run

FOLDER = Path(__file__).parents[2] / "form_specs"


def test_the_committed_schema_is_current():
    """Run `PEKSOS_LANGUAGE=id peksos schema > form_specs/form.schema.json` after a change of the language."""
    assert run(site.cli, "schema").stdout == (FOLDER / "form.schema.json").read_text(encoding="utf-8")


@pytest.mark.skipif(not is_translated("messages", "en", "Dibatalkan."), reason="the English catalogue is not compiled")
def test_descriptions_come_in_the_language_of_the_command():
    """English for those who work in English; what is right and wrong stays the same."""
    indonesian, english = (json.loads(run(site.cli, "schema", PEKSOS_LANGUAGE=one).stdout) for one in ("id", "en"))
    promise = TYPES["text"].promise
    spellings = english["$defs"]["question"]["properties"]["type"]["anyOf"]
    assert catalogue("messages", "en")(promise) in [one["description"] for one in spellings]
    assert promise not in [one["description"] for one in spellings]
    assert english["required"] == indonesian["required"]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_form_names_the_schema(path: Path):
    """In its first line, where editors with a YAML language server look."""
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=form.schema.json"
