"""A place to hurt, made once, and a voice for the figures of `make faults`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.disk import Disk
from tests.faults.harness import FULL, make_place

Figure = Callable[[str], None]


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an office, a site and an open event, made once and never changed."""
    folder = tmp_path_factory.mktemp("ground")
    make_place(folder)
    return folder


@pytest.fixture
def place(ground: Path, tmp_path: Path) -> Path:
    """Return a copy of the ground that a fault may strike."""
    return shutil.copytree(ground, tmp_path / "place")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Return a mounted disk whose power can be cut."""
    made = Disk(tmp_path)
    yield made
    made.remove()


@pytest.fixture
def figure(capsys: pytest.CaptureFixture[str]) -> Figure:
    """Return a function that prints one line of figures, in `make faults` only."""

    def told(line: str) -> None:
        if FULL:
            with capsys.disabled():
                print(f"\n{line}", flush=True)

    return told
