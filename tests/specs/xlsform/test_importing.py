"""Importing a workbook: all of it is taken over, changed with a note, or refused at its cell; nothing is dropped."""

from __future__ import annotations

import contextlib
import io
import random

import openpyxl
import pytest

from forms_app.specs.model import FormSpec
from forms_app.specs.problems import SpecErrors
from forms_app.specs.xlsform.heading import Options
from forms_app.specs.xlsform.importing import import_workbook
from forms_app.specs.xlsform.workbook import write_workbook
from tests.specs.xlsform.conftest import YES_NO, Import, Refused

HEAD = ("type", "name", "label")
TEXT = ("text", "a", "A")


def shape(spec: FormSpec) -> list[tuple[str, str, list[str]]]:
    """Return each page's name, label and questions."""
    return [(page.name, page.label.source, [one.name for one in page.questions]) for page in spec.pages]


def test_groups_become_pages(imported: Import) -> None:
    """Groups at the top are pages, rows between them too; groups within stay groups; what is silent joins a page."""
    survey = (
        (*HEAD, "relevant"),
        ("start", "mulai"),
        ("text", "a", "A"),
        ("begin group", "g1", "Satu", "${a} = 'x'"),
        ("begin_group", "dalam", "Dalam"),
        ("text", "b", "B"),
        ("end_group",),
        ("end group",),
        ("calculate", "c"),
        ("begin group", "g2", "Dua"),
        ("text", "d", "D"),
        ("end group",),
    )
    rows = [[*row, *[""] * (5 - len(row))] for row in survey]
    rows[0][4], rows[8][4] = "calculation", "1 + 1"
    spec = imported(rows, settings=(("form_title",), ("Judul",))).spec
    assert shape(spec) == [
        ("bagian_1", "Judul", ["mulai", "a"]),
        ("g1", "Satu", ["dalam", "b"]),
        ("g2", "Dua", ["c", "d"]),
    ]
    assert spec.question("b").groups == ("dalam",)
    assert spec.pages[1].relevant is not None


def test_a_page_without_label_is_headed_by_the_title(imported: Import) -> None:
    """Nothing is blank: a group without a label takes the form's title."""
    survey = (HEAD, ("begin group", "g"), TEXT, ("end group",))
    assert shape(imported(survey, settings=(("form_title",), ("Judul",))).spec) == [("g", "Judul", ["a"])]


def test_names_are_adapted_and_followed(imported: Import) -> None:
    """Capitals, hyphens, dots, reserved and double names change with a note, and so does what names them."""
    survey = (
        (*HEAD, "relevant"),
        ("text", "Nama-Anak.1", "A"),
        ("text", "level", "B", "${Nama-Anak.1} = 'x'"),
        ("text", "é", "C"),
        ("begin repeat", "R", "R"),
        ("text", "a" * 50, "D"),
        ("end repeat",),
        ("text", "nama_anak_1", "E"),
    )
    found = imported(survey)
    names = [one.name for one in found.spec.questions()]
    assert names == ["nama_anak_1_2", "level_2", "e", "r", "a" * 40, "nama_anak_1"]
    relevant = found.spec.question("level_2").relevant
    assert (relevant and relevant.text) == "${nama_anak_1_2} = 'x'"
    told = next(one.text() for one in found.notes if one.file == "survey")
    assert told == "survey:2:B: name.changed: Nama Nama-Anak.1 menjadi nama_anak_1_2."


def test_the_head_is_safe_until_decided(imported: Import) -> None:
    """What ODK does not know takes careful values, which are told; the workbook's own columns win."""
    found = imported((HEAD, TEXT), settings=(("form_title", "form_id", "version"), ("Judul Ini", "My Form", "2021 v1")))
    spec = found.spec
    assert (spec.form_id, spec.slug, spec.version, spec.title.source) == ("my_form", "myform", "2021-v1", "Judul Ini")
    assert (spec.sensitivity, spec.readers, spec.seal_at, spec.legal_basis) == (
        "personal",
        ("office",),
        "arrival",
        "consent",
    )
    assert (spec.retention.site, spec.retention.office) == (30, 365)
    assert "sensitivity" in found.defaults
    assert found.text.startswith("# Putuskan sebelum dipakai: audience, sensitivity, readers")
    own = imported((HEAD, TEXT), settings=(("form_id", "sensitivity", "slug"), ("abc", "public", "9")))
    assert (own.spec.sensitivity, own.spec.slug, "sensitivity" in own.defaults) == ("public", "9", False)


def test_a_title_stands_for_all_languages(imported: Import) -> None:
    """ODK has a title in one language; it is used for the others too, and a note asks for a translation."""
    survey = (("type", "name", "label::Indonesia (id)", "label::English (en)"), ("text", "a", "Nama", "Name"))
    found = imported(survey, choices=(), settings=(("form_title", "form_id"), ("Judul", "abc")))
    assert (found.spec.title.source, dict(found.spec.title.inline)) == ("Judul", {"en": "Judul"})
    assert [one.text().split(": ")[:2] for one in found.notes] == [["settings:2:A", "title.language"]]


def test_options_fill_the_head() -> None:
    """What the author says on the command line goes before all else."""
    data = write_workbook({"survey": [HEAD, TEXT], "settings": [("form_id", "slug"), ("abc", "9")]})
    found = import_workbook(data, "x.xlsx", Options({"slug": "7", "sensitivity": "secret"}))
    assert (found.spec.slug, found.spec.sensitivity) == ("7", "secret")


@pytest.mark.parametrize(
    ("headers", "texts", "expected", "languages"),
    [
        (("label",), ("A",), ("A", {}), ("id",)),
        (("label::English (en)",), ("A",), ("A", {"en": "A"}), ("id", "en")),
        (("label::English (en)", "label::Bahasa Indonesia (id)"), ("A", "B"), ("B", {"en": "A"}), ("id", "en")),
        (("label:English", "label:Indonesia"), ("A", "B"), ("B", {"en": "A"}), ("id", "en")),
        (("label::Français (fr)",), ("A",), ("A", {}), ("id",)),
        (("label::Jawa (jv)", "label::id"), ("A", "B"), ("B", {"jv": "A"}), ("id", "jv")),
        (("label::en", "label::id"), ("A", ""), ("A", {"en": "A"}), ("id", "en")),
    ],
)
def test_languages(
    headers: tuple[str, ...],
    texts: tuple[str, ...],
    expected: tuple[str, dict[str, str]],
    languages: tuple[str, ...],
    imported: Import,
) -> None:
    """The language stands in brackets or by its name; what has no Indonesian is taken as it is; nothing is blank."""
    second = ("text", "b", *("x" for _one in texts))
    spec = imported((("type", "name", *headers), ("text", "a", *texts), second), choices=()).spec
    label = spec.question("a").label
    assert (label.source, dict(label.inline)) == expected
    assert spec.languages == languages


def test_an_english_workbook_tells_that_indonesian_is_missing(imported: Import) -> None:
    """The texts are taken as they are, and a note asks for a translation."""
    found = imported((("type", "name", "label::English (en)"), TEXT), choices=())
    assert [one.code for one in found.notes if one.file == "survey"] == ["language.source"]


def test_the_default_language_says_what_a_plain_label_is(imported: Import, refused: Refused) -> None:
    """Beside Indonesian, a label without a language is in the default language; without one nobody can tell."""
    survey = (("type", "name", "label", "label::Indonesia (id)"), ("text", "a", "Name", "Nama"))
    settings = (("default_language",), ("English (en)",))
    label = imported(survey, settings=settings, choices=()).spec.question("a").label
    assert (label.source, dict(label.inline)) == ("Nama", {"en": "Name"})
    assert refused(survey, choices=()) == ["survey:1:C: language.unclear"]


REFUSALS = {
    "unknown column": (((*HEAD, "colour"), (*TEXT, "x")), {}, ["survey:1:D: column.unknown"]),
    "media": (((*HEAD, "media::image"), (*TEXT, "x.png")), {}, ["survey:2:D: column.media"]),
    "media of a choice": (
        (HEAD, ("select_one yn", "a", "A")),
        {"choices": (("list_name", "name", "label", "image"), ("yn", "ya", "Ya", "x.png"))},
        ["choices:2:D: column.media"],
    ),
    "trigger": (((*HEAD, "trigger"), (*TEXT, "${a}")), {}, ["survey:1:D: column.unknown"]),
    "bind": (((*HEAD, "bind::jr:preload"), (*TEXT, "uid")), {}, ["survey:1:D: column.unknown"]),
    "instance": (((*HEAD, "instance::x"), (*TEXT, "y")), {}, ["survey:1:D: column.unknown"]),
    "type": ((HEAD, ("textt", "a", "A")), {}, ["survey:2:A: type.unknown"]),
    "photo": ((HEAD, ("image", "a", "A"), TEXT), {}, ["survey:2:A: type.refused"]),
    "phone number": ((HEAD, ("phonenumber", "p"), TEXT), {}, ["survey:2:A: type.refused"]),
    "loop": ((HEAD, TEXT, ("begin loop over x", "l", "L"), ("end loop",)), {}, ["survey:3:A: type.unknown"] * 1),
    "external": ((HEAD, ("select_one_external x", "a", "A")), {}, ["survey:2:A: type.refused"]),
    "appearance": (((*HEAD, "appearance"), (*TEXT, "masked")), {}, ["survey:2:D: appearance.unknown"]),
    "parameter": (((*HEAD, "parameters"), (*TEXT, "rows=5")), {}, ["survey:2:D: parameter.unknown"]),
    "label with a later answer": ((HEAD, ("text", "b", "Halo ${a}"), TEXT), {}, ["survey:2:C: text.later"]),
    "label with answer of nobody": ((HEAD, TEXT, ("text", "b", "Halo ${x}")), {}, ["survey:3:C: text.unknown"]),
    "page with answer": (
        (HEAD, TEXT, ("begin group", "g", "Halo ${a}"), ("text", "b", "B"), ("end group",)),
        {},
        ["survey:3:C: text.reference"],
    ),
    "dynamic default": (((*HEAD, "default"), ("date", "a", "A", "today()")), {}, ["survey:2:D: default.wrong"]),
    "no label": ((HEAD, ("text", "a", "")), {}, ["survey:2:B: question.label"]),
    "no name": ((HEAD, TEXT, ("text", "", "B")), {}, ["survey:3:A: row.name"]),
    "no type": ((HEAD, TEXT, ("", "b", "B")), {}, ["survey:3:B: row.type"]),
    "open group": ((HEAD, ("begin group", "g", "G"), TEXT), {}, ["survey:2:A: group.open"]),
    "wrong end": ((HEAD, TEXT, ("end repeat",)), {}, ["survey:3:A: group.end"]),
    "no list": ((HEAD, ("select_one nowhere", "a", "A")), {}, ["survey:2:A: list.unknown"]),
    "language": (
        (("type", "name", "label::en", "label::fr"), ("text", "a", "A", "B")),
        {},
        ["survey:1:D: language.unknown"],
    ),
    "twice in a list": (
        (HEAD, ("select_one yn", "a", "A")),
        {"choices": (*YES_NO, ("yn", "ya", "Ya lagi"))},
        ["choices:4:B: choice.duplicate"],
    ),
    "setting": (
        (HEAD, TEXT),
        {"settings": (("form_id", "public_key"), ("abc", "x"))},
        ["settings:2:B: settings.unknown"],
    ),
    "slug": ((HEAD, TEXT), {"settings": (("form_id", "slug"), ("abc", "!"))}, ["settings:2:B: form.slug"]),
    "entities": ((HEAD, TEXT), {"entities": (("list_name", "label"), ("x", "y"))}, ["entities:1:A: sheet.refused"]),
    "nested repeat": (
        (HEAD, ("begin repeat", "r", "R"), ("begin repeat", "s", "S"), TEXT, ("end repeat",), ("end repeat",)),
        {},
        ["survey:3:A: repeat.type"],
    ),
    "calculated question": (((*HEAD, "calculation"), (*TEXT, "1 + 1")), {}, ["survey:2:D: column.unused"]),
    "empty": ((HEAD,), {}, ["survey:1:A: survey.empty"]),
}


@pytest.mark.parametrize(("survey", "more", "expected"), REFUSALS.values(), ids=REFUSALS)
def test_refused_by_place(survey: object, more: dict[str, object], expected: list[str], refused: Refused) -> None:
    """What has no equal is refused by sheet, row and column, each once."""
    assert list(dict.fromkeys(refused(survey, **more)))[: len(expected)] == expected


def test_everything_is_refused_at_once(refused: Refused) -> None:
    """The author sees all of it together, sheet by sheet and row by row."""
    survey = (
        (*HEAD, "colour", "constraint"),
        ("image", "a", "A", "x"),
        ("text", "b", "B", "", ". >"),
        ("texx", "c", "C"),
    )
    assert refused(survey, settings=(("form_id", "flat"), ("abc", "yes"))) == [
        "settings:2:B: settings.unknown",
        "survey:1:D: column.unknown",
        "survey:2:A: type.refused",
        "survey:3:E: expression",
        "survey:4:A: type.unknown",
    ]


NOTES = {
    "look": (((*HEAD, "appearance"), (*TEXT, "w4")), {}, ["survey:2:D: appearance.left"]),
    "comment column": (((*HEAD, "notes"), (*TEXT, "tanya lagi")), {}, ["survey:1:D: column.comment"]),
    "nameless column": (((*HEAD, ""), (*TEXT, "x")), {}, ["survey:2:D: column.nameless"]),
    "comment row": (((*HEAD, "hint"), TEXT, ("", "", "", "x")), {}, ["survey:3:D: row.comment"]),
    "disabled row": (((*HEAD, "disabled"), TEXT, ("text", "b", "B", "yes")), {}, ["survey:3:A: row.disabled"]),
    "unused list": ((HEAD, TEXT), {"choices": YES_NO}, ["choices:2:A: list.unused"]),
    "hint as label": (((*HEAD, "hint"), ("text", "a", "", "A")), {}, ["survey:2:A: label.hint"]),
    "idle column": (
        ((*HEAD, "calculation", "required"), TEXT, ("calculate", "c", "", "1", "yes")),
        {},
        ["survey:3:E: column.idle"],
    ),
    "bold": ((HEAD, ("text", "a", "**A**")), {}, ["survey:2:C: text.markup"]),
    "empty group": ((HEAD, TEXT, ("begin group", "g", "G"), ("end group",)), {}, ["survey:3:A: group.empty"]),
    "other sheet": ((HEAD, TEXT), {"catatan": (("x",),)}, ["catatan:1:A: sheet.unused"]),
    "instance name": (
        (HEAD, TEXT),
        {"settings": (("form_id", "instance_name"), ("abc", "${a}"))},
        ["settings:2:B: settings.left"],
    ),
}


@pytest.mark.parametrize(("survey", "more", "expected"), NOTES.values(), ids=NOTES)
def test_told_in_a_note(survey: object, more: dict[str, object], expected: list[str], imported: Import) -> None:
    """What is left out or changed without harm is told by its place."""
    found = imported(survey, **{"choices": (), "settings": (("form_id",), ("abc",)), **more})
    assert [": ".join(one.text().split(": ")[:2]) for one in found.notes] == expected


def test_what_cannot_matter_is_taken_in_silence(imported: Import) -> None:
    """The few things that change nothing here are accepted without a word."""
    settings = (("form_id", "style", "allow_choice_duplicates"), ("abc", "pages theme-grid", "yes"))
    survey = ((*HEAD, "read_only", "required"), (*TEXT, "no", "false"))
    found = imported(survey, settings=settings, choices=())
    assert found.notes == ()
    assert found.spec.question("a").required is None


def test_the_author_may_leave_out(imported: Import, refused: Refused) -> None:
    """Types, columns, settings, sheets and languages are left out only when the author names them; a note says so."""
    survey = (
        ("type", "name", "label::en", "label::fr", "trigger"),
        ("image", "p", "P", "P"),
        ("text", "a", "A", "A", "${p}"),
    )
    more = {"settings": (("form_id", "public_key"), ("abc", "k")), "entities": (("list_name",), ("x",))}
    assert len(refused(survey, **more)) == 5
    found = imported(survey, **more, leave_out="image trigger fr public_key entities")
    assert [one.name for one in found.spec.questions()] == ["a"]
    assert {"row.left", "column.left", "settings.left"} <= {one.code for one in found.notes}


def test_or_other_is_written_out(imported: Import) -> None:
    """A choice and a question stand where ODK's converter would put them."""
    spec = imported((HEAD, ("select_one yn or_other", "a", "A"), ("text", "b", "B"))).spec
    assert [one.name for one in spec.questions()] == ["a", "a_other", "b"]
    assert [one.label.source for one in spec.choice_list("yn")] == ["Ya", "Tidak", "Lainnya"]
    assert [one.text for one in spec.question("a_other").conditions] == ["selected(${a}, 'other')"]


def test_a_list_from_a_file_beside_the_workbook() -> None:
    """A CSV beside the workbook becomes a list of the form, its columns as the parameters name them."""
    survey = [(*HEAD, "parameters"), ("select_one_from_file desa.csv", "d", "Desa", "value=kode label=nama")]
    files = {"desa.csv": "kode,nama,kec\n18.72,Imopuro,Metro Pusat\n18.73,Yosodadi,\n"}
    data = write_workbook({"survey": survey})
    spec = import_workbook(data, "x.xlsx", Options({}), beside=files.get).spec
    assert spec.question("d").list_name == "desa"
    assert [(one.name, one.label.source, dict(one.columns)) for one in spec.choice_list("desa")] == [
        ("18.72", "Imopuro", {"kec": "Metro Pusat"}),
        ("18.73", "Yosodadi", {"kec": ""}),
    ]


def test_a_mistake_in_a_long_list_is_told_at_its_cell() -> None:
    """A list that becomes a file of its own is still judged by the workbook's cells."""
    rows = [("l", f"c{number}", "C", "tiga" if number == 250 else "3") for number in range(300)]
    choices = [("list_name", "name", "label", "score"), *rows]
    data = write_workbook({"survey": [HEAD, ("select_one l", "a", "A")], "choices": choices})
    with pytest.raises(SpecErrors) as caught:
        import_workbook(data, "x.xlsx", Options({}), apart=True)
    assert [one.text().split(": ")[:2] for one in caught.value.problems] == [["choices:252:B", "choice.score"]]


def test_damaged_workbooks_never_crash() -> None:
    """Whatever cells say, an import ends with a form or with places."""
    chance = random.Random(7)  # noqa: S311 - no secret
    words = [
        "type",
        "name",
        "label",
        "text",
        "begin group",
        "end group",
        "select_one yn",
        "${a}",
        "=",
        "(",
        "[",
        "]",
        "::",
        "",
    ]
    for _attempt in range(60):
        rows = [[chance.choice(words) for _cell in range(4)] for _row in range(5)]
        book = openpyxl.Workbook()
        for name in ("survey", "choices", "settings", "peksos"):
            sheet = book.create_sheet(name)
            for row in rows if name == "survey" else chance.sample(rows, 2):
                sheet.append([f"'{one}" if one.startswith("=") else one for one in row])
        data = io.BytesIO()
        book.save(data)
        with contextlib.suppress(SpecErrors):
            assert import_workbook(data.getvalue(), "x.xlsx", Options({})).spec


def test_labels_repeat_answers_by_their_new_names(imported: Import) -> None:
    """A name that had to change changes in labels and hints too."""
    survey = ((*HEAD, "hint"), ("text", "Child-Name", "Nama"), ("text", "b", "Umur ${Child-Name}?", "${ Child-Name }"))
    spec = imported(survey, choices=()).spec
    assert spec.question("b").label.source == "Umur ${child_name}?"
    assert spec.question("b").hint.source == "${child_name}"
