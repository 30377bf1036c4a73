"""Hostile specs: each is refused with place and remedy, or does no harm, in a second and a hundred megabytes.

The specs stand in `structure`, `signs`, `meaning` and `files`; `reading` reads each in a process of its own. One kind
in full: `python tests/specs/hostile/reading.py KIND`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from forms_app.specs.nodes import MAX_PROBLEMS

SECONDS, MEGABYTES = 1.0, 100
AT_ONCE = 2
KINDS = (
    "bomb", "depth", "double", "tag", "merge", "document", "many", "encoding", "sign", "size", "markup", "reference",
    "circle", "pattern", "expression", "number", "truth", "tab", "shape", "list", "include", "path", "link",
)  # fmt: skip
Result = dict[str, Any]


@pytest.fixture(scope="session")
def results() -> list[Result]:
    """Return what became of every hostile spec."""
    command = [sys.executable, str(Path(__file__).with_name("reading.py"))]
    readers = [
        subprocess.Popen([*command, str(share), str(AT_ONCE)], stdout=subprocess.PIPE, text=True)
        for share in range(AT_ONCE)
    ]
    told = [reader.communicate()[0] for reader in readers]
    assert [reader.returncode for reader in readers] == [0] * AT_ONCE
    return [json.loads(line) for text in told for line in text.splitlines()]


def is_wrong(one: Result) -> bool:
    """Whether a case ended as no case may."""
    accepted = one["problems"] is None
    wrong = one["crash"] or accepted is not bool(one["harmless"])
    return bool(wrong) or one["cpu"] >= SECONDS or one["mb"] >= MEGABYTES


def names(found: Iterable[Result]) -> list[str]:
    """Return the names of some results, which a failing test shows."""
    return [f"{one['kind']}: {one['name']}" for one in found]


def of(results: list[Result], kind: str) -> list[Result]:
    """Return the results of one kind."""
    return [one for one in results if one["kind"] == kind]


def test_there_are_hundreds_of_every_kind(results: list[Result]):
    """Three hundred and more, of every kind that is named here, each of a name of its own."""
    assert {one["kind"] for one in results} == set(KINDS)
    assert len(results) > 300
    assert [name for name, count in Counter(names(results)).items() if count > 1] == []


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_but_a_refusal_is_raised(kind: str, results: list[Result]):
    """No spec crashes the reader, kills it, or is accepted and then cannot be used."""
    assert [(*names([one]), one["crash"]) for one in of(results, kind) if one["crash"]] == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_hostile_is_refused_and_what_is_harmless_says_why(kind: str, results: list[Result]):
    """A spec is accepted only where the case says why that does no harm."""
    found = [one for one in of(results, kind) if not one["crash"]]
    assert names(one for one in found if one["problems"] is None and not one["harmless"]) == []
    assert [(*names([one]), one["problems"][0]) for one in found if one["problems"] and one["harmless"]] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_problem_has_a_place_and_a_remedy(kind: str, results: list[Result]):
    """File, line, column and code, and a sentence; never more of them than a person reads."""
    for one in of(results, kind):
        problems = one["problems"]
        assert problems is None or 0 < len(problems) <= MAX_PROBLEMS + 1, names([one])
        for file, line, column, code, text in problems or ():
            assert file, names([one])
            assert line >= 1, names([one])
            assert column >= 1, names([one])
            assert re.fullmatch(r"[a-z]+(\.[a-z0-9_]+)?", code), code
            assert len(text.removeprefix(f"{file}:{line}:{column}: {code}: ").split()) > 2, text


@pytest.mark.parametrize("kind", KINDS)
def test_each_takes_less_than_a_second_and_a_hundred_megabytes(kind: str, results: list[Result]):
    """CPU time and the growth of memory of each process, what a harmless spec is then used for included."""
    found = [(*names([one]), round(one["cpu"], 2), round(one["mb"])) for one in of(results, kind)]
    assert [one for one in found if one[1] >= SECONDS or one[2] >= MEGABYTES] == []
