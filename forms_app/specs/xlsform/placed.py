"""A form file still to be written, each of its values with the cell that it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from forms_app.specs.xlsform.cells import Cell

NOWHERE = Cell("", "settings", 1, 1)


@dataclass(frozen=True)
class Leaf:
    """One value and its cell."""

    text: str
    cell: Cell = field(default=NOWHERE, compare=False)


Tree = Leaf | dict[str, "Tree"] | list["Tree"]


def plain(tree: Tree) -> Any:
    """Return the values alone, as dictionaries, lists and texts."""
    if isinstance(tree, Leaf):
        return tree.text
    if isinstance(tree, dict):
        return {key: plain(one) for key, one in tree.items()}
    return [plain(one) for one in tree]


def leaves(tree: Tree) -> Iterator[Leaf]:
    """Yield all values in order."""
    if isinstance(tree, Leaf):
        yield tree
    else:
        for one in tree.values() if isinstance(tree, dict) else tree:
            yield from leaves(one)
