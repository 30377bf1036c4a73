"""`peksos demo`: a whole world in one folder, whole or absent, that opens at its own office."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from forms_app.cli import demo, office, site
from tests.cli.conftest import Run, run

PROGRAM = Path(sys.executable).with_name("peksos")
WORDS = ("demo", "--no-serve", "--scale", "0.01", "--folder")


@pytest.fixture(scope="session")
def sample_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a small demo, made by the program itself."""
    folder = tmp_path_factory.mktemp("contoh") / "dalam" / "demo"
    environment = {**os.environ, "PEKSOS_LANGUAGE": "id"}
    done = subprocess.run([PROGRAM, *WORDS, folder], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "DATA CONTOH" in done.stdout
    return folder


def test_its_records_travel_and_open(sample_world: Path, tmp_path: Path) -> None:
    """Export, import and open, as the demo itself proposes: every record opens, and none has a flaw."""
    assert (
        run(site.cli, "--instance", sample_world / "instance", "export", "--out", tmp_path / "a.peksos").exit_code == 0
    )
    there = ("--office-dir", sample_world / "office")
    taken = json.loads(run(office.cli, "import", tmp_path / "a.peksos", "--json", *there).stdout)
    secret = ("--passphrase-file", sample_world / "passphrase.txt")
    found = json.loads(run(office.cli, "open", "--json", *secret, *there).stdout)
    assert found["opened"] == taken["records"] > 20
    assert (found["locked"], found["flawed"], found["quarantined"]) == (0, 0, 0)
    assert {"event_registration", "odfc_attendance", "detection_checklist_teacher"} <= set(found["forms"])


def test_its_log_is_whole_and_its_events_are_there(sample_world: Path) -> None:
    """Though many records share one trip to the disk, the chain is that of the real intake."""
    found = json.loads(run(site.cli, "--instance", sample_world / "instance", "status", "--json").stdout)
    assert (found["intact"], found["events"], found["secret"]) == (True, 12, 3)


def test_its_secrets_are_private(sample_world: Path) -> None:
    """Though they protect nothing real, passwords and keys are their owner's only."""
    private = [
        sample_world / "passphrase.txt",
        sample_world / "password.txt",
        *(sample_world / "instance").glob("*.key"),
    ]
    assert {path.stat().st_mode & 0o777 for path in private} == {0o600}


def test_it_is_made_once(sample_world: Path) -> None:
    """A second start takes the world that is there."""
    before = (sample_world / "ready").read_bytes()
    assert "Menyiapkan" not in run(site.cli, *WORDS, sample_world).stdout
    assert (sample_world / "ready").read_bytes() == before


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    """A folder that is no demo is refused with the remedy, and nothing in it is touched."""
    (tmp_path / "milikku.txt").write_text("penting", encoding="utf-8")
    done = run(site.cli, *WORDS, tmp_path)
    assert done.exit_code == 1
    assert "--folder lain" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["milikku.txt"]


def test_what_is_broken_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the world is being made: the folder is absent, and the next start makes it."""

    def interrupt(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(demo, "_fill_checklists", interrupt)
        done = run(site.cli, *WORDS, tmp_path / "demo")
        assert (done.exit_code, list(tmp_path.iterdir())) == (1, [])
    assert run(site.cli, *WORDS, tmp_path / "demo").exit_code == 0


def test_an_empty_folder_is_furnished(tmp_path: Path) -> None:
    """A folder that is there but empty is used."""
    (tmp_path / "demo").mkdir()
    assert run(site.cli, *WORDS, tmp_path / "demo").exit_code == 0
    assert (tmp_path / "demo" / "ready").is_file()


@pytest.mark.parametrize("words", [("--scale", "2"), ("--port", "0"), ("--port", "70000")])
def test_wrong_usage(peksos: Run, words: tuple[str, ...]) -> None:
    """Numbers out of range are refused before anything is made."""
    assert peksos("demo", *words).exit_code == 2
