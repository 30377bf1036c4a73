"""TinyDB's own tests, of the very version that is installed, run on our tables on every engine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

VERSION = version("tinydb")
HERE = Path(__file__).parent
FILE = "it looks into the JSON file, and there is none"
WORDS = "it compares the words of a repr, which name TinyDB's own classes"
MEMORY = "it looks into the dictionary inside MemoryStorage"
NO_TABLES = "it writes lists and numbers where a storage has tables"
OWN_STORAGE = "it brings a storage of its own, so nothing of ours would be tried"

LEFT_OUT = {
    "test_middlewares.py::test_caching_write_many": MEMORY,
    "test_middlewares.py::test_caching_flush": MEMORY,
    "test_middlewares.py::test_caching_flush_manually": MEMORY,
    "test_middlewares.py::test_caching_write": MEMORY,
    "test_middlewares.py::test_caching_json_write": FILE,
    "test_storages.py::test_json": NO_TABLES,
    "test_storages.py::test_in_memory": NO_TABLES,
    "test_storages.py::test_json_kwargs": FILE,
    "test_storages.py::test_json_read": FILE,
    "test_storages.py::test_create_dirs": FILE,
    "test_storages.py::test_json_invalid_directory": FILE,
    "test_storages.py::test_json_invalid_mode_warning": FILE,
    "test_storages.py::test_encoding": FILE,
    "test_storages.py::test_read_once": OWN_STORAGE,
    "test_storages.py::test_yaml": OWN_STORAGE,
    "test_tables.py::test_table_repr": WORDS,
    "test_tinydb.py::test_repr": WORDS,
}


@pytest.fixture(scope="module")
def suite() -> Path:
    """Return the folder of TinyDB's tests, fetched once into the environment; without a network the test is skipped."""
    kept = Path(sys.prefix) / "tinydb-tests"
    source = kept / f"tinydb-{VERSION}.tar.gz"
    if not source.exists():
        kept.mkdir(exist_ok=True)
        wanted = (
            "--no-binary",
            ":all:",
            "--no-deps",
            "--no-build-isolation",
            "--dest",
            str(kept),
            f"tinydb=={VERSION}",
        )
        command = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", *wanted)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = f"the source of TinyDB {VERSION} cannot be fetched: {done.stderr[-300:]}"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
    return source


@pytest.fixture
def folder(suite: Path, tmp_path: Path) -> Path:
    """Return the unpacked tests, alone: TinyDB itself is the installed one."""
    with tarfile.open(suite) as archive:
        wanted = [one for one in archive.getmembers() if one.name.startswith(f"tinydb-{VERSION}/tests/")]
        archive.extractall(tmp_path, wanted, filter="data")
    return tmp_path / f"tinydb-{VERSION}" / "tests"


def run(folder: Path, *options: str, server: str = "") -> str:
    """Run the tests in a process of their own, without our configuration; return what pytest said."""
    paths = os.pathsep.join((str(HERE.parents[1]), str(HERE)))
    environment = {**os.environ, "PYTHONPATH": paths, "PEKSOS_SERVER": server}
    plain = ("-q", "-c", os.devnull, "--rootdir", str(folder.parent), "-p", "no:cacheprovider", "-p", "tinydb_on_sql")
    command = (sys.executable, "-m", "pytest", *plain, *options, str(folder))
    done = subprocess.run(command, cwd=folder.parent, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    return done.stdout


def left_out(names: set[str]) -> list[str]:
    """Return the options that leave these tests out, with all their parameters."""
    return [f"--deselect=tests/{name}" for name in names]


def passed(said: str) -> int:
    """Return how many tests passed."""
    found = re.search(r"(\d+) passed", said)
    assert found, said
    return int(found.group(1))


def test_every_test_left_out_is_still_one_of_tinydbs(folder: Path):
    """A name in our list that TinyDB does not know any more fails: exceptions must not outlive their reasons."""
    known = {line.removeprefix("tests/").partition("[")[0] for line in run(folder, "--collect-only").splitlines()}
    assert set(LEFT_OUT) <= known


def test_the_plugin_puts_ours_in_tinydbs_place(folder: Path):
    """In TinyDB's tests every database, table and storage is ours, or their passing would say nothing."""
    probe = (
        "from tinydb import TinyDB, JSONStorage\nfrom tinydb.storages import MemoryStorage\n"
        "from forms_app.storage.tables import SQLDatabase, SQLTable, SQLStorage\n"
        "def test_ours(db, tmp_path):\n"
        "    assert isinstance(db, SQLDatabase) and isinstance(db.table('x'), SQLTable)\n"
        "    assert all(isinstance(one.storage, SQLStorage) for one in (db, TinyDB(tmp_path / 'a')))\n"
        "    assert issubclass(JSONStorage, SQLStorage) and issubclass(MemoryStorage, SQLStorage)\n"
    )
    (folder / "test_probe.py").write_text(probe, encoding="utf-8")
    assert passed(run(folder / "test_probe.py")) == 2


def test_tinydbs_own_tests_pass_in_memory_and_on_sqlite(folder: Path):
    """All of TinyDB's tests pass but those in the list: what its users know of it is true here."""
    assert passed(run(folder, *left_out(set(LEFT_OUT)))) > 190


@pytest.mark.postgresql
def test_tinydbs_own_tests_pass_on_postgresql(folder: Path, server: str):
    """The same tests, with the same exceptions, pass on PostgreSQL."""
    assert passed(run(folder, *left_out(set(LEFT_OUT)), server=server)) > 190
