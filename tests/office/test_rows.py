"""Rows: exactly what was typed, in flat memory, and nothing that may not leave."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from weakref import ref

import pytest

from forms_app.errors import SettingsError, TransferError
from forms_app.office.columns import headings
from forms_app.office.household import Household
from forms_app.office.importing import ImportReport
from forms_app.office.opening import Opened, OpenReport, Specs, open_archived, open_form
from forms_app.office.rows import META, _cells, write_rows
from forms_app.sealing.keys import Identity
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.reader import read_spec
from tests.office.conftest import Answers, Forger, Sender

FORM = """
form_id: contoh
slug: "9"
version: "{version}"
title: Contoh
heading: Contoh
audience: parent
sensitivity: public
readers: [office]
seal_at: arrival
legal_basis: consent
retention: {{site: 30d, office: 1y}}
languages: [id]
parts:
  khusus: {{readers: [office], retention: {{site: 7d, office: 7d}}, copies: [nama, kota]}}
choices:
  pilihan:
    - {{name: a, label: A}}
    - {{name: b, label: B}}
pages:
  - name: satu
    label: Satu
    questions:
      - {{name: nama, type: text, label: Nama, sensitivity: personal}}
      - {{name: kota, type: text, label: Kota}}
      - {{name: cerita, type: text, label: Cerita, appearance: multiline}}
      - {{name: umur, type: integer, label: Umur, parameters: min=-9 max=99}}
      - {{name: hp, type: text, label: HP, appearance: tel, parameters: format=phone max=20}}
      - {{name: suka, type: select_multiple pilihan, label: Suka}}
      - {{name: setuju, type: acknowledge, label: Setuju}}
      - {{name: rahasia, type: text, label: Rahasia, sensitivity: secret}}
      - {{name: perlu, type: text, label: Perlu, part: khusus}}
      - {{name: jumlah, type: calculate, calculation: "${{umur}} + 1"}}
      - name: anak
        type: repeat
        label: Anak
        questions:
          - {{name: panggilan, type: text, label: Panggilan, sensitivity: personal}}
          - {{name: {inner}, type: text, label: Kelas}}
      - {{name: {extra}, type: text, label: Tambahan}}
"""
TYPED = {
    "nama": "Sutinah",
    "kota": 'Metro, "Kota" Lampung',
    "cerita": "  aku ora gelem mulih 😔,\n\n\tlalu; diam.  ",
    "umur": "-5",
    "hp": "0812-3456-7890",
    "suka": ["b", "a"],
    "setuju": "true",
    "rahasia": "jangan keluar",
    "tambahan": "=1+1",
    "anak-0-panggilan": "Dimas",
    "anak-0-kelas": '5, "A"',
    "anak-1-panggilan": "Sari",
    "anak-1-kelas": "@TK",
}
STORED = TYPED["cerita"]

Write = Callable[..., Any]


def version(number: str, inner: str = "kelas", extra: str = "tambahan") -> FormSpec:
    """Return a version of the form, with other names for two of its questions."""
    return read_spec(FORM.format(version=number, inner=inner, extra=extra), "contoh.yaml")


@pytest.fixture
def write(household: Household, identities: dict[str, Identity], tmp_path: Path) -> Write:
    """Return a function that writes a form's rows and reads the file back."""

    def written(ending: str = ".jsonl", form: str = "contoh", **choices: bool) -> list[dict[str, Any]]:
        path, specs = tmp_path / f"baris{ending}", Specs(household.archive)
        identified = choices.pop("identified", False)
        wanted = headings(specs.versions(form), form.partition("/")[2], identified=identified)
        opened = open_form(household.archive, identities, specs, form, OpenReport())
        assert write_rows(path, opened, wanted, identified=identified, **choices) == household.archive.count()
        return table(path) if ending == ".csv" else [json.loads(line) for line in path.read_bytes().splitlines()]

    return written


def table(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a CSV file, as a program reads it."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_json_lines_hold_exactly_what_was_typed(forger: Forger, write: Write) -> None:
    """Commas, quotes, line breaks, emoji, outer spaces of many lines and a leading `=` come out as they went in."""
    forger.plant(version("1"), TYPED)
    (line,) = write(identified=True)
    assert line["answers"] == {
        "nama": "Sutinah",
        "kota": TYPED["kota"],
        "cerita": STORED,
        "umur": -5,
        "hp": "+6281234567890",
        "suka": ["a", "b"],
        "setuju": True,
        "rahasia": "jangan keluar",
        "jumlah": -4,
        "anak": [{"panggilan": "Dimas", "kelas": '5, "A"'}, {"panggilan": "Sari", "kelas": "@TK"}],
        "tambahan": "=1+1",
    }
    assert line["flaws"] == ""


def test_a_sheet_holds_the_same_but_for_one_guard(forger: Forger, write: Write, tmp_path: Path) -> None:
    """A text that a spreadsheet would run gets an apostrophe; numbers and phone numbers do not need it."""
    forger.plant(version("1"), TYPED)
    (line,) = write(".csv", identified=True)
    assert line["kota"] == TYPED["kota"]
    assert line["cerita"] == STORED
    assert (line["umur"], line["hp"], line["suka"], line["setuju"]) == ("-5", "+6281234567890", "a b", "true")
    assert line["tambahan"] == "'=1+1"
    assert table(tmp_path / "baris-anak.csv") == [
        {"record": line["record"], "number": "1", "panggilan": "Dimas", "kelas": '5, "A"'},
        {"record": line["record"], "number": "2", "panggilan": "Sari", "kelas": "'@TK"},
    ]


@pytest.mark.parametrize("ending", [".csv", ".jsonl"])
def test_only_public_answers_leave_without_a_reason(forger: Forger, write: Write, tmp_path: Path, ending: str) -> None:
    """Without `identified` no file holds a personal or secret answer, or a heading for one."""
    forger.plant(version("1"), TYPED)
    write(ending)
    text = b"".join(path.read_bytes() for path in tmp_path.glob("baris*"))
    assert b"Metro" in text
    for hidden in (b"Sutinah", b"Dimas", b"jangan keluar", b"nama", b"panggilan", b"rahasia"):
        assert hidden not in text


def test_a_part_has_rows_of_its_own(forger: Forger, write: Write) -> None:
    """A part brings its answers and the copied ones that may leave; the copied name needs `identified`."""
    forger.plant(version("1"), {**TYPED, "perlu": "kursi roda"}, part="khusus", calculated={}, level="")
    (plain,) = write(form="contoh/khusus")
    assert plain["answers"] == {"kota": TYPED["kota"], "perlu": "kursi roda"}
    (named,) = write(form="contoh/khusus", identified=True)
    assert named["answers"]["nama"] == "Sutinah"


def test_two_versions_share_one_sheet(forger: Forger, write: Write, tmp_path: Path) -> None:
    """The newest version's columns come first, then what only the older one had; each record fills its own."""
    forger.plant(version("10", inner="rombel", extra="baru"), {**TYPED, "baru": "ada", "anak-0-rombel": "VII"})
    forger.plant(version("9"), TYPED)
    lines = sorted(write(".csv"), key=lambda line: int(line["version"]))
    assert [(line["tambahan"], line["baru"]) for line in lines] == [("'=1+1", ""), ("", "ada")]
    assert [name for name in lines[0] if name not in META][-2:] == ["baru", "tambahan"]
    entries = table(tmp_path / "baris-anak.csv")
    assert {(entry["kelas"], entry["rombel"]) for entry in entries} >= {('5, "A"', ""), ("", "VII")}


@pytest.mark.parametrize(
    ("answer", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        (["=1", "x"], "'=1 x"),
        ({"a": 1}, '{"a": 1}'),
        (3.5, "3.5"),
        ("+62812", "+62812"),
    ],
)
def test_a_forged_answer_stays_in_its_cell(forger: Forger, write: Write, answer: Any, cell: str) -> None:
    """Whatever was sealed by hand in place of a number or a phone number, no spreadsheet runs it, and it is flagged."""
    forger.plant(version("1"), {}, answers={"hp": answer, "umur": answer, "anak": answer})
    (line,) = write(".csv")
    assert (line["hp"], line["umur"]) == (cell, cell)
    assert "umur:" in line["flaws"]


def test_old_excel_gets_its_mark(forger: Forger, write: Write, tmp_path: Path) -> None:
    """Only with `excel` a sheet begins with the mark that old Excel needs to read UTF-8."""
    forger.plant(version("1"), TYPED)
    write(".csv")
    assert not (tmp_path / "baris.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    write(".csv", excel=True)
    assert (tmp_path / "baris.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("name", ["baris.csv", "baris.jsonl"])
def test_records_are_taken_one_at_a_time(
    forger: Forger, household: Household, identities: dict[str, Identity], tmp_path: Path, name: str
) -> None:
    """However many there are, at most two are in memory: the one being written and the one being opened."""
    archived = forger.plant(version("1"), TYPED)
    one = open_archived(archived, identities, Specs(household.archive))
    made: list[ref[Opened]] = []

    def many() -> Iterator[Opened]:
        for _number in range(50):
            copy = replace(one)
            made.append(ref(copy))
            assert sum(each() is not None for each in made) <= 2
            yield copy

    wanted = headings([version("1")], "", identified=True)
    assert write_rows(tmp_path / name, many(), wanted, identified=True) == 50


@pytest.mark.parametrize("name", ["baris.csv", "baris.jsonl"])
def test_without_records_no_file_appears(tmp_path: Path, name: str) -> None:
    """A form without records is told so, and leaves nothing behind."""
    with pytest.raises(TransferError, match="Belum ada"):
        write_rows(tmp_path / name, iter(()), headings([version("1")], "", identified=False), identified=False)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_on_the_way_leaves_no_file(forger: Forger, household: Household, tmp_path: Path) -> None:
    """When opening fails half-way, neither the sheet nor those of its repeats appear."""
    spec = version("1")

    def broken() -> Any:
        raise OSError("unplugged")
        yield

    with pytest.raises(OSError, match="unplugged"):
        write_rows(tmp_path / "baris.csv", broken(), headings([spec], "", identified=True), identified=True)
    assert list(tmp_path.glob("*baris*")) == []


def test_another_ending_is_refused(tmp_path: Path) -> None:
    """Only the two formats are written."""
    with pytest.raises(SettingsError, match=r"\.csv atau \.jsonl"):
        write_rows(tmp_path / "baris.xls", iter(()), headings([], "", identified=False), identified=False)


def test_rows_are_private(forger: Forger, write: Write, tmp_path: Path) -> None:
    """A file of rows can be read by its owner only."""
    forger.plant(version("1"), TYPED)
    write(".csv")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("baris*")} == {0o600}


def test_answers_as_a_browser_sends_them(forger: Forger, write: Write) -> None:
    """Line ends become single ones and one line loses its outer spaces; nothing else changes on the way."""
    answers: Answers = {"kota": "  Kutha 'Metro'  ", "cerita": " siji\r\nloro\rtelu "}
    forger.plant(version("1"), answers)
    (line,) = write()
    assert (line["answers"]["kota"], line["answers"]["cerita"]) == ("Kutha 'Metro'", " siji\nloro\ntelu ")


def test_plain_rows_of_a_secret_form_tell_the_day_and_not_the_time(
    send: Sender, checklist: Answers, carry: Callable[[], ImportReport], write: Write
) -> None:
    """The second at which a checklist was sent points at its sender; it leaves only with a reason."""
    send("detection_checklist_teacher", checklist)
    carry()
    (plain,) = write(form="detection_checklist_teacher")
    (named,) = write(form="detection_checklist_teacher", identified=True)
    assert plain["filled_at"] == "2026-11-23"
    assert named["filled_at"] == "2026-11-23T01:30:00+00:00"


def test_a_sheet_shows_the_end_of_a_nik_only() -> None:
    """Of a person's number four digits stand in a sheet; other answers stand whole."""
    question = Question("nik", "text", parameters=(("format", "nik"),))
    assert _cells(question, "1872991708850001") == {"nik": "••••••••••••0001"}
    assert _cells(question, "12") == {"nik": "12"}
    assert _cells(question, None) == {"nik": ""}
    assert _cells(Question("nisn", "text", parameters=(("format", "nisn"),)), "0141234567") == {"nisn": "0141234567"}
