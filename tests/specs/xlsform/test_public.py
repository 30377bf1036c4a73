"""Public workbooks: each is imported, filled and compared with what ODK's converter makes of it, or refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pyxform.xls2xform import convert
from werkzeug.datastructures import MultiDict

from forms_app.answers.filling import fill
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.problems import SpecErrors
from forms_app.specs.types import TYPES
from forms_app.specs.xlsform.heading import Options
from forms_app.specs.xlsform.importing import Imported, import_workbook
from forms_app.specs.xlsform.workbook import read_workbook
from tests.conftest import missing
from tests.specs.xlsform.comparing import Asked, odk, ours
from tests.specs.xlsform.public import folder

SHEETS = ("survey", "choices", "settings", "cascades")
TAKEN = {
    "ODKValidateWarnings": "phonenumber",
    "allow_comment_rows_test": "_category",
    "badly_named_choices_sheet": "",
    "blank_second_row": "",
    "choice_name_same_as_select_name": "",
    "calculate": "",
    "default_time_demo": "",
    "gps": "",
    "group": "phonenumber",
    "hidden": "",
    "ict_survey_fails": "",
    "instance_xmlns_test": "instance_xmlns",
    "repeat_date_test": "image",
    "settings": "attribute::my_number attribute::my_string",
    "sms_info": "image deviceid phonenumber sms_field sms_keyword sms_separator sms_allow_media sms_date_format "
    "sms_datetime_format",
    "spaces_in_choices_header": "submission_url",
    "specify_other": "",
    "style_settings": "",
    "table-list": "image",
    "text_and_integer": "",
    "tutorial": "tutorial_notes",
    "yes_or_no_question": "",
}
"""Workbooks that are taken, and what their author has to leave out first."""
REFUSED = {
    "bad_calc": {"expression"},
    "cascading_select_test_equivalent": {"expression"},
    "choice_filter_test": {"choice.duplicate"},
    "group_name_test": {"row.name", "type.refused"},
    "loop": {"type.unknown"},
    "new_cascading_select": {"choice.duplicate"},
    "not_closed_group_test": {"group.open", "type.refused"},
    "or_other": {"expression"},
    "pull_data": {"expression"},
    "search_and_select": {"appearance.unknown"},
    "select_one_external": {"sheet.refused", "type.refused"},
    "survey_no_name": {"survey.empty"},
    "unknown_question_type": {"column.twice", "language.unknown", "type.refused", "type.unknown"},
    "widgets": {"column.media", "type.refused"},
    "xlsform_spec_test": {
        "appearance.unknown", "column.media", "column.unknown", "language.unknown", "question.label",
        "settings.unknown", "text.answer", "text.unknown", "type.refused",
    },
}  # fmt: skip
"""Workbooks that are refused, and why."""
ANSWERS = {
    "text": ["Ani", "12", "0812-3456-7890"],
    "integer": ["2", "25", "100", "1"],
    "decimal": ["1.5", "40"],
    "date": ["2026-11-23", "2000-01-01"],
    "time": ["08:30"],
    "dateTime": ["2026-11-23T08:30"],
    "acknowledge": ["true"],
    "barcode": ["4006381333931"],
    "geopoint": ["-5.11 105.30 0 0"],
    "range": ["5", "3"],
}


def workbook(name: str) -> Path:
    """Return one of the public workbooks, or skip where they cannot be fetched."""
    found = folder()
    if found is None:
        missing("The package with public workbooks")
    return found / f"{name}.xlsx"


def brought(name: str, leave_out: str = "") -> Imported:
    """Import one of the workbooks."""
    path = workbook(name)
    return import_workbook(path.read_bytes(), path.name, Options({}, frozenset(leave_out.split())))


def side_by_side(name: str, leave_out: str) -> tuple[list[Asked], list[Asked]]:
    """Return the questions of ODK's converter and ours, without those that the author left out."""
    imported = brought(name, leave_out)
    found = convert(workbook(name))
    made = found._pyxform
    assert made is not None
    names = {f"generated_note_name_{row}": f"note_{row}" for row in range(1, 100)}
    theirs = odk(made, replace(imported, names={**names, **imported.names}), made["default_language"])
    mine = ours(imported.spec)
    if leave_out:
        kept = {one.name for one in mine}
        theirs = [one for one in theirs if one.name in kept]
    return theirs, mine


@pytest.mark.parametrize(("name", "leave_out"), TAKEN.items(), ids=TAKEN)
def test_public_workbooks_mean_the_same(name: str, leave_out: str) -> None:
    """The same questions in the same order, of the same type, with the same choices, texts, conditions and repeats."""
    theirs, mine = side_by_side(name, leave_out)
    seen = [one for one in theirs if not _silent(one.type)]
    assert [_without_place(one) for one in seen] == [_without_place(one) for one in mine if not _silent(one.type)]
    assert {(one.name, one.type) for one in theirs} == {(one.name, one.type) for one in mine}


def _silent(kind: str) -> bool:
    return kind in TYPES and TYPES[kind].widget == "hidden"


def _without_place(one: Asked) -> Asked:
    """Return the question without what the converter writes as a path of its own making."""
    return replace(one, looks_at=frozenset()) if one.name.endswith("_other") else one


@pytest.mark.parametrize(("name", "leave_out"), TAKEN.items(), ids=TAKEN)
def test_public_workbooks_can_be_filled(name: str, leave_out: str) -> None:
    """Answers of each type are accepted, and kept for every question that is asked."""
    spec = brought(name, leave_out).spec
    posted = MultiDict[str, str]()
    for question in spec.questions():
        if TYPES[question.type].posted and question.type != "repeat":
            inside = next((one.name for one in spec.questions() if question in one.children), "")
            posted.setlist(f"{inside}-0-{question.name}" if inside else question.name, _answers(question, spec)[:1])
    filled = _mended(spec, posted)
    assert filled == []


def _mended(spec: FormSpec, posted: MultiDict[str, str]) -> list[str]:
    """Return the fields that take none of the answers that could be tried."""
    for attempt in range(1, 4):
        filled = fill(spec, posted, {}, date(2026, 11, 23))
        for one in filled.problems:
            choices = _answers(spec.question(one.field.rpartition("-")[2]), spec)
            posted.setlist(one.field, choices[attempt : attempt + 1] or choices[:1])
        if not filled.problems:
            asked = {name for name in filled.relevant if TYPES[spec.question(name).type].posted}
            return sorted(name for name in asked if name not in filled.answers and spec.question(name).type != "repeat")
    return [one.field for one in filled.problems]


def _answers(question: Question, spec: FormSpec) -> list[str]:
    if TYPES[question.type].takes_list:
        return [one.name for one in spec.choice_list(question.list_name)]
    return ANSWERS[question.type]


@pytest.mark.parametrize(("name", "codes"), REFUSED.items(), ids=REFUSED)
def test_public_workbooks_are_refused_by_place(name: str, codes: set[str]) -> None:
    """What has no equal here is refused with its reason, at a cell where something stands."""
    with pytest.raises(SpecErrors) as caught:
        brought(name)
    assert {one.code for one in caught.value.problems} == codes
    sheets = read_workbook((workbook(name)).read_bytes(), name, SHEETS)
    places = {(cell.sheet, cell.row, cell.column) for one in sheets.values() for row in one.rows for cell in row}
    empty = [one.text() for one in caught.value.problems if (one.file, one.line, one.column) not in places]
    assert [one for one in empty if "survey.empty" not in one] == []
