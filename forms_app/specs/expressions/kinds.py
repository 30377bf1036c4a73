"""The kinds of values, and the rules by which parts of an expression fit together.

Plain kinds: string number boolean date time; `set` (a select_multiple), `rows` (a repeat), `list:KIND` (the answers of
a repeat's question, seen from outside), `any` (a calculation whose kind nobody stated), `empty` (written as '').
An argument may also ask for: `text numeric scalar` (wider), `order same` (arguments that must be of one kind),
`numbers texts` (values or lists).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from forms_app.errors import N_, ExpressionError
from forms_app.specs.expressions.evaluation import Tree, is_day

QUESTION_KINDS = {
    "text": "string",
    "hidden": "string",
    "integer": "number",
    "decimal": "number",
    "acknowledge": "boolean",
    "calculate": "any",
    "select_multiple": "set",
    "repeat": "rows",
    **{kind: kind for kind in ("string", "number", "boolean", "date", "time", "set", "rows", "any")},
}
"""The kind of each question type's answer; other types answer with a string, as select_one does."""

_READERS = {"number": "num", "boolean": "flag", "set": "set", "any": "raw"}
_CONVERSIONS = {"number": "number", "boolean": "boolean", "date": "date", "string": "string", "time": "string"}
_SCALARS = frozenset({"string", "number", "boolean", "date", "time", "set"})
_LISTS = frozenset({"list:" + kind for kind in (*_SCALARS, "any")})
_ACCEPTED: dict[str, frozenset[str]] = {
    "text": frozenset({"string"}),
    "numeric": frozenset({"string", "number", "boolean"}),
    "scalar": _SCALARS,
    "numbers": frozenset({"number", "list:number", "list:any"}),
    "texts": _SCALARS | _LISTS - {"list:set"},
    "rows": _LISTS | {"rows"},
}
_REMEDIES = {
    "number": N_("Di sini harus angka. Ubah teks dengan number(), pilihan dengan score()."),
    "numbers": N_("Di sini harus angka. Ubah teks dengan number(), pilihan dengan score()."),
    "boolean": N_("Di sini harus benar atau salah. Contoh: ${{jawaban}} = 'ya'."),
    "date": N_("Di sini harus tanggal. Ubah teks dengan date('2026-08-17')."),
    "text": N_("Di sini harus teks. Ubah nilai lain dengan string()."),
    "set": N_("Di sini harus pertanyaan pilihan, misalnya ${{pilihan}}."),
    "rows": N_("Di sini harus pertanyaan berulang, misalnya ${{anak}}."),
}
VALUE_WANTED = N_("Di sini harus satu nilai. Daftar dipakai dalam count(), sum(), atau join().")


@dataclass(frozen=True)
class Node:
    """A typed part of an expression; `question` is set when it is nothing but the answer to that question."""

    tree: Tree
    kind: str
    position: int
    question: str = ""
    depth: int = 0

    @property
    def word(self) -> str | None:
        """Return the text when this part is one that the author wrote in quotes."""
        return self.tree if isinstance(self.tree, str) else None


@dataclass(frozen=True)
class Names:
    """What an expression may name: questions with their types and choices, and what `.` stands for."""

    types: Mapping[str, str]
    choices: Mapping[str, Mapping[str, float | None]]
    this: str = ""
    columns: Collection[str] | None = None

    def reference(self, name: str, position: int) -> Node:
        """Return the answer to a question as a part; ExpressionError when there is no such question."""
        if name not in self.types:
            refuse(N_("Nama {name} tidak ada. {near}"), position, name=name, near=nearest(name, self.types))
        stated, _, repeat = self.types[name].partition("@")
        seen_from_outside, words = stated.endswith("*"), stated.rstrip("*").split()
        kind = self._kind(words[0])
        reader = _READERS.get(kind, "ref")
        if kind == "rows":
            return Node(["all", name], kind, position, name)
        if seen_from_outside:
            return Node(["all", repeat or name, name if repeat else "", reader], "list:" + kind, position, name)
        return Node([reader, name], kind, position, name)

    def column(self, word: str, position: int) -> Node:
        """Return a bare word as a part: in a choice_filter a column of the choices, elsewhere a mistake."""
        if self.columns is None:
            refuse(N_("Kata {name} perlu tanda kutip, atau ditulis ${{{name}}}."), position, name=word)
        if word != "name" and word not in self.columns:
            known = ", ".join(dict.fromkeys(["name", *self.columns]))
            refuse(N_("Kolom {name} tidak ada pada pilihan. Yang ada: {known}."), position, name=word, known=known)
        return Node(["ref", "@" + word], "string", position)

    def scores(self, node: Node) -> Node:
        """Return the scores of a choice question as a part; ExpressionError when a choice has none."""
        scores = {
            name: _short(score) for name, score in self.choices.get(node.question, {}).items() if score is not None
        }
        if not scores or len(scores) < len(self.choices[node.question]):
            refuse(N_("Setiap pilihan pada {name} perlu score."), node.position, name=node.question)
        return Node(scores, "scores", node.position)

    def check_word(self, question: Node, word: Node) -> None:
        """Raise ExpressionError when a question is compared with a choice that its list does not have."""
        choices = self.choices.get(question.question)
        if choices is not None and word.word and word.word not in choices:
            near = nearest(word.word, choices)
            message = N_("Pilihan {word} tidak ada pada {name}. {near}")
            refuse(message, word.position, word=word.word, name=question.question, near=near)

    def as_set(self, node: Node) -> Node:
        """Return a choice question, of one answer or several, read as the set of what was picked."""
        stated = self.types.get(node.question, "")
        single = stated.startswith("select_one") or node.question in self.choices
        if node.kind in ("string", "any") and node.question and (single or node.kind == "any"):
            return replace(node, tree=["set", node.question], kind="set")
        return node

    @staticmethod
    def _kind(word: str) -> str:
        kind = word.partition(":")[2] or word
        return QUESTION_KINDS.get(kind, "string")


def fit(node: Node, wanted: str) -> Node:
    """Return the part as the kind that is wanted, converting only what has no stated kind."""
    if node.kind == "empty" and wanted not in ("set", "rows"):
        return node
    if node.kind == "any" and wanted not in ("set", "rows"):
        return convert(node, {"text": "string", "numbers": "number"}.get(wanted, wanted))
    if node.kind not in _ACCEPTED.get(wanted, {wanted}):
        listed = node.kind not in _SCALARS and wanted not in ("numbers", "rows", "set")
        refuse(VALUE_WANTED if listed else _REMEDIES.get(wanted, VALUE_WANTED), node.position)
    return node


def convert(node: Node, kind: str) -> Node:
    """Return a part of no stated kind as one of this kind; other parts, and kinds nobody converts to, unchanged."""
    if node.kind != "any" or kind not in _CONVERSIONS:
        return node
    return Node([_CONVERSIONS[kind], node.tree], kind, node.position, node.question, node.depth + 1)


def unify(nodes: Sequence[Node], names: Names) -> tuple[list[Node], str]:
    """Return the parts as one common kind, and that kind; ExpressionError when a number meets a word."""
    stated = [node for node in nodes if node.kind not in ("any", "empty")]
    for node in stated:
        if node.kind not in _SCALARS:
            refuse(VALUE_WANTED, node.position)
    moments = {node.kind for node in stated} & {"date", "time"}
    kinds = {node.kind for node in stated if not (moments and _is_moment(node.word, moments))}
    if len(kinds) > 1 or (kinds == {"set"} and len(stated) > 1):
        _refuse_mixture(stated)
    kind = kinds.pop() if kinds else nodes[0].kind if len({node.kind for node in nodes}) == 1 else "any"
    for node in stated:
        for other in stated:
            names.check_word(node, other)
    return [convert(node, kind) for node in nodes], kind


def refuse(message: str, position: int, **places: object) -> NoReturn:
    """Raise ExpressionError at a position."""
    raise ExpressionError(message, position, **places)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name most like this one, with a question mark, or a few of the known names."""
    known = list(known)
    near = difflib.get_close_matches(name, known, 1)
    return f"{near[0]}?" if near else ", ".join(known[:8])


def _is_moment(word: str | None, moments: set[str]) -> bool:
    """Whether a quoted text is written as the date or the time that it is compared with."""
    if word is None:
        return False
    if moments == {"time"}:
        return re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", word) is not None
    return is_day(word)


def _refuse_mixture(nodes: Sequence[Node]) -> NoReturn:
    found = [node.kind for node in nodes]
    last = nodes[-1].position
    if "set" in found:
        refuse(N_("Satu dari banyak pilihan diperiksa dengan selected(${{pilihan}}, 'nama')."), last)
    if {"date", "time"} & set(found):
        refuse(N_("Tanggal ditulis '2026-08-17', jam ditulis '07:30'."), last)
    message = N_("Kedua sisi tidak sejenis: {left} dan {right}. Pakai tanda kutip, number(), atau score().")
    refuse(message, last, left=found[0], right=next(kind for kind in found if kind != found[0]))


def _short(number: float) -> float:
    """Return a whole number as an integer, which is shorter in the page."""
    return int(number) if number == int(number) else number
