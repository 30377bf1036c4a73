"""What a page without script asks for instead of being sent: one entry more, one less, or a search in a long list.

The site answers with the same page in its next state, with everything that was typed. Nothing is kept.
"""

from __future__ import annotations

import re
from functools import lru_cache

from werkzeug.datastructures import MultiDict

from forms_app.answers.filled import Filled
from forms_app.answers.filling import Posted
from forms_app.answers.sections import FIND, FOUND, MARK
from forms_app.specs.model import FormSpec
from forms_app.specs.types import MAX_REPEATS, TYPES, Repeat


def without_entry(posted: MultiDict[str, str], entry: str) -> MultiDict[str, str]:
    """Return what was posted without one entry, `children-1`; those behind it move up."""
    repeat, _, number = entry.rpartition("-")
    if not (repeat and number.isascii() and number.isdigit()) or len(number) > 3:
        return posted
    name = re.compile(rf"({FIND}|{FOUND})?{re.escape(repeat)}-([0-9]{{1,3}})-(.+)")
    kept: MultiDict[str, str] = MultiDict()
    for key, text in posted.items(multi=True):
        found = name.fullmatch(key)
        place = int(found[2]) if found else -1
        if place > int(number) and found:
            kept.add(f"{found[1] or ''}{repeat}-{place - 1}-{found[3]}", text)
        elif place != int(number):
            kept.add(key, text)
    return kept


def show_entries(spec: FormSpec, posted: Posted, filled: Filled, more: str) -> None:
    """Let every repeat show the entries that it had on the page, and `more` one in addition."""
    for question in spec.questions():
        kind = TYPES[question.type]
        if isinstance(kind, Repeat) and question.repeat_count is None:
            name = question.name
            had = [number for number in range(MAX_REPEATS) if posted.getlist(f"{name}-{number}-{MARK}")]
            count = max(filled.counts.get(name, 0), max(had, default=-1) + 1) + (name == more)
            filled.counts[name] = min(count, kind.limit(question))


def is_searching(spec: FormSpec, posted: Posted, filled: Filled) -> bool:
    """Whether something was typed into a search that nothing was picked from, and that nobody has answered yet.

    The Enter key sends a form by its first button, whichever that is.
    """
    for question, name in _searches(spec):
        typed, answered = (" ".join(posted.getlist(prefix + name)).strip() for prefix in (FIND, FOUND))
        if typed and typed != answered and question in filled.relevant | {""} and not any(posted.getlist(name)):
            return True
    return False


@lru_cache(maxsize=256)
def _searches(spec: FormSpec) -> tuple[tuple[str, str], ...]:
    """Return the searches that a form's page may have: the question that must be relevant if any, and the name."""
    found = []
    for question in (one for page in spec.pages for one in page.questions):
        if spec.is_long(question.list_name):
            found.append((question.name, question.name))
        for child in question.children:
            if spec.is_long(child.list_name):
                found.extend(("", f"{question.name}-{number}-{child.name}") for number in range(MAX_REPEATS))
    return tuple(found)
