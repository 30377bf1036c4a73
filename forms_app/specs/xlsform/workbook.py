"""Workbooks as sheets of text cells, read and written. The only file that imports openpyxl."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from forms_app.errors import N_
from forms_app.later import Later
from forms_app.specs.problems import SpecErrors
from forms_app.specs.xlsform.cells import Cell, CellProblem, Findings, Sheet

if TYPE_CHECKING:
    import openpyxl
    import openpyxl.cell.cell
else:
    openpyxl = Later("openpyxl")

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 60 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_TEXT = 32_767  # what one cell of a spreadsheet holds
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_SPACES = " \t\n\r"
_LINES = re.compile("\r\n|[\r\u2028\u2029]")
_INVISIBLE = {0xA0: " ", 0xFEFF: None}
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # as in positions.py
_NOT_A_WORKBOOK = N_("Berkas ini bukan buku kerja .xlsx yang dapat dibaca.")


def read_workbook(data: bytes, name: str, read: Collection[str]) -> dict[str, Sheet]:
    """Return the sheets of an .xlsx file by their names in small letters; raise SpecErrors for any other file.

    Limits stand before parsing: a small archive can unpack to gigabytes. `name` is the file's name in messages;
    `read` are the sheets that matter, whose cells must all be readable.
    """
    _check_archive(data, name)
    findings = Findings()
    try:
        return _sheets(data, read, findings)
    except SpecErrors:
        raise
    except Exception as error:  # openpyxl has no error of its own for what a damaged or hostile file makes it meet
        raise SpecErrors([CellProblem(name, 1, 1, "workbook.damaged", _NOT_A_WORKBOOK)]) from error


def _sheets(data: bytes, read: Collection[str], findings: Findings) -> dict[str, Sheet]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and validations that openpyxl does not keep
        shown = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        written = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        sheets: dict[str, Sheet] = {}
        for sheet in (*shown.worksheets, *written.worksheets):
            sheet.reset_dimensions()  # the size that a file states of itself may leave rows out
        for sheet in shown.worksheets:
            key = sheet.title.strip().lower()
            if key in sheets:
                findings.refuse(Cell("", sheet.title), "sheet.twice", N_("Lembar ini ada dua kali. Hapus salah satu."))
            told = findings if key in read else Findings()  # nobody reads the others: only whether they hold anything
            sheets[key] = Sheet(sheet.title, tuple(_rows(sheet, written[sheet.title], told)))
    findings.finish()
    return sheets


def _check_archive(data: bytes, name: str) -> None:
    """Raise SpecErrors for what is too large, too old, or no archive at all."""
    code, message = "", ""
    if data.startswith(_OLD_EXCEL):
        code, message = "workbook.old", N_("Ini .xls lama. Buka, lalu simpan sebagai .xlsx.")
    elif len(data) > MAX_BYTES:
        code, message = "workbook.large", N_("Buku kerja lebih besar dari {limit} byte. Hapus gambar dan isi lain.")
    else:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                if sum(one.file_size for one in archive.infolist()) > MAX_UNPACKED:
                    code, message = "workbook.bomb", N_("Isi buku kerja ini terlalu besar untuk dibuka.")
        except zipfile.BadZipFile:
            code, message = "workbook.damaged", _NOT_A_WORKBOOK
    if code:
        raise SpecErrors([CellProblem(name, 1, 1, code, message, (("limit", MAX_BYTES),))])


def _rows(shown: Any, written: Any, findings: Findings) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows that hold anything; note what is too much, and formulas without a result."""
    count = 0
    for number, (row, source) in enumerate(zip(shown.iter_rows(), written.iter_rows(), strict=False), 1):
        cells = [
            Cell(text, shown.title, number, place)
            for place, (cell, formula) in enumerate(zip(row, source, strict=False), 1)
            if (text := _text(cell, formula, Cell("", shown.title, number, place), findings))
        ]
        if not cells:
            continue
        count += 1
        if count > MAX_ROWS:
            findings.refuse(cells[0], "sheet.long", N_("Lembar ini lebih dari {limit} baris."), limit=MAX_ROWS)
            return
        if cells[-1].column > MAX_COLUMNS:
            findings.refuse(cells[-1], "sheet.wide", N_("Lembar ini lebih dari {limit} kolom."), limit=MAX_COLUMNS)
            return
        yield tuple(cells)


def _text(cell: Any, formula: Any, place: Cell, findings: Findings) -> str:
    """Return what a spreadsheet shows in a cell; refuse formulas that failed or were never worked out."""
    if cell.value is None:
        if formula.value is not None:
            findings.refuse(place, "cell.formula", N_("Rumus ini belum punya hasil. Buka dan simpan sekali lagi."))
        return ""
    if cell.data_type == "e":
        findings.refuse(place, "cell.error", N_("Rumus di sini gagal. Perbaiki, atau tulis isinya saja."))
        return ""
    text = _LINES.sub("\n", _shown(cell.value).translate(_INVISIBLE)).strip(_SPACES)
    if _UNREADABLE.search(text):
        findings.refuse(place, "cell.sign", N_("Di sini ada tanda yang tidak dapat disimpan. Ketik ulang."))
        return ""
    return text


def _shown(value: Any) -> str:
    """Return a value as text: whole numbers without a point, days and times as we write them."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes").removesuffix("T00:00")
    return value.isoformat(timespec="minutes") if isinstance(value, time) else str(value)


def write_workbook(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Return an .xlsx file whose every cell is text, whatever it looks like; raise SpecErrors for what does not fit."""
    findings = Findings()
    for name, rows in sheets.items():
        for number, row in enumerate(rows, 1):
            for place, text in enumerate(row, 1):
                _check_text(Cell(text, name, number, place), findings)
    findings.finish()
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([_cell(sheet, text) for text in row])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _check_text(cell: Cell, findings: Findings) -> None:
    if len(cell.text) > MAX_TEXT:
        findings.refuse(cell, "cell.long", N_("Teks ini terlalu panjang untuk satu sel ({limit})."), limit=MAX_TEXT)
    elif openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.search(cell.text):
        findings.refuse(cell, "cell.sign", N_("Teks ini memuat tanda yang tidak dapat disimpan di sel."))


def _cell(sheet: Any, text: str) -> Any:
    """Return a text cell: `=1+1` stays these four signs, for a formula in a form that others open is a trap."""
    if not text:
        return None
    made = openpyxl.cell.WriteOnlyCell(sheet, value=text)
    made.data_type = "s"
    return made
