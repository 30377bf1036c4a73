"""Reading a submission again: the same rules, applied to answers that were sealed long ago."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms_app.answers.filling import Filled, fill
from forms_app.answers.submission import Submission
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types import TYPES


@dataclass(frozen=True)
class StoredAnswers:
    """Answers of a record, given out as the texts that would be typed to give them."""

    texts: Mapping[str, Sequence[str]]

    def getlist(self, key: str, /) -> Sequence[str]:
        """Return the texts of one field."""
        return self.texts.get(key, ())


def as_posted(spec: FormSpec, answers: Mapping[str, Any]) -> StoredAnswers:
    """Return stored answers as posted texts; cleaning them gives the same answers."""
    texts: dict[str, Sequence[str]] = {}
    for page in spec.pages:
        for question in page.questions:
            texts.update(_texts(question, question.name, answers.get(question.name)))
            for number, entry in enumerate(answers.get(question.name) or () if question.children else ()):
                for child in question.children:
                    texts.update(_texts(child, f"{question.name}-{number}-{child.name}", entry.get(child.name)))
    return StoredAnswers(texts)


def _texts(question: Question, name: str, answer: Any) -> dict[str, Sequence[str]]:
    if answer is None or question.children:
        return {}
    return {name: tuple(answer) if isinstance(answer, list) else (TYPES[question.type].show(answer),)}


def recheck(spec: FormSpec, submission: Submission) -> Filled:
    """Return the submission worked out anew; its `problems` are what breaks the form's rules.

    A part, or a record whose part stands elsewhere, is checked without the questions that are not in it.
    """
    filled = fill(spec, as_posted(spec, submission.answers), submission.event_data or {}, submission.day)
    elsewhere = {one.name for one in spec.questions() if one.part != submission.part}
    filled.problems = [one for one in filled.problems if one.field.partition("-")[0] not in elsewhere]
    return filled
