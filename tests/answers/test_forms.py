"""Form fields: texts in the page's language, what was typed, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from forms_app.answers.filling import fill
from forms_app.answers.forms import SpecField, form_class
from forms_app.answers.sections import Section, Told, error_summary, sections
from forms_app.specs.library import Library
from forms_app.specs.model import FormSpec
from forms_app.translation import catalogue, is_translated

Asking = Callable[..., FormSpec]
TODAY = date(2026, 11, 22)


def shown(spec: FormSpec, answers: list[tuple[str, str]] | None = None, language: str = "id") -> list[Section]:
    """Return the sections of a fresh page, or of one with what was posted."""
    posted = None if answers is None else MultiDict(answers)
    filled = fill(spec, posted, {}, TODAY) if posted is not None else None
    return sections(spec, language, posted, filled)


def fields(pages: list[Section]) -> dict[str, SpecField]:
    """Return all fields by name, those of groups and entries too."""
    return {one.name: one for page in pages for one in page.walk()}


def test_sections_are_the_pages(library: Library):
    """Names, labels and whether a page has a relevance; what nobody sees is no field."""
    spec = library.by_id("event_registration")
    assert [(one.name, one.relevant) for one in shown(spec)] == [
        ("bapak_ibu", False),
        ("anak", True),
        ("setuju", False),
    ]
    names = set(fields(shown(library.by_id("detection_checklist_teacher"))))
    assert "danger" not in names
    assert "facts" in names


def test_every_text_is_in_the_pages_language(library: Library):
    """In English every field and section of a shipped form shows its English."""
    for spec in library:
        for name, field in fields(shown(spec, language="en")).items():
            label = spec.question(name.rpartition("-")[2]).label.source
            assert is_translated("forms", "en", label)
            assert field.label.text == catalogue("forms", "en")(label)
        labels = [catalogue("forms", "en")(page.label.source) for page in spec.pages]
        assert [section.label for section in shown(spec, language="en")] == labels
    field = fields(shown(library.by_id("event_registration"), language="en"))["reg_kind"]
    assert field.options[0].label == "Parent/guardian"


def test_a_fresh_page_shows_defaults(asking: Asking):
    """A default is picked, ticked or written, and gone once the page was sent without it."""
    spec = asking(
        "{name: a, type: select_one yn, label: A, default: ya}",
        "{name: m, type: select_multiple yn, label: M, default: ya tidak}",
        "{name: t, type: text, label: T, default: Halo}",
    )
    fresh = fields(shown(spec))
    assert [one.checked for one in fresh["a"].options] == [True, False]
    assert [one.checked for one in fresh["m"].options] == [True, True]
    assert fresh["t"].value == "Halo"
    again = fields(shown(spec, [("t", "")]))
    assert not any(one.checked for name in "am" for one in again[name].options)
    assert again["t"].value == ""


def test_what_was_typed_is_shown_again_with_what_is_wrong(asking: Asking):
    """Exactly as typed, with the message beside it and in the summary, in the order of the page."""
    spec = asking(
        "{name: n, type: integer, label: Angka, parameters: min=1}",
        "{name: r, type: repeat, label: Anak, questions: [{name: l, type: text, label: L}, "
        "{name: k, type: text, label: Nama, required: 'true()', required_message: Isi nama.}]}",
    )
    pages = shown(spec, [("n", " dua "), ("r-0-k", "A"), ("r-1-l", "x")])
    found = fields(pages)
    assert found["n"].value == " dua "
    assert found["n"].errors == ["Isi dengan angka bulat. Contoh: 2."]
    assert (found["r-0-k"].value, found["r-1-k"].errors) == ("A", ["Isi nama."])
    assert error_summary(pages) == [Told("n", "Angka", found["n"].errors[0]), Told("r-1-k", "Nama", "Isi nama.")]


def test_of_an_answer_sent_twice_the_one_that_counts_is_shown(asking: Asking):
    """What is shown as picked is what was taken."""
    spec = asking("{name: a, type: select_one yn, label: A}")
    options = fields(shown(spec, [("a", "tidak"), ("a", "ya")]))["a"].options
    assert [one.checked for one in options] == [True, False]


def test_a_repeat_has_entries_and_a_template(asking: Asking):
    """A fresh repeat shows one entry; the template's names have a place for the number."""
    spec = asking("{name: r, type: repeat, label: R, questions: [{name: k, type: text, label: K}]}")
    field = fields(shown(spec))["r"]
    assert [[one.name for one in entry] for entry in field.entries] == [["r-0-k"]]
    assert [one.name for one in field.template_entry] == ["r-__n__-k"]
    assert len(fields(shown(spec, [("r-0-k", "a"), ("r-1-k", "b")]))["r"].entries) == 2


@pytest.mark.parametrize(
    "name", ["data", "errors", "validate", "process", "meta", "sections", "spec", "language", "populate_obj"]
)
def test_a_question_may_be_called_what_wtforms_calls_its_own(name: str, asking: Asking):
    """No name of a question breaks the form."""
    found = fields(shown(asking(f"{{name: {name}, type: text, label: A}}"), [(name, "x")]))
    assert found[name].value == "x"
    assert found[name].label.text == "A"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("type: integer, appearance: numbers, parameters: min=0", {"min": "0", "inputmode": "numeric"}),
        ("type: date, parameters: min=2026-01-01", {"min": "2026-01-01"}),
        ("type: text, parameters: max=9 autocomplete=tel", {"maxlength": "9", "autocomplete": "tel"}),
        ("type: text, appearance: multiline", {"maxlength": "1000"}),
    ],
)
def test_attributes_help_the_keyboard(row: str, expected: dict[str, Any], asking: Asking):
    """Bounds, length and input mode; nothing is remembered by the browser unless the spec allows it."""
    spec = asking(f"{{name: a, label: A, {row}}}")
    assert fields(shown(spec))["a"].attributes == {"autocomplete": "off", **expected}


@pytest.mark.parametrize(
    ("kind", "fits", "other"), [("phone", "0812-3456-7890", "0812"), ("receipt", "41729 03855", "4172")]
)
def test_a_format_is_checked_by_the_browser_too(kind: str, fits: str, other: str, asking: Asking):
    """The pattern in the page takes what the server takes; a format has its own length."""
    found = fields(shown(asking(f"{{name: a, label: A, type: text, parameters: format={kind}}}")))["a"].attributes
    assert re.fullmatch(found["pattern"], fits)
    assert not re.fullmatch(found["pattern"], other)
    assert found["maxlength"] == "20"


def test_a_secret_form_is_never_remembered_by_the_browser(library: Library):
    """No field of a secret form may be completed from what was typed before."""
    spec = library.by_id("detection_checklist_teacher")
    assert {one.attributes["autocomplete"] for one in fields(shown(spec)).values()} == {"off"}


def test_a_class_is_made_once(library: Library):
    """For one form and language there is one class."""
    spec = library.by_slug("1")
    assert form_class(spec, "id") is form_class(spec, "id") is not form_class(spec, "en")


INNER = "{name: y, type: text, label: 'Umur ${x} anak ${nama}'}"
REPEATING = (
    "{name: nama, type: text, label: Nama}",
    "{name: setuju, type: select_one yn, label: 'Setuju, ${nama}?', hint: 'Di ${event_title}'}",
    "{name: lahir, type: date, label: Lahir}",
    "{name: berat, type: decimal, label: Berat}",
    "{name: n, type: note, label: '${setuju} ${lahir} ${berat}'}",
    "{name: umur, type: integer, label: 'Umur ${nama}', required: 'true()', required_message: 'Isi umur ${nama}.'}",
    "{name: r, type: repeat, label: R, questions: [{name: x, type: text, label: X}, %s]}".replace("%s", INNER),
)


def test_texts_repeat_answers_as_people_write_them(asking: Asking):
    """Choices by their label, days and numbers as Indonesia writes them, and in an entry its own."""
    answers = [("nama", " Ani ${berat} "), ("setuju", "tidak"), ("lahir", "2020-02-03"), ("berat", "12,5")]
    pages = shown(asking(*REPEATING), [*answers, ("r-0-x", "Budi"), ("r-1-x", "Cici")])
    found = fields(pages)
    assert found["setuju"].label.text == "Setuju, Ani ${berat}?"
    assert found["n"].label.text == "Tidak 3 Februari 2020 12,5"
    assert found["r-0-y"].label.text == "Umur Budi anak Ani ${berat}"
    assert found["r-1-y"].label.text == "Umur Cici anak Ani ${berat}"
    assert Told("umur", "Umur Ani ${berat}", "Isi umur Ani ${berat}.") in error_summary(pages)


def test_what_is_not_known_is_three_dots(asking: Asking):
    """A fresh page knows the event alone."""
    spec = asking(*REPEATING)
    found = fields(sections(spec, "id", event={"event_title": "Hari Anak"}))
    assert found["setuju"].label.text == "Setuju, …?"
    assert found["setuju"].hint == "Di Hari Anak"
    assert fields(shown(spec))["setuju"].hint == "Di …"
