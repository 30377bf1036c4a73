"""A form becomes a workbook and the workbook the same form again: nothing that the language has is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from pyxform.xls2xform import convert

from forms_app.specs.library import Library
from forms_app.specs.model import FormSpec
from forms_app.specs.reader import read_spec
from forms_app.specs.xlsform.emitting import yaml_text
from forms_app.specs.xlsform.exporting import export_workbook
from forms_app.specs.xlsform.heading import Options
from forms_app.specs.xlsform.importing import import_workbook
from forms_app.specs.xlsform.placed import Leaf, Tree
from tests.specs.xlsform.drawing import forms

SHIPPED = sorted(path.stem for path in (Path(__file__).parents[3] / "form_specs").glob("*.yaml"))


def placed(value: Any) -> Any:
    """Return plain data as the tree that is written."""
    if isinstance(value, dict):
        return {key: placed(one) for key, one in value.items()}
    return [placed(one) for one in value] if isinstance(value, list) else Leaf(value)


def back(spec: FormSpec, **options: Any) -> FormSpec:
    """Return what the form's workbook reads back to."""
    return import_workbook(export_workbook(spec, **options), "x.xlsx", Options({})).spec


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(forms())
def test_random_forms_come_back_the_same(form: dict[str, Any]) -> None:
    """Whatever form there is, ODK's converter takes its workbook, which reads back to the same form and tests."""
    tree: dict[str, Tree] = placed(form)
    spec = read_spec(yaml_text(tree), "acak.yaml")
    data = export_workbook(spec)
    convert(data)
    again = import_workbook(data, "x.xlsx", Options({})).spec
    assert again.source == spec.source
    assert (again.sample, again.vectors) == (spec.sample, spec.vectors)


@pytest.mark.parametrize("form_id", SHIPPED)
def test_shipped_forms_come_back_the_same(form_id: str, shipped_forms: Library) -> None:
    """Each shipped form keeps its digest, with and without the catalogue's translations in the workbook."""
    spec = shipped_forms.by_id(form_id)
    for options in ({}, {"say": lambda text, language: f"{language}: {text}"}):
        again = back(spec, **options)
        assert again.digest == spec.digest
        assert (again.sample, again.vectors) == (spec.sample, spec.vectors)


MENTIONING = """\
form_id: small
slug: "1"
version: "1"
title: Kecil
heading: Kecil
audience: guru
sensitivity: personal
readers: [office]
seal_at: arrival
legal_basis: consent
retention: {site: 30d, office: 1y}
languages: [id]
pages:
  - name: satu
    label: Satu
    questions:
      - {name: a, type: text, label: {id: "Nama di ${event_title}", en: "Name at ${event_title}"}}
      - {name: r, type: repeat, label: "Anak ${a}", questions: [
          {name: b, type: text, label: B}, {name: c, type: text, label: "Umur ${b}?", hint: "${a}"}]}
"""


def test_texts_that_repeat_answers_come_back_the_same() -> None:
    """ODK's converter takes mentions of answers and of event data, and the form that reads back is the same."""
    spec = read_spec(MENTIONING, "kecil.yaml")
    convert(export_workbook(spec))
    assert back(spec).digest == spec.digest
