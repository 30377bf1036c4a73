"""Sizes: the worst case of a form is never exceeded, and all secret forms are as large as each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forms_app.answers.filled import Filled
from forms_app.answers.sizes import SECRET_BYTES, record_bytes, worst_bytes
from forms_app.answers.submission import Submission
from forms_app.specs.library import Library
from forms_app.specs.model import FormSpec, Question

LONGEST = "😀"


def fullest(question: Question, spec: FormSpec) -> Any:
    """Return the longest answer that a question takes."""
    if question.children:
        return [{child.name: fullest(child, spec) for child in question.children}] * int(
            question.parameter("max") or 50
        )
    if question.list_name:
        names = [choice.name for choice in spec.choice_list(question.list_name)]
        return names if question.type == "select_multiple" else max(names, key=len)
    simple = {"integer": question.parameter("max") or "9" * 15, "acknowledge": "true", "decimal": "-0,00000000000001"}
    return simple.get(
        question.type, LONGEST * int(question.parameter("max") or (1000 if "multiline" in question.appearance else 200))
    )


def sealed_bytes(filled: Filled) -> int:
    """Return the size of a filling with every value of its envelope as long as can be."""
    spec = filled.spec
    data = dict.fromkeys(spec.event_names, LONGEST * 200)
    submission = Submission(
        spec.form_id, spec.version, spec.digest, "A" * 24, filled.answers, filled.calculated, "K7Q2MX", data,
        "p" * 40, "id", "2026-11-22T01:02:03+00:00", "web", "petugas", "immediate", level_shown=False, sample=False,
    )  # fmt: skip
    return len(submission.to_bytes())


def test_the_fullest_answers_fit_every_shipped_form(library: Library, filling: Callable[..., Filled]):
    """Every question answered at its longest, every record still fits."""
    for spec in library:
        answers = {one.name: fullest(one, spec) for page in spec.pages for one in page.questions}
        answers |= {
            "reg_kind": "ortu",
            "walkin": "ya",
            "prize": "ya",
            "child_n": "10",
            "disclosed": "ya",
            "raise": "immediate",
        }
        filled = filling(spec, answers, dict.fromkeys(spec.event_names, LONGEST * 200))
        assert sealed_bytes(filled) <= worst_bytes(spec) <= record_bytes(spec)


def test_the_bound_is_not_far_away(asking: Callable[..., FormSpec], filling: Callable[..., Filled]):
    """The bound grows with what can be answered: a repeat at its limit fills most of it."""
    row = "{name: t, type: text, label: T, parameters: max=100}"
    spec = asking(f"{{name: r, type: repeat, label: R, parameters: max=20, questions: [{row}]}}")
    size = sealed_bytes(filling(spec, {"r": [{"t": LONGEST * 100}] * 20}))
    assert 0.8 * worst_bytes(spec) < size <= worst_bytes(spec)


def test_secret_records_are_all_of_one_size(library: Library):
    """A checklist is as large as any other secret form, and large enough."""
    sizes = {spec.form_id: record_bytes(spec) for spec in library if spec.secret}
    assert set(sizes.values()) == {SECRET_BYTES}
    assert all(worst_bytes(spec) <= SECRET_BYTES for spec in library if spec.secret)


@pytest.mark.parametrize("most", ["1", "10", "100"])
def test_a_record_is_a_whole_number_of_steps(most: str, asking: Callable[..., FormSpec]):
    """Sizes are rounded up to 256 bytes."""
    spec = asking(f"{{name: t, type: text, label: T, parameters: max={most}}}")
    assert record_bytes(spec) % 256 == 0
    assert 0 <= record_bytes(spec) - worst_bytes(spec) < 256
