"""Databases to test on: memory and SQLite always, PostgreSQL where its programs are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tinydb import TinyDB
from tinydb.storages import MemoryStorage

from forms_app.storage.tables import SQLDatabase, open_database

OPTIONS = "-k {folder} -c listen_addresses='' -c fsync=off"
ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))


def server_programs() -> Path | None:
    """Return the folder of PostgreSQL's server programs, or None."""
    found = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return Path(found).parent if found else next(iter(folders), None)


def run_program(folder: Path, *command: str | Path) -> None:
    """Run a program of PostgreSQL, which refuses to run as root."""
    prefix = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    subprocess.run([*prefix, *map(str, command)], cwd=folder, check=True, **quiet)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Start a PostgreSQL server of its own; return how to reach it. Its order of letters is not that of code points."""
    programs = server_programs()
    if programs is None:
        pytest.skip("PostgreSQL's server programs are not installed")
    folder = Path(tempfile.mkdtemp(prefix="peksos-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    try:
        icu = ("--locale-provider=icu", "--icu-locale=id", "--locale=C.UTF-8")
        run_program(
            folder, programs / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", *icu
        )
        options = OPTIONS.format(folder=folder)
        run_program(folder, programs / "pg_ctl", "-D", folder / "data", "-o", options, "-w", "start")
        yield f"host={folder} user=postgres dbname=postgres"
        run_program(folder, programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(params=ENGINES)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'site.db'}"
    return empty_postgresql(request.getfixturevalue("server"))


def empty_postgresql(server: str) -> str:
    """Return the address of PostgreSQL's database, emptied."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    places = dict(part.split("=", 1) for part in server.split())
    return f"postgresql+psycopg://{places['user']}@/{places['dbname']}?host={places['host']}"


@pytest.fixture
def database(address: str) -> Iterator[SQLDatabase]:
    """Return an open, empty database of ours, on each engine."""
    opened = open_database(address)
    yield opened
    opened.close()


@pytest.fixture(params=("memory", *ENGINES))
def tinydb(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TinyDB]:
    """Return an empty TinyDB: its own in memory, and ours on each engine. All must behave alike."""
    if request.param == "memory":
        opened = TinyDB(storage=MemoryStorage)
    elif request.param == "sqlite":
        opened = open_database(f"sqlite:///{tmp_path / 'site.db'}")
    else:
        opened = open_database(empty_postgresql(request.getfixturevalue("server")))
    yield opened
    opened.close()
