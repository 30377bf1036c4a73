"""An import that is killed: the office has the whole package or nothing of it, and the next import makes it whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from forms_app.office.household import Household, open_household
from forms_app.office.importing import import_bundle
from tests.office.carrying import dump, hand_site

KILLS = 200 if os.environ.get("PEKSOS_FAULTS") == "full" else 8
SCRIPT = """
import sys
from pathlib import Path
from forms_app.office.household import open_household
from forms_app.office.importing import import_bundle
household = open_household(Path(sys.argv[1]))
print("ready", flush=True)
import_bundle(household, Path(sys.argv[2]))
print("done", flush=True)
"""


def begin(folder: Path, package: Path) -> subprocess.Popen[str]:
    """Start a process that takes the package in; return when it is about to."""
    command = [sys.executable, "-c", SCRIPT, str(folder / "office"), str(package)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def state(folder: Path) -> dict[str, list[Any]]:
    """Return everything that the office keeps."""
    opened = open_household(folder / "office")
    found = dump(opened)
    opened.close()
    return found


def forget(folder: Path) -> None:
    """Bring the office back to before the second package."""
    opened = open_household(folder / "office")
    with opened.archive.writing() as connection:
        connection.exec_driver_sql("DELETE FROM office_records WHERE seq > 5")
        connection.exec_driver_sql("DELETE FROM office_entries WHERE seq > 5")
        connection.exec_driver_sql("DELETE FROM office_bundles WHERE number = 2")
    opened.close()


def test_killed_at_any_moment_it_is_all_or_nothing(folder: Path, household: Household, tmp_path: Path) -> None:
    """However far it got, afterwards the tables are those of before or those of after."""
    site = hand_site(household)
    site.enrol(household)
    site.add(5)
    site.pack(tmp_path / "a.peksos")
    import_bundle(household, tmp_path / "a.peksos")
    site.add(3000)
    site.pack(tmp_path / "b.peksos")
    before = dump(household)
    household.close()
    with begin(folder, tmp_path / "b.peksos") as process:
        started = time.monotonic()
        process.wait()
        took = time.monotonic() - started
    after = state(folder)
    assert len(after["office_records"]) == 3005
    outcomes: set[int] = set()
    chance = random.Random(5)  # noqa: S311 - a repeatable choice
    for _ in range(KILLS):
        forget(folder)
        assert state(folder) == before
        with begin(folder, tmp_path / "b.peksos") as process:
            time.sleep(chance.uniform(0, took))
            process.send_signal(signal.SIGKILL)
        found = state(folder)
        outcomes.add(len(found["office_records"]))
        assert found in (before, after)
        opened = open_household(folder / "office")
        import_bundle(opened, tmp_path / "b.peksos")
        opened.close()
        assert state(folder) == after
    assert 5 in outcomes  # some were killed before they were through
