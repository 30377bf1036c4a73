"""Cells with their places, and what a reading finds about them: sheet, row and column as a spreadsheet shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from forms_app.errors import N_, Translate
from forms_app.specs.problems import SpecErrors, SpecProblem

_LETTERS = 26


@dataclass(frozen=True)
class Cell:
    """What stands in one cell, as text without spaces around it; rows and columns count from 1."""

    text: str
    sheet: str = ""
    row: int = 1
    column: int = 1


@dataclass(frozen=True)
class Sheet:
    """One sheet: its rows that hold anything, each with its filled cells from left to right."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class CellProblem(SpecProblem):
    """Something about one cell of a workbook: a mistake with its remedy, or a note."""

    def text(self, translate: Translate = N_) -> str:
        """Return `sheet:row:column: code: message`, the column by its letter."""
        return f"{self.file}:{self.line}:{letter(self.column)}: {self.code}: {self.message_text(translate)}"

    def message_text(self, translate: Translate = N_) -> str:
        """Return the message with its places filled in."""
        return translate(self.message).format(**dict(self.places))


@dataclass
class Findings:
    """Everything found in one workbook: `problems` forbid the import, `notes` tell what was changed or left out."""

    problems: list[CellProblem] = field(default_factory=list)
    notes: list[CellProblem] = field(default_factory=list)

    def refuse(self, cell: Cell, code: str, message: str, **places: object) -> None:
        """Note what has no equal here, at its cell."""
        self.problems.append(_about(cell, code, message, places))

    def note(self, cell: Cell, code: str, message: str, **places: object) -> None:
        """Tell the author what became of a cell."""
        self.notes.append(_about(cell, code, message, places))

    def finish(self) -> None:
        """Raise SpecErrors when anything was refused, sheet by sheet and row by row."""
        if self.problems:
            problems: list[SpecProblem] = [*in_order(self.problems)]
            raise SpecErrors(problems)


def in_order(found: Iterable[CellProblem]) -> list[CellProblem]:
    """Return what was found, each once, sheet by sheet and row by row."""
    return sorted(dict.fromkeys(found), key=lambda one: (one.file, one.line, one.column))


def letter(column: int) -> str:
    """Return the letters of a column, as a spreadsheet shows them: 1 is A, 27 is AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def _about(cell: Cell, code: str, message: str, places: dict[str, object]) -> CellProblem:
    return CellProblem(cell.sheet, cell.row, cell.column, code, message, tuple(places.items()))
