"""`or_other` written out as ODK's converter writes it: one more choice, and a question that asks which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from forms_app.errors import N_
from forms_app.specs.xlsform.cells import Cell, Findings
from forms_app.specs.xlsform.choices import ChoiceList
from forms_app.specs.xlsform.headers import Column, Row
from forms_app.specs.xlsform.languages import SOURCE, Languages
from forms_app.specs.xlsform.survey import Item
from forms_app.specs.xlsform.types import Kind

OTHER = "other"
_CHOICE = {SOURCE: "Lainnya", "en": "Other", "jv": "Liyane"}
_QUESTION = {SOURCE: "Sebutkan lainnya.", "en": "Specify other.", "jv": "Sebutna liyane."}


def write_out_others(
    items: Iterable[Item], lists: Mapping[str, ChoiceList], languages: Languages, findings: Findings
) -> list[Item]:
    """Return the rows with a question behind each `or_other`; its list gets the choice `other` if it has none."""
    found: list[Item] = []
    for item in items:
        item.items = write_out_others(item.items, lists, languages, findings)
        found.append(item)
        listed = lists.get(item.kind.list_name)
        if not item.kind.other:
            continue
        cell = item.row.get("type") or item.row.start
        if listed is None:
            message = N_("or_other perlu daftar pada lembar choices.")
            findings.refuse(cell, "type.or_other", message)
            continue
        if all(row.text("name") != OTHER for row in listed.rows):
            listed.rows.append(Row((_pair("name", OTHER, cell), *_labels(_CHOICE, languages, cell))))
        name = f"{item.name.text}_{OTHER}"
        relevant = f"selected(${{{item.name.text}}}, '{OTHER}')"
        cells = (_pair("type", "text", cell), _pair("name", name, cell), *_labels(_QUESTION, languages, cell))
        row = Row((*cells, _pair("relevant", relevant, cell)))
        found.append(Item(row, Kind("text"), replace(cell, text=name)))
        findings.note(cell, "type.other", N_("or_other menjadi pilihan other dan pertanyaan {name}."), name=name)
    return found


def _labels(texts: Mapping[str, str], languages: Languages, cell: Cell) -> list[tuple[Column, Cell]]:
    """Return a label in every language of the workbook."""
    named = [written for written in languages.codes if written] or [""]
    return [
        (Column("label", written, cell), replace(cell, text=texts.get(languages.codes[written], texts[SOURCE])))
        for written in named
    ]


def _pair(key: str, text: str, cell: Cell) -> tuple[Column, Cell]:
    return Column(key, "", cell), replace(cell, text=text)
