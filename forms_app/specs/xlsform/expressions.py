"""ODK expressions in the words of a form here: names as they became, and kinds made plain."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from forms_app.errors import N_
from forms_app.specs.xlsform.cells import Cell, Findings
from forms_app.specs.xlsform.choices import ChoiceList
from forms_app.specs.xlsform.formulas import Part, Unreadable, read_formula
from forms_app.specs.xlsform.kinds import Sense, Symbol, reference
from forms_app.specs.xlsform.names import RESERVED
from forms_app.specs.xlsform.placed import Leaf
from forms_app.specs.xlsform.survey import Item

WANTED: Mapping[str, str] = {
    "required": "boolean",
    "relevant": "boolean",
    "constraint": "boolean",
    "warn": "boolean",
    "alert": "boolean",
    "choice_filter": "boolean",
    "repeat_count": "number",
}
_STATED = ("number", "boolean", "date", "time", "dateTime")
_REFERENCE = re.compile(r"\$\{\s*(?:[\w.-]+/)*([\w.-]+)\s*\}")
_QUOTES = str.maketrans("‘’“”", "''\"\"")
_LABEL = re.compile(
    r"instance\(\s*['\"]([\w.-]+)['\"]\s*\)/root/item\[\s*name\s*=\s*(\$\{\s*([\w.-]+)\s*\})\s*\]/label"
)
_SCORE = re.compile(r"sum\(instance\('[\w.-]+'\)/root/item\[selected\((\$\{[\w.-]+\}), name\)\]/score\)")


def odk_score(list_name: str, name: str) -> str:
    """Return our `score(${name})` in ODK's words, which are read back as what they came from."""
    return f"sum(instance('{list_name}')/root/item[selected(${{{name}}}, name)]/score)"


@dataclass
class Expressions:
    """All expressions of one workbook: `names` maps its names to ours, `lists` are its lists by their written names."""

    names: Mapping[str, str]
    lists: Mapping[str, ChoiceList]
    findings: Findings
    own: bool = False
    symbols: dict[str, Symbol] = field(default_factory=dict)
    used_list: dict[str, str] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)
    _open: set[str] = field(default_factory=set)

    def learn(self, items: Iterable[Item], repeat: str = "") -> None:
        """Take in what expressions may name: the questions with their types, choices and repeats."""
        for item in items:
            kind, name = item.kind, item.name.text
            inside = name if kind.type == "repeat" else repeat
            if kind.type != "group":
                found = self.lists.get(kind.list_name)
                choices = tuple(row.text("name") for row in found.rows) if found else None
                self.used_list.setdefault(name, kind.list_name)
                type_name = kind.type.removesuffix("_from_file")
                if name in self.symbols and name not in RESERVED:
                    self.twice.add(name)
                symbol = Symbol(type_name, repeat, choices, self._kind(item, repeat))
                self.symbols.setdefault(name, symbol)
            self.learn(item.items, inside)

    def _kind(self, item: Item, repeat: str) -> Callable[[], str]:
        def kind() -> str:
            """Return the kind of a calculation's value; one that goes in a circle counts as text."""
            name = item.name.text
            if name in self._open:
                return "string"
            self._open.add(name)
            try:
                found = Sense(self.symbols, repeat, name).settle(
                    _read(self._in_our_words(item.row.text("calculation")))[1]
                )
            except Unreadable:
                found = ""
            self._open.discard(name)
            return found if found in _STATED else "string"

        return kind

    def translate(self, cell: Cell, key: str, item: Item, repeat: str) -> Leaf:
        """Return one expression; what cannot be read is left, but for its names, for the reader to refuse."""
        try:
            text, part = _read(self._in_our_words(cell.text))
        except Unreadable:
            return Leaf(self._rename_all(cell.text), cell)
        sense = Sense(self.symbols, repeat, item.name.text)
        sense.settle(part)
        if key in WANTED:
            sense.want(part, WANTED[key])
        self._rename(part, sense, cell, item if key == "choice_filter" else None)
        return Leaf(part.written(text), cell)

    def _in_our_words(self, text: str) -> str:
        """Return an expression whose look-ups in a list are functions: the label of a choice, and our own `score()`."""
        return _SCORE.sub(r"score(\1)", _LABEL.sub(self._choice_name, text))

    def _choice_name(self, match: re.Match[str]) -> str:
        """Write the label of a picked choice as ODK's own function for it, when it is looked up in its own list."""
        if self.used_list.get(match[3]) != match[1]:
            return match[0]
        return f"jr:choice-name({match[2]}, '{match[2]}')"

    def _rename(self, part: Part, sense: Sense, cell: Cell, filtered: Item | None) -> None:
        """Put our names in the place of the workbook's: questions, choices, and columns in a choice_filter."""
        if part.form in ("name", "path"):
            self._rename_reference(part)
        elif part.form == "text" and part.instead is None:
            part.instead = self._rename_all(part.text)
            self._check_choice(part, cell)
        elif part.form == "word" and filtered and (found := self.lists.get(filtered.kind.list_name)):
            part.instead = found.columns.get(part.text, part.text)
        elif part.form in ("operator", "call") and part.text in ("=", "!=", "selected", "selected-at"):
            self._rename_choices(part.parts, sense)
        for one in part.parts:
            self._rename(one, sense, cell, filtered)

    def _rename_reference(self, part: Part) -> None:
        """Put our name in its place; a path becomes the name alone where no other question has it."""
        old = reference(part)
        path = part.form == "path" and not self.own and old in self.symbols and old not in self.twice
        if path or (part.form == "name" and self.names.get(old, old) != old):
            part.instead = f"${{{self.names.get(old, old)}}}"

    def renamed(self, cell: Cell) -> Cell:
        """Return a text whose mentions of answers have the names that these questions became."""
        return replace(cell, text=self._rename_all(cell.text))

    def _rename_all(self, text: str) -> str:
        return _REFERENCE.sub(
            lambda match: (
                match[0] if self.names.get(match[1], match[1]) == match[1] else f"${{{self.names[match[1]]}}}"
            ),
            text,
        )

    def _rename_choices(self, parts: Iterable[Part], sense: Sense) -> None:
        """Rename the choices that are compared with a question of their list."""
        parts = list(parts)
        renamed: dict[str, str] = {}
        for part in parts:
            inner = part.parts[0] if part.form == "call" and part.text == "selected-at" and part.parts else part
            symbol = sense.this if inner.form == "this" else reference(inner)
            found = self.lists.get(self.used_list.get(symbol, ""))
            renamed |= found.renamed if found else {}
        for part in parts:
            if part.form == "text" and part.text[1:-1] in renamed:
                part.instead = f"'{renamed[part.text[1:-1]]}'"

    def _check_choice(self, part: Part, cell: Cell) -> None:
        """Refuse a word that was a choice's name before it changed: left as it is, it would never hold again."""
        for one in self.lists.values():
            if part.text[1:-1] in one.renamed:
                message = N_("Nama pilihan {name} harus diubah dulu. Ganti spasi dan tanda kutip.")
                self.findings.refuse(cell, "expression.choice", message, name=part.text[1:-1])
                return

    def mark_columns(self, cell: Cell, item: Item) -> None:
        """Remember which columns of a list hold another list's names, for those may have changed."""
        own = self.lists.get(item.kind.list_name)
        try:
            part = _read(cell.text)[1]
        except Unreadable:
            return
        for one in _all(part) if own else ():
            words = [piece.text for piece in one.parts if piece.form == "word"]
            other = [self.lists.get(self.used_list.get(reference(piece), "")) for piece in one.parts]
            for found in other:
                if words and found and found.renamed and own and words[0] != "name":
                    own.values[words[0]] = {**own.values.get(words[0], {}), **found.renamed}


def _all(part: Part) -> Iterable[Part]:
    yield part
    for one in part.parts:
        yield from _all(one)


def _read(text: str) -> tuple[str, Part]:
    """Return an expression and its parts; curved quotes count as straight ones where it cannot be read otherwise."""
    try:
        return text, read_formula(text)
    except Unreadable:
        straight = text.translate(_QUOTES)
        return straight, read_formula(straight)
