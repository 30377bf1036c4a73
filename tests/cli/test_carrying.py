"""The whole way there and back by command: package, import, opening, backup, receipt, purge, erasure."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from forms_app.answers.submission import now
from forms_app.cli import instance
from forms_app.site.services import open_site
from forms_app.transfer.lettered import qr_text
from tests.cli.conftest import Place, Run
from tests.site.receipts import files_with
from tests.storage import version1

LATER = 400  # days: no record may stay at a site for so long


@pytest.fixture
def carried(place: Place, peksos: Run, peksos_office: Run) -> Callable[[str], dict[str, Any]]:
    """Return a function that carries everything to the office and the receipt back; it returns what that told."""

    def go(name: str) -> dict[str, Any]:
        package, receipt = place.folder / f"{name}.peksos", place.folder / f"{name}.receipt"
        words = ("--passphrase-file", place.words)
        assert peksos("export", "--out", package).exit_code == 0
        for command in (
            ("import", package),
            ("open", *words),
            ("backup", place.folder / f"{name}.bak"),
            ("receipt", package, "--out", receipt, *words),
        ):
            done = peksos_office(*command)
            assert done.exit_code == 0, done.output
        told: dict[str, Any] = json.loads(peksos("receipt", receipt, "--json").stdout)
        return told

    return go


def test_there_and_back(place: Place, peksos: Run, carried: Callable[[str], dict[str, Any]]) -> None:
    """After the receipt nothing waits, and the next package carries only what came since."""
    place.register()
    place.fill("detection_checklist_teacher")
    told = carried("satu")
    assert (told["number"] > 0, told["seq"], told["opened_to"], told["missing"]) == (True, 2, 2, 0)
    status = json.loads(peksos("status", "--json").stdout)
    assert (status["waiting"], status["carried"], status["sealed"], status["intact"]) == (0, 0, 0, True)
    place.register()
    assert json.loads(peksos("export", "--out", place.folder / "dua.peksos", "--json").stdout)["records"] == 1
    line = peksos("status").stdout.splitlines()[1]
    assert line == "1 dibawa, 0 menunggu"
    told = carried("tiga")
    assert (told["seq"], told["opened_to"], told["missing"]) == (3, 3, 0)
    assert peksos("status").stdout.splitlines()[1] == "0 dibawa, 0 menunggu"


def test_a_receipt_from_paper(place: Place, peksos: Run, carried: Callable[[str], dict[str, Any]]) -> None:
    """The text of the QR code says the same as the file, which came before it here."""
    place.register()
    number = carried("satu")["number"]
    text = qr_text((place.folder / "satu.receipt").read_bytes().strip())
    told = json.loads(peksos("receipt", text, "--json").stdout)
    assert (told["number"], told["new"]) == (number, False)
    assert peksos("receipt", text[:-1] + ("A" if text[-1] != "A" else "B")).exit_code == 1


def test_what_is_past_its_time_and_opened_is_purged(
    place: Place, peksos: Run, carried: Callable[[str], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bytes are in no file of the site any more; what has no receipt stays, and that is said."""
    place.register()
    place.fill("detection_checklist_teacher")
    carried("satu")
    place.register()
    with closing(sqlite3.connect(next(place.instance.glob("*.sqlite")))) as database:
        needles = [bytes(row[0][-200:]) for row in database.execute("SELECT record FROM log ORDER BY seq")]
    monkeypatch.setattr(instance, "open_site", partial(open_site, clock=lambda: now() + timedelta(LATER)))
    done = peksos("purge", "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["purged"], told["overdue"]) == (0, 2, 1)
    assert "Bawa paket ke kantor" in done.stderr
    assert [files_with(place.instance, needle) != [] for needle in needles] == [False, False, True]
    status = json.loads(peksos("status", "--json").stdout)
    assert (status["intact"], status["purged"], status["overdue"], status["records"]) == (True, 2, 1, 3)
    assert json.loads(peksos("purge", "--json").stdout)["purged"] == 0
    carried("dua")
    assert json.loads(peksos("purge", "--json").stdout)["purged"] == 1
    assert files_with(place.instance, needles[2]) == []


def test_sealed_reports_are_due_today(place: Place, peksos: Run) -> None:
    """They appear in that one number, however many other records wait."""
    place.register()
    place.fill("detection_checklist_teacher")
    assert "1 laporan tersegel: bawa hari ini" in peksos("status").stdout


def test_nothing_is_purged_before_its_time(place: Place, peksos: Run, carried: Callable[[str], dict[str, Any]]) -> None:
    """Though the office has opened it."""
    place.register()
    carried("satu")
    assert json.loads(peksos("purge", "--json").stdout)["purged"] == 0


def test_one_record_is_erased_everywhere(
    place: Place, peksos: Run, peksos_office: Run, carried: Callable[[str], dict[str, Any]]
) -> None:
    """The office erases and signs, the site obeys, and an old package does not bring the record back."""
    code = place.register()
    place.register()
    carried("satu")
    order = place.folder / "hapus.order"
    words = ("--passphrase-file", place.words)
    done = peksos_office("erase", code, "--reason", "ditarik", "--out", order, *words)
    assert done.exit_code == 0, done.output
    told = json.loads(peksos("erase", order, "--json").stdout)
    assert (told["named"], told["erased"]) == (1, 1)
    assert json.loads(peksos("status", "--json").stdout)["erased"] == 1
    peksos_office("import", place.folder / "satu.peksos")
    assert json.loads(peksos_office("open", *words, "--json").stdout)["opened"] == 1


def test_what_is_no_receipt_is_refused(place: Place, peksos: Run) -> None:
    """With what to do, and no traceback."""
    (place.folder / "x").write_text("bukan tanda terima", encoding="utf-8")
    for wrong in (place.folder / "x", place.folder / "tidak-ada"):
        done = peksos("receipt", wrong)
        assert done.exit_code == 1
        assert done.stderr.strip()


def test_an_older_database_is_migrated_when_asked(
    place: Place, peksos: Run, peksos_office: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands refuse it and say what to run; then the site packs every record it had, and the office goes on."""
    site = json.loads(peksos("status", "--json").stdout)["site"]
    monkeypatch.setattr(version1, "SITE", site)
    for folder in (place.instance, place.office):
        database = next(folder.glob("*.sqlite"))
        for each in folder.glob("*.sqlite*"):
            each.unlink()
        version1.make(f"sqlite:///{database}")
    version1.make_office(f"sqlite:///{database}")
    for run in (peksos, peksos_office):
        refused = run("status")
        assert (refused.exit_code, "migrate" in refused.stderr) == (1, True)
        told = json.loads(run("migrate", "--json").stdout)
        assert (told["found"], told["now"], told["steps"]) == (1, 2, 1)
        assert "sudah versi 2" in run("migrate").stdout
    assert json.loads(peksos("export", "--out", place.folder / "a.peksos", "--json").stdout)["records"] == 3
    assert peksos_office("enrol", place.instance / "site.pub").exit_code == 0
    assert json.loads(peksos_office("import", place.folder / "a.peksos", "--json").stdout)["records"] == 3


def test_a_current_database_needs_no_migration(peksos: Run, peksos_office: Run) -> None:
    """It says so and changes nothing."""
    for run in (peksos, peksos_office):
        told = json.loads(run("migrate", "--json").stdout)
        assert (told["found"], told["steps"]) == (told["now"], 0)
