"""`peksos-office`: taking packages in, opening them, and letting rows out."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from forms_app.cli import office, site
from forms_app.office.household import create_household, open_household
from tests.cli.conftest import WORDS, Place, Run, run
from tests.conftest import CHEAP

PROGRAM = Path(sys.executable).with_name("peksos-office")
NAME = 'Wayan, "Pak" Contoh'


@pytest.fixture
def package(place: Place, peksos: Run, event: str) -> Path:
    """Return a package of three records: two registrations and a checklist."""
    place.register(event)
    place.register(event, full_name=NAME)
    place.fill("detection_checklist_teacher")
    assert peksos("export", "--out", place.folder / "a.peksos").exit_code == 0
    return place.folder / "a.peksos"


def audit(place: Place) -> list[tuple[str, str]]:
    """Return what the office has on record: action and what it was about."""
    household = open_household(place.office)
    lines = [(line.action, line.about) for line in household.audit.lines()]
    household.close()
    return lines


def test_init_tells_what_to_give_away_and_what_to_keep(place: Place, tmp_path: Path) -> None:
    """The words to read aloud are the statement's; a second office in the same folder is refused."""
    words = ("--passphrase-file", place.words)
    made = run(office.cli, "init", tmp_path / "kantor", *words)
    household = open_household(tmp_path / "kantor")
    assert household.statement.words in made.stdout
    household.close()
    again = run(office.cli, "init", tmp_path / "kantor", *words)
    assert again.exit_code == 1
    assert "Pilih folder lain" in again.stderr
    past = run(office.cli, "init", tmp_path / "lain", "--until", "2020-01-01", *words)
    assert (past.exit_code, (tmp_path / "lain").exists()) == (1, False)


def test_import_tells_of_each_file(package: Path, peksos_office: Run) -> None:
    """For people each file has its line; the second time everything is known."""
    assert "3 catatan, 3 baru, 0 sudah ada" in peksos_office("import", package).stdout
    assert "3 catatan, 0 baru, 3 sudah ada" in peksos_office("import", package).stdout


def test_import_answers_in_one_json_object(package: Path, peksos_office: Run) -> None:
    """However many files there are, the answer is one object: sums on top, the files below, refused ones too."""
    other = package.with_name("foto.jpg")
    other.write_bytes(b"\xff\xd8")
    done = peksos_office("import", package, other, package, "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 1
    assert (found["records"], found["new"], found["known"], found["refused"]) == (6, 3, 3, 1)
    assert [one.get("refused", one.get("new")) for one in found["files"]] == [3, "not-a-bundle", 0]
    assert "foto.jpg: Berkas ini bukan paket" in done.stderr


def test_one_bad_file_does_not_stop_the_others(package: Path, peksos_office: Run) -> None:
    """A cut package before a good one: the good one is kept, and the end is 1."""
    cut = package.with_name("potong.peksos")
    cut.write_bytes(package.read_bytes()[:-1])
    done = peksos_office("import", cut, package)
    assert done.exit_code == 1
    assert "3 baru" in done.stdout
    assert "Minta paket baru" in done.stderr


def test_a_foreign_package_names_its_words(place: Place, package: Path, tmp_path: Path) -> None:
    """An office that never enrolled the site names the words to compare before it does, and ends with 1."""
    (tmp_path / "lain").mkdir(mode=0o700)
    shutil.copy2(place.office / "office.pub", tmp_path / "lain" / "office.pub")
    done = run(office.cli, "--office-dir", tmp_path / "lain", "import", package)
    assert (done.exit_code, done.stdout) == (1, "")
    enrolled = run(office.cli, "enrol", place.instance / "site.pub", "--office-dir", tmp_path / "lain")
    (words,) = (word for word in enrolled.stdout.replace(".", " ").split() if word.count("-") == 7)
    assert words in done.stderr
    assert run(office.cli, "--office-dir", tmp_path / "lain", "import", package).exit_code == 0


def test_a_site_of_another_office_is_not_enrolled(place: Place, tmp_path: Path) -> None:
    """What a site seals for another office would never open here: that shows at once, not after a year of packages."""
    create_household(tmp_path / "lain", "Lain", WORDS, date(2026, 1, 1), date(2099, 1, 1), CHEAP)
    done = run(office.cli, "enrol", place.instance / "site.pub", "--office-dir", tmp_path / "lain")
    assert done.exit_code == 1
    assert "kantor lain" in done.stderr


def test_enrol_believes_only_the_spoken_words(place: Place, package: Path) -> None:
    """Words that are not the site's are refused; a file that is no statement too."""
    words = ("--office-dir", place.office, "enrol")
    assert run(office.cli, *words, place.instance / "site.pub", "--words", "lusab-babad").exit_code == 1
    assert run(office.cli, *words, package).exit_code == 1


def test_open_counts(place: Place, package: Path, peksos_office: Run) -> None:
    """Counts by form and level, for people and for programs, and an audit line."""
    peksos_office("import", package)
    found = json.loads(peksos_office("open", "--passphrase-file", place.words, "--json").stdout)
    assert (found["opened"], found["locked"], found["flawed"], found["quarantined"]) == (3, 0, 0, 0)
    assert found["forms"] == {"event_registration": 2, "detection_checklist_teacher": 1}
    assert "event_registration: 2" in peksos_office("open", "--passphrase-file", place.words).stdout
    assert ("open", "3") in audit(place)


def test_a_wrong_passphrase_opens_nothing(place: Place, package: Path, peksos_office: Run) -> None:
    """It is refused in both languages' words, and no rows are written."""
    peksos_office("import", package)
    wrong = place.folder / "salah.txt"
    wrong.write_text("kata sandi salah\n", encoding="utf-8")
    done = peksos_office("open", "--passphrase-file", wrong)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "salah" in done.stderr
    words = ("--form", "event_registration", "--out", place.folder / "a.csv", "--passphrase-file", wrong)
    assert peksos_office("rows", *words).exit_code == 1
    assert not (place.folder / "a.csv").exists()


def rows(peksos_office: Run, place: Place, out: str, *words: str) -> list[dict[str, str]]:
    """Return the registrations as rows, read back from the file that the command wrote."""
    path = place.folder / out
    fixed = ("--form", "event_registration", "--out", path, "--passphrase-file", place.words)
    assert peksos_office("rows", *fixed, *words).exit_code == 0
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rows_with_names_need_a_reason(place: Place, package: Path, peksos_office: Run) -> None:
    """Without a reason they are refused; with one they are written, warned about, and on record with the reason."""
    peksos_office("import", package)
    path = place.folder / "nama.csv"
    words = ("rows", "--form", "event_registration", "--out", path, "--passphrase-file", place.words, "--identified")
    refused = peksos_office(*words)
    assert (refused.exit_code, path.exists()) == (1, False)
    assert "--reason" in refused.stderr
    done = peksos_office(*words, "--reason", "daftar hadir")
    assert "data pribadi" in done.stdout
    assert NAME in {row["full_name"] for row in rows(peksos_office, place, "b.csv", "--identified", "--reason", "uji")}
    assert ("rows", "event_registration identified daftar hadir") in audit(place)


def test_rows_without_names_are_on_record_too(place: Place, package: Path, peksos_office: Run) -> None:
    """Plain rows hold no name, and their line in the audit says that they were plain."""
    peksos_office("import", package)
    found = rows(peksos_office, place, "a.csv")
    assert [row["reg_kind"] for row in found] == ["guru", "guru"]
    assert "full_name" not in found[0]
    assert ("rows", "event_registration plain") in audit(place)


def test_rows_of_a_secret_form_are_found_inside(place: Place, package: Path, peksos_office: Run) -> None:
    """A checklist's rows come by its own name, though nothing outside says which form it is."""
    peksos_office("import", package)
    out = place.folder / "p.jsonl"
    words = ("--form", "detection_checklist_teacher", "--out", out, "--passphrase-file", place.words)
    assert peksos_office("rows", *words).exit_code == 0
    (line,) = (json.loads(line) for line in out.read_text(encoding="utf-8").splitlines())
    assert "level" not in line["answers"]
    assert "child_name" not in line["answers"]


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (("--form", "tidak_ada", "--out", "a.csv"), 1, "Yang ada: absence_referral"),
        (("--form", "event_registration/tidak_ada", "--out", "a.csv"), 1, "event_registration/access"),
        (("--form", "event_registration/access", "--out", "a.csv"), 1, "Belum ada catatan"),
        (("--form", "event_registration", "--out", "a.xlsx"), 2, ".csv .jsonl"),
        (("--form", "event_registration", "--out", "tidak/ada/a.csv"), 2, "belum ada"),
    ],
)
def test_rows_that_cannot_be(
    place: Place,
    package: Path,
    peksos_office: Run,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    status: int,
    message: str,
) -> None:
    """An unknown form names those there are; an unusable file is noticed before the passphrase is asked for."""
    monkeypatch.chdir(place.folder)
    peksos_office("import", package)
    done = peksos_office("rows", *words, "--passphrase-file", place.words)
    assert done.exit_code == status
    assert message in done.stderr
    assert not Path("a.csv").exists()


def test_rows_say_when_some_are_missing(place: Place, package: Path, peksos_office: Run) -> None:
    """Records that did not open are not silently left out."""
    peksos_office("import", package)
    household = open_household(place.office)
    with household.archive._store.writing() as connection:
        connection.exec_driver_sql("UPDATE office_records SET record = zeroblob(900) WHERE kind = 's'")
    household.close()
    words = ("--form", "event_registration", "--out", place.folder / "a.csv", "--passphrase-file", place.words)
    done = peksos_office("rows", *words)
    assert done.exit_code == 0
    assert "1 catatan belum bisa dibuka" in done.stderr


@pytest.mark.parametrize(
    ("words", "status"), [(("--version",), 0), (("import", "tidak-ada"), 2), (("import", "sandi.txt"), 1), ((), 2)]
)
def test_the_program_ends_as_promised(place: Place, words: tuple[str, ...], status: int) -> None:
    """As a real program: 0 done, 1 refused, 2 wrong usage, and never a traceback."""
    environment = {"PEKSOS_OFFICE_DIR": str(place.office), "PEKSOS_LANGUAGE": "id", "PATH": "/usr/bin:/bin"}
    there = place.folder
    done = subprocess.run([PROGRAM, *words], env=environment, cwd=there, capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert "Traceback" not in done.stderr


def test_an_office_that_is_not_there_names_the_command(tmp_path: Path) -> None:
    """Where no office is, the message says how to make one."""
    done = run(office.cli, "--office-dir", tmp_path, "open")
    assert done.exit_code == 1
    assert "peksos-office init" in done.stderr


def test_the_site_knows_no_office_command() -> None:
    """The two command lines stay apart."""
    assert run(site.cli, "open").exit_code == 2
