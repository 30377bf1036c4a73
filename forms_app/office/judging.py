"""Judging what opened: whether inside and outside agree, and whether the answers keep their form's rules.

A site's key, or anyone with the office's public key, can seal anything: so nothing is taken for granted, and what
cannot be right is named in codes, and kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from forms_app.answers.filled import Filled
from forms_app.answers.recheck import recheck
from forms_app.answers.submission import PHONE, Nonce, Submission, canonical
from forms_app.sealing.layout import OPAQUE
from forms_app.sealing.outline import Outline
from forms_app.sealing.records import record_id
from forms_app.specs.model import FormSpec
from forms_app.storage.archive import ArchivedRecord


class Judgement(NamedTuple):
    """A submission with every result in it, its level, and what is wrong, in codes."""

    submission: Submission
    level: str
    flaws: tuple[str, ...]


def judge(
    spec: FormSpec, submission: Submission, header: Outline, archived: ArchivedRecord, *, recompute: bool = True
) -> Judgement:
    """Return the level, worked out anew, and everything that is wrong, in codes: `id`, `full_name:required`...

    A phone is never told some results (DESIGN section 3): they are added to what it sealed. Without `recompute` the
    answers are not held against their form's rules, and the level is what the record says.
    """
    outside = tuple(_outside(spec, submission, header, archived))
    if not recompute:
        return Judgement(submission, submission.level, outside)
    filled = recheck(spec, submission)
    whole = _completed(spec, submission, filled)
    flaws = (f"{one.field}:{one.problem.code}" for one in filled.problems)
    return Judgement(whole, filled.level, (*outside, *_results(spec, whole, filled), *flaws))


def _completed(spec: FormSpec, submission: Submission, filled: Filled) -> Submission:
    """Return what a phone sealed with the results that it did not know; what it claims to know stays as it is."""
    if submission.channel != PHONE or submission.part:
        return submission
    told = spec.outcome is not None and spec.outcome.show == "respondent"
    level = submission.level if told else submission.level or filled.level
    calculated = {**filled.calculated, **submission.calculated}
    for name in filled.calculated.keys() & submission.calculated.keys():
        calculated[name] = _entries(filled.calculated[name], submission.calculated[name])
    return replace(submission, calculated=calculated, level=level)


def _entries(found: Any, claimed: Any) -> Any:
    """Return what is claimed of a repeat, with what its claimant did not know in each entry; else what is claimed."""
    if not isinstance(found, list) or not isinstance(claimed, list) or len(found) != len(claimed):
        return claimed
    pairs = zip(found, claimed, strict=True)
    return [{**known, **said} if isinstance(known, dict) and isinstance(said, dict) else said for known, said in pairs]


def _outside(spec: FormSpec, submission: Submission, header: Outline, archived: ArchivedRecord) -> Iterator[str]:
    """Yield where the record's outside and inside do not agree."""
    nonce = Nonce.parse(submission.nonce)
    identity = record_id(nonce.day, nonce.secret, canonical(submission.answers)) if nonce else b""
    if identity != archived.record_id or header.record_id != archived.record_id:
        yield "id"
    form = f"{submission.form_id}/{submission.part}" if submission.part else submission.form_id
    named = (header.form, header.digest, header.event) == (form, submission.digest, submission.event)
    if header.site != archived.site or (header.kind == OPAQUE) != spec.secret or not (spec.secret or named):
        yield "header"
    if submission.form_id != spec.form_id or submission.part not in {"", *(part.name for part in spec.parts)}:
        yield "form"


def _results(spec: FormSpec, submission: Submission, filled: Filled) -> Iterator[str]:
    """Yield which results differ from what these answers give.

    Where a form has parts, each record has only some of the answers, so results cannot be worked out from one.
    """
    if spec.parts:
        return
    if filled.calculated != submission.calculated:
        yield "calculated"
    if filled.level != submission.level:
        yield "level"
