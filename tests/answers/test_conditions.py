"""Conditions: the sentence that stands beside a conditional question where no script hides it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forms_app.answers.conditions import condition
from forms_app.specs.library import Library
from forms_app.specs.model import FormSpec

Asking = Callable[..., FormSpec]
A = "{name: a, type: select_one yn, label: Sudah?}"
M = "{name: m, type: select_multiple yn, label: Mana?}"


@pytest.mark.parametrize(
    ("relevant", "sentence"),
    [
        ("${a} = 'ya'", "Isi bila “Sudah?” dijawab “Ya”."),
        ("${a} = 'ya' or ${a} = 'tidak'", "Isi bila “Sudah?” dijawab “Ya” atau “Tidak”."),
        ("selected(${a}, 'ya')", "Isi bila “Sudah?” dijawab “Ya”."),
        ("selected(${m}, 'tidak')", "Isi bila “Mana?” dijawab “Tidak”."),
        ("${a} = 'ya' or ${t} = 'x'", "Lewati bila tidak sesuai."),
        ("${a} != ''", "Isi bila “Sudah?” sudah diisi."),
        ("not(${t} = '')", "Isi bila “T” sudah diisi."),
        ("not(${a} = 'ya')", "Lewati bila “Sudah?” dijawab “Ya”."),
        ("${a} != 'ya'", "Lewati bila “Sudah?” dijawab “Ya”."),
        ("not(selected(${m}, 'ya') or selected(${m}, 'tidak'))", "Lewati bila “Mana?” dijawab “Ya” atau “Tidak”."),
        ("not(${a} != 'ya')", "Lewati bila tidak sesuai."),
        ("${a} = ''", "Lewati bila tidak sesuai."),
        ("${a} = 'ya' and ${t} = ''", "Lewati bila tidak sesuai."),
        ("${t} = 'x'", "Lewati bila tidak sesuai."),
        ("${event_jenjang} = 'sd'", "Lewati bila tidak sesuai."),
        ("${level} = 'low'", "Lewati bila tidak sesuai."),
    ],
)
def test_a_simple_condition_is_told(relevant: str, sentence: str, asking: Asking):
    """Answers of one question are named by their labels; anything else is said in general."""
    spec = asking(A, M, "{name: t, type: text, label: T}", f'{{name: q, type: text, label: Q, relevant: "{relevant}"}}')
    assert condition(spec, spec.question("q"), "id") == sentence
    assert condition(spec, spec.question("a"), "id") == ""


def test_the_pages_condition_is_told_too(library: Library):
    """Each question of a conditional page tells whom it asks, in the page's language."""
    spec = library.by_id("event_registration")
    assert (
        condition(spec, spec.question("rel"), "id")
        == "Isi bila “Bapak/Ibu hadir sebagai apa?” dijawab “Orang tua/wali”."
    )
    assert "Orang tua" not in condition(spec, spec.question("rel"), "en")


def test_inside_a_repeat(asking: Asking):
    """A question of an entry tells its own condition."""
    inner = "{name: q, type: text, label: Q, relevant: \"${a} = 'ya'\"}"
    spec = asking(f"{{name: r, type: repeat, label: R, questions: [{A}, {inner}]}}")
    assert condition(spec, spec.question("q"), "id") == "Isi bila “Sudah?” dijawab “Ya”."
