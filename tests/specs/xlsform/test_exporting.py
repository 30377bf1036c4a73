"""Exporting a form: a workbook that people can read and change, and that ODK's converter takes."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from pyxform.xls2xform import convert

from forms_app.specs.library import Library
from forms_app.specs.model import FormSpec
from forms_app.specs.problems import SpecErrors
from forms_app.specs.reader import read_spec
from forms_app.specs.xlsform.cells import Findings
from forms_app.specs.xlsform.exporting import export_workbook
from forms_app.specs.xlsform.extras import flatten, read_extras
from forms_app.specs.xlsform.heading import Options
from forms_app.specs.xlsform.importing import import_workbook
from forms_app.specs.xlsform.placed import plain
from forms_app.specs.xlsform.workbook import read_workbook, write_workbook
from forms_app.translation import catalogue, is_translated

Sheets = dict[str, list[list[str]]]


def sheets(data: bytes) -> Sheets:
    """Return the sheets as rows of texts."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {one.title: [["" if cell is None else str(cell) for cell in row] for row in one.values] for one in book}


def again(found: Sheets) -> FormSpec:
    """Return the form of changed sheets."""
    return import_workbook(write_workbook(found), "x.xlsx", Options({})).spec


def test_odk_takes_the_shipped_forms_without_a_warning(shipped_forms: Library) -> None:
    """ODK's converter neither refuses nor warns, with the catalogue's translations in the workbook."""

    def say(text: str, language: str) -> str:
        return catalogue("forms", language)(text) if is_translated("forms", language, text) else text

    for spec in shipped_forms:
        warnings: list[str] = []
        convert(export_workbook(spec, say), warnings=warnings)
        assert warnings == []


def test_pages_groups_and_repeats_are_groups_of_odk(asking: Callable[..., FormSpec]) -> None:
    """Each page is a group on one screen; names that XML would refuse get a prefix that reading takes away again."""
    group = "{name: g, type: group, questions: [{name: b, type: text, label: B}]}"
    spec = asking(f"{{name: r, type: repeat, label: R, questions: [{group}]}}")
    rows = sheets(export_workbook(spec))["survey"]
    types = [row[0] for row in rows[1:]]
    assert types == ["begin_group", "begin_repeat", "begin_group", "text", "end_group", "end_repeat", "end_group"]
    assert rows[1][rows[0].index("appearance")] == "field-list"
    assert again(sheets(export_workbook(spec))).digest == spec.digest


def test_a_page_without_name_keeps_its_number(small: str) -> None:
    """A page that is called by its number stands as page-1, since no name in XML begins with a digit."""
    spec = read_spec(small.replace("name: satu\n    ", ""), "x.yaml")
    assert sheets(export_workbook(spec))["survey"][1][1] == "page-1"
    assert again(sheets(export_workbook(spec))).digest == spec.digest


def test_what_odk_refuses_stands_in_columns_of_our_own(asking: Callable[..., FormSpec]) -> None:
    """Our parameters and types do not reach ODK's columns; the event's data are told to it."""
    spec = asking(
        "{name: a, type: text, label: A, parameters: max=80, relevant: \"${event_topic} = 'x'\"}",
        "{name: l, type: language}",
        "{name: n, type: range, label: N, parameters: start=0 end=4 step=2}",
    )
    rows = sheets(export_workbook(spec))["survey"]
    cells = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert [(one["type"], one["name"]) for one in cells][:2] == [("hidden", "event_topic"), ("begin_group", "satu")]
    assert [one["peksos_parameters"] for one in cells[2:5]] == ["max=80", "", ""]
    assert (cells[3]["type"], cells[3]["peksos_type"], cells[4]["parameters"]) == (
        "hidden",
        "language",
        "start=0 end=4 step=2",
    )


def test_a_translator_may_change_the_workbook(shipped_forms: Library) -> None:
    """A changed translation stays in the form; the others are left to the catalogue they came from."""
    spec = shipped_forms.by_id("event_registration")
    found = sheets(export_workbook(spec, lambda text, language: f"{language} {text}"))
    column = found["survey"][0].index("label::English (en)")
    row = next(one for one in found["survey"] if one[1] == "full_name")
    assert row[column] == "en Nama lengkap"
    row[column] = "Your name"
    changed = again(found)
    assert dict(changed.question("full_name").label.inline) == {"en": "Your name"}
    assert changed.question("phone").label.inline == ()


def test_an_author_may_change_the_workbook(shipped_forms: Library) -> None:
    """Rows that an author adds to an exported workbook are read as any others, with the words of ODK."""
    found = sheets(export_workbook(shipped_forms.by_id("event_registration")))
    header = found["survey"][0]
    values = {
        "type": "select_one rel",
        "name": "Tambahan",
        header[2]: "Tambahan",
        "required": "yes",
        "appearance": "w2",
    }
    found["survey"].insert(4, [values.get(key, "") for key in header])
    added = again(found).question("tambahan")
    assert (added.type, added.list_name, added.always_required, added.appearance) == ("select_one", "rel", True, ())


def test_our_sheet_keeps_shapes() -> None:
    """Nested data, empty lists, maps and texts come back as they were."""
    data = {"a": {"b": ["x", {"c": "", "d": []}], "e": {}}, "f": "1", "g": [["y"], []]}
    rows = [["path", "value", "kind"], *(list(row) for row in flatten(data))]
    sheet = read_workbook(write_workbook({"peksos": rows}), "x", ["peksos"])["peksos"]
    findings = Findings()
    assert plain(read_extras(sheet, findings)) == data
    assert findings.problems == []


@pytest.mark.parametrize("path", ["", "[1]", "a//b", "a[0]", "a[3]", "a]b", "outcome"])
def test_a_path_that_leads_nowhere_is_refused(path: str, asking: Callable[..., FormSpec]) -> None:
    """A row of our sheet that cannot be placed is refused at its cell."""
    found = sheets(export_workbook(asking("{name: a, type: text, label: A}")))
    found["peksos"] += [["outcome/show", "never", ""], [path, "x", ""]]
    with pytest.raises(SpecErrors) as caught:
        again(found)
    assert any(one.text().startswith("peksos:4:") for one in caught.value.problems)
