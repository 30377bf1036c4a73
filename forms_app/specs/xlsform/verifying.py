"""The finished text read as any form file is; what the reader says of it is told at the workbook's cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from forms_app.errors import N_
from forms_app.specs.model import FormSpec
from forms_app.specs.problems import SpecErrors, SpecProblem
from forms_app.specs.reader import read_spec
from forms_app.specs.xlsform.cells import Cell, Findings
from forms_app.specs.xlsform.emitting import SourceMap
from forms_app.specs.xlsform.long_lists import ListFile, lay_out, longest
from forms_app.specs.xlsform.placed import Tree

_FOLLOWING = ("question.children", "page.empty", "form.missing")  # what a row that cannot be read takes along
_BLOCKING = ("type.", "survey.", "group.")
_TOO_LARGE = ("yaml.large", "yaml.many")


@dataclass
class Verification:
    """One form file to be: its text, the tree and the files it was made of, and its name in messages."""

    text: str
    tree: dict[str, Tree]
    files: Mapping[str, ListFile]
    file: str

    def read(self, folder: Path | None, findings: Findings) -> FormSpec:
        """Return the form; raise SpecErrors with everything found in the workbook and in the form together."""
        spec = None
        with TemporaryDirectory() as made:
            if self.files:
                lay_out(self.files, folder, Path(made))
            try:
                spec = read_spec(self.text, self.file, Path(made) if self.files else folder)
            except SpecErrors as error:
                self._place(error.problems, findings)
        findings.finish()
        assert spec is not None  # noqa: S101 - whatever the reader said has been placed
        return spec

    def _place(self, problems: Sequence[SpecProblem], findings: Findings) -> None:
        """Take over the reader's problems; a cell that was refused already needs no second reason."""
        refused = {(one.file, one.line, one.column) for one in findings.problems}
        codes = [one.code for one in (*findings.problems, *problems)]
        blocked = any(code.startswith(_BLOCKING) for code in codes)
        try:
            places = SourceMap(self.text, self.tree)
        except SpecErrors:  # too large, which is nobody's one cell
            places = SourceMap("{}", {})
        for one in problems:
            cell = self._cell(one, places)
            if one.code in _TOO_LARGE:
                message = N_("Daftar ini terlalu panjang. Pakai --out, agar ditulis sebagai CSV.")
                findings.refuse(longest(self.tree), "list.large", message)
            elif not (one.code in _FOLLOWING and blocked) and (cell.sheet, cell.row, cell.column) not in refused:
                findings.refuse(cell, one.code, one.message, **dict(one.places))

    def _cell(self, one: SpecProblem, places: SourceMap) -> Cell:
        """Return the cell that a problem is about; of other files, such as blocks, their own place."""
        name = one.file.removeprefix("choices/").removesuffix(".csv")
        if one.file == self.file:
            return places.cell(one.line, one.column)
        if name in self.files:
            return self.files[name].cell(one.line)
        return Cell("", one.file, one.line, one.column)
