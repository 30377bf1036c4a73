"""Workbooks made of rows, and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from forms_app.specs.problems import SpecErrors
from forms_app.specs.xlsform.heading import Options
from forms_app.specs.xlsform.importing import Imported, import_workbook
from forms_app.specs.xlsform.workbook import write_workbook

Rows = Sequence[Sequence[str]]
YES_NO = (("list_name", "name", "label"), ("yn", "ya", "Ya"), ("yn", "tidak", "Tidak"))
Import = Callable[..., Imported]
Refused = Callable[..., list[str]]


def bring(survey: Rows, *, choices: Rows = YES_NO, settings: Rows = (), leave_out: str = "", **more: Rows) -> Imported:
    """Import a workbook of these rows."""
    sheets: Mapping[str, Rows] = {"survey": survey, "choices": choices, "settings": settings, **more}
    data = write_workbook({name: rows for name, rows in sheets.items() if rows})
    return import_workbook(data, "contoh.xlsx", Options({}, frozenset(leave_out.split())))


@pytest.fixture(scope="session")
def imported() -> Import:
    """Return a function that imports a workbook of rows."""
    return bring


@pytest.fixture(scope="session")
def refused() -> Refused:
    """Return a function that imports a workbook of rows and returns `sheet:row:column: code` of everything refused."""

    def read(survey: Rows, **more: object) -> list[str]:
        with pytest.raises(SpecErrors) as caught:
            bring(survey, **more)  # type: ignore[arg-type]
        return [": ".join(one.text().split(": ")[:2]) for one in caught.value.problems]

    return read
