"""The documentation is true: every command, setting and word of the spec language stands in it, and examples work."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from forms_app.cli import inbox, office, site
from forms_app.settings import HELP_NAMES, Settings
from forms_app.specs.expressions.functions import FUNCTIONS, OPERATORS
from forms_app.specs.gate import check_spec
from forms_app.specs.head import ONE_OF, OPTIONAL, REQUIRED
from forms_app.specs.library import read_library
from forms_app.specs.model import LEVELS, READERS
from forms_app.specs.reader import read_spec
from forms_app.specs.rows import EXPRESSIONS, LANGUAGES, OTHERS, TEXTS
from forms_app.specs.scope import EVENT_NAMES
from forms_app.specs.types import TYPES

ROOT = Path(__file__).parents[1]
PAGES = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in ROOT.glob("docs/**/*.md")}
PAGES |= {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CHANGELOG.md")}
AUTHORS, OPERATORS_PAGE = PAGES["docs/form-authors.md"], PAGES["docs/operators.md"]
GROUPS = {"peksos": site.cli, "peksos-office": office.cli, "peksos-inbox": inbox.cli}
EVERYWHERE = {"--help", "--instance", "--office-dir", "--version"}
KEYS = [*REQUIRED, *OPTIONAL, *TEXTS, *EXPRESSIONS, *OTHERS, "include", "copies", "site", "office"]
KEYS += [
    "show",
    "explanation",
    "rules",
    "cards",
    "notes",
    "level",
    "when",
    "card",
    "title",
    "body",
    "numbers",
    "urgent",
]
HEAD = """form_id: example
slug: "99"
version: "1"
title: Contoh
heading: Contoh
audience: parent
sensitivity: public
readers: [office]
seal_at: arrival
legal_basis: consent
retention: {site: 1d, office: 1d}
languages: [id]
"""


def commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """Yield every command with the words that call it."""
    yield name, command
    for word, inner in command.commands.items() if isinstance(command, click.Group) else ():
        yield from commands(f"{name} {word}", inner)


COMMANDS = dict(pair for name, group in GROUPS.items() for pair in commands(name, group))


def options(command: click.Command) -> set[str]:
    """Return every spelling of a command's long options."""
    spelt = {one for each in command.params for one in (*each.opts, *each.secondary_opts)}
    return {one for one in spelt if one.startswith("--")} | {"--help"}


def fences(page: str, language: str) -> list[str]:
    """Return the fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def calls() -> Iterator[tuple[str, str]]:
    """Yield (page, line) of every line and every phrase in backticks that calls one of our commands."""
    for name, page in PAGES.items():
        lines = [line for block in fences(page, "sh") for line in block.splitlines()]
        for line in lines + re.findall(r"`([^`\n]+)`", page):
            bare = line.strip().removeprefix(".venv/bin/")
            if bare.split(" ")[0] in GROUPS and " " in bare:
                yield name, bare


@pytest.mark.parametrize("name", [name for name, one in COMMANDS.items() if not isinstance(one, click.Group)])
def test_every_command_has_a_row_with_all_its_options(name: str) -> None:
    """The operators' page has a row for each command, and the row names each option."""
    row = next((line for line in OPERATORS_PAGE.splitlines() if re.match(rf"\| `{name}[ `]", line)), "")
    assert row, f"{name} has no row"
    missing = {one for one in options(COMMANDS[name]) - EVERYWHERE if f"`{one}" not in row}
    assert missing == set()


def test_options_of_all_commands_are_told() -> None:
    """The options that stand behind every command are told once."""
    assert {one for one in EVERYWHERE if f"`{one}" not in OPERATORS_PAGE} == set()


@pytest.mark.parametrize(("page", "line"), sorted(set(calls())))
def test_every_call_in_the_documentation_exists(page: str, line: str) -> None:
    """A command that a page tells people to type exists, with the options that it shows."""
    words = shlex.split(line)
    known = options(GROUPS[words[0]])
    command: click.Command = GROUPS[words[0]]
    for word in words[1:]:
        if word.startswith("--"):
            assert word.partition("=")[0] in known, f"{page}: {word}"
        elif isinstance(command, click.Group) and word in command.commands:
            command = command.commands[word]
            known |= options(command)
    assert not isinstance(command, click.Group) or known & {*words}, f"{page}: no such command"


@pytest.mark.parametrize("name", [one.name for one in fields(Settings) if one.name != "bodies"])
def test_every_setting_is_told(name: str) -> None:
    """Each setting has a row under its name in the environment."""
    assert f"| `PEKSOS_{name.upper()}` |" in OPERATORS_PAGE


@pytest.mark.parametrize("name", HELP_NAMES)
def test_every_body_that_helps_is_told(name: str) -> None:
    """Each has a row with its number, name and hours."""
    assert f"| `{name.upper()}` |" in OPERATORS_PAGE


@pytest.mark.parametrize("name", [*TYPES, *KEYS, *LEVELS, *READERS, *EVENT_NAMES, *HELP_NAMES, *LANGUAGES])
def test_every_word_of_the_language_is_told(name: str) -> None:
    """Each type, key and fixed word of the spec language stands in the authors' page."""
    assert re.search(rf"`[^`\n]*\b{name}\b[^`\n]*`", AUTHORS), name


@pytest.mark.parametrize("key", sorted(ONE_OF))
def test_every_value_of_a_key_is_told(key: str) -> None:
    """The row of a key that has fixed values names them all."""
    row = next(line for line in AUTHORS.splitlines() if line.startswith(f"| `{key}`"))
    assert {one for one in ONE_OF[key] if f"`{one}`" not in row} == set()


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_appearance_and_parameter_is_told(name: str) -> None:
    """What a type can look like and be told stands in its rows of the two tables."""
    rows = " ".join(line for line in AUTHORS.splitlines() if re.match(rf"\| [^|]*`{name}`", line))
    assert {one for one in TYPES[name].appearances if f"`{one}`" not in rows} == set()
    assert {one for one in TYPES[name].parameters if f"`{one}=" not in rows} == set()


def operation_rows() -> list[tuple[list[str], list[str]]]:
    """Return what each row of the tables of operators and functions names, and the examples that it gives."""
    section = AUTHORS.partition("\n## Expressions\n")[2].partition("\n## ")[0]
    cells = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| `")]
    return [(re.findall(r"`([^`]+)`", row[0]), re.findall(r"`([^`]+)`", row[1])) for row in cells]


@pytest.mark.parametrize("name", sorted({*FUNCTIONS, *OPERATORS} - {"neg", "days"}))
def test_every_operation_has_an_example_that_is_a_test_vector(name: str) -> None:
    """Each function and operator has a row, and its examples are vectors that both twins must pass and that use it."""
    vectors = json.loads((ROOT / "tests" / "vectors" / "expressions.json").read_text(encoding="utf-8"))
    known = {one["expression"] for one in vectors["values"]}
    examples = [found for names, found in operation_rows() if name in names]
    assert examples, name
    assert [one for found in examples for one in found if one not in known] == []
    assert all(found for found in examples)
    assert name in OPERATORS or all(f"{name}(" in one for found in examples for one in found)


def test_no_row_tells_of_an_operation_that_is_not_there() -> None:
    """What the tables name is in the register."""
    assert {name for names, _found in operation_rows() for name in names} <= {*FUNCTIONS, *OPERATORS}


EXAMPLES = [(name, block) for name in ("README.md", "docs/form-authors.md") for block in fences(PAGES[name], "yaml")]


@pytest.mark.parametrize("block", [block for _name, block in EXAMPLES])
def test_every_example_of_a_form_reads(block: str, tmp_path: Path) -> None:
    """Each YAML example is a form, or a piece of one, that the reader and the gate accept."""
    folder = tmp_path / "form_specs"
    shutil.copytree(ROOT / "form_specs", folder)
    spec = read_spec(whole(block, folder), "example", folder)
    assert [one.text() for one in check_spec(spec, "example")] == []


def whole(block: str, folder: Path) -> str:
    """Return an example as a whole form: questions, a block and choice lists get the rest around them."""
    if "form_id:" in block:
        return block
    if block.startswith("held:"):
        who = "{name: who, type: select_one pelapor, label: A}"
        lists = "choices: {pelapor: [{name: anak, label: Anak}, {name: warga, label: Warga}]}"
        return f"{HEAD}{block}{lists}\npages: [{{questions: [{who}]}}]\n"
    if block.startswith("choices:"):
        return f"{HEAD}{block}pages: [{{questions: [{{name: a, type: text, label: A}}]}}]\n"
    if block.startswith("questions:"):
        (folder / "blocks" / "example.yaml").write_text(block, encoding="utf-8")
        block = "- include: example\n"
    return f"{HEAD}pages:\n  - questions:\n" + "".join(f"      {line}\n" for line in block.splitlines())


def test_every_type_has_an_example() -> None:
    """The examples of the authors' page use every type."""
    used = set(re.findall(r"type: (\w+)", "".join(block for _name, block in EXAMPLES)))
    assert set(TYPES) - used == set()


def test_links_lead_somewhere() -> None:
    """A link from one page to another finds it."""
    for name, page in PAGES.items():
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page):
            assert ((ROOT / name).parent / target).exists(), f"{name}: {target}"


def test_every_target_of_make_that_is_told_exists() -> None:
    """What the pages tell people to make is in the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    told = {word for page in PAGES.values() for word in re.findall(r"(?:`|^)make ([a-z]+)", page, re.MULTILINE)}
    assert {word for word in told if not re.search(rf"^{word}:", makefile, re.MULTILINE)} == set()


def test_the_programme_names_every_form() -> None:
    """The page about the programme has a row for each form that is shipped, and one for each of its 48 items."""
    page = PAGES["docs/programme.md"]
    assert [one.form_id for one in read_library(ROOT / "form_specs") if f"`{one.form_id}`" not in page] == []
    first = re.findall(r"^\| (\d+)(?:–(\d+))? \|", page.partition("## Forms")[0], re.MULTILINE)
    assert {n for low, high in first for n in range(int(low), int(high or low) + 1)} == set(range(1, 49))
