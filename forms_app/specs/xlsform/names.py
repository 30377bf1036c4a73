"""Names of a workbook made to fit ours, the same everywhere: XLSForm allows capitals, hyphens, dots and any length."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from forms_app.errors import N_
from forms_app.specs.rows import NAME
from forms_app.specs.scope import EVENT_NAMES
from forms_app.specs.xlsform.cells import Cell, Findings

LONGEST = 40
RESERVED = frozenset({"level", *EVENT_NAMES})
_NOT_IN_CHOICES = frozenset(" \"'\\")


@dataclass
class Names:
    """The names of one kind in one workbook: `renamed` maps what the author wrote to what the form has."""

    findings: Findings
    fits: Callable[[str], bool]
    shape: Callable[[str], str]
    taken: set[str] = field(default_factory=set)
    renamed: dict[str, str] = field(default_factory=dict)

    def give(self, cells: Iterable[Cell]) -> list[str]:
        """Return a fitting name for each cell, each once; those that fit as they are stay as they are."""
        cells = list(cells)
        given: dict[int, str] = {}
        for place, cell in enumerate(cells):
            if self.fits(cell.text) and cell.text not in self.taken:
                self.taken.add(cell.text)
                self.renamed[cell.text] = given[place] = cell.text
        for place, cell in enumerate(cells):
            if place not in given:
                given[place] = self._unique(self.shape(cell.text))
                self.renamed.setdefault(cell.text, given[place])
                message = N_("Nama {old} menjadi {new}.")
                self.findings.note(cell, "name.changed", message, old=cell.text, new=given[place])
        return [given[place] for place in range(len(cells))]

    def _unique(self, name: str) -> str:
        """Return the name, with a number behind it when it is taken."""
        number, found = 1, name
        while found in self.taken or not self.fits(found):
            number += 1
            ending = f"_{number}"
            found = name[: LONGEST - len(ending)] + ending
        self.taken.add(found)
        return found


def question_names(findings: Findings, *, reserved: Collection[str] = RESERVED) -> Names:
    """Return the names of questions, groups, lists or columns: small letters, digits, underscores."""
    return Names(findings, lambda name: NAME.fullmatch(name) is not None and name not in reserved, _shape)


def choice_names(findings: Findings) -> Names:
    """Return the names of the choices of one list: anything without spaces, quotes and backslashes."""
    return Names(findings, _fits_choice, _shape_choice)


def shaped(text: str) -> str:
    """Return a text as the beginning of a name: `Nama Anak (1)` is nama_anak_1."""
    return _shape(text)


def _shape(text: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", ascii_only.lower()).strip("_")
    return (name if name[:1].isalpha() else f"n_{name}".rstrip("_"))[:LONGEST].rstrip("_")


def _shape_choice(text: str) -> str:
    return "".join("_" if sign in _NOT_IN_CHOICES or not sign.isprintable() else sign for sign in text)[:LONGEST] or "_"


def _fits_choice(name: str) -> bool:
    return 0 < len(name) <= LONGEST and name.isprintable() and not set(name) & _NOT_IN_CHOICES
