"""The rows of a form file: questions with their includes expanded, still as positioned nodes."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

import re2

from forms_app.errors import N_
from forms_app.specs.expressions import mentioned
from forms_app.specs.model import NO_TEXT, Text
from forms_app.specs.nodes import Node, Problems
from forms_app.specs.types import FROM_FILE, REFUSED, TYPES, Around, Group, Repeat

NAME = re2.compile(r"[a-z][a-z0-9_]{0,39}")
TEXTS = ("label", "hint", "guidance_hint", "required_message", "constraint_message", "warn_message")
EXPRESSIONS = ("required", "relevant", "constraint", "warn", "calculation", "choice_filter", "repeat_count", "alert")
OTHERS = ("name", "type", "default", "read_only", "appearance", "parameters", "sensitivity", "part", "questions")
_TAKEN = ("constructor",)  # what every object has on the phone already
LANGUAGES = ("id", "en", "jv")
COLUMNS = frozenset({*TEXTS, *EXPRESSIONS, *OTHERS})
Include = Callable[[Node], Node | None]


@dataclass
class Row:
    """One question of the file before its expressions are read; `groups` are the groups around it, outermost first."""

    node: Node
    name: str
    type: str
    list_name: str
    page: str
    repeat: str = ""
    groups: tuple[str, ...] = ()
    children: list[Row] = field(default_factory=list)

    def get(self, key: str) -> Node | None:
        """Return the node of one column, or None."""
        return self.node.mapping.get(key)


def check_keys(node: Node, allowed: Iterable[str], problems: Problems) -> None:
    """Note every key that the language does not have, with the nearest one that it has."""
    allowed = list(allowed)
    if not isinstance(node.value, dict):
        problems.add(node, "shape.mapping", N_("Di sini harus ada pasangan kunci: isi."))
        return
    for key, place in node.keys.items():
        if key in allowed:
            continue
        near = difflib.get_close_matches(key, allowed, 1)
        if near:
            problems.add(
                place, "key.unknown", N_("Kunci {key} tidak dikenal. Maksudnya {near}?"), key=key, near=near[0]
            )
        else:
            known = ", ".join(allowed)
            problems.add(
                place, "key.unknown", N_("Kunci {key} tidak dikenal. Yang ada: {known}."), key=key, known=known
            )


def read_text(node: Node | None, problems: Problems, *, repeats: bool = False) -> Text:
    """Return the text of a node: Indonesian, or a map of languages that has at least `id`.

    `repeats` says that it may repeat answers, which `mentions` judges.
    """
    if node is None:
        return NO_TEXT
    if not repeats:
        check_references(node, problems)
    if isinstance(node.value, str):
        return Text(node.text.strip())
    check_keys(node, LANGUAGES, problems)
    if not node.mapping.get("id", node).text.strip():
        problems.add(node, "text.source", N_("Teks harus punya bahasa sumber: id."))
        return NO_TEXT
    inline = tuple((code, one.text.strip()) for code, one in node.mapping.items() if code != "id")
    return Text(node.mapping["id"].text.strip(), inline)


def check_references(node: Node, problems: Problems) -> None:
    """Note an answer that a text wants to repeat where it may be printed, or read over somebody's shoulder."""
    for one in (node, *node.mapping.values()):
        if "${" in one.text:
            problems.add(one, "text.reference", N_("Teks ini tidak dapat memuat jawaban ($). Tulis kalimat biasa."))


@dataclass(frozen=True)
class Surroundings:
    """Where rows are read: their page, how blocks are found, the groups and blocks around them."""

    page: str
    include: Include
    problems: Problems
    groups: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()


def read_rows(questions: Node | None, around: Surroundings) -> Iterator[Row]:
    """Yield the rows of one page in order, a group before its members, with what blocks stand for in their place."""
    for node in questions.items if questions else []:
        around.problems.count_row(node)
        block = node.mapping.get("include")
        if block and block.text in around.blocks:
            message = N_("Bagian bersama {name} memuat dirinya sendiri.")
            around.problems.add(block, "include.cycle", message, name=block.text)
        elif block:
            check_keys(node, ("include",), around.problems)
            inside = replace(around, blocks=(*around.blocks, block.text))
            yield from read_rows(around.include(block), inside)
        elif row := _row(node, around):
            yield row
            if isinstance(TYPES[row.type], Group):
                yield from read_rows(node.mapping.get("questions"), replace(around, groups=(*around.groups, row.name)))


def _row(node: Node, around: Surroundings) -> Row | None:
    """Return one row when its name and type can be used at all; note what is wrong with it."""
    problems = around.problems
    check_keys(node, (*OTHERS, *TEXTS, *EXPRESSIONS), problems)
    if not isinstance(node.value, dict):
        return None
    name, type_node = node.mapping.get("name"), node.mapping.get("type")
    if name is None or not NAME.fullmatch(name.text) or name.text in _TAKEN:
        where = name or node
        problems.add(where, "question.name", N_("Nama pertanyaan harus huruf kecil, angka, atau garis bawah."))
        return None
    if type_node is None:
        problems.add(node, "question.type", N_("Pertanyaan {name} belum punya type."), name=name.text)
        return None
    stated = _type(type_node, problems)
    if stated is None:
        return None
    row = Row(node, name.text, *stated, around.page, groups=around.groups)
    if isinstance(TYPES[row.type], Repeat):
        row.children = list(read_rows(node.mapping.get("questions"), replace(around, groups=())))
        for child in row.children:
            child.repeat = row.name
    elif "questions" in node.mapping and not isinstance(TYPES[row.type], Around):
        place = node.mapping["questions"]
        problems.add(place, "question.children", N_("Hanya group dan repeat yang boleh berisi questions."))
    return row


def _type(node: Node, problems: Problems) -> tuple[str, str] | None:
    """Return the type and the list that a row names, or None after noting that there is no such type."""
    name, _, list_name = node.text.partition(" ")
    list_name = list_name.strip()
    if name in FROM_FILE:
        name, list_name = FROM_FILE[name], list_name.removesuffix(".csv")
    if name in TYPES:
        return name, list_name
    if name in REFUSED:
        problems.add(node, "type.refused", REFUSED[name])
        return None
    near = difflib.get_close_matches(name, TYPES, 1)
    if near:
        problems.add(node, "type.unknown", N_("Jenis {type} tidak ada. Maksudnya {near}?"), type=name, near=near[0])
    else:
        known = ", ".join(sorted(TYPES))
        problems.add(node, "type.unknown", N_("Jenis {type} tidak ada. Yang ada: {known}."), type=name, known=known)
    return None


def words(node: Node | None) -> tuple[str, ...]:
    """Return the words of a scalar or a list."""
    if node is None:
        return ()
    return tuple(one.text for one in node.items) if node.items else tuple(node.text.split())


def check_texts(node: Node | None, problems: Problems) -> None:
    """Note anything but words: one text, or a list of texts."""
    if node and (isinstance(node.value, dict) or not all(isinstance(one.value, str) for one in node.items)):
        problems.add(node, "shape.words", N_("Di sini harus ada kata, atau daftar kata dengan koma."))


def truth(node: Node | None, problems: Problems) -> bool:
    """Return whether a column says `true`; note anything but true and false."""
    if node is not None and node.text not in ("true", "false"):
        problems.add(node, "truth", N_("Tulis true atau false."))
    return node is not None and node.text == "true"


def names_in(node: Node | None) -> set[str]:
    """Return the names that a node's text refers to, without reading it as an expression."""
    return mentioned(node.text) if node else set()


def parameters(node: Node | None) -> tuple[tuple[str, str], ...]:
    """Return XLSForm's `key=value key=value` as pairs."""
    return tuple((word.partition("=")[0], word.partition("=")[2]) for word in words(node))
