"""Choice lists: written in the form, shared by all forms, or kept in a CSV file beside them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from forms_app.errors import N_
from forms_app.specs.model import Choice, Text
from forms_app.specs.positions import Node, Problems, read_tree
from forms_app.specs.rows import NAME, check_keys, read_text

MAX_ROWS = 20_000


@dataclass
class Lists:
    """Every list that a form may name; read when it is first asked for."""

    folder: Path | None
    problems: Problems
    known: dict[str, tuple[Choice, ...]] = field(default_factory=dict)

    def add(self, choices: Node | None) -> None:
        """Take in the lists of one `choices:` mapping; a list that exists already is replaced by the nearer one."""
        for name, rows in choices.mapping.items() if choices else ():
            self.known[name] = tuple(self._choice(row) for row in rows.items)
            self._check_names(rows, self.known[name])

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
        return self.known[name]

    def include(self, name: Node) -> Node | None:
        """Return the questions of `blocks/NAME.yaml` and take in its lists; a list that the form has itself stays."""
        path = self.folder / "blocks" / f"{name.text}.yaml" if self.folder and NAME.fullmatch(name.text) else None
        if path is None or not path.is_file():
            message = N_("Bagian bersama {name} tidak ada di folder blocks.")
            self.problems.add(name, "include.unknown", message, name=name.text)
            return None
        block = read_tree(path.read_text(encoding="utf-8"), f"blocks/{path.name}")
        check_keys(block, ("questions", "choices"), self.problems)
        own = dict(self.known)
        self.add(block.mapping.get("choices"))
        self.known.update(own)
        return block.mapping.get("questions")

    def _choice(self, row: Node) -> Choice:
        check_keys(row, ("name", "label", "score"), self.problems)
        name, score = row.mapping.get("name"), row.mapping.get("score")
        if name is None or not name.text or " " in name.text or len(name.text) > 40:
            self.problems.add(row, "choice.name", N_("Setiap pilihan harus punya name tanpa spasi."))
        if "label" not in row.mapping:
            self.problems.add(row, "choice.label", N_("Setiap pilihan harus punya label."))
        try:
            points = float(score.text) if score else None
        except ValueError:
            points = None
            self.problems.add(score or row, "choice.score", N_("Nilai (score) harus angka."))
        return Choice(name.text if name else "", read_text(row.mapping.get("label"), self.problems), points)

    def _check_names(self, rows: Node, choices: Iterable[Choice]) -> None:
        names = [choice.name for choice in choices]
        for name in {name for name in names if names.count(name) > 1}:
            self.problems.add(rows, "choice.duplicate", N_("Pilihan {name} tertulis dua kali."), name=name)

    def _rows(self, path: Path) -> Iterable[Choice]:
        """Yield the choices of one CSV file: columns name, label, label::en, score."""
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
        place = Node("", f"choices/{path.name}", 1, 1)
        if not {"name", "label"} <= set(reader.fieldnames or ()):
            self.problems.add(place, "csv.columns", N_("Berkas CSV harus punya kolom name dan label."))
            return
        for number, row in enumerate(reader, 1):
            if number > MAX_ROWS:
                self.problems.add(place, "csv.long", N_("Berkas CSV lebih dari {limit} baris."), limit=MAX_ROWS)
                return
            inline = tuple((key[7:], row[key]) for key in row if key and key.startswith("label::") and row[key])
            yield Choice(row["name"], Text(row["label"], inline), float(row["score"]) if row.get("score") else None)


def shared_lists(folder: Path | None, problems: Problems) -> Lists:
    """Return the lists of `choices/shared.yaml`, which every form may use by name."""
    lists = Lists(folder, problems)
    path = folder / "choices" / "shared.yaml" if folder else None
    if path and path.is_file():
        tree = read_tree(path.read_text(encoding="utf-8"), "choices/shared.yaml")
        check_keys(tree, ("choices",), problems)
        lists.add(tree.mapping.get("choices"))
    return lists
