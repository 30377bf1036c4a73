"""A form as it is kept and carried, one line of JSON -> the tree that YAML's reader would give, in a tenth of its time.

Places are line 1, column 1.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from forms_app.errors import N_
from forms_app.specs.nodes import Node, Problems

MAX_VALUES = 150_000  # a list of 20,000 rows of six columns; more would fill the memory with nodes
MANY = N_("Berkas memuat lebih dari {limit} isian. Pindahkan daftar panjang ke berkas CSV.")
_WORDS = {True: "true", False: "false", None: "null"}
_BRACKET = re.compile(r"[\[\]{}]")


def is_one_line(text: str) -> bool:
    """Whether a text looks like a form that was kept."""
    return text.startswith("{") and "\n" not in text and "\r" not in text


def read_one_line(text: str, file: str, max_depth: int, problems: Problems) -> Node | None:
    """Return the tree of one line of JSON; None when it is no JSON or too deep, which YAML's reader tells better."""
    # Outside of strings nothing but structure is left, so that size and depth are known before anything is built.
    structure = "".join(text.replace("\\\\", "").replace('\\"', "").split('"')[::2])
    if sum(map(structure.count, ",[{")) > MAX_VALUES:
        problems.add(Node("", file, 1, 1), "yaml.many", MANY, limit=MAX_VALUES)
        problems.finish()
    reading = _Reading(file, problems)
    try:
        if _depth(structure) > max_depth:
            return None
        tree: Node = json.loads(
            text,
            object_pairs_hook=reading.mapping,
            parse_int=reading.bare,
            parse_float=reading.bare,
            parse_constant=reading.bare,
        )
    except (ValueError, RecursionError):
        return None
    return tree


def _depth(structure: str) -> int:
    """Return how deep the brackets stand; raise ValueError when more are closed than open."""
    depth = deepest = 0
    for bracket in _BRACKET.finditer(structure):
        depth += 1 if bracket[0] in "[{" else -1
        deepest = max(deepest, depth)
        if depth < 0:
            raise ValueError(structure)
    return deepest


@dataclass
class _Reading:
    """Makes nodes from the inside out; since all places are the same, equal keys and texts share one node."""

    file: str
    problems: Problems
    texts: dict[str, Node] = field(default_factory=dict)
    keys: dict[tuple[str, ...], dict[str, Node]] = field(default_factory=dict)

    def mapping(self, pairs: list[tuple[str, Any]]) -> Node:
        """Return the node of one mapping, noting keys that stand there twice."""
        mapping = {key: self.node(value) for key, value in pairs}
        names = tuple(mapping)
        if len(names) < len(pairs):
            seen: set[str] = set()
            for key, _value in pairs:
                if key in seen:
                    message = N_("Kunci {key} tertulis dua kali.")
                    self.problems.add(self.bare(""), "yaml.duplicate", message, key=key)
                seen.add(key)
        keys = self.keys.get(names)
        if keys is None:
            keys = self.keys[names] = {name: self.bare(name) for name in names}
            for node in keys.values():
                self.problems.check_signs(node)
        return Node(mapping, self.file, 1, 1, keys=keys)

    def node(self, value: Any) -> Node:
        """Return the node of one value."""
        if isinstance(value, str):
            found = self.texts.get(value)
            if found is None:
                found = self.texts[value] = Node(value, self.file, 1, 1, quoted=True)
                self.problems.check_signs(found)
            return found
        if isinstance(value, list):
            return Node([self.node(one) for one in value], self.file, 1, 1)
        return value if isinstance(value, Node) else self.bare(_WORDS[value])

    def bare(self, text: str) -> Node:
        """Return the node of a text without quotes: a number, `true`, a key."""
        return Node(text, self.file, 1, 1)
