"""One row of the survey as one question of a form file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from forms_app.errors import N_
from forms_app.specs.rows import EXPRESSIONS, TEXTS
from forms_app.specs.types import FROM_FILE, TYPES
from forms_app.specs.xlsform.cells import Cell, Findings
from forms_app.specs.xlsform.choices import ChoiceList
from forms_app.specs.xlsform.expressions import WANTED, Expressions
from forms_app.specs.xlsform.headers import OWN_PARAMETERS
from forms_app.specs.xlsform.languages import Languages
from forms_app.specs.xlsform.placed import Leaf, Tree
from forms_app.specs.xlsform.survey import Item
from forms_app.specs.xlsform.types import read_appearance, read_parameters

_YES = frozenset({"yes", "true", "1"})
_NO = frozenset({"no", "false", "0"})
_DEEPEST = 3  # groups in a page: what a form file of twelve levels can hold
_IDLE = frozenset({
    "required", "required_message", "constraint", "constraint_message", "read_only", "default", "choice_filter",
    "repeat_count",
})  # fmt: skip
_ORDER = ("name", "type", *TEXTS[:3], "required", "required_message", "relevant", "constraint", "constraint_message")
_MARKS = ("**", "__", "<span", "<b>", "<br", "<font", "&nbsp;", "](")


@dataclass(frozen=True)
class Work:
    """What all questions of one workbook are made with; `own` says that the workbook was written by an export."""

    findings: Findings
    languages: Languages
    expressions: Expressions
    lists: Mapping[str, ChoiceList]
    own: bool

    def question(self, item: Item, repeat: str = "", depth: int = 0) -> dict[str, Tree]:
        """Return the row and all rows within it, its keys in the order that people read."""
        kind = self._as_note(item)
        found: dict[str, Tree] = {"name": Leaf(item.given, item.name)}
        found["type"] = Leaf(self._type(item, kind), item.row.get("type") or item.row.start)
        found |= self._texts(item, kind)
        found |= self._expressions(item, repeat)
        found |= self._words(item, kind)
        found = self._without_effect(found, item, kind)
        if item.around:
            inside = item.name.text if item.kind.type == "repeat" else repeat
            if depth == _DEEPEST:
                message = N_("Grup bertumpuk terlalu dalam. Paling dalam {limit}.")
                self.findings.refuse(item.row.start, "group.deep", message, limit=_DEEPEST)
            else:
                found["questions"] = [self.question(one, inside, depth + 1) for one in item.items]
        first = {key: found[key] for key in _ORDER if key in found}
        return {**first, **{key: one for key, one in found.items() if key not in first}}

    def _without_effect(self, found: dict[str, Tree], item: Item, kind: str) -> dict[str, Tree]:
        """Return the columns without those that mean nothing to ODK either: conditions of what nobody answers."""
        known = TYPES.get(FROM_FILE.get(kind, kind))
        idle = [] if known is None or self.own else [key for key in found if key in _IDLE - known.columns]
        for key in idle:
            if known and known.posted and key not in ("repeat_count", "choice_filter"):
                continue
            cell = item.row.get(key) or next(iter(item.row.texts(key).values()), item.row.start)
            message = N_("Kolom {name} tidak berarti apa pun untuk {type}; ditinggalkan.")
            self.findings.note(cell, "column.idle", message, name=key, type=kind)
            del found[key]
        return found

    def _as_note(self, item: Item) -> str:
        """Return our type; a row that only heads a table of questions is a note, for nobody answers it in ODK."""
        cell = item.row.get("appearance")
        words = cell.text.split() if cell else []
        if cell and item.kind.type.startswith("select_") and "label" in words:
            message = N_("Judul tabel menjadi catatan; pilihan terbaca pada tiap pertanyaan.")
            self.findings.note(cell, "type.note", message)
            return "note"
        return item.kind.type

    def _type(self, item: Item, kind: str) -> str:
        if kind == "note" or not item.kind.list_name:
            return kind
        found = self.lists.get(item.kind.list_name)
        if found is None:
            return f"{kind} {item.kind.list_name}"
        return f"{FROM_FILE.get(kind, kind)} {found.name}"

    def _texts(self, item: Item, kind: str) -> dict[str, Tree]:
        """Return the texts; what must have a label and has only a hint takes that one."""
        found: dict[str, Tree] = {}
        for key in TEXTS:
            cells = {code: self.expressions.renamed(cell) for code, cell in item.row.texts(key).items()}
            text = self.languages.text(cells, self.findings)
            if text is not None:
                found[key] = text
                self._check_marks(cells)
        shown = kind in TYPES and TYPES[kind].widget not in ("hidden", "group")
        if shown and "label" not in found and not self.own:
            if "hint" in found:
                found["label"] = found.pop("hint")
                message = N_("{name} belum punya label; hint dipakai sebagai label.")
                self.findings.note(item.row.start, "label.hint", message, name=item.name.text)
            elif kind == "repeat":
                found["label"] = Leaf(item.name.text.replace("_", " "), item.name)
                message = N_("{name} belum punya label; namanya dipakai.")
                self.findings.note(item.row.start, "label.name", message, name=item.name.text)
        return found

    def _check_marks(self, cells: Mapping[str, Cell]) -> None:
        """Tell of signs that ODK draws as bold or coloured text, and that people here would see as they are."""
        for cell in cells.values():
            if any(mark in cell.text for mark in _MARKS) or cell.text.startswith("#"):
                message = N_("Tanda tebal, warna, atau tautan terbaca apa adanya di sini.")
                self.findings.note(cell, "text.markup", message)

    def _expressions(self, item: Item, repeat: str) -> dict[str, Tree]:
        found: dict[str, Tree] = {}
        for key in EXPRESSIONS:
            cell = item.row.get(key)
            if cell is None:
                continue
            word = cell.text.lower().removesuffix("()")
            if key == "required" and word in _NO and not self.own:
                continue
            flag = {**dict.fromkeys(_YES, "true()"), **dict.fromkeys(_NO, "false()")}.get(word)
            said = replace(cell, text=flag) if flag and WANTED.get(key) == "boolean" else cell
            found[key] = self.expressions.translate(said, key, item, repeat)
        return found

    def _words(self, item: Item, kind: str) -> dict[str, Tree]:
        """Return the columns that hold plain words."""
        row, found = item.row, dict[str, Tree]()
        if default := row.get("default"):
            found["default"] = Leaf(self._default(default, item), default)
        if read_only := self._read_only(item, kind):
            found["read_only"] = read_only
        appearance = row.get("appearance")
        if words := read_appearance(kind, appearance, self.findings):
            found["appearance"] = Leaf(words, appearance or row.start)
        cells = [row.get("parameters"), row.get(OWN_PARAMETERS)]
        values = read_parameters(kind if not self.own else "", cells)
        if kind.endswith("_from_file"):
            values = {key: one for key, one in values.items() if key not in ("value", "label")}
        if values:
            place = next((cell for cell in cells if cell), item.row.start)
            found["parameters"] = Leaf(" ".join(f"{key}={one}" for key, one in values.items()), place)
        for key in ("sensitivity", "part"):
            if cell := row.get(key):
                found[key] = Leaf(cell.text, cell)
        return found

    def _default(self, cell: Cell, item: Item) -> str:
        """Return the default with the names of choices as they became."""
        if "${" in cell.text:
            return self.expressions.translate(cell, "default", item, "").text
        found = self.lists.get(item.kind.list_name)
        if found is None:
            return cell.text
        whole = found.renamed.get(cell.text)
        return whole or " ".join(found.renamed.get(word, word) for word in cell.text.split())

    def _read_only(self, item: Item, kind: str) -> Leaf | None:
        cell = item.row.get("read_only")
        if cell is None:
            return None
        word = cell.text.lower().removesuffix("()")
        if not self.own and (word in _NO or kind == "note"):
            return None
        return Leaf("true" if word in _YES else cell.text, cell)
