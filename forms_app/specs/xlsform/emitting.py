"""A placed tree as YAML text, and the way back from a line of that text to the cell that it came from.

The second file that imports ruamel.yaml: positions.py reads, this one writes.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from forms_app.specs.nodes import Node
from forms_app.specs.positions import read_tree
from forms_app.specs.rows import LANGUAGES
from forms_app.specs.xlsform.cells import Cell
from forms_app.specs.xlsform.placed import NOWHERE, Leaf, Tree, leaves

_QUOTED = ("slug", "version")
_SHORT = {*LANGUAGES, "site", "office"}
# Everything else is quoted: the emitter writes some texts plain that the reader then refuses, such as {en: ?0}.
_PLAIN = re.compile(r"[^\W\d_](?:[\w ./!?-]*[\w.!?])?|[0-9]{1,4}[dwmy]")
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
_WIDTH = 1 << 30  # no line is folded: each value stands on the line of its key


def yaml_text(tree: dict[str, Tree], remark: str = "") -> str:
    """Return the tree as YAML whose every scalar reads back as the same text; `remark` stands above as a comment."""
    emitter = YAML(typ="rt", pure=True)
    emitter.width = _WIDTH
    emitter.indent(mapping=2, sequence=4, offset=2)
    emitter.allow_unicode = True
    made = _node(tree)
    if remark:
        made.yaml_set_start_comment(remark)
    text = io.StringIO()
    emitter.dump(made, text)
    return text.getvalue()


def _node(tree: Tree, key: str = "") -> Any:
    if isinstance(tree, Leaf):
        return _scalar(tree.text, key)
    if isinstance(tree, dict):
        mapping = CommentedMap((name, _node(one, name)) for name, one in tree.items())
        if tree and set(tree) <= _SHORT and "\n" not in "".join(leaf.text for leaf in leaves(tree)):
            mapping.fa.set_flow_style()
        return mapping
    sequence = CommentedSeq(_node(one) for one in tree)
    for one, made in zip(tree, sequence, strict=True):
        if isinstance(one, dict) and not {"type", "questions"} & one.keys():
            made.fa.set_flow_style()
    if tree and all(isinstance(one, Leaf) for one in tree):
        sequence.fa.set_flow_style()
    return sequence


def _scalar(text: str, key: str) -> str:
    """Return a scalar in the style that is read most easily and surely reads back the same."""
    if key in _QUOTED:
        return _quoted(text)
    lines = text.split("\n")
    if len(lines) > 1 and text == text.strip() and not any(line != line.strip() or "\t" in line for line in lines):
        block: str = LiteralScalarString(text)
        return block
    return text if _PLAIN.fullmatch(text) and text.lower() not in _WORDS else _quoted(text)


def _quoted(text: str) -> str:
    quoted: str = DoubleQuotedScalarString(text)
    return quoted


class SourceMap:
    """From a place in the YAML text to the cell that it was made of."""

    def __init__(self, text: str, tree: Tree) -> None:
        found = sorted(_places(read_tree(text, ""), tree), key=lambda pair: pair[0])
        self._starts = [place for place, _cell in found]
        self._cells = [cell for _place, cell in found]

    def cell(self, line: int, column: int) -> Cell:
        """Return the cell of the value at this place, or of the last one that begins before it."""
        number = bisect_right(self._starts, (line, column))
        return self._cells[number - 1] if number else NOWHERE


def _places(node: Node, tree: Tree) -> Iterator[tuple[tuple[int, int], Cell]]:
    first = next((leaf.cell for leaf in leaves(tree)), NOWHERE)
    yield (node.line, node.column), first
    if isinstance(tree, dict):
        for key, one in node.mapping.items():
            inner = tree[key]
            place = node.keys[key]
            yield (place.line, place.column), next((leaf.cell for leaf in leaves(inner)), first)
            yield from _places(one, inner)
    elif isinstance(tree, list):
        for one, inner in zip(node.items, tree, strict=True):
            yield from _places(one, inner)
