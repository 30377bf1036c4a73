"""The lists of the choices sheet and of CSV files beside the workbook."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from forms_app.errors import N_
from forms_app.specs.rows import NAME
from forms_app.specs.xlsform.cells import Cell, Findings, Sheet
from forms_app.specs.xlsform.headers import MEDIA, Column, Row, Table, read_table, used
from forms_app.specs.xlsform.languages import Languages
from forms_app.specs.xlsform.names import Names, choice_names, question_names, shaped
from forms_app.specs.xlsform.placed import Leaf, Tree

COLUMNS = ("list_name", "name", "label")
_OWN = ("name", "label", "score")


@dataclass
class ChoiceList:
    """One list: its rows, and how its names and columns were made to fit."""

    name: str
    rows: list[Row]
    names: Names
    given: list[str] = field(default_factory=list)
    columns: Mapping[str, str] = field(default_factory=dict)
    values: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """For each column that holds names of another list: how those were renamed."""

    @classmethod
    def of(cls, table: Table, findings: Findings) -> ChoiceList:
        """Return the one list of a file; its name is still to be given."""
        return cls("", list(table.rows), choice_names(findings))

    @property
    def renamed(self) -> Mapping[str, str]:
        """Return the choices whose names had to change."""
        return {old: new for old, new in self.names.renamed.items() if old != new}


def read_choices(sheet: Sheet | None, findings: Findings) -> Table:
    """Return the choices sheet by its headers."""
    return read_table(sheet, COLUMNS, findings)


def read_csv(text: str, name: str, parameters: Mapping[str, str], findings: Findings) -> Table:
    """Return a CSV file beside the workbook as a table of choices; `parameters` say where name and label stand."""
    rows = []
    for number, row in enumerate(csv.reader(io.StringIO(text)), 1):
        cells = tuple(Cell(value.strip(), name, number, place) for place, value in enumerate(row, 1) if value.strip())
        rows += [cells] if cells else []
    wanted = {parameters.get("value", "name"): "name", parameters.get("label", "label"): "label"}
    if rows:
        rows[0] = tuple(replace(cell, text=wanted.get(cell.text, cell.text)) for cell in rows[0])
    return read_table(Sheet(name, tuple(rows)), COLUMNS, findings)


def check_columns(table: Table, left_out: frozenset[str], findings: Findings) -> Table:
    """Return the table without what the author leaves out; note pictures and sounds, which no choice has here."""
    gone: set[Column] = set()
    for column, cell in used(table).items():
        written = column.cell.text.lower()
        if {column.key, written} & left_out:
            gone.add(column)
            findings.note(column.cell, "column.left", N_("Kolom {name} ditinggalkan."), name=column.cell.text)
        elif column.key in MEDIA:
            message = N_("Kolom {name} tidak ada di sini. Kosongkan, atau pakai --leave-out {name}.")
            findings.refuse(cell, "column.media", message, name=column.cell.text)
            gone.add(column)
    rows = tuple(Row(tuple(pair for pair in row.cells if pair[0] not in gone)) for row in table.rows)
    return Table(table.columns, tuple(row for row in rows if row.cells))


def group_lists(table: Table, findings: Findings) -> dict[str, ChoiceList]:
    """Return the lists of the choices sheet by the name that their author gave them."""
    found: dict[str, ChoiceList] = {}
    for row in table.rows:
        cell = row.get("list_name")
        if cell is None:
            if row.get("name") or row.texts("label"):
                findings.refuse(row.start, "choice.list", N_("Pilihan ini belum punya list_name."))
            continue
        known = found.setdefault(cell.text, ChoiceList("", [], choice_names(findings)))
        known.rows.append(row)
    return found


def prepare(lists: Mapping[str, ChoiceList], findings: Findings) -> None:
    """Give every list, choice and column a name that fits, and note choices that stand twice."""
    names = question_names(findings, reserved=())
    cells = [replace(one.rows[0].get("list_name") or one.rows[0].start, text=_stem(key)) for key, one in lists.items()]
    columns = Names(findings, _fits_column, _shape_column)
    headers = {
        column.cell.text: column.cell
        for one in lists.values()
        for row in one.rows
        for column, _cell in row.cells
        if column.key not in COLUMNS
    }
    columns.give(headers.values())
    for name, one in zip(names.give(cells), lists.values(), strict=True):
        one.name, one.columns = name, columns.renamed
        _give_names(one, findings)


def _give_names(one: ChoiceList, findings: Findings) -> None:
    seen: set[str] = set()
    named: list[Row] = []
    for row in one.rows:
        cell = row.get("name")
        if cell is None:
            findings.refuse(row.start, "choice.name", N_("Pilihan ini belum punya name."))
        elif cell.text in seen:
            findings.refuse(cell, "choice.duplicate", N_("Pilihan {name} tertulis dua kali."), name=cell.text)
        else:
            seen.add(cell.text)
            named.append(row)
    one.rows = named
    one.given = one.names.give(cell for row in named if (cell := row.get("name")))


def list_tree(one: ChoiceList, languages: Languages, findings: Findings) -> list[Tree]:
    """Return a list as it is written in a form; a choice without label is shown by its name, and a note says so."""
    keys = list(dict.fromkeys(
        column.cell.text for row in one.rows for column, _cell in row.cells if column.key not in COLUMNS
    ))  # fmt: skip
    tree: list[Tree] = []
    for row, name in zip(one.rows, one.given, strict=True):
        cell = row.get("name") or row.start
        label = languages.text(row.texts("label"), findings)
        if label is None:
            label = Leaf(cell.text, cell)
            findings.note(
                cell, "choice.label", N_("Pilihan {name} belum punya label; namanya dipakai."), name=cell.text
            )
        choice: dict[str, Tree] = {"name": Leaf(name, cell), "label": label}
        held = {column.cell.text: value for column, value in row.cells}
        for key in keys:
            value = held.get(key, replace(cell, text=""))
            if value.text or key != "score":
                choice[one.columns[key]] = Leaf(one.values.get(key, {}).get(value.text, value.text), value)
        tree.append(choice)
    return tree


def _stem(name: str) -> str:
    return name.removesuffix(".csv")


def _fits_column(name: str) -> bool:
    own = name == "score"
    return own or (NAME.fullmatch(name) is not None and not difflib.get_close_matches(name, _OWN, 1))


def _shape_column(text: str) -> str:
    name = shaped(text)
    return name if _fits_column(name) else f"column_{name}"[:40]


Beside = Callable[[str], str | None]
"""Returns the text of a file that lies beside the workbook, or None when there is none."""


def unused(lists: Mapping[str, ChoiceList], wanted: Iterable[str], findings: Findings) -> dict[str, ChoiceList]:
    """Return the lists that a question uses; tell of the others, which no question shows."""
    wanted = set(wanted)
    for key, one in lists.items():
        if key not in wanted:
            message = N_("Daftar {name} tidak dipakai pertanyaan mana pun; ditinggalkan.")
            findings.note(one.rows[0].start, "list.unused", message, name=key)
    return {key: one for key, one in lists.items() if key in wanted}
