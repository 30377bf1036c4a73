"""The house keeps its order: who may import whom, who keeps which library, and how long things may grow."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import takewhile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = "forms_app"
MODULE_LINES = 250
FUNCTION_LINES = 40

# Each room may import itself and what stands to its left (DESIGN.md section 2).
ORDER = (
    {"", "errors", "later", "settings", "translation"},
    {"specs"},
    {"answers"},
    {"sealing"},
    {"storage"},
    {"transfer"},
    {"paper"},
    {"site", "office", "inbox"},
    {"cli"},
)
STRANGERS = {"sealing": {"specs", "answers"}}  # sealing is left of nobody it could learn a form from

KEEPERS = {
    "cryptography": "forms_app.sealing",
    "shamir_mnemonic": "forms_app.sealing.sheets",
    "tinydb": "forms_app.storage",
    "sqlalchemy": "forms_app.storage",
    "pysqlite3": "forms_app.storage.sqlite",
    "flask": ("forms_app.site", "forms_app.inbox"),
    "flask_babel": "forms_app.site",
    "flask_wtf": "forms_app.site.desk.access",
    "wtforms": "forms_app.answers.forms",
    "qrcode": "forms_app.paper.qr",
    "fpdf": "forms_app.paper.pdf",
    "PIL": "forms_app.paper.sheet",
    "brotli": "forms_app.site.window",
    "minify": "forms_app.site.assets",
    "rcssmin": "forms_app.site.assets",
    "markupsafe": "forms_app.site",
    "re2": "forms_app.specs",
    "ruamel": "forms_app.specs",  # positions.py reads, xlsform/emitting.py writes
    "openpyxl": "forms_app.specs.xlsform.workbook",
    "click": "forms_app.cli",
    "waitress": "forms_app.cli.serve",
    "cheroot": "forms_app.cli.tls",
}


@cache
def trees() -> Mapping[str, ast.Module]:
    """Return the syntax tree of every module of the product, by its dotted name."""
    return {_dotted(file): ast.parse(file.read_text(encoding="utf-8"), str(file)) for file in _files()}


def _files() -> list[Path]:
    return sorted((ROOT / PACKAGE).rglob("*.py"))


def _dotted(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted name of everything imported, also inside functions and for types only."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are written in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def edges() -> dict[str, set[str]]:
    """Return for each of our modules those of ours that it imports."""
    found: dict[str, set[str]] = {name: set() for name in trees()}
    for name, tree in trees().items():
        for target in imported(tree):
            if target.split(".")[0] == PACKAGE:
                module = target if target in trees() else target.rpartition(".")[0]
                assert module in trees(), f"{name} imports {target}, which is not there"
                found[name].add(module)
    return found


def room(module: str) -> str:
    """Return the room of a module: `forms_app.site.app` is in `site`."""
    return [*module.split("."), ""][1]


def test_imports_run_one_way() -> None:
    """No room imports one to its right, and site, office and inbox do not know each other."""
    places = {name: place for place, names in enumerate(ORDER) for name in names}
    wrong = []
    for module, targets in edges().items():
        for target in targets:
            here, there = room(module), room(target)
            beside = places[here] == places[there] and here != there and {here, there} & {"site", "office", "inbox"}
            if places[there] > places[here] or beside or there in STRANGERS.get(here, ()):
                wrong.append(f"{module} imports {target}")
    assert wrong == []


def test_nothing_runs_in_a_circle() -> None:
    """No module is reached again from itself, lazy imports and imports for types included."""
    graph = edges()
    done: set[str] = set()

    def circle(module: str, path: tuple[str, ...]) -> list[str]:
        if module in path:
            return [*path[path.index(module) :], module]
        if module in done:
            return []
        for target in sorted(graph[module] - {module}):
            if found := circle(target, (*path, module)):
                return found
        done.add(module)
        return []

    assert [" -> ".join(found) for module in graph if (found := circle(module, ()))] == []


@pytest.mark.parametrize("library", KEEPERS)
def test_each_library_has_one_keeper(library: str) -> None:
    """A library is imported in its keeper's file or room, and nowhere else."""
    keepers = KEEPERS[library] if isinstance(KEEPERS[library], tuple) else (KEEPERS[library],)
    users = {module for module, tree in trees().items() if library in {name.split(".")[0] for name in imported(tree)}}
    assert sorted(user for user in users if not any(f"{user}.".startswith(f"{keeper}.") for keeper in keepers)) == []


def test_one_file_names_the_running_application() -> None:
    """`current_app` stands in site/services.py only: everything else is handed what it needs."""
    users = [
        module
        for module, tree in trees().items()
        if any(isinstance(node, ast.Name) and node.id == "current_app" for node in ast.walk(tree))
        or any(name.endswith(".current_app") for name in imported(tree))
    ]
    assert users in ([], ["forms_app.site.services"])


def test_no_module_is_a_drawer() -> None:
    """No file is called after what people put anything into."""
    drawers = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
    assert sorted(module for module in trees() if module.rpartition(".")[2] in drawers) == []


def test_no_module_is_too_long() -> None:
    """No module has more than 250 lines."""
    lengths = {_dotted(file): len(file.read_text(encoding="utf-8").splitlines()) for file in _files()}
    assert {module: length for module, length in lengths.items() if length > MODULE_LINES} == {}


def test_no_function_is_too_long() -> None:
    """No function has more than 40 lines, docstring counted, decorators not."""
    long = {
        f"{module}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for module, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    }
    assert {name: length for name, length in long.items() if length > FUNCTION_LINES} == {}


def test_the_drawn_error_tree_is_the_one_there_is() -> None:
    """The tree at the top of errors.py names every error there is, with its status."""
    from forms_app import errors
    from forms_app.specs import problems
    from forms_app.storage import ledger
    from forms_app.transfer import wire

    drawn = takewhile(bool, (errors.__doc__ or "").splitlines()[2:])
    pairs = [line.strip("├└│─ ").split()[:2] for line in drawn]
    known = {
        name: str(kind.status)
        for name, kind in {**vars(errors), **vars(problems), **vars(ledger), **vars(wire)}.items()
        if isinstance(kind, type) and issubclass(kind, errors.PeksosError)
    }
    assert {pair[0]: (pair[1] if len(pair) > 1 else known[pair[0]]) for pair in pairs} == known
