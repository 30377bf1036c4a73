"""Where the texts and questions of a form stand, across its own file and the blocks and lists that it takes in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from forms_app.specs.catalogue import Source, of_tree, sources
from forms_app.specs.nodes import Node
from forms_app.specs.positions import read_tree, read_utf8
from forms_app.specs.problems import SpecErrors

Place = tuple[str, int, int]  # file, line, column


@dataclass(frozen=True)
class Places:
    """The files of one form, read again when something is wrong with what stands in them.

    `name` is the form's name in messages. Without `path` nothing is known; without `folder` only its own file is.
    """

    name: str
    path: Path | None = None
    folder: Path | None = None

    @cached_property
    def tree(self) -> Node:
        """Return the form's own tree; an empty one when its file is not at hand."""
        return _tree(self.path, self.name) if self.path else Node({}, self.name, 1, 1)

    def text(self, text: str) -> Place:
        """Return the first place of a text; the top of the form where none is known."""
        return self._place(self._texts.get(text))

    def question(self, name: str, line: int) -> Place:
        """Return the place of a question; `line` is what the form itself knows of it."""
        return self._place(self._questions.get(name), line)

    def last_rule(self) -> Place:
        """Return the place of the outcome's last rule."""
        outcome = self.tree.mapping.get("outcome")
        rules = outcome.mapping.get("rules") if outcome else None
        return self._place(rules.items[-1] if rules and rules.items else None)

    def key(self, *names: str) -> Place:
        """Return the place of a key of the form, or of a key below it; of the nearest one around it that is there."""
        node, found = self.tree, None
        for name in names:
            if name not in node.keys:
                break
            node, found = node.mapping[name], node.keys[name]
        return self._place(found)

    def item(self, name: str, number: int) -> Place:
        """Return the place of one item of a list of the form, counted from 0."""
        items = self.tree.mapping[name].items if name in self.tree.mapping else []
        return self._place(items[number] if number < len(items) else None)

    def own(self) -> Iterator[Source]:
        """Yield the texts that stand in the form's own file."""
        yield from of_tree(self.tree)

    def _place(self, node: Node | None, line: int = 1) -> Place:
        return (node.file, node.line, node.column) if node else (self.name, line, 1)

    @cached_property
    def _texts(self) -> dict[str, Node]:
        found = [*self.own(), *(one for block in self._blocks for one in of_tree(block))]
        for pattern in ("choices/*.yaml", "choices/*.csv"):
            for path in sorted(self.folder.glob(pattern)) if self.folder else ():
                found += _sources(path, f"choices/{path.name}")
        return {one.text: one.node for one in reversed(found)}

    @cached_property
    def _questions(self) -> dict[str, Node]:
        return dict(row for tree in (*self._blocks, self.tree) for row in _rows(tree))

    @cached_property
    def _blocks(self) -> list[Node]:
        """Return the blocks that the form takes in, those within blocks too."""
        found: dict[str, Node] = {}
        pending = [self.tree]
        while pending:
            for name in _included(pending.pop()):
                path = self.folder / "blocks" / f"{name}.yaml" if self.folder else None
                if path and path.is_file() and name not in found:
                    found[name] = _tree(path, f"blocks/{name}.yaml")
                    pending.append(found[name])
        return list(found.values())


def _tree(path: Path, name: str) -> Node:
    try:
        return read_tree(read_utf8(path, name), name)
    except SpecErrors:  # gone bad since the form was read
        return Node({}, name, 1, 1)


def _sources(path: Path, name: str) -> list[Source]:
    try:
        return list(sources(read_utf8(path, name), name))
    except SpecErrors:
        return []


def _rows(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield the name and the place of every question below a node."""
    if {"name", "type"} <= set(node.mapping):
        yield node.mapping["name"].text, node
    for child in (*node.mapping.values(), *node.items):
        yield from _rows(child)


def _included(node: Node) -> Iterator[str]:
    if "include" in node.mapping:
        yield node.mapping["include"].text
    for child in (*node.mapping.values(), *node.items):
        yield from _included(child)
