"""A workbook of ODK or KoboToolbox -> a form file: everything in it is taken over, or refused at its cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from forms_app.errors import N_
from forms_app.specs.head import REQUIRED
from forms_app.specs.model import LEVELS, FormSpec
from forms_app.specs.scope import EVENT_NAMES
from forms_app.specs.xlsform.cells import CellProblem, Findings, Sheet, in_order
from forms_app.specs.xlsform.choices import (
    Beside,
    ChoiceList,
    check_columns,
    group_lists,
    list_tree,
    prepare,
    read_choices,
    read_csv,
    unused,
)
from forms_app.specs.xlsform.emitting import yaml_text
from forms_app.specs.xlsform.expressions import Expressions
from forms_app.specs.xlsform.extras import CATALOGUE, SHEET, first_cell, read_extras, without_catalogue
from forms_app.specs.xlsform.headers import Table, read_table, used
from forms_app.specs.xlsform.heading import COLUMNS, Options, Settings, read_head, read_settings
from forms_app.specs.xlsform.kinds import Symbol
from forms_app.specs.xlsform.languages import Languages, read_languages
from forms_app.specs.xlsform.long_lists import take_long_lists
from forms_app.specs.xlsform.names import question_names
from forms_app.specs.xlsform.others import write_out_others
from forms_app.specs.xlsform.pages import PageItems, page_names, page_tree, split_pages
from forms_app.specs.xlsform.placed import Leaf, Tree, plain
from forms_app.specs.xlsform.questions import Work
from forms_app.specs.xlsform.survey import Item, read_survey
from forms_app.specs.xlsform.types import read_parameters
from forms_app.specs.xlsform.verifying import Verification
from forms_app.specs.xlsform.workbook import read_workbook

_REFUSED_SHEETS = ("entities", "external_choices", "osm", "cascades")
_READ = ("survey", "choices", "settings", SHEET)
_ORDER = (*REQUIRED[:-1], "event", "closing", "parts", "choices", "pages", "outcome", "sample", "vectors")
REMARK = N_("Putuskan sebelum dipakai: {keys}.")


@dataclass(frozen=True)
class Imported:
    """What became of a workbook: the form's text and the form, notes for the author, and which heads to decide.

    `files` are the CSV files of long lists by the names of the lists.
    """

    text: str
    spec: FormSpec
    notes: tuple[CellProblem, ...]
    defaults: tuple[str, ...]
    names: Mapping[str, str]
    files: Mapping[str, str]


def import_workbook(
    data: bytes,
    file: str,
    options: Options,
    *,
    folder: Path | None = None,
    beside: Beside = lambda _name: None,
    apart: bool = False,
) -> Imported:
    """Return the form that a workbook describes; raise SpecErrors with everything that has no equal, by its cell.

    `file` is the workbook's name. `folder` holds blocks and choices of other forms; `beside` finds the CSV files of
    `select_one_from_file`. Long lists become files of their own where `apart` says so.
    """
    sheets = read_workbook(data, file, _READ)
    return _Importing(sheets, file, options, Findings(), apart).run(folder, beside)


@dataclass
class _Importing:
    """The work of one import, from the sheets to the text."""

    sheets: Mapping[str, Sheet]
    file: str
    options: Options
    findings: Findings
    apart: bool

    def run(self, folder: Path | None, beside: Beside) -> Imported:
        findings, left_out = self.findings, self.options.leave_out
        self._check_sheets()
        settings_table = read_table(self.sheets.get("settings"), COLUMNS, findings)
        settings = read_settings(settings_table, self.options, findings)
        survey, items = read_survey(self.sheets.get("survey"), left_out, findings)
        choices = check_columns(read_choices(self.sheets.get("choices"), findings), left_out, findings)
        languages = self._languages([survey, choices], settings)
        listed = group_lists(choices, findings)
        items = write_out_others(items, listed, languages, findings)
        pages = split_pages(items)
        lists = self._lists(listed, items, beside)
        names, own = self._names(pages), SHEET in self.sheets
        expressions = Expressions(names, lists, findings, own, symbols=_known())
        expressions.learn(items)
        self._mark_columns(items, expressions)
        work = Work(findings, languages, expressions, lists, own)
        tree = self._tree(settings, pages, work)
        return self._read(tree, settings, names, folder)

    def _check_sheets(self) -> None:
        for key, sheet in self.sheets.items():
            if key in _READ or not sheet.rows or key in self.options.leave_out:
                continue
            if key in _REFUSED_SHEETS and len(sheet.rows) > 1:
                message = N_("Lembar {name} tidak ada di sini. Hapus, atau pakai --leave-out {name}.")
                self.findings.refuse(first_cell(sheet), "sheet.refused", message, name=sheet.name)
            else:
                message = N_("Lembar {name} bukan bagian formulir; tidak dipakai.")
                self.findings.note(first_cell(sheet), "sheet.unused", message, name=sheet.name)

    def _languages(self, tables: Iterable[Table], settings: Settings) -> Languages:
        filled = [
            (one.language, one.cell) for table in tables for one in used(table) if one.language or one.key == "label"
        ]
        return read_languages(filled, settings.text("default_language"), self.options.leave_out, self.findings)

    def _lists(self, lists: dict[str, ChoiceList], items: Iterable[Item], beside: Beside) -> dict[str, ChoiceList]:
        """Return the lists that questions use, of the choices sheet and of files beside the workbook."""
        wanted = [one for item in items for one in item.walk() if one.kind.list_name]
        for item in wanted:
            name = item.kind.list_name
            text = beside(name) if item.kind.type.endswith("_from_file") and name not in lists else None
            if text is not None:
                parameters = read_parameters("", [item.row.get("parameters")])
                table = check_columns(read_csv(text, name, parameters, self.findings), frozenset(), self.findings)
                lists[name] = ChoiceList.of(table, self.findings)
        lists = unused(lists, [item.kind.list_name for item in wanted], self.findings)
        prepare(lists, self.findings)
        return lists

    def _names(self, pages: Iterable[PageItems]) -> dict[str, str]:
        """Give every question, group and repeat a name that fits; return what each name became."""
        names = question_names(self.findings)
        items = [one for page in pages for top in page.items for one in top.walk()]
        items.sort(key=lambda item: item.row.start.row)
        for item, given in zip(items, names.give(item.name for item in items), strict=True):
            item.given = given
        return names.renamed

    def _mark_columns(self, items: Iterable[Item], expressions: Expressions) -> None:
        for top in items:
            for item in top.walk():
                if cell := item.row.get("choice_filter"):
                    expressions.mark_columns(cell, item)

    def _tree(self, settings: Settings, pages: list[PageItems], work: Work) -> dict[str, Tree]:
        file = self.file.rpartition(".")[0] or self.file
        tree = read_head(settings, work.languages, file, self.findings, own=work.own)
        extras = read_extras(self.sheets.get(SHEET), self.findings)
        catalogue = plain(extras.pop(CATALOGUE, []))
        extras.pop("workbook", None)
        title = tree["heading"]
        names = page_names(pages, self.findings)
        tree["pages"] = [
            page_tree(page, name, title, own=work.own, question=work.question, findings=self.findings)
            for page, name in zip(pages, names, strict=True)
        ]
        lists = {one.name: list_tree(one, work.languages, self.findings) for one in work.lists.values()}
        if lists:
            tree["choices"] = dict(lists)
        for key, one in extras.items():
            known = tree.get(key)
            tree[key] = {"id": known, **one} if isinstance(known, Leaf) and isinstance(one, dict) else one
        order = sorted(tree, key=lambda key: _ORDER.index(key) if key in _ORDER else len(_ORDER))
        return {key: without_catalogue(tree[key], catalogue) for key in order}

    def _read(
        self, tree: dict[str, Tree], settings: Settings, names: Mapping[str, str], folder: Path | None
    ) -> Imported:
        """Return the form of the finished text; put the reader's problems at the cells that they come from."""
        remark = REMARK.format(keys=", ".join(settings.defaults)) if settings.defaults else ""
        files = take_long_lists(tree) if self.apart else {}
        text = yaml_text(tree, remark)
        spec = Verification(text, tree, files, self.file).read(folder, self.findings)
        csvs = {name: one.text for name, one in files.items()}
        return Imported(text, spec, tuple(in_order(self.findings.notes)), settings.defaults, names, csvs)


def _known() -> dict[str, Symbol]:
    """Return what every form may name: the level and the event's data."""
    return {"level": Symbol("select_one", "", LEVELS)} | {name: Symbol("text") for name in EVENT_NAMES}
