"""What the gate asks of translations, with catalogues as translators write and compile them."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from forms_app import translation
from forms_app.specs.places import Places
from forms_app.specs.problems import SpecProblem
from forms_app.specs.reader import read_spec
from forms_app.specs.translated import check_translations

COMPLETE = {"Kecil": "Small", "Formulir kecil": "Small form", "Satu": "One", "A": "A", "Ya": "Yes", "Tidak": "No"}
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
Catalogue = Callable[..., list[SpecProblem]]


def entries(translations: dict[str, str]) -> str:
    """Return a catalogue's text."""
    return HEAD + "\n".join(f'msgid "{source}"\nmsgstr "{text}"\n' for source, text in translations.items())


@pytest.fixture
def check(small: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Catalogue]:
    """Return a function that checks the small form, changed, against an English catalogue."""
    folder = tmp_path / "translations" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    monkeypatch.setattr(translation, "_PACKAGE", tmp_path / "forms_app")

    def checked(po: str, *changes: tuple[str, str], source: bool = True, compiled: bool = True) -> list[SpecProblem]:
        gettext._translations.clear()  # a process reads a compiled catalogue once
        translation.catalogue.cache_clear()
        text = small.replace("languages: [id]", "languages: [id, en]")
        for old, new in changes:
            text = text.replace(old, new)
        path = tmp_path / "f.yaml"
        path.write_text(text, encoding="utf-8")
        (folder / "forms.po").write_text(po, encoding="utf-8")
        if compiled:
            with (folder / "forms.po").open("rb") as written, (folder / "forms.mo").open("wb") as file:
                write_mo(file, read_po(written, locale="en"))
        if not source:
            (folder / "forms.po").unlink()
        spec = read_spec(text, "f.yaml", tmp_path)
        return list(check_translations(spec, Places("f.yaml", path, tmp_path)))

    yield checked
    translation.catalogue.cache_clear()


def told(problems: list[SpecProblem]) -> list[tuple[int, int, str]]:
    """Return the places and codes of problems."""
    return [(one.line, one.column, one.code) for one in problems]


def test_a_complete_language_is_complete(check: Catalogue):
    """Nothing is missing, be the translation spelt like its source."""
    assert check(entries(COMPLETE)) == []


@pytest.mark.parametrize("source", [True, False], ids=["checkout", "wheel"])
def test_a_missing_text_is_told_at_its_own_place(check: Catalogue, source: bool):
    """With or without the catalogue's source beside it; an empty translation is none."""
    (problem,) = check(entries({**COMPLETE, "Satu": ""}), source=source)
    assert told([problem]) == [(17, 12, "language.missing")]
    assert problem.text().startswith("f.yaml:17:12: language.missing: Belum ada teks en untuk: Satu.")


def test_many_missing_texts_are_counted(check: Catalogue):
    """A language that was hardly begun is one problem, with the first of its texts."""
    (problem,) = check(entries({}), ("title: Kecil", 'title: {id: Kecil, en: " "}'))
    assert told([problem]) == [(1, 1, "language.missing")]
    assert problem.text() == "f.yaml:1:1: language.missing: Bahasa en belum lengkap: 6 teks. Yang pertama: A"


def test_a_changed_source_makes_its_translation_stale(check: Catalogue):
    """The fuzzy entry is told at the text, with what it was made for and where it stands."""
    fuzzy = '\n#, fuzzy\n#| msgid "Satu"\nmsgid "Halaman satu"\nmsgstr "One"\n'
    (problem,) = check(entries(COMPLETE) + fuzzy, ("label: Satu", "label: Halaman satu"))
    assert told([problem]) == [(17, 12, "translation.stale")]
    assert dict(problem.places) == {"language": "en", "text": "Halaman satu", "before": "Satu", "line": 24}
    assert told(check(entries(COMPLETE), ("label: Satu", "label: Halaman satu"), source=False)) == [
        (17, 12, "language.missing")
    ]


def test_an_inline_translation_needs_no_catalogue(check: Catalogue):
    """A text that carries its English is complete, whatever the catalogue says."""
    inline = ("label: Satu", "label: {id: Halaman satu, en: Page one}")
    assert check(entries(COMPLETE), inline) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [("  ", "translation.blank"), (" One", "translation.edges"), ("One\\n", "translation.edges")],
)
def test_a_translation_that_would_show_nothing_or_stray(check: Catalogue, text: str, code: str):
    """Blank translations are problems, and so are blanks at the ends."""
    assert told(check(entries({**COMPLETE, "Satu": text}))) == [(17, 12, code)]


def test_a_translation_keeps_the_places_of_its_source(check: Catalogue):
    """The names in braces are the same on both sides, in any order."""
    source = ("label: Satu", 'label: "Dari {a} ke {b}"')
    assert check(entries({**COMPLETE, "Dari {a} ke {b}": "To {b} from {a}"}), source) == []
    assert told(check(entries({**COMPLETE, "Dari {a} ke {b}": "From {a} to {c}"}), source)) == [
        (17, 12, "translation.places")
    ]
    inline = ("label: Satu", 'label: {id: "Dari {a}", en: "From {"}')
    assert told(check(entries(COMPLETE), inline)) == [(17, 12, "translation.places")]


def test_a_catalogue_that_nobody_compiled_is_told_once(check: Catalogue):
    """Pages show the compiled catalogue: a written one that is not compiled is not used."""
    (problem,) = check(entries(COMPLETE), compiled=False)
    assert told([problem]) == [(1, 1, "translation.waiting")]
    few = ("label: Satu", "label: {id: Satu, en: One}"), ("title: Kecil", "title: {id: Kecil, en: Small}")
    assert [one.code for one in check(entries(COMPLETE), *few, compiled=False)] == ["translation.waiting"] * 4


def test_a_text_of_a_block_is_told_in_the_block(check: Catalogue, tmp_path: Path):
    """The place is that of the block's file."""
    (tmp_path / "blocks").mkdir()
    block = "questions:\n  - {name: b, type: text, label: Baru}\n"
    (tmp_path / "blocks" / "more.yaml").write_text(block, encoding="utf-8")
    (problem,) = check(entries(COMPLETE), ("label: A}", "label: A}\n      - include: more"))
    assert (problem.file, problem.line, problem.column) == ("blocks/more.yaml", 2, 34)


def test_a_translation_repeats_the_answers_of_its_source(check: Catalogue):
    """The same answers on both sides, in any order; braces alone are another thing."""
    source = ("label: A}", 'label: A}\n      - {name: b, type: note, label: "${a} di ${event_title}"}')
    for text, found in (
        ("At ${event_title}: ${a}", []),
        ("${a}", ["translation.places"]),
        ("{a} at ${event_title}", ["translation.places"]),
    ):
        problems = check(entries({**COMPLETE, "${a} di ${event_title}": text}), source)
        assert [one.code for one in problems if one.code.startswith("translation")] == found
