"""Lists: in the form, shared, in a block or in a CSV file; one name never means two lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from forms_app.specs.model import LONG_LIST, FormSpec
from forms_app.specs.problems import SpecErrors
from forms_app.specs.reader import read_spec

Mistakes = Callable[..., list[tuple[int, int, str]]]
A = "type: select_one yn"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a shared list."""
    (tmp_path / "choices").mkdir()
    (tmp_path / "blocks").mkdir()
    (tmp_path / "choices" / "shared.yaml").write_text(
        "choices: {warna: [{name: merah, label: Merah}]}", encoding="utf-8"
    )
    return tmp_path


def from_csv(small: str, folder: Path, text: str) -> FormSpec:
    """Read the small form with its choices from a CSV file."""
    (folder / "choices" / "desa.csv").write_bytes(text.encode())
    return read_spec(small.replace(A, "type: select_one_from_file desa.csv"), "small.yaml", folder)


def test_a_csv_file_is_a_list(small: str, folder: Path):
    """Names, labels, languages and scores come from columns; a byte order mark and other columns do no harm."""
    spec = from_csv(
        small,
        folder,
        '\ufeffname,label,label::en,score,kecamatan\n1.01,"Metro, Pusat",Central Metro,2.5,x\n1.02,Imopuro,,,\n',
    )
    first, second = spec.choice_list("desa")
    assert (first.name, first.label.source, first.label.inline, first.score) == (
        "1.01",
        "Metro, Pusat",
        (("en", "Central Metro"),),
        2.5,
    )
    assert (second.label.inline, second.score) == ((), None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nama,label\na,A\n", (1, "csv.columns")),
        ("", (1, "csv.columns")),
        ("name,label\na b,A\n", (2, "choice.name")),
        ("name,label\na,A\nb\n", (3, "choice.label")),
        ("name,label,score\na,A,banyak\n", (2, "choice.score")),
        ("name,label,score\na,A,inf\n", (2, "choice.score")),
        ("name,label\na,A\na,B\n", (1, "choice.duplicate")),
        ("name,label,label\na,A,B\n", (1, "csv.columns")),
        ("name,label" + "".join(f",c{n}" for n in range(39)) + "\na,A\n", (1, "csv.columns")),
        ("name,label\na,A,B\n", (2, "csv.fields")),
        ('name,label\na,"A"B"\n', (2, "csv.broken")),
        ('name,label\na,"A\nb,B\n', (3, "csv.broken")),
        ("name,label\na," + "x" * 140_000 + "\n", (2, "csv.broken")),
        ("name,label\na,x\u202ey\n", (2, "yaml.sign")),
        ("name,label\na,${a}\n", (2, "text.reference")),
        ("name,label,score\na,A,1_000\n", (2, "choice.score")),
        ("name,label\n" + "".join(f"n{n},L\n" for n in range(20_001)), (1, "csv.long")),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_a_wrong_csv_is_refused_at_its_line(text: str, found: tuple[int, str], small: str, folder: Path):
    """Each mistake of a CSV file is named with the file and its line."""
    with pytest.raises(SpecErrors) as caught:
        from_csv(small, folder, text)
    assert ("choices/desa.csv", *found) in {(one.file, one.line, one.code) for one in caught.value.problems}


def test_the_forms_own_list_wins(small: str, folder: Path):
    """A form replaces a shared list, also for the blocks that it includes."""
    own = small.replace("choices:", "choices:\n  warna: [{name: biru, label: Biru}]").replace(
        A, "type: select_one warna"
    )
    assert [one.name for one in read_spec(own, "f", folder).choice_list("warna")] == ["biru"]
    (folder / "blocks" / "b.yaml").write_text(
        "questions: [{name: b, type: select_one warna, label: B}]\nchoices: {warna: [{name: hijau, label: Hijau}]}",
        encoding="utf-8",
    )
    spec = read_spec(own.replace("label: A}", "label: A}\n      - include: b"), "f", folder)
    assert [one.name for one in spec.choice_list("warna")] == ["biru"]


def test_one_name_never_means_two_lists(small: str, folder: Path, mistakes: Mistakes):
    """A block whose list differs from the shared one of that name is refused; the same list twice is not."""
    block = "questions: [{name: b, type: select_one warna, label: B}]\nchoices: {warna: [{name: %s, label: %s}]}"
    text = small.replace("label: A}", "label: A}\n      - include: b")
    (folder / "blocks" / "b.yaml").write_text(block % ("hijau", "Hijau"), encoding="utf-8")
    assert mistakes(text, folder) == [(2, 11, "list.twin")]
    (folder / "blocks" / "b.yaml").write_text(block % ("merah", "Merah"), encoding="utf-8")
    assert read_spec(text, "f", folder).question("b").list_name == "warna"


@pytest.mark.parametrize("name", ["18.72.01", "L", "≥5", "ya-tidak", "x" * 40])
def test_choice_names_may_have_odd_signs(name: str, small: str):
    """Whatever has no space, quote or backslash is a name, and can be picked."""
    spec = read_spec(small.replace("{name: ya,", f"{{name: {name},"), "f")
    assert spec.choice_list("yn")[0].name == name


@pytest.mark.parametrize("name", ['"a\\u00a0b"', '"a\'b"', "'a\\b'", "x" * 41, '"a\\tb"', '"\\u200ba"'])
def test_choice_names_that_cannot_be_picked_are_refused(name: str, small: str, mistakes: Mistakes):
    """White space of any kind, quotes, backslashes, invisible marks and great length are refused."""
    assert [code for *_place, code in mistakes(small.replace("{name: ya,", f"{{name: {name},"))] == ["choice.name"]


def test_a_choice_has_columns_for_filters(small: str, folder: Path):
    """Other columns of a CSV file, and other keys of a choice, are what a choice_filter may look at."""
    spec = from_csv(small, folder, "name,label,kec\n1,Satu,utara\n2,Dua,\n")
    assert [one.columns for one in spec.choice_list("desa")] == [(("kec", "utara"),), (("kec", ""),)]
    assert read_spec(spec.source, "again").digest == spec.digest
    own = read_spec(small.replace("label: Ya,", "label: Ya, kec: utara,"), "small.yaml")
    assert [one.columns for one in own.choice_list("yn")] == [(("kec", "utara"),), ()]


MANY = ", ".join(f"{{name: c{number}, label: L}}" for number in range(LONG_LIST + 1))


@pytest.mark.parametrize("kind", ["select_multiple", "rank"])
def test_a_long_list_is_for_one_answer_only(small: str, mistakes: Mistakes, kind: str):
    """A list that is searched in serves select_one; ticking or ranking hundreds of choices helps nobody."""
    text = small.replace("choices:", f"choices:\n  banyak: [{MANY}]")
    assert [one[2] for one in mistakes(text.replace(A, f"type: {kind} banyak"))] == ["list.long"]
    spec = read_spec(text.replace(A, "type: select_one banyak"), "small.yaml")
    assert spec.is_long("banyak")


def test_a_long_list_has_no_appearance(small: str, mistakes: Mistakes):
    """A list that is searched in is never shown as a row of steps."""
    text = small.replace("choices:", f"choices:\n  banyak: [{MANY}]")
    text = text.replace(A, "type: select_one banyak, appearance: likert")
    assert [found for _line, _column, found in mistakes(text)] == ["list.appearance"]
