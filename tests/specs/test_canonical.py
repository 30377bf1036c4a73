"""The canonical source: it reads back to the same form, the same digest, without any folder."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_app.specs.library import read_library
from forms_app.specs.model import FormSpec
from forms_app.specs.problems import SpecErrors
from forms_app.specs.reader import read_spec

FORMS = read_library(Path(__file__).parents[2] / "form_specs").specs
LOST = {"source", "digest", "sample", "vectors", "pages", "outcome", "parts", "choices", "order"}


def lineless(spec: FormSpec) -> list[object]:
    """Return everything of a form but its lines, samples and vectors, and the order of what has names."""
    values = [getattr(spec, field.name) for field in fields(spec) if field.name not in LOST]
    questions = [
        [getattr(one, field.name) for field in fields(one) if field.name not in ("line", "children")]
        for one in spec.questions()
    ]
    outcome = spec.outcome
    rules = (outcome.show, outcome.rules, outcome.explanation) if outcome else ()
    cards = [*outcome.cards, *outcome.notes] if outcome else []
    values += [rules, sorted(cards, key=str), sorted(spec.parts, key=str), sorted(spec.choices)]
    return [*values, questions, [(page.name, page.label, page.relevant) for page in spec.pages]]


@pytest.mark.parametrize("spec", FORMS, ids=lambda spec: spec.form_id)
def test_a_shipped_form_reads_back_to_itself(spec: FormSpec):
    """Everything that a form means stands in its source: blocks, shared lists, CSV lists."""
    again = read_spec(spec.source, "bundle")
    assert again.digest == spec.digest
    assert again.source == spec.source
    assert lineless(again) == lineless(spec)


def test_samples_and_vectors_do_not_change_the_digest(small: str):
    """A test added to a form leaves its digest alone; a changed label does not."""
    digest = read_spec(small, "f").digest
    assert read_spec("sample: {a: ya}\nvectors: [{name: x}]\n" + small, "f").digest == digest
    assert read_spec("# a comment\n" + small, "g").digest == digest
    assert read_spec(small.replace("label: Ya", "label: YA"), "f").digest != digest


@given(st.text(min_size=1, max_size=60), st.floats(allow_nan=False, allow_infinity=False))
def test_any_text_and_score_reads_back_or_is_refused(label: str, score: float):
    """No label and no score is changed by the way through the source."""
    form = json.loads(FORMS[-1].source)
    form["title"] = label
    form["choices"]["yakin5"][0]["score"] = repr(score)
    try:
        spec = read_spec(json.dumps(form), "f")
    except SpecErrors as error:
        assert {one.code for one in error.problems} <= {"yaml.sign", "text.reference"}  # noqa: PT017 - either way is right
        return
    again = read_spec(spec.source, "f")
    assert (again.digest, again.title, again.choices) == (spec.digest, spec.title, spec.choices)


def test_an_unnamed_page_keeps_its_number(small: str):
    """A page that was counted is named in the source."""
    spec = read_spec(small.replace("  - name: satu\n    label", "  - label"), "f")
    assert [page["name"] for page in json.loads(spec.source)["pages"]] == ["1"]
    assert read_spec(spec.source, "f").digest == spec.digest


def test_a_form_without_lists_reads_back(small: str):
    """A form that asks nothing to be picked has an empty mapping of lists, which is no mistake."""
    spec = read_spec(small.replace("type: select_one yn", "type: text"), "f")
    assert read_spec(spec.source, "bundle").digest == spec.digest
