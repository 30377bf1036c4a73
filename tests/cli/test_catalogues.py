"""`make catalogues` for the forms: no translation is lost on the way, and none passes for one of another text."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.mofile import write_mo

from forms_app.cli.catalogues import main
from forms_app.specs.translated import read_catalogue

ROOT = Path(__file__).parents[2]
PO = """\
# Words of the translators.
msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=utf-8\\n"

#. f · title
#: form_specs/f.yaml
msgid "Pendaftaran"
msgstr "Registration"

# A remark.
#. f · satu · a · label
msgid "Nama"
msgstr "Name"

#. f · satu · b · label
msgid "Umur"
msgstr ""
"""
FORM = """\
form_id: f
title: Pendaftaran
pages:
  - name: satu
    questions:
      - {name: a, type: text, label: Nama}
      - {name: b, type: text, label: Umur}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with one form and its English catalogue."""
    (tmp_path / "form_specs").mkdir()
    (tmp_path / "translations" / "en" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "form_specs" / "f.yaml").write_text(FORM, encoding="utf-8")
    (tmp_path / "translations" / "en" / "LC_MESSAGES" / "forms.po").write_text(PO, encoding="utf-8")
    return tmp_path


def po(folder: Path) -> Path:
    """Return the English catalogue."""
    return folder / "translations" / "en" / "LC_MESSAGES" / "forms.po"


def renewed(folder: Path, *changes: tuple[str, str]) -> dict[str, tuple[object, bool, list[str]]]:
    """Change the form, renew its catalogue, and return translation, fuzziness and former source by text."""
    path = folder / "form_specs" / "f.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    main(folder / "form_specs", folder / "translations")
    found = read_catalogue(po(folder), "en")
    return {str(one.id): (one.string, one.fuzzy, list(map(str, one.previous_id))) for one in found if one.id}


def test_what_is_translated_stays(folder: Path):
    """Texts, remarks and header survive; a second run changes not a byte."""
    assert renewed(folder) == {
        "Pendaftaran": ("Registration", False, []),
        "Nama": ("Name", False, []),
        "Umur": ("", False, []),
    }
    text = po(folder).read_text(encoding="utf-8")
    assert text.startswith("# Words of the translators.\n")
    assert "# A remark.\n#. f · satu · a · label\n#: form_specs/f.yaml\n" in text
    main(folder / "form_specs", folder / "translations")
    assert po(folder).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("new", ["Nama lengkap", "Siapa Bapak/Ibu?"], ids=["alike", "quite different"])
def test_a_changed_source_keeps_its_translation_as_stale(folder: Path, new: str):
    """It is fuzzy and names the text it was made for, also after more runs and more changes."""
    stale = {new: ("Name", True, ["Nama"])}
    assert renewed(folder, ("Nama", new)).items() >= stale.items()
    assert renewed(folder).items() >= stale.items()
    assert renewed(folder, (new, "Nama orang")).items() >= {"Nama orang": ("Name", True, ["Nama"])}.items()


def test_a_text_that_moves_and_changes_is_followed(folder: Path):
    """Another name of its question, and nearly the same words."""
    found = renewed(folder, ("{name: a, type: text, label: Nama}", "{name: full, type: text, label: Namanya}"))
    assert found["Namanya"] == ("Name", True, ["Nama"])


def test_a_source_that_changes_back_is_good_again(folder: Path):
    """The translation was made for it."""
    renewed(folder, ("Nama", "Siapa Bapak/Ibu?"))
    assert renewed(folder, ("Siapa Bapak/Ibu?", "Nama"))["Nama"] == ("Name", False, [])


def test_a_text_that_goes_leaves_its_translation_behind(folder: Path):
    """At the end of the file, from where it comes back with the text, also if it was stale when it went."""
    renewed(folder, ("Nama", "Siapa Bapak/Ibu?"))
    line = "      - {name: a, type: text, label: Siapa Bapak/Ibu?}\n"
    assert set(renewed(folder, (line, ""))) == {"Pendaftaran", "Umur"}
    assert '#~ msgid "Nama"\n#~ msgstr "Name"\n' in po(folder).read_text(encoding="utf-8")
    back = ("    questions:\n", "    questions:\n" + line.replace("Siapa Bapak/Ibu?", "Nama"))
    assert renewed(folder, back)["Nama"] == ("Name", False, [])
    assert "#~" not in po(folder).read_text(encoding="utf-8")


def test_a_new_text_does_not_borrow_from_one_that_is_still_there(folder: Path):
    """`Nama 2` is no changed `Nama` while `Nama` is still asked for."""
    line = "      - {name: c, type: text, label: Nama 2}\n"
    assert renewed(folder, ("    questions:\n", "    questions:\n" + line))["Nama 2"] == ("", False, [])


def test_a_text_that_carries_its_english_leaves_the_catalogue(folder: Path):
    """Its translation stays behind like any other."""
    assert "Nama" not in renewed(folder, ("label: Nama", "label: {id: Nama, en: Your name}"))
    assert '#~ msgid "Nama"' in po(folder).read_text(encoding="utf-8")


def test_pages_never_show_a_stale_translation(folder: Path):
    """What is fuzzy is not compiled, so people see Indonesian."""
    import gettext
    import io

    renewed(folder, ("Nama", "Nama lengkap"))
    compiled = io.BytesIO()
    write_mo(compiled, read_catalogue(po(folder), "en"))
    compiled.seek(0)
    found = gettext.GNUTranslations(compiled)
    assert (found.gettext("Nama lengkap"), found.gettext("Pendaftaran")) == ("Nama lengkap", "Registration")


def test_the_shipped_catalogues_are_up_to_date(tmp_path: Path):
    """`make catalogues` would change nothing: every text is in, nothing is stale, and English is complete."""
    import shutil

    for name in ("form_specs", "translations"):
        shutil.copytree(ROOT / name, tmp_path / name)
    main(tmp_path / "form_specs", tmp_path / "translations")
    for language in ("en", "jv"):
        path = f"translations/{language}/LC_MESSAGES/forms.po"
        text = (tmp_path / path).read_text(encoding="utf-8")
        generated = [line for line in text.splitlines() if not line.startswith('"Generated-By')]
        kept = [line for line in (ROOT / path).read_text(encoding="utf-8").splitlines() if "Generated-By" not in line]
        assert generated == kept, f"run make catalogues: {path}"
        assert [one.id for one in read_catalogue(tmp_path / path, language) if one.id and one.fuzzy] == []
