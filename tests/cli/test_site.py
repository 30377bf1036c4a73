"""`peksos`: setting a site up, its events and posters, its package and its standing."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from forms_app.cli import site
from forms_app.sealing.statements import read_office_statement
from forms_app.translation import catalogue, is_translated
from tests.cli.conftest import Place, Run, run

PROGRAM = Path(sys.executable).with_name("peksos")
TIMES = ("--opens", "2026-11-23T07:00", "--closes", "2026-11-23T12:00")
DAMAGE = {
    "middle": "UPDATE log SET day = day + 1 WHERE seq = 2",
    "record": "UPDATE log SET record = zeroblob(1000) WHERE seq = 2",
    "gap": "DELETE FROM log WHERE seq = 2",
}


def change(database: Path, statement: str) -> None:
    """Change a database behind the program's back."""
    connection = sqlite3.connect(database)
    connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.fixture
def statement(place: Place) -> Path:
    """Return the office's statement."""
    return place.office / "office.pub"


def test_init_tells_both_words(statement: Path, tmp_path: Path) -> None:
    """Setting up names the file to hand over and the words to compare, and leaves a private folder."""
    made = run(site.cli, "init", tmp_path / "baru", "--office", statement)
    assert made.exit_code == 0
    assert read_office_statement(statement.read_bytes()).words in made.stdout
    assert "site.pub" in made.stdout
    assert (tmp_path / "baru").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "baru").iterdir() if path.is_file()} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "baru").iterdir() if path.is_dir()} <= {0o700}


def test_init_believes_only_the_spoken_words(place: Place, statement: Path, tmp_path: Path) -> None:
    """With other words nothing is made; with the right ones, spelt anyhow, the site is."""
    words = read_office_statement(statement.read_bytes()).words
    other = run(site.cli, "init", tmp_path / "baru", "--office", statement, "--office-words", "lusab babad")
    assert (other.exit_code, (tmp_path / "baru").exists()) == (1, False)
    assert "tidak cocok" in other.stderr
    spoken = words.upper().replace("-", " ")
    assert run(site.cli, "init", tmp_path / "baru", "--office", statement, "--office-words", spoken).exit_code == 0


def test_init_never_replaces_a_site(place: Place, statement: Path) -> None:
    """A folder with keys is refused with the remedy."""
    again = run(site.cli, "init", place.instance, "--office", statement)
    assert again.exit_code == 1
    assert "Pilih folder lain" in again.stderr


def test_a_folder_without_a_site_names_the_command(tmp_path: Path) -> None:
    """Where no site is, the message says how to make one, in either language."""
    for language in ("id", "en"):
        found = run(site.cli, "--instance", tmp_path / "tidak", "status", PEKSOS_LANGUAGE=language)
        source = "Folder {instance} belum disiapkan. Jalankan: peksos init {instance} --office office.pub"
        told = catalogue("messages", language)(source).format(instance=tmp_path / "tidak")
        assert (found.exit_code, found.stdout, found.stderr) == (1, "", f"{told}\n")


@pytest.mark.skipif(not is_translated("messages", "en", "Dibatalkan."), reason="the English catalogue is not compiled")
def test_english_is_english(tmp_path: Path) -> None:
    """The message above is not Indonesian when English is asked for."""
    assert "belum" not in run(site.cli, "--instance", tmp_path, "status", PEKSOS_LANGUAGE="en").stderr


def test_event_add_answers_in_flat_json(peksos: Run) -> None:
    """Code and address come as flat JSON, with options before or after what they belong to."""
    made = peksos("event", "add", "--title", "Hari Anak", *TIMES, "--json", "--form", "event_registration")
    found = json.loads(made.stdout)
    assert found["url"] == f"http://127.0.0.1:8000/e/{found['code'].lower()}"
    assert len(found["code"]) == 6
    assert not any(isinstance(value, dict | list) for value in found.values())
    assert (found["opens"], found["closes"]) == ("2026-11-23T00:00:00+00:00", "2026-11-23T05:00:00+00:00")


def test_the_instance_may_stand_last(place: Place, event: str, tmp_path: Path) -> None:
    """Options stand after a command's own arguments, the folder's too."""
    made = run(site.cli, "poster", event, "--out", tmp_path / "p.svg", "--instance", place.instance)
    assert made.exit_code == 0
    assert "<title>Hari Anak" in (tmp_path / "p.svg").read_text(encoding="utf-8")


def test_an_event_without_accounts_says_who_reads(statement: Path, tmp_path: Path) -> None:
    """Before the first account there is nobody but the office to read, and the command says so."""
    run(site.cli, "init", tmp_path / "baru", "--office", statement)
    words = ("event", "add", "--form", "event_registration", "--title", "Hari Anak", *TIMES)
    assert "hanya bisa dibaca kantor" in run(site.cli, "--instance", tmp_path / "baru", *words).stdout


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (("--form", "tidak_ada"), 1, "event_registration"),
        (("--form", "detection_checklist_teacher"), 1, "rahasia"),
        (("--form", "event_registration", "--closes", "2026-11-23T06:00"), 1, "sesudah waktu buka"),
        (("--form", "event_registration", "--title", " "), 1, "Judul kegiatan"),
        (("--form", "event_registration", "--title", "x" * 201), 1, "Judul kegiatan"),
        (("--form", "event_registration", "--place", "a\nb"), 1, "satu baris"),
        (("--form", "event_registration", "--opens", "besok"), 2, "2026-11-23T07:00"),
        (("--form", "event_registration", "--jenjang", "s3"), 2, "jenjang"),
        ((), 2, "--form"),
    ],
)
def test_events_that_cannot_be_are_refused(peksos: Run, words: tuple[str, ...], status: int, message: str) -> None:
    """An unknown or secret form, times in the wrong order and unusable texts are refused, and no event is made."""
    made = peksos("event", "add", "--title", "Hari Anak", *TIMES, *words)
    assert (made.exit_code, made.stdout) == (status, "")
    assert message in made.stderr
    assert json.loads(peksos("status", "--json").stdout)["events"] == 0


@pytest.mark.parametrize(("name", "start"), [("p.pdf", b"%PDF"), ("p.PNG", b"\x89PNG"), ("p.svg", b"<")])
def test_posters_come_in_three_kinds(peksos: Run, event: str, tmp_path: Path, name: str, start: bytes) -> None:
    """The ending says which kind; the code may be typed as it is read."""
    assert peksos("poster", f"{event[:3].lower()}-{event[3:]}", "--out", tmp_path / name).exit_code == 0
    assert (tmp_path / name).read_bytes().startswith(start)


def test_posters_that_cannot_be(peksos: Run, event: str, tmp_path: Path) -> None:
    """Another ending is wrong usage; an unknown code is refused; neither leaves a file."""
    assert peksos("poster", event, "--out", tmp_path / "p.jpg").exit_code == 2
    assert peksos("poster", event, "--out", tmp_path / "tidak" / "p.pdf").exit_code == 2
    unknown = peksos("poster", "ZZZZZZ", "--out", tmp_path / "p.pdf")
    assert unknown.exit_code == 1
    assert "Periksa lagi" in unknown.stderr
    assert not list(tmp_path.glob("p.*"))


@pytest.mark.parametrize(("name", "message"), [("ani", "sudah dipakai"), (" budi", "Nama akun"), ("", "Nama akun")])
def test_accounts_that_cannot_be(peksos: Run, place: Place, name: str, message: str) -> None:
    """A name that is taken, or that nobody could sign in with, is refused."""
    made = peksos("user", "add", name, "--role", "admin", "--passphrase-file", place.words)
    assert made.exit_code == 1
    assert message in made.stderr


def test_export_counts_and_goes_on_counting(place: Place, peksos: Run, event: str, tmp_path: Path) -> None:
    """Each package has the next number and holds every record without a receipt."""
    place.register(event)
    first = json.loads(peksos("export", "--out", tmp_path / "a.peksos", "--json").stdout)
    place.fill("detection_checklist_teacher")
    second = json.loads(peksos("export", "--out", tmp_path / "b.peksos", "--json").stdout)
    assert (first["number"], first["records"], first["secret"]) == (1, 1, 0)
    assert (second["number"], second["records"], second["secret"]) == (2, 2, 1)
    assert "Bawa ke kantor" in peksos("export", "--out", tmp_path / "c.peksos").stdout


def test_status_tells_what_is_kept(place: Place, peksos: Run, event: str) -> None:
    """Counts and the end of the log, for people and for programs."""
    place.register(event)
    assert "Ada di kantor: 0, dibuka: 0." in peksos("status").stdout
    place.fill("detection_checklist_teacher")
    found = json.loads(peksos("status", "--json").stdout)
    assert (found["intact"], found["records"], found["secret"], found["seq"], found["events"]) == (True, 2, 1, 2, 1)
    told = peksos("status")
    assert (told.exit_code, told.stderr) == (0, "")
    assert found["head"] in told.stdout


@pytest.mark.parametrize("statement", DAMAGE.values(), ids=DAMAGE)
def test_a_broken_log_is_told_with_what_to_do(place: Place, peksos: Run, event: str, statement: str) -> None:
    """Status names the first bad entry and the remedy, still counts, and ends with 1."""
    for _number in range(3):
        place.register(event)
    change(place.instance / "peksos.sqlite", statement)
    found = peksos("status")
    assert found.exit_code == 1
    assert "nomor 2" in found.stderr
    assert "Jangan hapus apa pun" in found.stderr
    assert "Tersimpan" in found.stdout
    machine = peksos("status", "--json")
    assert (machine.exit_code, json.loads(machine.stdout)["intact"]) == (1, False)


def test_a_log_that_lost_its_end_is_told(place: Place, peksos: Run, event: str, tmp_path: Path) -> None:
    """Entries that a package has carried away must still be here."""
    place.register(event)
    place.register(event)
    peksos("export", "--out", tmp_path / "a.peksos")
    change(place.instance / "peksos.sqlite", "DELETE FROM log WHERE seq = 2")
    found = peksos("status")
    assert found.exit_code == 1
    assert "sudah pernah dibawa" in found.stderr


def test_a_rotten_record_does_not_keep_the_others_here(
    place: Place, peksos: Run, peksos_office: Run, event: str, tmp_path: Path
) -> None:
    """With one record damaged on the disk a package can still be made, and brings the others."""
    for _number in range(3):
        place.register(event)
    change(place.instance / "peksos.sqlite", DAMAGE["record"])
    assert peksos("export", "--out", tmp_path / "a.peksos").exit_code == 0
    taken = peksos_office("import", tmp_path / "a.peksos", "--json")
    found = json.loads(taken.stdout)
    assert (taken.exit_code, found["new"], found["quarantined"]) == (1, 2, 1)


@pytest.mark.parametrize("command", [("status",), ("serve", "--port", "0"), ("export", "--out", "x.peksos")])
def test_a_newer_database_is_left_alone(place: Place, peksos: Run, command: tuple[str, ...]) -> None:
    """What a newer program has written is refused with the remedy, and not touched."""
    change(place.instance / "peksos.sqlite", "UPDATE schema_version SET version = version + 1")
    before = (place.instance / "peksos.sqlite").read_bytes()
    found = peksos(*command)
    assert (found.exit_code, found.stdout) == (1, "")
    assert "Pasang program itu" in found.stderr
    assert (place.instance / "peksos.sqlite").read_bytes() == before


def test_a_folder_of_forms_that_is_empty_is_told(place: Place, peksos: Run, tmp_path: Path) -> None:
    """A mistyped PEKSOS_FORMS is refused, not served as a site without forms."""
    found = peksos("status", PEKSOS_FORMS=str(tmp_path))
    assert found.exit_code == 1
    assert "PEKSOS_FORMS" in found.stderr


def test_a_key_that_ends_is_told_in_time(place: Place, tmp_path: Path) -> None:
    """A site whose office key ends within a month, or has ended, says so beside its status."""
    from datetime import UTC, datetime, timedelta

    from forms_app.office.household import create_household
    from tests.conftest import CHEAP

    today = datetime.now(UTC).date()
    for days, message in ((10, "berakhir"), (-5, "Tidak ada kunci kantor")):
        office, instance = tmp_path / f"kantor{days}", tmp_path / f"sekolah{days}"
        create_household(
            office, "Kantor", "kata sandi", today - timedelta(days=60), today + timedelta(days=days), CHEAP
        )
        run(site.cli, "init", instance, "--office", office / "office.pub")
        found = run(site.cli, "--instance", instance, "status")
        assert found.exit_code == 0
        assert message in found.stderr


@pytest.mark.parametrize(
    ("words", "status"),
    [(("--version",), 0), (("status",), 0), (("status", "--instance", "tidak-ada"), 1), (("salah",), 2), ((), 2)],
)
def test_the_program_ends_as_promised(place: Place, words: tuple[str, ...], status: int) -> None:
    """As a real program: 0 done, 1 refused, 2 wrong usage, and never a traceback."""
    environment = {"PEKSOS_INSTANCE": str(place.instance), "PEKSOS_LANGUAGE": "id", "PATH": "/usr/bin:/bin"}
    done = subprocess.run([PROGRAM, *words], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert "Traceback" not in done.stderr
    assert bool(done.stderr) == bool(status)


def test_a_reader_that_leaves_is_no_error(place: Place) -> None:
    """`peksos status | head -0` leaves no traceback."""
    environment = {"PEKSOS_INSTANCE": str(place.instance), "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(
        [PROGRAM, "status"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as going:
        going.stdout.close()  # type: ignore[union-attr]  # a pipe was asked for
        assert b"Traceback" not in going.stderr.read()  # type: ignore[union-attr]  # as above
