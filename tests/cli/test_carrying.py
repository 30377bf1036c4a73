"""The whole way there and back by command: package, import, opening, backup, receipt, purge, erasure."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.conftest import Place, Run


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


def test_a_current_database_needs_no_migration(peksos: Run, peksos_office: Run) -> None:
    """It says so and changes nothing."""
    for run in (peksos, peksos_office):
        told = json.loads(run("migrate", "--json").stdout)
        assert (told["found"], told["steps"]) == (told["now"], 0)
