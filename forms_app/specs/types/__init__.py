"""The register of question types: a type is added by writing its class and naming it here."""

from __future__ import annotations

from forms_app.specs.types.base import Answer, Problem, QuestionType, problem
from forms_app.specs.types.picked import Acknowledge, SelectMultiple, SelectOne
from forms_app.specs.types.silent import Calculate, Calculated, Hidden, Note, Repeat
from forms_app.specs.types.typed import Date, Decimal, Integer, Text, Time

TYPES: dict[str, QuestionType] = {
    one.name: one
    for one in (
        Text(),
        Integer(),
        Decimal(),
        Date(),
        Time(),
        SelectOne(),
        SelectMultiple(),
        Note(),
        Acknowledge(),
        Hidden(),
        Calculate(),
        Repeat(),
    )
}

__all__ = ["TYPES", "Answer", "Calculated", "Problem", "QuestionType", "Repeat", "problem"]
