"""The header row of a sheet: which column is meant, under all the names that ODK's tools have given it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from forms_app.errors import N_
from forms_app.specs.xlsform.cells import Cell, Findings, Sheet

TEXT_COLUMNS = ("label", "hint", "guidance_hint", "required_message", "constraint_message", "warn_message")
MEDIA = ("image", "audio", "video", "big-image", "media", "autoplay")
COMMENTS = frozenset({"note", "notes", "comment", "comments", "remark", "remarks", "catatan", "keterangan"})
OWN_PARAMETERS = "peksos_parameters"
"""Where an export puts the parameters that ODK's converter refuses."""
OWN_TYPE = "peksos_type"
"""Where an export says the type that only forms here have; ODK sees a hidden value."""
_ALIASES = {
    "caption": "label",
    "relevance": "relevant",
    "readonly": "read_only",
    "calculate": "calculation",
    "count": "repeat_count",
    "jr:count": "repeat_count",
    "constraining_message": "constraint_message",
    "jr:constraintmsg": "constraint_message",
    "requiredmsg": "required_message",
    "jr:requiredmsg": "required_message",
    "command": "type",
    "tag": "name",
    "value": "name",
}
_WRAPPERS = ("bind", "control", "body")  # XForms elements that old workbooks name before the column itself


@dataclass(frozen=True)
class Column:
    """One column: its key, and the language as the author wrote it, if any."""

    key: str
    language: str
    cell: Cell


@dataclass(frozen=True)
class Row:
    """One row below the headers: its filled cells by column, several where a column has languages."""

    cells: tuple[tuple[Column, Cell], ...]

    @property
    def start(self) -> Cell:
        """Return the first filled cell, which stands for the whole row."""
        return self.cells[0][1]

    def get(self, key: str) -> Cell | None:
        """Return the cell of one column, or None when it is empty."""
        return next((cell for column, cell in self.cells if column.key == key), None)

    def text(self, key: str) -> str:
        """Return the text of one column, or ''."""
        cell = self.get(key)
        return cell.text if cell else ""

    def texts(self, key: str) -> dict[str, Cell]:
        """Return the cells of one text by language, as the author wrote the languages."""
        return {column.language: cell for column, cell in self.cells if column.key == key}


@dataclass(frozen=True)
class Table:
    """A sheet read by its headers."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def read_table(sheet: Sheet | None, known: Iterable[str], findings: Findings) -> Table:
    """Return the sheet's rows by column; columns that nobody named are comments and are told as notes."""
    if sheet is None or not sheet.rows:
        return Table((), ())
    single = not any("::" in cell.text for cell in sheet.rows[0])
    columns: dict[int, Column] = {}
    for cell in sheet.rows[0]:
        column = _column(cell, single, frozenset(known))
        if any((column.key, column.language) == (one.key, one.language) for one in columns.values()):
            findings.refuse(cell, "column.twice", N_("Kolom {name} ada dua kali. Hapus salah satu."), name=cell.text)
        columns[cell.column] = column
    rows = []
    for cells in sheet.rows[1:]:
        for cell in cells:
            if cell.column not in columns:
                findings.note(cell, "column.nameless", N_("Kolom tanpa judul adalah catatan; isinya tidak dipakai."))
        named = tuple((columns[cell.column], cell) for cell in cells if cell.column in columns)
        rows += [Row(named)] if named else []
    return Table(tuple(columns.values()), tuple(rows))


def _column(cell: Cell, single: bool, known: frozenset[str]) -> Column:
    """Return what a header means; `single` allows the old spelling with one colon, as `label:English`."""
    plain = _snake(cell.text)
    if plain in _ALIASES or plain in known:
        return Column(_ALIASES.get(plain, plain), "", cell)
    parts = [part.strip() for part in cell.text.replace("jr:", "jr\0").split(":" if single else "::")]
    parts = [part.replace("\0", ":") for part in parts]
    first = _snake(parts[0])
    if first in _WRAPPERS and len(parts) > 1:
        inner = _ALIASES.get(_snake(parts[1]), _snake(parts[1]))
        return Column(inner, parts[2] if len(parts) > 2 else "", cell) if inner in known else Column(plain, "", cell)
    key = _ALIASES.get(first, first)
    if len(parts) > 1 and (key in known or key in MEDIA):
        return Column(key, parts[1], cell)
    return Column(key if len(parts) == 1 else plain, "", cell)


def _snake(text: str) -> str:
    return "_".join(text.split()).lower()


def used(table: Table) -> Mapping[Column, Cell]:
    """Return the first filled cell of each column that holds anything."""
    found: dict[Column, Cell] = {}
    for row in table.rows:
        for column, cell in row.cells:
            found.setdefault(column, cell)
    return found
