"""The sheet `peksos`: what a form has and XLSForm has not, one value a row under its path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from forms_app.errors import N_
from forms_app.specs.xlsform.cells import Cell, Findings, Sheet
from forms_app.specs.xlsform.placed import Leaf, Tree

SHEET = "peksos"
HEADER = ("path", "value", "kind")
CATALOGUE = "catalogue"
_EMPTY: dict[str, type] = {"list": list, "map": dict}
_STEP = re.compile(r"([^/\[\]]+)|\[([1-9][0-9]{0,5})\]")
_MISTAKE = N_("Jalur ini tidak dapat dibaca. Contoh: outcome/rules[1]/when.")


def flatten(value: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield (path, value, kind) for each text in plain data: `outcome/rules[1]/when`; kind marks empty containers."""
    if isinstance(value, dict) and value:
        for key, one in value.items():
            yield from flatten(one, f"{path}/{key}" if path else key)
    elif isinstance(value, list) and value:
        for number, one in enumerate(value, 1):
            yield from flatten(one, f"{path}[{number}]")
    elif isinstance(value, dict | list):
        yield path, "", "map" if isinstance(value, dict) else "list"
    else:
        yield path, value, "" if value else "text"


def read_extras(sheet: Sheet | None, findings: Findings) -> dict[str, Tree]:
    """Return what the sheet says, as it would stand in a form file; note every row that cannot be placed."""
    tree: dict[str, Tree] = {}
    for row in sheet.rows[1:] if sheet else ():
        cells = {cell.column: cell for cell in row}
        path, value, kind = cells.get(1), cells.get(2), cells.get(3)
        if path is None:
            findings.refuse(row[0], "peksos.path", _MISTAKE)
            continue
        if kind and kind.text in _EMPTY:
            leaf: Tree = _EMPTY[kind.text]()
        else:
            leaf = Leaf(value.text if value else "", value or path)
        steps = _steps(path.text)
        if not steps or isinstance(steps[0], int) or not _put(tree, steps, leaf):
            findings.refuse(path, "peksos.path", _MISTAKE)
    return tree


def _steps(path: str) -> list[str | int]:
    """Return a path as keys and places from 0, or nothing when it cannot be read."""
    steps: list[str | int] = []
    for piece in path.split("/"):
        place = 0
        while place < len(piece):
            match = _STEP.match(piece, place)
            if match is None or (match[1] and place):
                return []
            steps.append(match[1] or int(match[2]) - 1)
            place = match.end()
        if not piece:
            return []
    return steps


def _put(tree: Tree, steps: list[str | int], leaf: Tree) -> bool:
    """Put a value at its path, making what is on the way; whether there was room for it."""
    for here, following in zip(steps, [*steps[1:], None], strict=True):
        fresh: Tree = leaf if following is None else ([] if isinstance(following, int) else {})
        if isinstance(tree, dict) and isinstance(here, str):
            if following is None and here in tree:
                return False
            tree = tree.setdefault(here, fresh)
        elif isinstance(tree, list) and isinstance(here, int) and here <= len(tree):
            if here == len(tree):
                tree.append(fresh)
            elif following is None:
                return False
            tree = tree[here]
        else:
            return False
    return True


def first_cell(sheet: Sheet) -> Cell:
    """Return the cell that stands for a whole sheet."""
    return sheet.rows[0][0] if sheet.rows else Cell("", sheet.name)


def without_catalogue(tree: Tree, catalogue: list[dict[str, str]]) -> Tree:
    """Return the tree without translations that came from the catalogue, and that are still what they were there."""
    known = {(one.get("id"), code, text) for one in catalogue for code, text in one.items() if code != "id"}
    return _reduced(tree, known)


def _reduced(tree: Tree, known: set[tuple[str | None, str, str]]) -> Tree:
    if isinstance(tree, Leaf):
        return tree
    if isinstance(tree, list):
        return [_reduced(one, known) for one in tree]
    source = tree.get("id")
    if isinstance(source, Leaf):
        kept = {
            key: one
            for key, one in tree.items()
            if not isinstance(one, Leaf) or (source.text, key, one.text) not in known
        }
        return source if list(kept) == ["id"] and len(kept) < len(tree) else kept
    return {key: _reduced(one, known) for key, one in tree.items()}
