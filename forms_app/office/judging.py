"""Judging what opened: whether inside and outside agree, and whether the answers keep their form's rules.

A site's key or a stranger with the office's public key can seal anything, so nothing about the content is taken for
granted: what cannot be right is named in codes, and kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from forms_app.answers.filling import Filled
from forms_app.answers.recheck import recheck
from forms_app.answers.submission import Nonce, Submission, canonical
from forms_app.errors import N_, CannotOpen
from forms_app.sealing.layout import OPAQUE, Header
from forms_app.sealing.records import record_id
from forms_app.specs.model import FormSpec
from forms_app.storage.archive import ArchivedRecord

_SHAPES: dict[str, tuple[type, ...]] = {
    "answers": (dict,),
    "calculated": (dict,),
    "event_data": (dict, type(None)),
    "level_shown": (bool,),
    "sample": (bool,),
}


def read_submission(text: bytes) -> Submission:
    """Return what was sealed; raise CannotOpen when its fields are not of their kinds: no site of ours wrote it."""
    try:
        submission = Submission.from_bytes(text)
    except RecursionError:
        raise _unknown() from None
    shapes = ((one.name, _SHAPES.get(one.name, (str,))) for one in fields(submission))
    right = all(isinstance(getattr(submission, name), kinds) for name, kinds in shapes)
    if not right or not all(isinstance(value, str) for value in (submission.event_data or {}).values()):
        raise _unknown()
    return submission


def judge(
    spec: FormSpec, submission: Submission, header: Header, archived: ArchivedRecord
) -> tuple[str, tuple[str, ...]]:
    """Return the level, worked out anew, and everything that is wrong, in codes: `id`, `full_name:required`..."""
    flaws = list(_outside(spec, submission, header, archived))
    filled = _filled_again(spec, submission)
    if filled is None:
        return "", (*flaws, "answers")
    return filled.level, (*flaws, *_inside(spec, submission, filled))


def _outside(spec: FormSpec, submission: Submission, header: Header, archived: ArchivedRecord) -> Iterator[str]:
    """Yield where the record's outside and inside do not agree."""
    nonce = Nonce.parse(submission.nonce)
    identity = record_id(nonce.day, nonce.secret, canonical(submission.answers)) if nonce else b""
    if identity != archived.record_id or header.record_id != archived.record_id:
        yield "id"
    form = f"{submission.form_id}/{submission.part}" if submission.part else submission.form_id
    named = (header.form, header.digest, header.event) == (form, submission.digest, submission.event)
    if header.site != archived.site or (header.kind == OPAQUE) != spec.secret or not (spec.secret or named):
        yield "header"
    known = {part.name for part in spec.parts} | {""}
    if submission.form_id != spec.form_id or submission.part not in known:
        yield "form"


def _filled_again(spec: FormSpec, submission: Submission) -> Filled | None:
    """Return the submission worked out anew, or None when its answers are not even of the kinds that answers have."""
    try:
        return recheck(spec, submission)
    except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError):
        return None


def _inside(spec: FormSpec, submission: Submission, filled: Filled) -> Iterator[str]:
    """Yield which answers break the form's rules, and what differs from what these answers give.

    Where a form has parts, each record has only some of the answers, so relevance and calculations cannot be judged.
    """
    yield from (f"{one.field}:{one.problem.code}" for one in filled.problems)
    if spec.parts:
        mine = {one.name for one in spec.questions() if one.part == submission.part}
        copies = {name for part in spec.parts if part.name == submission.part for name in part.copies}
        if submission.answers.keys() - mine - copies:
            yield "answers"
        return
    for name in ("answers", "calculated", "level"):
        if getattr(filled, name) != getattr(submission, name):
            yield name


def _unknown() -> CannotOpen:
    return CannotOpen(N_("Isi catatan ini tidak dikenal."))
