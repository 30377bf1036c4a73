"""Files that are whole or absent."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from forms_app.errors import StorageFull
from forms_app.sealing.durable import durable


def test_a_file_appears_only_when_it_is_whole(tmp_path: Path):
    """While it is written its name does not exist; afterwards it holds everything."""
    path = tmp_path / "package"
    with durable(path) as file:
        file.write(b"all of it")
        assert not path.exists()
    assert path.read_bytes() == b"all of it"


def test_a_failure_leaves_the_old_file(tmp_path: Path):
    """An error in the middle leaves what was there before, and nothing beside it."""
    path = tmp_path / "package"
    path.write_bytes(b"old")

    def fail() -> None:
        with durable(path) as file:
            file.write(b"new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["package"]


def test_a_full_disk_says_so(tmp_path: Path):
    """No space left is StorageFull, other trouble keeps its own error; nothing is left behind."""
    with pytest.raises(StorageFull), durable(tmp_path / "package"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(PermissionError), durable(tmp_path / "package"):
        raise PermissionError(errno.EACCES, "denied")
    assert not list(tmp_path.iterdir())
