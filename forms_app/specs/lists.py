"""Choice lists: written in the form, shared by all forms, or kept in a CSV file beside them."""

from __future__ import annotations

import csv
import difflib
import io
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import re2

from forms_app.errors import N_
from forms_app.specs.model import NO_TEXT, Choice, Text
from forms_app.specs.nodes import Node, Problems
from forms_app.specs.positions import read_tree, read_utf8
from forms_app.specs.rows import LANGUAGES, NAME, check_keys, check_references, read_text

MAX_ROWS = 20_000
MAX_COLUMNS = 40
# Quotes and backslashes would need escapes in expressions; white space separates what was picked in many.
_CHOICE = re2.compile(r"[^\s\pC\pZ\"'\\]{1,40}")
_SCORE = re2.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?(e[+-]?[0-9]{1,3})?")  # as `repr` writes numbers
_OWN = ("name", "label", "score")


@lru_cache(maxsize=1024)  # whatever a file holds, memory stays bounded
def _is_slip(key: str) -> bool:
    """Whether a key of a choice is meant to be one of its own, and no column for `choice_filter`."""
    return bool(difflib.get_close_matches(key, _OWN, 1))


@dataclass
class Lists:
    """Every list that a form may name; read when it is first asked for."""

    folder: Path | None
    problems: Problems
    known: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
    own: frozenset[str] = frozenset()

    def add(self, choices: Node | None) -> None:
        """Take in the lists of the form itself; a shared list of the same name is replaced."""
        found = self.read(choices)
        self.known.update(found)
        self.own = frozenset(found)

    def read(self, choices: Node | None) -> dict[str, tuple[Choice, ...]]:
        """Return the lists of one `choices:` mapping."""
        found = {}
        if choices and not isinstance(choices.value, dict):
            self.problems.add(choices, "shape.mapping", N_("Di sini harus ada pasangan kunci: isi."))
        for name, rows in choices.mapping.items() if choices else ():
            if not NAME.fullmatch(name) or not rows.items:
                message = N_("Daftar {name} perlu nama huruf kecil dan paling sedikit satu pilihan.")
                self.problems.add(rows, "list.empty", message, name=name)
            found[name] = tuple(self._choice(row) for row in rows.items)
            self._check_names(rows, found[name])
        return found

    def get(self, name: str, place: Node) -> tuple[Choice, ...]:
        """Return the list of that name, or nothing after noting that no such list exists."""
        if name not in self.known:
            path = self.folder / "choices" / f"{name}.csv" if self.folder and NAME.fullmatch(name) else None
            if path is None or not path.is_file():
                known = ", ".join(sorted(self.known)) or "-"
                message = N_("Daftar pilihan {name} tidak ada. Yang ada: {known}.")
                self.problems.add(place, "list.unknown", message, name=name, known=known)
                return ()
            self.known[name] = tuple(self._rows(path))
            if not self.known[name]:
                message = N_("Daftar {name} perlu nama huruf kecil dan paling sedikit satu pilihan.")
                self.problems.add(place, "list.empty", message, name=name)
            self._check_names(Node("", f"choices/{path.name}", 1, 1), self.known[name])
        return self.known[name]

    def include(self, name: Node) -> Node | None:
        """Return the questions of `blocks/NAME.yaml` and take in its lists; a list that the form has itself stays.

        A list of the same name from elsewhere must be the same list: one name never means two.
        """
        path = self.folder / "blocks" / f"{name.text}.yaml" if self.folder and NAME.fullmatch(name.text) else None
        if path is None or not path.is_file():
            message = N_("Bagian bersama {name} tidak ada di folder blocks.")
            self.problems.add(name, "include.unknown", message, name=name.text)
            return None
        block = read_tree(read_utf8(path, f"blocks/{path.name}"), f"blocks/{path.name}")
        check_keys(block, ("questions", "choices"), self.problems)
        choices = block.mapping.get("choices")
        for list_name, found in self.read(choices).items():
            if list_name not in self.own and self.known.get(list_name, found) != found:
                message = N_("Daftar {name} sudah ada dengan isi lain. Pakai nama lain.")
                self.problems.add(choices.keys[list_name] if choices else name, "list.twin", message, name=list_name)
            self.known.setdefault(list_name, found)
        return block.mapping.get("questions")

    def _choice(self, row: Node) -> Choice:
        if not isinstance(row.value, dict):
            check_keys(row, _OWN, self.problems)
            return Choice("", NO_TEXT)
        name, score = row.mapping.get("name"), row.mapping.get("score")
        label = read_text(row.mapping.get("label"), self.problems)
        columns = {key: node for key, node in row.mapping.items() if key not in _OWN}
        for key, node in columns.items():
            if _is_slip(key):
                check_keys(row, (*_OWN, *(columns.keys() - {key})), self.problems)
            elif not NAME.fullmatch(key) or not isinstance(node.value, str):
                message = N_("Kolom {key} pada pilihan perlu nama huruf kecil dan isi satu kata.")
                self.problems.add(row.keys[key], "choice.column", message, key=key)
        found = tuple((key, node.text) for key, node in columns.items())
        return self._checked(row, name.text if name else "", label, score, found)

    def _checked(
        self, row: Node, name: str, label: Text, score: Node | None, columns: tuple[tuple[str, str], ...]
    ) -> Choice:
        """Return the choice of one row, after noting what is wrong with it."""
        if not _CHOICE.fullmatch(name):
            self.problems.add(row, "choice.name", N_("Setiap pilihan harus punya name tanpa spasi dan tanda kutip."))
        if not label:
            self.problems.add(row, "choice.label", N_("Setiap pilihan harus punya label."))
        points = float(score.text) if score and _SCORE.fullmatch(score.text) else None
        if score and (points is None or not math.isfinite(points)):
            points = None
            self.problems.add(score or row, "choice.score", N_("Nilai (score) harus angka."))
        return Choice(name, label, points, columns)

    def _check_names(self, rows: Node, choices: Iterable[Choice]) -> None:
        for name, count in Counter(choice.name for choice in choices).items():
            if name and count > 1:
                self.problems.add(rows, "choice.duplicate", N_("Pilihan {name} tertulis dua kali."), name=name)

    def _rows(self, path: Path) -> Iterable[Choice]:
        """Yield the choices of one CSV file: columns name, label, label::en, score; others are for `choice_filter`."""
        place = Node("", f"choices/{path.name}", 1, 1)
        text = read_utf8(path, place.file)
        self.problems.check_file(text, place.file)
        reader = csv.DictReader(io.StringIO(text), restval="", strict=True)
        try:
            yield from self._records(reader, place)
        except csv.Error:
            here = replace(place, line=max(reader.reader.line_num, 1))
            self.problems.add(here, "csv.broken", N_("Susunan CSV rusak di sini. Periksa tanda kutipnya."))

    def _records(self, reader: csv.DictReader[str], place: Node) -> Iterable[Choice]:
        columns = reader.fieldnames or ()
        if not {"name", "label"} <= set(columns) or len(set(columns)) < len(columns) or len(columns) > MAX_COLUMNS:
            self.problems.add(place, "csv.columns", N_("Berkas CSV harus punya satu kolom name dan satu kolom label."))
            return
        languages = [code for code in LANGUAGES if f"label::{code}" in columns]
        others = [one for one in columns if NAME.fullmatch(one or "") and one not in _OWN]
        for number, row in enumerate(reader, 1):
            if number > MAX_ROWS:
                self.problems.add(place, "csv.long", N_("Berkas CSV lebih dari {limit} baris."), limit=MAX_ROWS)
                return
            here = Node("", place.file, reader.line_num, 1)
            if reader.restkey in row:
                self.problems.add(here, "csv.fields", N_("Baris ini punya isi lebih banyak daripada kolom."))
            inline = tuple((code, row[f"label::{code}"].strip()) for code in languages if row[f"label::{code}"].strip())
            for text in (row["label"], *(text for _code, text in inline)):
                check_references(replace(here, value=text), self.problems)
            score = replace(here, value=row["score"]) if row.get("score") else None
            extra = tuple((one, row[one].strip()) for one in others)
            yield self._checked(here, row["name"], Text(row["label"].strip(), inline), score, extra)


def shared_lists(folder: Path | None, problems: Problems) -> Lists:
    """Return the lists of `choices/shared.yaml`, which every form may use by name."""
    lists = Lists(folder, problems)
    path = folder / "choices" / "shared.yaml" if folder else None
    if path and path.is_file():
        tree = read_tree(read_utf8(path, "choices/shared.yaml"), "choices/shared.yaml")
        check_keys(tree, ("choices",), problems)
        lists.known.update(lists.read(tree.mapping.get("choices")))
    return lists
