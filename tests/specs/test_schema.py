"""The JSON Schema of form files: what the reader takes, and what it refuses as far as one key can tell."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from forms_app.errors import N_
from forms_app.specs.head import OPTIONAL, REQUIRED
from forms_app.specs.problems import SpecErrors
from forms_app.specs.reader import read_spec
from forms_app.specs.rows import COLUMNS
from forms_app.specs.schema import VALUES, form_schema
from forms_app.specs.types import REFUSED, TYPES
from forms_app.specs.types.parameters import _KINDS, example, is_valid

ROOT = Path(__file__).parents[2]
SCHEMA = form_schema(N_)
VALIDATOR = Draft202012Validator(SCHEMA)
FORMS = sorted((ROOT / "form_specs").glob("*.yaml"))
PAGES = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/form-authors.md"))
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGES, re.MULTILINE | re.DOTALL)
A = "{name: a, type: select_one yn, label: A}"


def loaded(text: str) -> Any:
    """Return YAML as an editor's language server reads it: by YAML 1.2, which knows no dates."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): plain(one) for key, one in value.items()}
        if isinstance(value, list):
            return [plain(one) for one in value]
        return value.isoformat() if isinstance(value, date) else value

    return plain(YAML(typ="safe", pure=True).load(text))


def mistakes(text: str) -> list[str]:
    """Return what an editor would underline."""
    return [f"{'/'.join(map(str, one.path))}: {one.message}" for one in VALIDATOR.iter_errors(loaded(text))]


def test_the_schema_is_one():
    """It follows the draft that it names."""
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_every_shipped_form_is_right(path: Path):
    """No form that comes with the product is underlined anywhere."""
    assert mistakes(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("block", [one for one in EXAMPLES if "form_id:" in one])
def test_every_whole_example_is_right(block: str):
    """What the documentation shows is right in an editor."""
    assert mistakes(block) == []


@pytest.mark.parametrize("block", [one for one in EXAMPLES if one.startswith("- ")])
def test_every_example_of_questions_is_right(small: str, block: str):
    """Also of single questions."""
    rows = "".join(f"      {line}\n" for line in block.splitlines())
    assert mistakes(small.replace(f"      - {A}\n", rows)) == []


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_type_is_known(small: str, name: str):
    """With its own example; and each is told by its own promise."""
    assert mistakes(small.replace(A, TYPES[name].example)) == []
    spellings = SCHEMA["$defs"]["question"]["properties"]["type"]["anyOf"]
    assert TYPES[name].promise in [one["description"] for one in spellings]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('slug: "1"', "slug: 1"),
        ('version: "1"', "version: 1"),
        ("form_id: small", "form_id: Small"),
        ("title: Kecil\n", ""),
        ("title: Kecil", "titel: Kecil\ntitle: Kecil"),
        ("title: Kecil", "title: {en: Small}"),
        ("title: Kecil", "title: {id: Kecil, fr: Petit}"),
        ("sensitivity: personal", "sensitivity: rahasia"),
        ("readers: [office]", "readers: [event]"),
        ("site: 30d", "site: 30 days"),
        ("{site: 30d, office: 1y}", "{site: 30d}"),
        ("languages: [id]", "languages: [en, id]"),
        ("languages: [id]", "languages: [id, id]"),
        ("pages:", "event: [event_colour]\npages:"),
        ("pages:", "parts: {p: {retention: {site: 1d, office: 1d}}}\npages:"),
        ("pages:", "outcome: {show: all, rules: [{level: low, when: 'true()', card: k}]}\npages:"),
        ("pages:", "outcome: {show: never, rules: [{level: bad, when: 'true()', card: k}]}\npages:"),
        ("pages:", "outcome: {show: never, rules: []}\npages:"),
        ("name: tidak, label: Tidak", "name: tidak"),
        ("name: tidak,", "name: tidak tahu,"),
        ("name: a,", ""),
        ("name: a,", "name: A,"),
        (", label: A", ""),
        ("type: select_one yn", "type: select_one"),
        ("type: select_one yn", "type: select_uno yn"),
        ("type: select_one yn", "type: text yn"),
        ("label: A}", "label: A, hin: B}"),
        ("label: A}", "label: A, appearance: multiline}"),
        ("label: A}", "label: A, parameters: max=3}"),
        ("label: A}", "label: A, calculation: '1'}"),
        ("label: A}", "label: A, questions: [{name: b, type: text, label: B}]}"),
        ("label: A}", "label: A, sensitivity: none}"),
        (A, "{name: a, type: text, label: A, appearance: likert}"),
        (A, "{name: a, type: text, label: A, appearance: [multiline, likert]}"),
        (A, "{name: a, type: text, label: A, parameters: maks=3}"),
        (A, "{name: a, type: text, label: A, parameters: max=3 format=fax}"),
        (A, "{name: a, type: text, label: A, read_only: maybe}"),
        (A, "{name: a, type: integer, label: A, parameters: min=ten}"),
        (A, "{name: a, type: note, label: A, required: 'true()'}"),
        (A, "{name: a, type: calculate}"),
        (A, "{name: a, type: repeat, label: A}"),
        (A, "{include: Block name}"),
        *((A, f"{{name: a, type: {one}, label: A}}") for one in ("image", "audit", "geotrace")),
    ],
)
def test_what_one_key_gets_wrong_is_underlined(small: str, old: str, new: str):
    """Mistakes that the reader refuses too."""
    assert old in small
    text = small.replace(old, new, 1)
    assert mistakes(text) != []
    with pytest.raises(SpecErrors):
        read_spec(text, "f.yaml")


def test_what_xlsform_has_and_we_do_not_is_no_type():
    """The refused types are underlined, not offered."""
    known = [one.get("const") for one in SCHEMA["$defs"]["question"]["properties"]["type"]["anyOf"]]
    assert set(known) & set(REFUSED) == set()


def test_every_key_is_described():
    """Each key of a form and of a question has its line."""
    form, question = SCHEMA["properties"], SCHEMA["$defs"]["question"]["properties"]
    assert set(form) == {*REQUIRED, *OPTIONAL}
    assert set(question) == set(COLUMNS)
    assert all(one["description"] for one in (*form.values(), *question.values()))


@pytest.mark.parametrize("kind", sorted(_KINDS))
def test_parameters_are_judged_like_the_reader_judges_them(kind: str):
    """Every kind has its pattern, which takes its own examples."""
    assert set(VALUES) == set(_KINDS)
    words = re.split(", |…", example(kind))
    assert all(is_valid(kind, one) and re.fullmatch(VALUES[kind], one) for one in words)


@given(kind=st.sampled_from(sorted(set(VALUES) - {"date"})), value=st.text("0123456789.-abyz_ A", max_size=8))
def test_no_parameter_that_the_reader_takes_is_underlined(kind: str, value: str):
    """And none that it refuses is let through, but for dates that no calendar has."""
    assert is_valid(kind, value) == bool(re.fullmatch(VALUES[kind], value))


@given(day=st.from_regex(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]", fullmatch=True))
def test_every_date_is_taken(day: str):
    """The reader knows the calendar, the schema only how a date is written."""
    assert re.fullmatch(VALUES["date"], day) or not is_valid("date", day)
