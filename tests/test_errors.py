"""Errors: each has a code and a status of its own, and a message that shows its places and nothing else."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from forms_app import errors
from forms_app.errors import ExpressionError, PeksosError
from forms_app.specs.problems import SpecErrors, SpecProblem

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, PeksosError)]
PACKAGE = Path(errors.__file__).parent


def marked() -> list[tuple[str, str]]:
    """Return (place, message) of every message that is marked for the translators."""
    found = []
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_":
                assert isinstance(node.args[0], ast.Constant), f"{file.name}:{node.lineno} marks no plain text"
                found.append((f"{file.name}:{node.lineno}", str(node.args[0].value)))
    return found


def test_every_code_is_its_own():
    """No two errors share a code, and each status is one of a refusal."""
    assert len({kind.code for kind in KINDS}) == len(KINDS)
    assert {kind.code: kind.status for kind in KINDS if not 400 <= kind.status < 600} == {}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not SpecErrors], ids=lambda kind: kind.code)
def test_a_message_shows_its_places_in_the_readers_language(kind: type[PeksosError]):
    """The message is translated first and filled in afterwards."""
    error = kind("Berkas {path} rusak.", path="x.yaml")
    assert str(error) == error.text() == "Berkas x.yaml rusak."
    assert (
        error.text({"Berkas {path} rusak.": "The file {path} is broken."}.__getitem__) == "The file x.yaml is broken."
    )


def test_spec_errors_are_lines_that_editors_can_jump_to():
    """One line per problem, then how many there are."""
    problems = [
        SpecProblem("a.yaml", 3, 7, "key.unknown", "Kunci {key} tidak dikenal.", (("key", "x"),)),
        SpecProblem("b.yaml", 1, 1, "yaml.empty", "Berkas ini kosong."),
    ]
    assert SpecErrors(problems).text().splitlines() == [
        "a.yaml:3:7: key.unknown: Kunci x tidak dikenal.",
        "b.yaml:1:1: yaml.empty: Berkas ini kosong.",
        "Ada 2 kesalahan pada berkas formulir.",
    ]
    assert SpecErrors(problems).problems == tuple(problems)


def test_an_expression_error_knows_its_position():
    """Positions count from 0 and are no place of the message."""
    error = ExpressionError("Nama {name} tidak ada.", 4, name="x")
    assert (error.position, str(error)) == (4, "Nama x tidak ada.")


def test_every_marked_message_can_be_filled_in():
    """Braces are balanced, and every place has a name."""
    for place, message in marked():
        names = [name for _text, name, _spec, _conversion in string.Formatter().parse(message) if name is not None]
        assert all(name.isidentifier() for name in names), f"{place}: {message}"
    assert len(marked()) > 100
