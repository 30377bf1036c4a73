"""Reading a submission again: the same rules, applied to answers that were sealed long ago."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from forms_app.answers.checking import MISSING
from forms_app.answers.filled import FieldProblem, Filled
from forms_app.answers.filling import STANDS, STARTED, fill
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

    An entry of a repeat stands even if all that was typed in it turned out not to be asked. Of what was calculated
    only the beginning of the filling is given out: the phone alone knew it.
    """
    known = _questions(spec)
    began = [(calculated or {}).get(name) for name in known.starts]
    texts: dict[str, Sequence[str]] = {STARTED: [one for one in began if isinstance(one, str)][:1]}
    for name, answer in answers.items():
        question = known.asked.get(name)
        if question is None:
            continue
        texts[name] = _texts(question, answer)
        entries = answer if question.children and isinstance(answer, list) else ()
        for number, entry in enumerate(one if isinstance(one, dict) else {} for one in entries):
            texts[f"{name}-{number}-{STANDS}"] = (STANDS,)
            for child in question.children:
                texts[f"{name}-{number}-{child.name}"] = _texts(child, entry.get(child.name))
    return StoredAnswers(texts)


class _Questions(NamedTuple):
    """The questions of a form by name, which tell when the filling began, and the part of each, inner ones too."""

    asked: Mapping[str, Question]
    starts: tuple[str, ...]
    parts: Mapping[str, str]


@lru_cache(maxsize=256)
def _questions(spec: FormSpec) -> _Questions:
    asked = {question.name: question for page in spec.pages for question in page.questions}
    starts = tuple(one.name for one in spec.questions() if one.type == "start")
    return _Questions(asked, starts, {one.name: one.part for one in spec.questions()})


def _texts(question: Question, answer: Any) -> Sequence[str]:
    """Return the texts of one answer; none for what no form can have stored."""
    if isinstance(answer, list):
        return tuple(one for one in answer if isinstance(one, str))
    return (TYPES[question.type].show(answer),) if isinstance(answer, str | int | float) else ()


def recheck(spec: FormSpec, submission: Submission) -> Filled:
    """Return the submission worked out anew; its `problems` are what breaks the form's rules.

    A part, or a record whose part stands elsewhere, is checked without the questions that are not in it. Nothing that
    was sealed raises: anyone can seal to the office. What was sent before it was finished may lack answers.
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
    here, parts = submission.part, _questions(spec).parts
    pairs = [(one.field.partition("-")[0], one) for one in filled.problems]
    kept = {name: one for name, one in pairs if parts.get(name, here) == here}
    own = [one for name, one in pairs if name in kept and not (submission.partial and one.problem.code == MISSING)]
    filled.problems = [*own, *_foreign(spec, submission, filled, kept)]
    return filled


def _foreign(spec: FormSpec, submission: Submission, filled: Filled, known: Collection[str]) -> Iterator[FieldProblem]:
    """Yield stored answers that this form cannot have given: unknown, not asked, or not of their type.

    Whether a question was asked can depend on answers that stand in another part of the same filling.
    """
    for name, answer in submission.answers.items():
        if name in known or _same(answer, filled.answers.get(name)):
            continue
        if not spec.parts or name in filled.relevant or name not in _questions(spec).asked:
            yield FieldProblem(name, problem("foreign", FOREIGN))


def _same(stored: Any, found: Any) -> bool:
    """Whether two answers are written alike; 2 and 2.0, or 1 and true, are not."""
    if isinstance(stored, str | int):  # most are
        return type(stored) is type(found) and bool(stored == found)
    return canonical(stored) == canonical(found)
