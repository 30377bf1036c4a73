"""Reading a submission again: the same rules, applied to answers that were sealed long ago."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forms_app.answers.filled import FieldProblem, Filled
from forms_app.answers.filling import STARTED, fill
from forms_app.answers.submission import Submission, canonical
from forms_app.errors import N_
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types import TYPES, problem

FOREIGN = N_("Jawaban ini tidak berasal dari formulir ini.")


@dataclass(frozen=True)
class StoredAnswers:
    """Answers of a record, given out as the texts that would be typed to give them."""

    texts: Mapping[str, Sequence[str]]

    def getlist(self, key: str, /) -> Sequence[str]:
        """Return the texts of one field."""
        return self.texts.get(key, ())


def as_posted(spec: FormSpec, answers: Mapping[str, Any], calculated: Mapping[str, Any] | None = None) -> StoredAnswers:
    """Return stored answers as posted texts; cleaning them gives the same answers.

    Of what was calculated only the beginning of the filling is given out: the phone alone knew it.
    """
    began = [(calculated or {}).get(one.name) for one in spec.questions() if one.type == "start"]
    texts: dict[str, Sequence[str]] = {STARTED: [one for one in began if isinstance(one, str)][:1]}
    for page in spec.pages:
        for question in page.questions:
            answer = answers.get(question.name)
            texts[question.name] = _texts(question, answer)
            entries = answer if question.children and isinstance(answer, list) else []
            for number, entry in enumerate(one if isinstance(one, dict) else {} for one in entries):
                for child in question.children:
                    texts[f"{question.name}-{number}-{child.name}"] = _texts(child, entry.get(child.name))
    return StoredAnswers(texts)


def _texts(question: Question, answer: Any) -> Sequence[str]:
    """Return the texts of one answer; none for what no form can have stored."""
    if isinstance(answer, list):
        return tuple(one for one in answer if isinstance(one, str))
    return (TYPES[question.type].show(answer),) if isinstance(answer, str | int | float) else ()


def recheck(spec: FormSpec, submission: Submission) -> Filled:
    """Return the submission worked out anew; its `problems` are what breaks the form's rules.

    A part, or a record whose part stands elsewhere, is checked without the questions that are not in it. Nothing that
    was sealed raises: anyone can seal to the office.
    """
    filled = fill(
        spec,
        as_posted(spec, submission.answers, submission.calculated),
        submission.event_data or {},
        submission.day,
        when=datetime.fromisoformat(submission.filled_at),
        seed=submission.nonce,
        language=submission.language,
    )
    elsewhere = {one.name for one in spec.questions() if one.part != submission.part}
    kept = [one for one in filled.problems if one.field.partition("-")[0] not in elsewhere]
    filled.problems = [*kept, *_foreign(spec, submission, filled, {one.field.partition("-")[0] for one in kept})]
    return filled


def _foreign(spec: FormSpec, submission: Submission, filled: Filled, known: set[str]) -> Iterator[FieldProblem]:
    """Yield stored answers that this form cannot have given: unknown, not asked, or not of their type.

    Whether a question was asked can depend on answers that stand in another part of the same filling.
    """
    names = {question.name for page in spec.pages for question in page.questions}
    for name in submission.answers.keys() - known:
        asked_elsewhere = spec.parts and name in names and name not in filled.relevant
        if not asked_elsewhere and not _same(submission.answers[name], filled.answers.get(name)):
            yield FieldProblem(name, problem("foreign", FOREIGN))


def _same(stored: Any, found: Any) -> bool:
    """Whether two answers are written alike; 2 and 2.0, or 1 and true, are not."""
    return canonical(stored) == canonical(found)
