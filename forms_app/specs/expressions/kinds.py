"""The kinds of values, and which kind of argument takes which.

Plain kinds: string number boolean date time dateTime; `set` (a select_multiple), `rows` (a repeat), `list:KIND` (the
answers of a repeat's question, seen from outside), `entry` (the `..` of position), `any` (a calculation whose kind
nobody stated), `empty` (written as '').
An argument may also ask for: `text numeric scalar moment` (wider), `order same` (arguments that must be of one kind),
`numbers texts` (values or lists), and for what calls.py takes by rules of its own.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

from forms_app.errors import N_, ExpressionError
from forms_app.specs.expressions.evaluation import Tree

_SCALARS = frozenset({"string", "number", "boolean", "date", "time", "dateTime", "set"})
QUESTION_KINDS = {
    "text": "string",
    "hidden": "string",
    "integer": "number",
    "decimal": "number",
    "range": "number",
    "acknowledge": "boolean",
    "calculate": "any",
    "select_multiple": "set",
    "select_multiple_from_file": "set",
    "rank": "set",
    "repeat": "rows",
    "group": "group",
    "start": "dateTime",
    "end": "dateTime",
    "today": "date",
    **{kind: kind for kind in (*_SCALARS, "rows", "any")},
}
"""The kind of each question type's answer; other types answer with a string, as select_one does."""

_CONVERSIONS = {
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "dateTime": "date-time",
    "string": "string",
    "time": "string",
}
_LISTS = frozenset({"list:" + kind for kind in (*_SCALARS, "any")})
_ACCEPTED: dict[str, frozenset[str]] = {
    "text": frozenset({"string"}),
    "numeric": frozenset({"string", "number", "boolean"}),
    "scalar": _SCALARS,
    "day_text": frozenset({"string", "date", "dateTime"}),
    "moment": frozenset({"date", "dateTime"}),
    "numbers": frozenset({"number", "list:number", "list:any"}),
    "texts": _SCALARS | _LISTS - {"list:set"},
    "rows": _LISTS | {"rows"},
    "repeat": frozenset({"rows"}),
}
_REMEDIES = {
    "number": N_("Di sini harus angka. Ubah teks dengan number(), pilihan dengan score()."),
    "numbers": N_("Di sini harus angka. Ubah teks dengan number(), pilihan dengan score()."),
    "boolean": N_("Di sini harus benar atau salah. Contoh: ${{jawaban}} = 'ya'."),
    "date": N_("Di sini harus tanggal. Ubah teks atau waktu dengan date()."),
    "day_text": N_("Di sini harus tanggal. Contoh: '2026-08-17'."),
    "moment": N_("Di sini harus tanggal. Ubah teks dengan date('2026-08-17')."),
    "text": N_("Di sini harus teks. Ubah nilai lain dengan string()."),
    "set": N_("Di sini harus pertanyaan pilihan, misalnya ${{pilihan}}."),
    "rows": N_("Di sini harus pertanyaan berulang, misalnya ${{anak}}."),
    "repeat": N_("Di sini harus pertanyaan berulang, misalnya ${{anak}}."),
    "entry": N_("Tulis position(..), di dalam pertanyaan berulang."),
}
_CONVERTED = {"text": "string", "day_text": "string", "moment": "dateTime", "numbers": "number"}
_NOT_CONVERTED = ("set", "rows", "repeat", "entry")
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


def fit(node: Node, wanted: str) -> Node:
    """Return the part as the kind that is wanted, converting only what has no stated kind."""
    if node.kind == "empty" and wanted not in _NOT_CONVERTED:
        return node
    if node.kind == "any" and wanted not in _NOT_CONVERTED:
        return convert(node, _CONVERTED.get(wanted, wanted))
    if node.kind not in _ACCEPTED.get(wanted, {wanted}):
        if wanted not in ("numbers", *_NOT_CONVERTED):
            one_value(node)
        refuse(_REMEDIES.get(wanted, VALUE_WANTED), node.position)
    return node


def one_value(node: Node) -> None:
    """Raise ExpressionError unless the part is one value: no list, no repeat, no `..`."""
    if node.kind == "entry":
        refuse(N_("Tanda .. ditulis sebagai position(..) atau ../nama."), node.position)
    if node.kind not in (*_SCALARS, "any", "empty"):
        refuse(VALUE_WANTED, node.position)


def convert(node: Node, kind: str) -> Node:
    """Return a part of no stated kind as one of this kind; other parts, and kinds nobody converts to, unchanged."""
    if node.kind != "any" or kind not in _CONVERSIONS:
        return node
    return Node([_CONVERSIONS[kind], node.tree], kind, node.position, node.question, node.depth + 1)


def refuse(message: str, position: int, **places: object) -> NoReturn:
    """Raise ExpressionError at a position."""
    raise ExpressionError(message, position, **places)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name most like this one, with a question mark, or a few of the known names."""
    known = list(known)
    near = difflib.get_close_matches(name, known, 1)
    return f"{near[0]}?" if near else ", ".join(known[:8])
