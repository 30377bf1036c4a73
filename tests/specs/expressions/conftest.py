"""The vector file as expressions: each case is read with the names, and evaluated in the context, that it states."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from forms_app.specs.expressions import Context, Expression, parse

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "expressions.json").read_text(encoding="utf-8"))


def read_case(case: dict[str, Any]) -> Expression:
    """Return the expression of one case; a case inside a repeat sees its questions as single answers."""
    inside = "*@" + case.get("inside", " ")
    return parse(
        case["expression"],
        {name: kind.replace(inside, "") for name, kind in VECTORS["types"].items()},
        choices=VECTORS["choices"],
        this=case.get("this", ""),
        columns=case.get("columns"),
        paths=VECTORS["paths"],
    )


def context_of(case: dict[str, Any]) -> Context:
    """Return the context of one case."""
    here = Context(**VECTORS["context"])
    return replace(
        here, day=case.get("today", here.day), now=case.get("now", here.now), seed=case.get("seed", here.seed)
    )


@pytest.fixture(name="read_case", scope="session")
def read_case_fixture() -> Callable[[dict[str, Any]], Expression]:
    """Lend `read_case` to the tests."""
    return read_case


@pytest.fixture(name="context_of", scope="session")
def context_of_fixture() -> Callable[[dict[str, Any]], Context]:
    """Lend `context_of` to the tests."""
    return context_of
