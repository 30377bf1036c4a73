"""Backup, restore and doctor, as they are typed."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from forms_app.cli import site
from forms_app.storage.backup import read_backup
from tests.cli.conftest import Place, Run, run


def test_a_backup_is_told_with_its_digest(place: Place, peksos: Run, event: str, tmp_path: Path) -> None:
    """What is told is what the file says of itself."""
    place.register(event)
    out = tmp_path / "a.bak"
    done = peksos("backup", out, "--json")
    assert done.exit_code == 0, done.output
    told, said = json.loads(done.stdout), read_backup(out)
    assert (told["digest"], told["seq"], told["bytes"]) == (said.digest, 1, out.stat().st_size)
    shown = peksos("backup", out)
    assert read_backup(out).digest in shown.stdout
    assert "kunci tempat ini" in shown.stdout


def test_a_restore_says_what_follows(place: Place, peksos: Run, event: str, tmp_path: Path) -> None:
    """From which number records are missing is said, and the new site goes on in its second epoch."""
    place.register(event)
    peksos("backup", tmp_path / "a.bak")
    done = run(site.cli, "restore", tmp_path / "a.bak", "--instance", tmp_path / "new")
    assert done.exit_code == 0, done.output
    assert "setelah nomor 1 tidak ada di sini" in done.stdout
    status = json.loads(run(site.cli, "--instance", tmp_path / "new", "status", "--json").stdout)
    assert (status["epoch"], status["seq"], status["records"], status["intact"]) == (2, 2, 1, True)


def test_nothing_is_restored_over_a_site(place: Place, peksos: Run, tmp_path: Path) -> None:
    """The command is refused and the site stays."""
    peksos("backup", tmp_path / "a.bak")
    before = (place.instance / "site.key").read_bytes()
    done = peksos("restore", tmp_path / "a.bak")
    assert (done.exit_code, "tidak kosong" in done.stderr) == (1, True)
    assert (place.instance / "site.key").read_bytes() == before


def test_a_trial_is_noted_for_the_doctor(place: Place, peksos: Run, tmp_path: Path) -> None:
    """A trial that went well, and one that failed, are known to the doctor; a failure says what to do."""
    out = tmp_path / "a.bak"
    peksos("backup", out)
    assert "Uji pulih berhasil" in peksos("restore", "--test", out).stdout
    assert checks(peksos)["restore-test"]["level"] == "ok"
    out.write_bytes(out.read_bytes()[:-4096])
    failed = peksos("restore", "--test", out)
    assert (failed.exit_code, "Uji pulih gagal" in failed.stderr) == (1, True)
    assert checks(peksos)["restore-test"]["level"] == "bad"


def checks(peksos: Run, *words: str) -> dict[str, dict[str, str]]:
    """Return what the doctor says, by name."""
    told = json.loads(peksos("doctor", "--json", *words).stdout)
    return {one["name"]: one for one in told["checks"]}


def test_the_doctor_tells_each_thing_with_its_remedy(place: Place, peksos: Run, event: str) -> None:
    """A healthy site: exit status 0, a line for each look; with an event, lines for it too."""
    done = peksos("doctor", "--event", event)
    assert done.exit_code == 0, done.output
    assert "ok       log: Catatan utuh: 0 jawaban." in done.stdout
    assert "! warn   backup: Belum pernah dicadangkan. Jalankan: peksos backup FILE" in done.stdout
    assert {"event", "event-key", "event-address"} <= set(checks(peksos, "--event", event))


@pytest.mark.skipif(os.name != "posix", reason="other systems keep permissions elsewhere")
def test_something_bad_is_exit_status_1(place: Place, peksos: Run) -> None:
    """A key that others can read makes the doctor's exit status 1."""
    (place.instance / "site.key").chmod(0o644)
    done = peksos("doctor")
    assert done.exit_code == 1
    assert "!! bad   permissions" in done.stdout


def test_the_doctor_looks_at_a_site_that_does_not_open(place: Place, peksos: Run) -> None:
    """Without its key the site does not open; the doctor says so and looks at the rest."""
    (place.instance / "site.key").unlink()
    done = peksos("doctor", "--json")
    found = {one["name"]: one["level"] for one in json.loads(done.stdout)["checks"]}
    assert done.exit_code == 1
    assert (found["site"], found["clock"]) == ("bad", "ok")


def test_the_office_is_backed_up_and_restored(
    place: Place, peksos: Run, peksos_office: Run, event: str, tmp_path: Path
) -> None:
    """The restored office has records and verdicts, and opens with the old passphrase."""
    place.register(event)
    assert peksos("export", "--out", tmp_path / "a.peksos").exit_code == 0
    assert peksos_office("import", tmp_path / "a.peksos").exit_code == 0
    assert peksos_office("open", "--passphrase-file", place.words).exit_code == 0
    out = tmp_path / "office.bak"
    told = json.loads(peksos_office("backup", out, "--json").stdout)
    assert (told["digest"], told["verdicts"], told["records"]) == (read_backup(out).digest, 1, 1)
    assert "Uji pulih berhasil" in peksos_office("restore", "--test", out).stdout
    shutil.rmtree(place.office)
    done = peksos_office("restore", out)
    assert done.exit_code == 0, done.output
    assert "Ambil lagi semua paket" in done.stdout
    again = peksos_office("import", tmp_path / "a.peksos", "--json")
    assert (json.loads(again.stdout)["new"], json.loads(again.stdout)["known"]) == (0, 1)
    rows = tmp_path / "a.csv"
    wrote = peksos_office("rows", "--form", "event_registration", "--out", rows, "--passphrase-file", place.words)
    assert wrote.exit_code == 0, wrote.output
    assert len(rows.read_text(encoding="utf-8").splitlines()) == 2
    assert peksos_office("restore", out).exit_code == 1


def test_a_restored_site_is_known_to_the_office(
    place: Place, peksos: Run, peksos_office: Run, event: str, tmp_path: Path
) -> None:
    """Packages from before and after a restore are both taken; records of the cut tail stay at the office."""
    place.register(event)
    peksos("backup", tmp_path / "a.bak")
    place.register(event, full_name="Paijan")
    peksos("export", "--out", tmp_path / "before.peksos")
    shutil.rmtree(place.instance)
    assert peksos("restore", tmp_path / "a.bak").exit_code == 0
    place.register(event, full_name="Wagiman")
    assert peksos("export", "--out", tmp_path / "after.peksos").exit_code == 0
    taken = peksos_office("import", tmp_path / "before.peksos", tmp_path / "after.peksos", "--json")
    told = json.loads(taken.stdout)
    assert (told["records"], told["new"], told["quarantined"]) == (4, 3, 0), taken.output
