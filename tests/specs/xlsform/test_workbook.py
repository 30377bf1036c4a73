"""Reading and writing workbooks: limits before parsing, cells as people see them, text that stays text."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, time
from typing import Any

import openpyxl
import pytest

from forms_app.specs.problems import SpecErrors
from forms_app.specs.xlsform import workbook
from forms_app.specs.xlsform.cells import letter
from forms_app.specs.xlsform.workbook import MAX_BYTES, MAX_UNPACKED, read_workbook, write_workbook


def made(*rows: list[Any], title: str = "survey") -> bytes:
    """Return a workbook as a spreadsheet program saves it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def refusal(data: bytes, *read: str) -> list[str]:
    """Return `place: code` of everything refused."""
    with pytest.raises(SpecErrors) as caught:
        read_workbook(data, "x.xlsx", read or ("survey",))
    return [": ".join(one.text().split(": ")[:2]) for one in caught.value.problems]


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """Return the archive with one part put in the place of its own."""
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in source.namelist():
            if one != name:
                archive.writestr(one, source.read(one))
        archive.writestr(name, content)
    return target.getvalue()


def test_cells_are_what_a_spreadsheet_shows() -> None:
    """Whole numbers have no point, days and times are as we write them, and empty rows count in the places."""
    day, clock = datetime(2026, 8, 17), datetime(2026, 8, 17, 7, 30)  # noqa: DTZ001 - spreadsheets know no zone
    sheets = read_workbook(made([" a ", 1.0, 2.5, True], [], [day, clock, time(8, 5), "x\xa0y"]), "x", ["survey"])
    rows = sheets["survey"].rows
    assert [[cell.text for cell in row] for row in rows] == [
        ["a", "1", "2.5", "TRUE"],
        ["2026-08-17", "2026-08-17T07:30", "08:05", "x y"],
    ]
    assert [(cell.row, cell.column) for cell in rows[1]] == [(3, 1), (3, 2), (3, 3), (3, 4)]


def test_old_excel_is_refused_with_the_remedy() -> None:
    """An .xls file is told to be saved as .xlsx."""
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") == ["x.xlsx:1:A: workbook.old"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "damaged"),
        (b"PK\x03\x04 no", "damaged"),
        (b"P" * (MAX_BYTES + 1), "large"),
        (with_part(made(["a"]), "xl/worksheets/sheet1.xml", b" " * (MAX_UNPACKED + 1)), "bomb"),
        (with_part(made(["a"]), "xl/worksheets/sheet1.xml", b"<a>"), "damaged"),
        (with_part(made(["a"]), "xl/workbook.xml", b""), "damaged"),
    ],
    ids=["empty", "archive", "large", "bomb", "sheet", "book"],
)
def test_other_files_are_refused(data: bytes, code: str) -> None:
    """What is no workbook, too large, or unpacks to too much, is refused before it is parsed."""
    assert refusal(data) == [f"x.xlsx:1:A: workbook.{code}"]


def test_entities_are_refused() -> None:
    """XML entities, which expand to gigabytes, are never expanded."""
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><worksheet><sheetData>&c;</sheetData></worksheet>'
    assert refusal(with_part(made(["a"]), "xl/worksheets/sheet1.xml", bomb)) == ["x.xlsx:1:A: workbook.damaged"]


def test_long_and_wide_sheets_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet has so many rows and columns; rows without anything do not count."""
    monkeypatch.setattr(workbook, "MAX_ROWS", 50)
    assert refusal(made(*([["a"]] * 51))) == ["survey:51:A: sheet.long"]
    assert refusal(made([None] * 200 + ["x"])) == ["survey:1:GS: sheet.wide"]
    assert len(read_workbook(made(*([[]] * 100), ["a"]), "x", ["survey"])["survey"].rows) == 1


def test_a_formula_without_result_is_refused() -> None:
    """A formula that was never worked out would read as empty: it is refused where its sheet matters."""
    assert refusal(made(["type"], ["=1+1"])) == ["survey:2:A: cell.formula"]
    assert read_workbook(made(["type"], ["=1+1"], title="lain"), "x", ["survey"])["lain"].rows


def test_a_sheet_that_states_a_wrong_size_is_read_whole() -> None:
    """The size that a file states of itself leaves no row out."""
    data = made(["a"], ["b"])
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").replace(b'ref="A1:A2"', b'ref="A1:A1"')
    assert len(read_workbook(with_part(data, "xl/worksheets/sheet1.xml", sheet), "x", [])["survey"].rows) == 2


def test_signs_that_no_form_can_keep_are_refused() -> None:
    """A control sign is refused at its cell."""
    assert refusal(made(["a", "x\x7fy"])) == ["survey:1:B: cell.sign"]


def test_what_is_written_stays_text() -> None:
    """Formulas, numbers and dates in a form's texts are written as texts, and come back unchanged."""
    row = ["=1+1", "+1", "012", "1e3", "TRUE", "2026-08-17", "a\nb", "@x", "_x0041_"]
    data = write_workbook({"survey": [row]})
    assert [cell.text for cell in read_workbook(data, "x", ["survey"])["survey"].rows[0]] == row
    cells = openpyxl.load_workbook(io.BytesIO(data))["survey"][1]
    assert {cell.data_type for cell in cells} == {"s"}


def test_a_text_too_long_for_a_cell_is_refused() -> None:
    """Nothing is cut: a text that no cell holds is refused at its place."""
    with pytest.raises(SpecErrors) as caught:
        write_workbook({"peksos": [["a", "x" * 32_768]]})
    assert caught.value.problems[0].text().startswith("peksos:1:B: cell.long:")


def test_columns_have_letters() -> None:
    """Columns are named as spreadsheets name them."""
    assert [letter(one) for one in (1, 26, 27, 52, 53, 702, 703)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
