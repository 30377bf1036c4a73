"""The resolved canonical form: a form file with its includes and lists written out, from which the digest is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forms_app.specs.model import Choice
from forms_app.specs.nodes import Node
from forms_app.specs.rows import Row
from forms_app.specs.types import TYPES, Around

OUTSIDE = ("sample", "vectors", "pages", "choices")


def canonical_form(tree: Node, rows: Sequence[Row], lists: Mapping[str, tuple[Choice, ...]]) -> dict[str, Any]:
    """Return the form as plain data that reads back to the same form without any folder.

    Samples and vectors are left out: they test a form and do not change it.
    """
    form = {key: node.plain() for key, node in tree.mapping.items() if key not in OUTSIDE}
    pages = tree.mapping["pages"].items if "pages" in tree.mapping else []
    form["pages"] = [_page(page, number, rows) for number, page in enumerate(pages, 1)]
    form["choices"] = {name: [_choice(one) for one in choices] for name, choices in sorted(lists.items())}
    return form


def _page(node: Node, number: int, rows: Sequence[Row]) -> dict[str, Any]:
    page = {key: one.plain() for key, one in node.mapping.items() if key != "questions"}
    name = page.setdefault("name", str(number))
    return {**page, "questions": _questions([row for row in rows if row.page == name])}


def _questions(rows: Sequence[Row], groups: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Return the rows as they are written, the members of each group inside it."""
    return [_question(row, rows) for row in rows if row.groups == groups]


def _question(row: Row, rows: Sequence[Row]) -> dict[str, Any]:
    question = {key: one.plain() for key, one in row.node.mapping.items() if key != "questions"}
    question["type"] = f"{row.type} {row.list_name}".strip()
    if isinstance(TYPES[row.type], Around):
        inside = _questions(row.children) if row.children else _questions(rows, (*row.groups, row.name))
        question["questions"] = inside
    return question


def _choice(choice: Choice) -> dict[str, Any]:
    label = {"id": choice.label.source, **dict(choice.label.inline)} if choice.label.inline else choice.label.source
    score = {} if choice.score is None else {"score": repr(choice.score).removesuffix(".0")}
    return {"name": choice.name, "label": label, **score, **dict(choice.columns)}
