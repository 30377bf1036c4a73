"""A form file as a tree that knows its places, and the list of what is wrong in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from forms_app.specs.problems import SpecErrors, SpecProblem


@dataclass(frozen=True)
class Node:
    """A scalar (always text), a list or a mapping, with its place in the file; lines and columns count from 1."""

    value: str | list[Node] | dict[str, Node]
    file: str
    line: int
    column: int
    quoted: bool = False
    many_lines: bool = False
    keys: dict[str, Node] = field(default_factory=dict)

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
    """Collects every mistake of one reading, so that an author sees them all at once."""

    found: list[SpecProblem] = field(default_factory=list)

    def add(self, node: Node, code: str, message: str, **places: object) -> None:
        """Note one mistake at the node's place."""
        self.found.append(SpecProblem(node.file, node.line, node.column, code, message, tuple(places.items())))

    def finish(self) -> None:
        """Raise SpecErrors, in the order of the files' lines, when anything was noted."""
        if self.found:
            raise SpecErrors(sorted(self.found, key=lambda one: (one.file, one.line, one.column)))
