"""The resolved canonical form: a form file with its includes and lists written out, from which the digest is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forms_app.specs.model import Choice
from forms_app.specs.nodes import Node
from forms_app.specs.rows import Row

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
    return {**page, "questions": [_question(row) for row in rows if row.page == name]}


def _question(row: Row) -> dict[str, Any]:
    question = {key: one.plain() for key, one in row.node.mapping.items() if key != "questions"}
    question["type"] = f"{row.type} {row.list_name}".strip()
    if row.children:
        question["questions"] = [_question(child) for child in row.children]
    return question


def _choice(choice: Choice) -> dict[str, Any]:
    label = {"id": choice.label.source, **dict(choice.label.inline)} if choice.label.inline else choice.label.source
    score = {} if choice.score is None else {"score": repr(choice.score).removesuffix(".0")}
    return {"name": choice.name, "label": label, **score}
