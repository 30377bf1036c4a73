"""`peksos xlsform`: workbooks into form files and back, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from forms_app.cli import site
from forms_app.specs.reader import read_spec
from forms_app.specs.xlsform.workbook import write_workbook
from forms_app.translation import shipped
from tests.cli.conftest import Place, Run, run

SURVEY = (
    ("type", "name", "label"),
    ("text", "Nama", "Siapa namanya?"),
    ("select_one yn", "ikut", "Ikut?"),
)
CHOICES = (("list_name", "name", "label"), ("yn", "ya", "Ya"), ("yn", "tidak", "Tidak"))


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Return a workbook as somebody writes it who knows only ODK."""
    path = tmp_path / "Kunjungan Rumah.xlsx"
    path.write_bytes(write_workbook({"survey": SURVEY, "choices": CHOICES}))
    return path


def test_a_workbook_becomes_a_form_that_passes_the_gate(workbook: Path, tmp_path: Path) -> None:
    """Import writes the form, tells what was changed and what is to be decided; the gate finds nothing wrong."""
    out = tmp_path / "kunjungan.yaml"
    done = run(site.cli, "xlsform", "import", workbook, "--out", out)
    assert done.exit_code == 0, done.output
    assert done.stdout == f"Formulir ditulis: {out}. Lanjutkan dengan peksos check {out}.\n"
    told = done.stderr.splitlines()
    assert told[0] == "settings:1:A: name.changed: Nama Kunjungan Rumah menjadi kunjungan_rumah. (catatan)"
    assert told[1] == "survey:2:B: name.changed: Nama Nama menjadi nama. (catatan)"
    assert told[2].startswith("Nilai aman dipakai. Putuskan sebelum formulir tayang: audience, sensitivity,")
    assert run(site.cli, "check", out).exit_code == 0


def test_without_out_the_form_is_printed(workbook: Path) -> None:
    """The form goes to stdout, everything said about it to stderr."""
    done = run(site.cli, "xlsform", "import", workbook, "--slug", "9", "--sensitivity", "public")
    spec = read_spec(done.stdout, "x.yaml")
    assert (spec.form_id, spec.slug, spec.sensitivity) == ("kunjungan_rumah", "9", "public")


def test_a_form_is_not_written_over_by_mistake(workbook: Path, tmp_path: Path) -> None:
    """A file that exists stays, unless the author says so."""
    out = tmp_path / "ada.yaml"
    out.write_text("lama", encoding="utf-8")
    refused = run(site.cli, "xlsform", "import", workbook, "--out", out)
    assert (refused.exit_code, refused.stderr) == (1, f"{out} sudah ada. Pakai nama lain, atau --force.\n")
    assert out.read_text(encoding="utf-8") == "lama"
    assert run(site.cli, "xlsform", "import", workbook, "--out", out, "--force").exit_code == 0


def test_refusals_name_their_cells(workbook: Path, tmp_path: Path) -> None:
    """All that is refused is told at once, by sheet, row and column; nothing is written."""
    rows = [*SURVEY, ("image", "foto", "Foto"), ("text", "", "X")]
    workbook.write_bytes(write_workbook({"survey": rows, "choices": CHOICES}))
    out = tmp_path / "x.yaml"
    done = run(site.cli, "xlsform", "import", workbook, "--out", out)
    lines = done.stderr.splitlines()
    assert (done.exit_code, done.stdout, out.exists()) == (1, "", False)
    assert [one.split(": ")[0] for one in lines[:-1]] == ["survey:4:A", "survey:5:A"]
    assert lines[-1] == "Ada 2 kesalahan pada berkas formulir."
    found = json.loads(run(site.cli, "xlsform", "import", workbook, "--json").stdout)["problems"]
    assert found[0] == {
        "sheet": "survey",
        "row": 4,
        "column": "A",
        "severity": "error",
        "code": "type.refused",
        "message": "Foto, suara, dan berkas belum dapat dikirim. Minta keterangan tertulis dengan text.",
    }


def test_what_the_author_leaves_out_is_told(workbook: Path) -> None:
    """Only what the author names is left out, and the answer says so."""
    rows = [*SURVEY, ("image", "foto", "Foto")]
    workbook.write_bytes(write_workbook({"survey": rows, "choices": CHOICES}))
    done = run(site.cli, "xlsform", "import", workbook, "--leave-out", "image", "--json")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["form_id"], found["problems"]) == (0, "kunjungan_rumah", [])
    assert {(one["row"], one["code"]) for one in found["notes"]} == {
        (1, "name.changed"),
        (2, "name.changed"),
        (4, "row.left"),
    }
    assert "foto" not in found["text"]


def test_a_list_beside_the_workbook_is_read_and_no_other_file(workbook: Path, tmp_path: Path) -> None:
    """select_one_from_file finds a CSV in the workbook's own folder, and nothing outside it."""
    (tmp_path / "desa.csv").write_text("name,label\na,Imopuro\n", encoding="utf-8")
    for name, status in (("desa.csv", 0), ("../desa.csv", 1), ("/etc/passwd", 1)):
        rows = [SURVEY[0], (f"select_one_from_file {name}", "d", "Desa")]
        workbook.write_bytes(write_workbook({"survey": rows}))
        assert run(site.cli, "xlsform", "import", workbook).exit_code == status


def test_a_form_of_the_site_goes_out_and_comes_back(tmp_path: Path) -> None:
    """Export by id and import again give the same form, with the catalogue's texts or without."""
    source = read_spec(
        (shipped("form_specs") / "odfc_attendance.yaml").read_text(encoding="utf-8"), "x", shipped("form_specs")
    )
    for flags in ((), ("--no-catalogue",)):
        out = tmp_path / "hadir.xlsx"
        done = run(site.cli, "xlsform", "export", "odfc_attendance", "--out", out, *flags)
        assert (done.exit_code, done.stdout) == (0, f"Buku kerja ditulis: {out}.\n")
        again = run(site.cli, "xlsform", "import", out)
        assert read_spec(again.stdout, "x").digest == source.digest
        assert again.stderr == ""


def test_a_form_file_goes_out(workbook: Path, tmp_path: Path) -> None:
    """Export takes a file too; a form that nobody knows is refused."""
    form, out = tmp_path / "x.yaml", tmp_path / "y.xlsx"
    run(site.cli, "xlsform", "import", workbook, "--out", form)
    assert run(site.cli, "xlsform", "export", form, "--out", out).exit_code == 0
    assert run(site.cli, "xlsform", "import", out).stdout == form.read_text(encoding="utf-8").partition("\n")[2]
    assert run(site.cli, "xlsform", "export", "tidak_ada", "--out", out).exit_code == 1


def test_who_knows_only_odk_gets_a_form_live(place: Place, peksos: Run, tmp_path: Path) -> None:
    """A workbook in the words of ODK's documentation is imported, checked, put into an event, and filled in."""
    forms, book = tmp_path / "formulir", tmp_path / "kunjungan.xlsx"
    forms.mkdir()
    (place.instance / "settings.toml").write_text(f'forms = "{forms}"\n', encoding="utf-8")
    survey = (
        ("type", "name", "label::Bahasa Indonesia (id)", "label::English (en)", "required", "relevant", "constraint"),
        ("start", "start", "", ""),
        ("begin_group", "Keluarga", "Keluarga", "Family"),
        ("text", "Nama", "Nama Bapak/Ibu", "Your name", "yes"),
        ("integer", "Anak", "Jumlah anak", "Children", "yes", "", ". >= 0 and . <= 20"),
        ("end_group",),
        ("begin_repeat", "Tiap_anak", "Anak", "Child", "", "${Anak} > 0"),
        ("text", "Panggilan", "Nama panggilan", "Nickname"),
        ("select_one yn", "Sekolah", "Bersekolah?", "At school?", "yes"),
        ("end_repeat",),
        ("note", "terima", "Terima kasih.", "Thank you."),
    )
    choices = (
        ("list_name", "name", "label::Bahasa Indonesia (id)", "label::English (en)"),
        ("yn", "1", "Ya", "Yes"),
        ("yn", "0", "Tidak", "No"),
    )
    settings = (("form_title", "form_id", "version"), ("Kunjungan", "Kunjungan", "1"))
    book.write_bytes(write_workbook({"survey": survey, "choices": choices, "settings": settings}))
    done = peksos("xlsform", "import", book, "--out", forms / "kunjungan.yaml", "--sensitivity", "public")
    assert done.exit_code == 0, done.output
    assert peksos("check").stdout.endswith("Semua formulir sudah benar.\n")
    times = ("--opens", "2020-01-01", "--closes", "2100-01-01")
    code = peksos("event", "add", "--form", "kunjungan", "--title", "Kunjungan", *times).stdout.split()[1]
    answers = {"nama": "Sutinah", "anak": "1", "tiap_anak-0-panggilan": "Bayu", "tiap_anak-0-sekolah": "1"}
    assert place.fill("kunjungan", code, **answers)


def test_a_long_list_becomes_a_file_of_its_own(workbook: Path, tmp_path: Path) -> None:
    """More than 200 choices are written as CSV beside the form and found there; no other list is written over."""
    rows = [("desa", f"d{number}", f"Desa {number}", f"k{number % 7}") for number in range(4000)]
    choices = [("list_name", "name", "label", "kec"), *rows]
    workbook.write_bytes(write_workbook({"survey": [SURVEY[0], ("select_one desa", "d", "Desa")], "choices": choices}))
    out, kept = tmp_path / "x.yaml", tmp_path / "choices" / "desa.csv"
    done = run(site.cli, "xlsform", "import", workbook, "--out", out)
    assert done.stdout.splitlines()[0] == f"Daftar ditulis: {kept}."
    assert kept.read_text(encoding="utf-8").splitlines()[:2] == ["name,label,kec", "d0,Desa 0,k0"]
    spec = read_spec(out.read_text(encoding="utf-8"), "x", tmp_path)
    assert [dict(one.columns) for one in spec.choice_list("desa")[:2]] == [{"kec": "k0"}, {"kec": "k1"}]
    kept.write_text("name,label\na,A\n", encoding="utf-8")
    again = run(site.cli, "xlsform", "import", workbook, "--out", tmp_path / "y.yaml")
    assert (again.exit_code, again.stderr.splitlines()[-1]) == (1, f"{kept} sudah ada. Pakai nama lain, atau --force.")
    assert run(site.cli, "xlsform", "export", out, "--out", tmp_path / "z.xlsx").exit_code == 0


def test_a_long_list_without_out_is_refused_with_the_remedy(workbook: Path) -> None:
    """What no form file can hold alone is refused at the list, and the remedy is said."""
    choices = [("list_name", "name", "label"), *(("desa", f"d{number}", "x" * 60) for number in range(4000))]
    workbook.write_bytes(write_workbook({"survey": [SURVEY[0], ("select_one desa", "d", "Desa")], "choices": choices}))
    done = run(site.cli, "xlsform", "import", workbook)
    assert done.stderr.splitlines()[0].startswith("choices:2:B: list.large: Daftar ini terlalu panjang.")
