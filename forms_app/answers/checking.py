"""What is missing, breaks its constraint, or deserves a second look, once all values of a filling are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from forms_app.answers.filled import FieldProblem, Filled
from forms_app.answers.plan import Step
from forms_app.errors import N_
from forms_app.specs.expressions import Context
from forms_app.specs.types import Answer, problem

MISSING = "required"
"""The code of the problem that a needed answer is not there."""
CONSTRAINT = N_("Jawaban ini belum sesuai. Periksa lagi.")
WARNING = N_("Periksa lagi jawaban ini. Bila sudah benar, kirim lagi.")


def check(steps: Iterable[Step], filled: Filled, context: Context) -> None:
    """Note what is missing, breaks a rule, or deserves a second look; problems stand in the order of the form."""
    checks = _Checks(filled, context)
    for step in steps:
        if step.name not in filled.relevant:
            continue
        checks.look(step, step.name, filled.values, filled.values.get(step.name))
        for entry in filled.entries.get(step.name, ()):
            values = {**filled.values, **entry.own}
            for inner in entry.relevant:
                if inner.checked and inner.clean is not None:
                    checks.look(
                        inner, f"{step.name}-{entry.number}-{inner.name}", values, entry.answers.get(inner.name)
                    )
    if len(filled.problems) > 1:
        order = [question.name for question in filled.spec.questions()]
        filled.problems.sort(key=lambda one: order.index(one.field.partition("-")[0]))


@dataclass
class _Checks:
    """The checks of one filling."""

    filled: Filled
    context: Context

    def look(self, step: Step, field: str, values: Mapping[str, Any], answer: Answer) -> None:
        """Look at one answer, unless something is wrong with it already."""
        question, problems = step.question, self.filled.problems
        if problems and any(one.field == field for one in problems):
            return
        if answer is None:
            required = step.required
            if step.always or (required and required.holds(values, context=self.context)):
                found = problem(MISSING, step.kind.missing)
                problems.append(FieldProblem(field, found, question.required_message))
            return
        if question.constraint and not question.constraint.holds(values, context=self.context):
            found = problem("constraint", CONSTRAINT)
            problems.append(FieldProblem(field, found, question.constraint_message))
        elif question.warn and question.warn.holds(values, context=self.context):
            self.filled.warnings.append(FieldProblem(field, problem("warning", WARNING), question.warn_message))
