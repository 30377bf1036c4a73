"""Finding choices in a list that is too long to show: by what was typed, and by what the question's filter lets pass.

Case, spaces and accents do not matter, nor do marks: "iringmulyo" finds *Iring Mulyo*, "al amin" *Al-Amin*. The twin on
the phone is static/parts/search.js.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

from forms_app.answers.plan import columns_of
from forms_app.specs.expressions import Context
from forms_app.specs.library import say
from forms_app.specs.model import Choice, FormSpec, Question

MOST_FOUND = 50
"""How many choices are shown at once; who does not see theirs types more."""


def find(
    spec: FormSpec, question: Question, text: str, values: Mapping[str, Any], context: Context, language: str
) -> tuple[list[Choice], bool]:
    """Return the first choices that match the text and pass the filter, and whether there are more of them.

    Every word of the text stands somewhere in the label. Without a word in it everything matches.
    """
    words = [word for word in map(fold, text.split()) if word]
    matching = (
        choice
        for choice, label in _folded(spec, question.list_name, language)
        if all(word in label for word in words) and passes(question, choice, values, context)
    )
    found = list(islice(matching, MOST_FOUND + 1))
    return found[:MOST_FOUND], len(found) > MOST_FOUND


def passes(question: Question, choice: Choice, values: Mapping[str, Any], context: Context) -> bool:
    """Whether the question's filter lets a choice pass."""
    allowed = question.choice_filter
    return allowed is None or allowed.holds({**values, **columns_of(choice)}, context=context)


def fold(text: str) -> str:
    """Return the text as it is compared: small letters and digits, without accents, spaces and other signs."""
    return "".join(_kept(unicodedata.normalize("NFD", text.lower())))


def _kept(text: str) -> Iterator[str]:
    return (sign for sign in text if unicodedata.category(sign)[0] in "LN")


@lru_cache(maxsize=64)
def _folded(spec: FormSpec, list_name: str, language: str) -> tuple[tuple[Choice, str], ...]:
    return tuple((choice, fold(say(choice.label, language))) for choice in spec.choice_list(list_name))
