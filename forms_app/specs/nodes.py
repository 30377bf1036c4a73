"""A form file as a tree that knows its places, and the list of what is wrong in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from forms_app.errors import N_
from forms_app.specs.problems import SpecErrors, SpecProblem

MAX_PROBLEMS = 200
MAX_ROWS = 2000
MORE = "more"
_SHOWN = 400  # signs of a file's own text in one message
_NO_KEYS: Mapping[str, Node] = {}
# A form is kept as JSON and read back: these signs would be refused there, or come back as others. Those from U+202A
# to U+202E and U+2066 to U+2069 turn the direction of writing, so that a person reads something else than the program.
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Node:
    """A scalar (always text), a list or a mapping, with its place in the file; lines and columns count from 1."""

    value: str | list[Node] | dict[str, Node]
    file: str
    line: int
    column: int
    quoted: bool = False
    many_lines: bool = False
    keys: Mapping[str, Node] = field(default_factory=lambda: _NO_KEYS)

    @property
    def text(self) -> str:
        """Return the scalar's text, or '' for a list or mapping."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def items(self) -> list[Node]:
        """Return the list's nodes, or none for anything else."""
        return self.value if isinstance(self.value, list) else []

    @property
    def mapping(self) -> dict[str, Node]:
        """Return the mapping, or an empty one for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    def at(self, position: int) -> Node:
        """Return the place of one character of the text; of a text on many lines only its beginning is known."""
        column = self.column if self.many_lines else self.column + self.quoted + position
        return Node("", self.file, self.line, column)

    def plain(self) -> Any:
        """Return the node as plain text, lists and dictionaries."""
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        return self.value


@dataclass
class Problems:
    """Collects the mistakes of one reading, so that an author sees them together.

    A file with more than `MAX_PROBLEMS` is read no further: nobody mends a thousand at once, and looking for the
    remedy of each takes its time.
    """

    found: list[SpecProblem] = field(default_factory=list)
    rows: int = 0

    def count_row(self, node: Node) -> None:
        """Count one row that was read; raise SpecErrors when a form grows without end, as blocks in blocks make it."""
        self.rows += 1
        if self.rows > MAX_ROWS:
            message = N_("Formulir lebih dari {limit} baris. Bagi menjadi beberapa formulir.")
            self.add(node, "form.rows", message, limit=MAX_ROWS)
            self.finish()

    def add(self, node: Node, code: str, message: str, **places: object) -> None:
        """Note one mistake at the node's place; raise SpecErrors with all of them when they are too many."""
        full = len(self.found) >= MAX_PROBLEMS
        if full:
            code, places = MORE, {"count": MAX_PROBLEMS}
            message = N_("Hanya {count} kesalahan pertama yang ditulis. Perbaiki, lalu periksa lagi.")
        shown = tuple((name, _short(value)) for name, value in places.items())
        self.found.append(SpecProblem(node.file, node.line, node.column, code, message, shown))
        if full:
            self.finish()

    def check_signs(self, node: Node) -> bool:
        """Whether the node's text can be kept; note the first sign that cannot."""
        found = _UNREADABLE.search(node.text)
        if found:
            self.add_sign(node, found[0])
        return not found

    def check_file(self, text: str, file: str) -> bool:
        """Whether every sign of a file can be kept, but for a mark at its beginning; note the first that cannot."""
        found = _UNREADABLE.search(text, int(text.startswith("\ufeff")))
        if found:
            self.add_sign(place_in(text, found.start(), file), found[0])
        return not found

    def add_sign(self, node: Node, sign: str) -> None:
        """Note a sign that cannot be kept."""
        message = N_("Tanda {sign} tidak dapat disimpan. Hapus tanda itu dan ketik ulang.")
        self.add(node, "yaml.sign", message, sign=f"U+{ord(sign):04X}")

    def finish(self) -> None:
        """Raise SpecErrors, each mistake once and in the order of the files' lines, when anything was noted."""
        if self.found:
            once = dict.fromkeys(self.found)
            raise SpecErrors(sorted(once, key=lambda one: (one.code == MORE, one.file, one.line, one.column)))


def place_in(text: str, position: int, file: str) -> Node:
    """Return the place of one character of a file."""
    before = text[:position]
    return Node("", file, before.count("\n") + 1, position - before.rfind("\n"))


def _short(value: object) -> object:
    """Return a place of a message; a text of the file that would fill the screen is cut."""
    return value[:_SHOWN] + "…" if isinstance(value, str) and len(value) > _SHOWN else value
