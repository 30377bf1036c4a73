"""`peksos check`: every mistake of every form file at once, each with its place."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from forms_app.cli import site
from forms_app.settings import Settings
from forms_app.specs.library import read_library
from forms_app.specs.signoffs import FOLDER
from forms_app.translation import shipped
from tests.cli.conftest import Place, Run, run

BROKEN = "form_id: contoh\nslug: 1\nversion: '1'\nnonsense: ya\n"


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    """Return a folder with a copy of the shipped forms."""
    return Path(shutil.copytree(shipped("form_specs"), tmp_path / "forms"))


def edit(path: Path, old: str, new: str) -> Path:
    """Change a form file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_the_shipped_forms_are_good() -> None:
    """Without a file all forms are checked; worth a note is only that nobody has signed the secret ones."""
    done = run(site.cli, "check")
    assert (done.exit_code, done.stdout.splitlines()[-1], done.stderr) == (0, "Semua formulir sudah benar.", "")
    found = json.loads(run(site.cli, "check", "--json").stdout)
    assert found["problems"] == []
    unsigned = {Path(one["file"]).stem for one in found["notes"] if one["code"] == "signoff.missing"}
    assert unsigned == {one.form_id for one in read_library(Settings().forms) if one.secret}
    assert len(found["notes"]) == len(unsigned)


def test_at_a_site_a_missing_sign_off_and_number_are_mistakes(place: Place, peksos: Run, tmp_path: Path) -> None:
    """The form is named, and the setting; with the sign-off, or as a sample, the site is in order."""
    forms = tmp_path / "forms"
    shutil.copytree(Settings().forms / "choices", forms / "choices")
    shutil.copytree(Settings().forms / "blocks", forms / "blocks")
    shutil.copy(Settings().forms / "sos_report.yaml", forms)
    (place.instance / FOLDER / "sos_report.toml").unlink()
    (place.instance / "settings.toml").unlink()
    given = {"PEKSOS_FORMS": str(forms)}
    done = peksos("check", **given)
    assert done.exit_code == 1
    assert "signoff.missing" in done.stderr
    assert "PEKSOS_HELP_PEKSOS" in done.stderr
    assert peksos("check", **given, PEKSOS_SAMPLE="true").exit_code == 0
    assert peksos("sign", "sos_report", "--by", "Contoh", "--role", "Contoh", **given).exit_code == 0
    assert peksos("check", **given, PEKSOS_HELP_PEKSOS="0899-0000-0001").exit_code == 0


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    """Two broken files give all their mistakes on stderr, each as file:line:column, and the count of each file."""
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(BROKEN, encoding="utf-8")
    done = run(site.cli, "check", tmp_path / "a.yaml", tmp_path / "b.yaml")
    assert (done.exit_code, done.stdout) == (1, "")
    *lines, summary = done.stderr.splitlines()
    files = [line.split(": ")[0].rsplit(":", 2)[0] for line in lines]
    assert set(files) == {str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml")}
    half = len(lines) // 2
    assert summary == f"Ada {2 * half} kesalahan: {tmp_path / 'a.yaml'} {half}, {tmp_path / 'b.yaml'} {half}."


def test_mistakes_come_as_json_too(tmp_path: Path) -> None:
    """Programs get file, line, column, severity, code and message of each."""
    (tmp_path / "a.yaml").write_text(BROKEN, encoding="utf-8")
    done = run(site.cli, "check", "--json", tmp_path / "a.yaml")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert found["notes"] == []
    for one in found["problems"]:
        assert set(one) == {"file", "line", "column", "severity", "code", "message"}
        assert one["severity"] == "error"
        assert one["line"] >= 1
        assert "{" not in one["message"]
    places = [(one["file"], one["line"], one["column"]) for one in found["problems"]]
    assert places == sorted(places)


def test_a_note_keeps_nothing_back(forms: Path) -> None:
    """It stands on stdout, marked as a note, and the form is good; in JSON it has a list of its own."""
    path = edit(forms / "event_registration.yaml", "choices:\n", "choices:\n  old: [{name: x, label: Ya}]\n")
    line = path.read_text(encoding="utf-8").splitlines().index("  old: [{name: x, label: Ya}]") + 1
    done = run(site.cli, "check", path)
    assert (done.exit_code, done.stderr) == (0, "")
    note, good = done.stdout.splitlines()
    assert note == f"{path}:{line}:3: list.unused: Daftar old tidak dipakai. Hapus, atau pakai. (catatan)"
    assert good == "Semua formulir sudah benar."
    (found,) = json.loads(run(site.cli, "check", "--json", path).stdout)["notes"]
    assert (found["severity"], found["code"], found["line"]) == ("note", "list.unused", line)


def test_one_bad_file_does_not_hide_the_others(forms: Path) -> None:
    """What the gate says of readable forms is said beside what makes another one unreadable."""
    (forms / "rusak.yaml").write_text(BROKEN, encoding="utf-8")
    edit(forms / "odfc_attendance.yaml", "readers:", "readers: [event] #")
    edit(forms / "event_registration.yaml", "label: Nama lengkap", "label: Nama yang baru")
    done = run(site.cli, "check", PEKSOS_FORMS=str(forms))
    codes = [line.split(": ")[1] for line in done.stderr.splitlines()[:-1]]
    assert {"form.readers", "language.missing", "form.quotes"} <= set(codes)


def test_two_forms_with_one_address(forms: Path) -> None:
    """Forms are checked against each other too."""
    edit(forms / "odfc_attendance.yaml", "slug:", 'slug: "1" #')
    done = run(site.cli, "check", PEKSOS_FORMS=str(forms))
    assert f"{forms / 'odfc_attendance.yaml'}:1:1: form.twin: " in done.stderr
    assert run(site.cli, "check", forms / "odfc_attendance.yaml").exit_code == 0


def test_a_problem_of_a_block_leads_to_the_block(forms: Path) -> None:
    """The file's name is the path from where the command was called, so that editors find it."""
    edit(forms / "blocks" / "staff.yaml", "type: text", "type: texd")
    done = run(site.cli, "check", forms / "detection_checklist_teacher.yaml")
    assert done.exit_code == 1
    assert f"{forms / 'blocks' / 'staff.yaml'}:" in done.stderr


def test_paths_are_short_where_they_can_be(forms: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file below the folder one stands in is named from there."""
    monkeypatch.chdir(forms)
    (forms / "rusak.yaml").write_text(BROKEN, encoding="utf-8")
    for done in (run(site.cli, "check", "rusak.yaml"), run(site.cli, "check", PEKSOS_FORMS=str(forms))):
        assert done.stderr.startswith("rusak.yaml:1:1: form.missing: ")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    """A file in another encoding is a mistake with a place, not a crash."""
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe")
    done = run(site.cli, "check", tmp_path / "a.yaml")
    assert done.exit_code == 1
    assert f"{tmp_path / 'a.yaml'}:1:1: file.encoding" in done.stderr


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A mistyped name is wrong usage."""
    assert run(site.cli, "check", tmp_path / "a.yaml").exit_code == 2


@pytest.mark.parametrize("by", ["environment", "settings"])
def test_the_sites_own_forms_are_checked(forms: Path, tmp_path: Path, by: str) -> None:
    """Without a file it is the folder that this site serves, wherever that is set."""
    (forms / "rusak.yaml").write_text(BROKEN, encoding="utf-8")
    (tmp_path / "settings.toml").write_text(f'forms = "{forms}"\n' if by == "settings" else "", encoding="utf-8")
    environment = {"PEKSOS_FORMS": str(forms)} if by == "environment" else {}
    done = run(site.cli, "--instance", tmp_path, "check", **environment)
    assert done.exit_code == 1
    assert "rusak.yaml" in done.stderr
