"""The settings sheet: the head of a form, with what ODK does not know from own columns, options, or safe defaults."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from forms_app.errors import N_
from forms_app.specs.xlsform.cells import Cell, Findings
from forms_app.specs.xlsform.headers import COMMENTS, Table
from forms_app.specs.xlsform.languages import SOURCE, Languages
from forms_app.specs.xlsform.names import shaped
from forms_app.specs.xlsform.placed import Leaf, Tree

DEFAULTS: Mapping[str, str] = {
    "audience": "umum",
    "sensitivity": "personal",
    "readers": "office",
    "seal_at": "arrival",
    "legal_basis": "consent",
    "retention_site": "30d",
    "retention_office": "1y",
}
"""What an author must decide; until then the careful choice."""
OWN = ("slug", "heading", "closing", "languages", "event", *DEFAULTS)
WORDS = ("readers", "languages", "event")
ODK = ("form_title", "form_id", "version", "default_language")
_ALIASES = {"title": "form_title", "set_form_title": "form_title", "id_string": "form_id", "set_form_id": "form_id"}
_NEUTRAL = frozenset({"allow_choice_duplicates", "clean_text_values", "omit_instanceid"})
_LEFT = frozenset({"instance_name", "name", "xml_root", "prefix", "namespaces"})
_STYLES = frozenset({"pages", "theme-grid", "theme-formhub", "theme-plain"})
COLUMNS = (*ODK, *_ALIASES, *OWN)
_VERSION = re.compile(r"[^A-Za-z0-9.-]+")
_ID = re.compile(r"[a-z][a-z0-9_]{2,39}")


@dataclass(frozen=True)
class Options:
    """What the author said on the command line: head values, and what to leave out."""

    head: Mapping[str, str]
    leave_out: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Settings:
    """The settings of one workbook by their keys, and the defaults that had to be taken."""

    cells: Mapping[str, Cell]
    defaults: tuple[str, ...] = ()

    def text(self, key: str) -> str:
        """Return one setting, or ''."""
        return self.cells[key].text if key in self.cells else ""


def read_settings(table: Table, options: Options, findings: Findings) -> Settings:
    """Return the settings; note every one that has no equal here."""
    cells: dict[str, Cell] = {}
    for row in table.rows[1:]:
        findings.note(row.start, "settings.rows", N_("Hanya baris pertama settings yang dipakai."))
    for column, cell in table.rows[0].cells if table.rows else ():
        key = _ALIASES.get(column.key, column.key)
        name = column.cell.text
        if {key, name.lower()} & options.leave_out or key in COMMENTS | _LEFT:
            findings.note(cell, "settings.left", N_("Kolom {name} tidak dipakai di sini."), name=name)
        elif key in (*ODK, *OWN):
            if key in cells and cells[key].text != cell.text:
                findings.refuse(cell, "settings.twice", N_("{name} tertulis dua kali. Hapus salah satu."), name=name)
            cells.setdefault(key, cell)
        elif key == "style":
            _check_style(cell, findings)
        elif key not in _NEUTRAL and cell.text.lower().removesuffix("()") not in ("no", "false", "0"):
            message = N_("Pengaturan {name} tidak ada di sini. Kosongkan, atau pakai --leave-out {name}.")
            findings.refuse(cell, "settings.unknown", message, name=name)
    given = {key: Cell(text, "settings") for key, text in options.head.items() if text}
    cells |= given
    missing = {key: Cell(text, "settings") for key, text in DEFAULTS.items() if key not in cells}
    return Settings({**cells, **missing}, tuple(missing))


def _check_style(cell: Cell, findings: Findings) -> None:
    for word in cell.text.split():
        if word not in _STYLES:
            findings.note(cell, "settings.style", N_("Gaya {word} tidak ada di sini dan ditinggalkan."), word=word)


def read_head(settings: Settings, languages: Languages, file: str, findings: Findings, *, own: bool) -> dict[str, Tree]:
    """Return the head of the form file; `file` names the form where the workbook does not.

    ODK has a title in one language alone: it stands for all, unless an export says it (`own`).
    """
    title = settings.cells.get("form_title") or replace(_id_cell(settings, file), column=1)
    form_id = _form_id(settings, file, findings)
    text = languages.text({"": title}, findings) or Leaf(title.text, title)
    others = [] if own or not isinstance(text, Leaf) else languages.promised[1:]
    if others:
        message = N_("Judul ini dipakai apa adanya dalam bahasa {languages}. Terjemahkan di berkas formulir.")
        findings.note(title, "title.language", message, languages=", ".join(others))
        text = {SOURCE: text, **dict.fromkeys(others, text)}
    head: dict[str, Tree] = {
        "form_id": form_id,
        "slug": _leaf(settings, "slug") or Leaf(form_id.text.replace("_", "")[:12], form_id.cell),
        "version": _version(settings, findings),
        "title": text,
        "heading": _text(settings, "heading", languages, findings) or text,
        "audience": _leaf(settings, "audience") or Leaf(""),
    }
    head |= {key: _leaf(settings, key) or Leaf("") for key in ("sensitivity", "seal_at", "legal_basis")}
    head["retention"] = {
        key: _leaf(settings, f"retention_{key}") or Leaf("") for key in ("site", "office")
    }  # fmt: skip
    head["languages"] = [Leaf(code) for code in languages.promised]
    for key in WORDS:
        if cell := settings.cells.get(key):
            head[key] = [Leaf(word, cell) for word in cell.text.replace(",", " ").split()]
    if closing := _text(settings, "closing", languages, findings):
        head["closing"] = closing
    return head


def _leaf(settings: Settings, key: str) -> Leaf | None:
    cell = settings.cells.get(key)
    return Leaf(cell.text, cell) if cell else None


def _text(settings: Settings, key: str, languages: Languages, findings: Findings) -> Tree | None:
    cell = settings.cells.get(key)
    return languages.text({"": cell}, findings) if cell else None


def _id_cell(settings: Settings, file: str) -> Cell:
    return settings.cells.get("form_id") or Cell(file, "settings")


def _form_id(settings: Settings, file: str, findings: Findings) -> Leaf:
    cell = _id_cell(settings, file)
    name = cell.text if _ID.fullmatch(cell.text) else shaped(cell.text)
    name = name if _ID.fullmatch(name) else f"form_{name}"
    if name != cell.text:
        findings.note(cell, "name.changed", N_("Nama {old} menjadi {new}."), old=cell.text, new=name)
    return Leaf(name, cell)


def _version(settings: Settings, findings: Findings) -> Leaf:
    cell = settings.cells.get("version", Cell("1", "settings"))
    version = _VERSION.sub("-", cell.text).strip("-.")[:20] or "1"
    if version != cell.text:
        findings.note(cell, "name.changed", N_("Nama {old} menjadi {new}."), old=cell.text, new=version)
    return Leaf(version, cell)
