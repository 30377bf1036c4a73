"""The survey sheet as a tree of questions, groups and repeats, before any name or expression is made to fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from forms_app.errors import N_
from forms_app.specs.rows import EXPRESSIONS, OTHERS, TEXTS
from forms_app.specs.types import TYPES
from forms_app.specs.xlsform.cells import Cell, Findings, Sheet
from forms_app.specs.xlsform.headers import (
    COMMENTS,
    MEDIA,
    OWN_PARAMETERS,
    OWN_TYPE,
    Column,
    Row,
    Table,
    read_table,
    used,
)
from forms_app.specs.xlsform.names import RESERVED
from forms_app.specs.xlsform.types import Kind, read_kind

COLUMNS = (*(one for one in OTHERS if one != "questions"), *TEXTS, *EXPRESSIONS, OWN_PARAMETERS, OWN_TYPE, "disabled")
_YES = ("yes", "true", "true()", "1")


@dataclass
class Item:
    """One row of the survey: a question, or a group or repeat with its members."""

    row: Row
    kind: Kind
    name: Cell
    items: list[Item] = field(default_factory=list)
    given: str = ""

    @property
    def around(self) -> bool:
        """Whether this is a group or a repeat."""
        return self.kind.begins

    @property
    def silent(self) -> bool:
        """Whether nothing of it shows on the screen, as with calculations and metadata."""
        known = TYPES.get(self.kind.type)
        return known is not None and known.widget == "hidden" and not self.around

    def walk(self) -> Iterator[Item]:
        """Yield this row and all rows within it, in order."""
        yield self
        for one in self.items:
            yield from one.walk()


def read_survey(sheet: Sheet | None, left_out: frozenset[str], findings: Findings) -> tuple[Table, list[Item]]:
    """Return the survey's columns and its rows as a tree."""
    table = _used_columns(read_table(sheet, COLUMNS, findings), left_out, findings)
    if not table.rows:
        place = Cell("", sheet.name if sheet else "survey")
        findings.refuse(place, "survey.empty", N_("Lembar survey belum ada atau belum berisi pertanyaan."))
    return table, _nest(_items(table.rows, left_out, findings), findings)


def _used_columns(table: Table, left_out: frozenset[str], findings: Findings) -> Table:
    """Return the table without its comments and what the author leaves out; refuse columns that mean nothing here."""
    gone: set[Column] = set()
    for column in used(table):
        name = column.cell.text
        if {column.key, name.lower()} & left_out:
            findings.note(column.cell, "column.left", N_("Kolom {name} ditinggalkan."), name=name)
        elif column.key in COMMENTS:
            findings.note(column.cell, "column.comment", N_("Kolom {name} adalah catatan; tidak dipakai."), name=name)
        elif column.key not in COLUMNS or (column.language and column.key not in TEXTS):
            code = "column.media" if column.key in MEDIA else "column.unknown"
            message = N_("Kolom {name} tidak ada di sini. Kosongkan, atau pakai --leave-out {name}.")
            place = next(cell for row in table.rows for one, cell in row.cells if one == column)
            findings.refuse(column.cell if code == "column.unknown" else place, code, message, name=name)
        else:
            continue
        gone.add(column)
    rows = (Row(tuple(pair for pair in row.cells if pair[0] not in gone)) for row in table.rows)
    return Table(tuple(one for one in table.columns if one not in gone), tuple(row for row in rows if row.cells))


def _items(rows: Iterable[Row], left_out: frozenset[str], findings: Findings) -> Iterator[Item]:
    """Yield the rows that count: not those that are disabled, left out, or comments."""
    for row in rows:
        cell = row.get("type")
        if row.text("disabled").lower() in _YES:
            findings.note(row.start, "row.disabled", N_("Baris ini disabled dan ditinggalkan."))
        elif cell is None:
            _check_comment(row, findings)
        else:
            kind = read_kind(row.get(OWN_TYPE) or cell, findings)
            if {kind.type.lower(), cell.text.lower(), row.text("name").lower()} & left_out and not kind.ends:
                findings.note(cell, "row.left", N_("Baris {type} ditinggalkan."), type=cell.text)
            elif not _is_declared(row, kind):
                yield Item(row, kind, row.get("name") or replace(cell, text=""))


def _check_comment(row: Row, findings: Findings) -> None:
    if row.get("name") or row.texts("label"):
        findings.refuse(row.start, "row.type", N_("Baris ini belum punya type. Isi, atau hapus barisnya."))
    else:
        findings.note(row.start, "row.comment", N_("Baris tanpa type adalah catatan; tidak dipakai."))


def _is_declared(row: Row, kind: Kind) -> bool:
    """Whether the row only tells other programs of a value that every form here has, as an export writes it."""
    return (
        kind.type == "hidden" and row.text("name") in RESERVED and {one.key for one, _ in row.cells} == {"type", "name"}
    )


def _nest(items: Iterable[Item], findings: Findings) -> list[Item]:
    """Return the rows within the groups and repeats around them; note those that are not closed or never opened."""
    top: list[Item] = []
    open_ones: list[Item] = []
    for item in items:
        if item.kind.ends:
            if not open_ones or open_ones[-1].kind.type != item.kind.type:
                message = N_("Akhir {type} ini tidak cocok dengan awalnya. Periksa begin dan end.")
                findings.refuse(item.row.start, "group.end", message, type=item.kind.type)
            else:
                open_ones.pop()
            continue
        _check_name(item, findings)
        (open_ones[-1].items if open_ones else top).append(item)
        if item.around:
            open_ones.append(item)
    for one in open_ones:
        message = N_("{type} ini belum ditutup. Tambahkan end_{type}.")
        findings.refuse(one.row.start, "group.open", message, type=one.kind.type)
    return _filled(top, findings)


def _filled(items: Iterable[Item], findings: Findings) -> list[Item]:
    """Return the rows without groups and repeats that hold nothing."""
    kept = []
    for item in items:
        item.items = _filled(item.items, findings)
        if item.around and not item.items:
            message = N_("{type} {name} kosong dan ditinggalkan.")
            findings.note(item.row.start, "group.empty", message, type=item.kind.type, name=item.name.text)
        else:
            kept.append(item)
    return kept


def _check_name(item: Item, findings: Findings) -> None:
    """Note a row without a name; a note gets one of its own, as ODK's converter does."""
    if not item.name.text:
        if item.kind.type == "note":
            item.name = replace(item.name, text=f"note_{item.name.row}")
        else:
            findings.refuse(item.row.start, "row.name", N_("Baris ini belum punya name."))
