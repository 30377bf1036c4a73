"""The texts of form files, as Babel extracts them for translators."""

from __future__ import annotations

import io
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.extract import extract as babel_extract

from forms_app.specs.catalogue import extract, sources
from forms_app.specs.library import Library, texts
from forms_app.specs.places import Places
from forms_app.specs.problems import SpecErrors
from forms_app.specs.reader import read_spec
from forms_app.specs.rows import TEXTS

ROOT = Path(__file__).parents[2]
METHOD = "forms_app.specs.catalogue:extract"
FORM = """\
form_id: f
title: {id: Judul, en: Title}
heading: {id: Kepala, en: " "}
closing: "  Terima kasih.  "
choices:
  yn: [{name: ya, label: Ya, score: 1}]
pages:
  - name: satu
    label: Satu
    questions:
      - {name: a, type: text, label: Nama, hint: "", default: label}
      - name: r
        type: repeat
        label: Anak
        questions: [{name: b, type: text, label: {id: Umur, jv: Yuswa}, constraint_message: Salah.}]
outcome:
  explanation: Cara.
  cards: {title: {title: Kartu, body: Isi.}}
sample: {a: x, title: y}
vectors: [{name: label, answers: {}, label: z}]
"""


def taken(text: str, name: str = "f.yaml", language: str = "en") -> list[tuple[int, str, list[str]]]:
    """Return what Babel gets from a file: line, text and comments."""
    file = io.BytesIO(text.encode())
    file.name = name
    found = babel_extract(METHOD, file, options={"language": language} if language else {})
    return [(line, message, list(comments)) for line, message, comments, _context in found]


def test_every_text_is_taken_with_its_line_and_what_it_is_for():
    """Texts, and nothing that only looks like one: no answers, no names, nothing that is empty."""
    assert taken(FORM) == [
        (3, "Kepala", ["f · heading"]),
        (4, "Terima kasih.", ["f · closing"]),
        (6, "Ya", ["f · choices · yn · ya · label"]),
        (9, "Satu", ["f · satu · label"]),
        (11, "Nama", ["f · satu · a · label"]),
        (14, "Anak", ["f · satu · r · label"]),
        (15, "Umur", ["f · satu · r · b · label"]),
        (15, "Salah.", ["f · satu · r · b · constraint_message"]),
        (17, "Cara.", ["f · outcome · explanation"]),
        (18, "Kartu", ["f · outcome · cards · title · title"]),
        (18, "Isi.", ["f · outcome · cards · title · body"]),
    ]


def test_a_language_that_a_text_carries_is_not_asked_for_again():
    """English is left out where it is there, Javanese where that is; without a language whatever lacks any is taken."""
    assert {text for _line, text, _about in taken(FORM, language="jv")} - {one[1] for one in taken(FORM)} == {"Judul"}
    assert "Umur" not in {text for _line, text, _about in taken(FORM, language="jv")}
    assert {"Judul", "Umur"} <= {text for _line, text, _about in taken(FORM, language="")}


def test_long_lists_are_read_too():
    """A CSV file's labels, but for the languages that it has a column for."""
    text = "name,label,label::en\na,Banjarsari,Banjarsari\nb, Metro ,\n"
    assert taken(text, "villages.csv") == [(3, "Metro", ["villages · b · label"])]
    assert [one[1] for one in taken(text, "villages.csv", "jv")] == ["Banjarsari", "Metro"]


def test_blocks_and_shared_lists_name_their_file():
    """A comment begins with the file where there is no form."""
    assert taken("choices:\n  yn: [{name: ya, label: Ya}]\n", "choices/shared.yaml") == [
        (2, "Ya", ["shared · choices · yn · ya · label"])
    ]


def test_a_file_that_is_no_yaml_stops_the_extraction():
    """Texts must not vanish from the catalogue because of a typing mistake."""
    with pytest.raises(SpecErrors):
        taken("form_id: [\n")


def test_the_extractor_takes_exactly_the_texts_that_people_see(shipped_forms: Library):
    """Of the shipped forms, neither more nor less than what the library shows in pages."""
    folder = ROOT / "form_specs"
    read = {one.source for spec in shipped_forms for one in texts(spec) if one}
    files = [*folder.glob("*.yaml"), *folder.glob("blocks/*.yaml"), *folder.glob("choices/*")]
    found = {one.text for path in files for one in sources(path.read_text(encoding="utf-8"), path.name)}
    assert read - found == set()
    forms = [path for path in folder.glob("*.yaml") if path.stem in {spec.form_id for spec in shipped_forms}]
    own = {one.text for path in forms for one in sources(path.read_text(encoding="utf-8"), path.name)}
    assert own - read == set()


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_of_a_question_is_asked_for(key: str, small: str):
    """Whatever a question can say to people is extracted, and checked by the gate."""
    condition = key.removesuffix("_message") if key in ("warn_message", "constraint_message") else ""
    extra = f", {condition}: \"${{a}} = 'ya'\"" if condition else ""
    text = small.replace("label: A}", f"{'' if key == 'label' else 'label: A, '}{key}: Kalimat baru.{extra}}}")
    assert "Kalimat baru." in {one.source for one in texts(read_spec(text, "f.yaml"))}
    assert "Kalimat baru." in {one[1] for one in taken(text)}


def test_the_method_is_registered_for_babel():
    """A mapping file may call it `peksos_form`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, name = project["entry-points"]["babel.extractors"]["peksos_form"].partition(":")
    assert getattr(import_module(module), name) is extract


def test_places_know_the_first_place_of_a_text(tmp_path: Path):
    """A form's own file goes before blocks and lists; what is nowhere is at the top."""
    (tmp_path / "choices").mkdir()
    (tmp_path / "choices" / "shared.yaml").write_text(
        "choices:\n  yn: [{name: x, label: Ya}, {name: y, label: Lain}]\n"
    )
    path = tmp_path / "f.yaml"
    path.write_text(FORM, encoding="utf-8")
    places = Places("f.yaml", path, tmp_path)
    assert places.text("Ya") == ("f.yaml", 6, 26)
    assert places.text("Lain") == ("choices/shared.yaml", 2, 47)
    assert places.text("Tidak ada") == ("f.yaml", 1, 1)
    assert places.question("b", 99) == ("f.yaml", 15, 21)
    assert places.question("unknown", 99) == ("f.yaml", 99, 1)
