"""Long lists of a workbook as CSV files beside the form, where people can keep them and forms read them quickly."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from forms_app.specs.model import LONG_LIST
from forms_app.specs.rows import LANGUAGES
from forms_app.specs.xlsform.cells import Cell
from forms_app.specs.xlsform.languages import SOURCE
from forms_app.specs.xlsform.placed import NOWHERE, Leaf, Tree, leaves


@dataclass(frozen=True)
class ListFile:
    """One list as a CSV file; `cells` has the cell that each of its rows came from."""

    text: str
    cells: tuple[Cell, ...]

    def cell(self, line: int) -> Cell:
        """Return the cell behind a line of the file, the first being its headers."""
        return self.cells[min(max(line - 2, 0), len(self.cells) - 1)]


def take_long_lists(tree: dict[str, Tree]) -> dict[str, ListFile]:
    """Take the lists with more than 200 choices out of the form, and return them as files by their names."""
    choices = tree.get("choices")
    if not isinstance(choices, dict):
        return {}
    long = {name: rows for name, rows in choices.items() if isinstance(rows, list) and len(rows) > LONG_LIST}
    for name in long:
        del choices[name]
    if long and not choices:
        del tree["choices"]
    return {name: _file(rows) for name, rows in long.items()}


def longest(tree: Mapping[str, Tree]) -> Cell:
    """Return a cell of the longest list, or of nowhere when there is none."""
    choices = tree.get("choices")
    lists = [rows for rows in choices.values() if isinstance(rows, list)] if isinstance(choices, dict) else []
    return next((leaf.cell for leaf in leaves(max(lists, key=len))), NOWHERE) if lists else NOWHERE


def _file(rows: list[Tree]) -> ListFile:
    flat = [_flat(row) for row in rows]
    found = dict.fromkeys(key for row in flat for key in row)
    first = ["name", "label", *(f"label::{code}" for code in LANGUAGES)]
    columns = [key for key in dict.fromkeys([*first, *found]) if key in found]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return ListFile(text.getvalue(), tuple(next((leaf.cell for leaf in leaves(row)), NOWHERE) for row in rows))


def _flat(row: Tree) -> dict[str, str]:
    """Return a choice as one row of texts."""
    found: dict[str, str] = {}
    for key, value in row.items() if isinstance(row, dict) else ():
        if isinstance(value, Leaf):
            found[key] = value.text
        elif isinstance(value, dict):
            texts = {code: one.text for code, one in value.items() if isinstance(one, Leaf)}
            found |= {key if code == SOURCE else f"{key}::{code}": text for code, text in texts.items()}
    return found


def lay_out(files: Mapping[str, ListFile], beside: Path | None, folder: Path) -> None:
    """Make a folder in which a form finds these lists, and whatever it would find in `beside`."""
    for name in ("choices", "blocks"):
        if beside and (beside / name).is_dir():
            shutil.copytree(beside / name, folder / name)
    (folder / "choices").mkdir(exist_ok=True)
    for name, one in files.items():
        (folder / "choices" / f"{name}.csv").write_text(one.text, encoding="utf-8", newline="")
