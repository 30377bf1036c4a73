"""What a phone cannot work out: `uuid` and `digest` are the site's, and so is all that follows from them."""

from __future__ import annotations

from collections.abc import Iterable

from forms_app.errors import N_
from forms_app.specs.expressions import Expression
from forms_app.specs.model import Outcome, Page, Question
from forms_app.specs.nodes import Node, Problems
from forms_app.specs.rows import Row

_AT_ONCE = ("relevant", "required", "constraint", "warn", "choice_filter", "repeat_count", "alert")
_WRONG = N_("uuid() dan digest() dihitung setelah dikirim: hanya untuk calculate yang tidak dipakai syarat lain.")


def site_only(
    pages: Iterable[Page], outcome: Outcome | None, rows: Iterable[Row], tree: Node, problems: Problems
) -> frozenset[str]:
    """Return the calculations that only the site works out, after noting each place where a phone would need them."""
    pages = tuple(pages)
    questions = [inner for page in pages for one in page.questions for inner in (one, *one.children)]
    found = _at_site(questions)
    places = {row.name: row for row in rows}
    for question in questions:
        for key in _AT_ONCE:
            if _needs(getattr(question, key), found):
                problems.add(places[question.name].get(key) or tree, "expression.site", _WRONG)
    rules = outcome.rules if outcome and outcome.show == "respondent" else ()
    shown = [*(page.relevant for page in pages), *(rule.when for rule in rules)]
    if any(_needs(one, found) for one in shown):
        problems.add(tree, "expression.site", _WRONG)
    return found


def _at_site(questions: Iterable[Question]) -> frozenset[str]:
    calculations = {one.name: one.calculation for one in questions if one.calculation}
    found: set[str] = set()
    while new := {name for name, one in calculations.items() if name not in found and _needs(one, found)}:
        found |= new
    return frozenset(found)


def _needs(expression: Expression | None, found: Iterable[str]) -> bool:
    return expression is not None and (expression.at_site or not expression.names.isdisjoint(found))
