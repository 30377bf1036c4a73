"""The library: all forms of a folder, found by id, slug and digest, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from forms_app.errors import UnknownForm
from forms_app.specs.library import Library, read_library, say, texts
from forms_app.specs.model import NO_TEXT, FormSpec, Text
from forms_app.specs.problems import SpecErrors

Asking = Callable[..., FormSpec]


def test_a_form_is_found_by_id_and_slug(shipped_forms: Library):
    """Both names lead to the same form; one that is gone is no error where that may happen."""
    for spec in shipped_forms:
        assert shipped_forms.by_id(spec.form_id) is shipped_forms.by_slug(spec.slug) is spec
        assert shipped_forms.get(spec.form_id) is spec
    assert shipped_forms.get("gone") is None


@pytest.mark.parametrize("look", ["by_id", "by_slug"])
def test_an_unknown_form_is_refused_without_naming_it(look: str, shipped_forms: Library):
    """What was asked for is not repeated."""
    with pytest.raises(UnknownForm) as caught:
        getattr(shipped_forms, look)("rahasia")
    assert "rahasia" not in caught.value.text()


def test_the_problems_of_all_files_come_together(small: str, tmp_path: Path):
    """Two wrong files, a twin and a file that is no UTF-8 are reported at once."""
    for name, text in {
        "a.yaml": small.encode(),
        "b.yaml": small.encode(),
        "c.yaml": small.replace("label: A}", "lable: A}").encode(),
        "d.yaml": small.encode() + b"# \xff",
    }.items():
        (tmp_path / name).write_bytes(text)
    with pytest.raises(SpecErrors) as caught:
        read_library(tmp_path)
    found = [(one.file, one.code) for one in caught.value.problems]
    assert found == [
        ("b.yaml", "form.twin"),
        ("c.yaml", "question.label"),
        ("c.yaml", "key.unknown"),
        ("d.yaml", "file.encoding"),
    ]


def test_the_same_slug_is_a_twin(small: str, tmp_path: Path):
    """Two forms cannot share an address."""
    (tmp_path / "a.yaml").write_text(small, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(small.replace("form_id: small", "form_id: other"), encoding="utf-8")
    with pytest.raises(SpecErrors, match=r"b\.yaml:1:1: form\.twin"):
        read_library(tmp_path)


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        (Text("Ya", (("en", "Sure"),)), "en", "Sure"),
        (Text("Ya", (("en", ""),)), "en", "Yes"),
        (Text("Ya", (("en", "Sure"),)), "id", "Ya"),
        (Text("Belum pernah diterjemahkan"), "en", "Belum pernah diterjemahkan"),
        (NO_TEXT, "en", ""),
        (NO_TEXT, "id", ""),
    ],
)
def test_nothing_is_ever_blank(text: Text, language: str, said: str):
    """What is written beside a text wins, then the catalogue, then the source; an empty text stays empty."""
    assert say(text, language) == said


def test_texts_are_all_that_people_see(asking: Asking):
    """Every text of a form is yielded, of repeats, lists, cards and messages too."""
    head = (
        "closing: T1\noutcome: {show: never, explanation: T2, rules: [{level: low, when: 'true()', card: k}], "
        "cards: {k: {title: T3, body: T4}}, notes: {n: {title: T5, body: T6}}}\n"
    )
    spec = asking(
        "{name: a, type: select_one yn, label: T7, hint: T8, guidance_hint: T9, "
        "required_message: T10, constraint_message: T11}",
        "{name: r, type: repeat, label: T12, questions: [{name: b, type: text, label: T13}]}",
        head=head,
    )
    seen = {one.source for one in texts(spec) if one}
    assert seen == {f"T{number}" for number in range(1, 14)} | {"Kecil", "Formulir kecil", "Satu", "Ya", "Tidak"}
