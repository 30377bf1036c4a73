"""How large a record can get: every record of a form is padded to the worst case, so that its size says nothing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types import TYPES, Repeat

SECRET_BYTES = 32 * 1024
ENVELOPE_BYTES = 1024
EVENT_VALUE_BYTES = 4 * 200 + 32
SCHOOL = "event_school"
_STEP = 256


def worst_bytes(spec: FormSpec) -> int:
    """Return the most bytes that a submission of this form can take, in canonical UTF-8."""
    own = sum(_worst(spec, question) for page in spec.pages for question in page.questions)
    return ENVELOPE_BYTES + EVENT_VALUE_BYTES * len(sealed_event_names(spec)) + own


def sealed_event_names(spec: FormSpec) -> tuple[str, ...]:
    """Return what of the event is sealed with the answers: what the form uses, and the school.

    By the school the office judges what a site may send. A secret form says nothing of its event.
    """
    if spec.secret or SCHOOL in spec.event_names:
        return spec.event_names
    return (*spec.event_names, SCHOOL)


@cache
def record_bytes(spec: FormSpec) -> int:
    """Return the size to which this form's records are padded; one common size for all secret forms."""
    return SECRET_BYTES if spec.secret else -(-worst_bytes(spec) // _STEP) * _STEP


def _worst(spec: FormSpec, question: Question) -> int:
    kind = TYPES[question.type]
    own = len(question.name) + 4 + kind.worst_bytes(question, spec) if kind.stored else 0
    if isinstance(kind, Repeat):
        return own + kind.limit(question) * (3 + _sum(spec, question.children))
    return own


def _sum(spec: FormSpec, questions: Iterable[Question]) -> int:
    return sum(_worst(spec, question) for question in questions)
