"""Every code that a form file can be refused with stands in the authors' page, and no other does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from forms_app.errors import ExpressionError
from forms_app.specs.head import ONE_OF, PATTERNS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "form-authors.md").read_text(encoding="utf-8").partition("## Checking\n")[2]
CODE = re.compile(r"[a-z]+\.[a-z_]+")
FILES = ("yaml", "csv", "po", "mo", "json", "xml")
COMPUTED = {"form": {*PATTERNS, *ONE_OF, "readers", "languages"}}
"""Codes that are put together of a word and a key."""


def sources() -> list[Path]:
    """Return every file in which form files are judged; importing workbooks has codes and a page of its own."""
    specs = [path for path in (ROOT / "forms_app" / "specs").rglob("*.py") if "xlsform" not in path.parts]
    return [*specs, *(ROOT / "forms_app" / "cli" / name for name in ("check.py", "proving.py"))]


def noted(node: ast.AST) -> Iterator[str]:
    """Yield the codes that one piece of a program can give to a problem."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if CODE.fullmatch(node.value) and node.value.rpartition(".")[2] not in FILES:
            yield node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add":
        code = node.args[1] if len(node.args) > 2 else None
        if isinstance(code, ast.Constant):
            yield str(code.value)
        elif isinstance(code, ast.JoinedStr):
            word = ast.literal_eval(code.values[0]).removesuffix(".") if code.values else ""
            yield from (f"{word}.{key}" for key in COMPUTED[word])


def codes() -> set[str]:
    """Return every code that there is."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sources()]
    return {ExpressionError.code, *(code for tree in trees for node in ast.walk(tree) for code in noted(node))}


def told() -> set[str]:
    """Return every code that stands in the first column of a table."""
    rows = [line.split(" | ")[0] for line in PAGE.splitlines() if line.startswith("| `")]
    return {code for row in rows for code in re.findall(r"`([^`]+)`", row)}


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_code_is_told_with_its_remedy(code: str) -> None:
    """No problem comes without a line that says what to do."""
    assert code in told()


def test_no_code_is_told_that_does_not_exist() -> None:
    """The page keeps no code that nothing can find any more."""
    assert told() - codes() == set()
