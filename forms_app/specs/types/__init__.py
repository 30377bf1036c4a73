"""The register of question types: a type is added by writing its class and naming it here."""

from __future__ import annotations

from forms_app.specs.types.around import MAX_REPEATS, Around, Group, Repeat
from forms_app.specs.types.base import Answer, Cleaner, Problem, QuestionType, problem
from forms_app.specs.types.moments import Date, DateTime, Time
from forms_app.specs.types.numbers import Decimal, Integer, Range
from forms_app.specs.types.picked import Acknowledge, Rank, SelectMultiple, SelectOne
from forms_app.specs.types.places import Geopoint
from forms_app.specs.types.refused import REFUSED
from forms_app.specs.types.silent import Calculate, Calculated, End, Hidden, Language, Metadata, Note, Start, Today
from forms_app.specs.types.text import Barcode, Text

TYPES: dict[str, QuestionType] = {
    one.name: one
    for one in (
        Text(),
        Integer(),
        Decimal(),
        Range(),
        Date(),
        Time(),
        DateTime(),
        SelectOne(),
        SelectMultiple(),
        Rank(),
        Note(),
        Acknowledge(),
        Barcode(),
        Geopoint(),
        Calculate(),
        Hidden(),
        Group(),
        Repeat(),
        Start(),
        End(),
        Today(),
        Language(),
    )
}

FROM_FILE = {f"{name}_from_file": name for name, kind in TYPES.items() if kind.takes_list and name != "rank"}
"""XLSForm's spelling of a type that takes its list from a CSV file, and the type."""

__all__ = [
    "FROM_FILE",
    "MAX_REPEATS",
    "REFUSED",
    "TYPES",
    "Answer",
    "Around",
    "Calculated",
    "Cleaner",
    "Group",
    "Metadata",
    "Problem",
    "QuestionType",
    "Repeat",
    "problem",
]
