"""The rows of a form file: questions with their includes expanded, still as positioned nodes."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import re2

from forms_app.errors import N_
from forms_app.specs.model import NO_TEXT, Text
from forms_app.specs.nodes import Node, Problems
from forms_app.specs.types import TYPES, Repeat

_REFERENCE = re2.compile(r"\$\{\s*([a-z][a-z0-9_]*)\s*\}")
NAME = re2.compile(r"[a-z][a-z0-9_]{0,39}")
TEXTS = ("label", "hint", "guidance_hint", "required_message", "constraint_message")
EXPRESSIONS = ("required", "relevant", "constraint", "calculation", "choice_filter", "repeat_count", "alert")
OTHERS = ("name", "type", "default", "read_only", "appearance", "parameters", "sensitivity", "part", "questions")
LANGUAGES = ("id", "en", "jv")
Include = Callable[[Node], Node | None]


@dataclass
class Row:
    """One question of the file before its expressions are read."""

    node: Node
    name: str
    type: str
    list_name: str
    page: str
    repeat: str = ""
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


def read_text(node: Node | None, problems: Problems) -> Text:
    """Return the text of a node: Indonesian, or a map of languages that has at least `id`."""
    if node is None:
        return NO_TEXT
    _check_references(node, problems)
    if isinstance(node.value, str):
        return Text(node.text.strip())
    check_keys(node, LANGUAGES, problems)
    if not node.mapping.get("id", node).text.strip():
        problems.add(node, "text.source", N_("Teks harus punya bahasa sumber: id."))
        return NO_TEXT
    inline = tuple((code, one.text.strip()) for code, one in node.mapping.items() if code != "id")
    return Text(node.mapping["id"].text.strip(), inline)


def _check_references(node: Node, problems: Problems) -> None:
    """Note an answer that a text wants to repeat, as XLSForm's labels may: people would read `${name}` itself."""
    for one in (node, *node.mapping.values()):
        if "${" in one.text:
            problems.add(one, "text.reference", N_("Teks tidak dapat memuat jawaban ($). Tulis kalimat biasa."))


def read_rows(
    questions: Node | None, page: str, include: Include, problems: Problems, inside: tuple[str, ...] = ()
) -> Iterator[Row]:
    """Yield the rows of one page in order; `include` gives the questions of a block that stands in for its name.

    `inside` names the blocks that are being read, so that none includes itself.
    """
    for node in questions.items if questions else []:
        block = node.mapping.get("include")
        if block and block.text in inside:
            problems.add(block, "include.cycle", N_("Bagian bersama {name} memuat dirinya sendiri."), name=block.text)
        elif block:
            check_keys(node, ("include",), problems)
            yield from read_rows(include(block), page, include, problems, (*inside, block.text))
        elif row := _row(node, page, include, problems, inside):
            yield row


def _row(node: Node, page: str, include: Include, problems: Problems, inside: tuple[str, ...]) -> Row | None:
    """Return one row when its name and type can be used at all; note what is wrong with it."""
    check_keys(node, (*OTHERS, *TEXTS, *EXPRESSIONS), problems)
    if not isinstance(node.value, dict):
        return None
    name, type_node = node.mapping.get("name"), node.mapping.get("type")
    if name is None or not NAME.fullmatch(name.text):
        where = name or node
        problems.add(where, "question.name", N_("Nama pertanyaan harus huruf kecil, angka, atau garis bawah."))
        return None
    if type_node is None:
        problems.add(node, "question.type", N_("Pertanyaan {name} belum punya type."), name=name.text)
        return None
    type_name, _, list_name = type_node.text.partition(" ")
    if type_name == "select_one_from_file":
        type_name, list_name = "select_one", list_name.strip().removesuffix(".csv")
    if type_name not in TYPES:
        known = ", ".join(sorted(TYPES))
        problems.add(
            type_node, "type.unknown", N_("Jenis {type} tidak ada. Yang ada: {known}."), type=type_name, known=known
        )
        return None
    row = Row(node, name.text, type_name, list_name.strip(), page)
    if isinstance(TYPES[type_name], Repeat):
        row.children = list(read_rows(node.mapping.get("questions"), page, include, problems, inside))
        for child in row.children:
            child.repeat = row.name
    elif "questions" in node.mapping:
        place = node.mapping["questions"]
        problems.add(place, "question.children", N_("Hanya repeat yang boleh berisi questions."))
    return row


def words(node: Node | None) -> tuple[str, ...]:
    """Return the words of a scalar or a list."""
    if node is None:
        return ()
    return tuple(one.text for one in node.items) if node.items else tuple(node.text.split())


def truth(node: Node | None, problems: Problems) -> bool:
    """Return whether a column says `true`; note anything but true and false."""
    if node is not None and node.text not in ("true", "false"):
        problems.add(node, "truth", N_("Tulis true atau false."))
    return node is not None and node.text == "true"


def names_in(node: Node | None) -> set[str]:
    """Return the names that a node's text refers to, without reading it as an expression."""
    return set(_REFERENCE.findall(node.text)) if node else set()


def parameters(node: Node | None) -> tuple[tuple[str, str], ...]:
    """Return XLSForm's `key=value key=value` as pairs."""
    return tuple((word.partition("=")[0], word.partition("=")[2]) for word in words(node))
