"""Files that are whole or absent."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from forms_app.errors import SealingError, StorageFull
from forms_app.sealing.durable import aside, durable


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


def test_what_another_program_writes_is_whole_or_absent_too(tmp_path: Path):
    """The file is lent under another name, for its owner alone, and takes its own when the block has ended well."""
    path = tmp_path / "backup"
    with aside(path) as part:
        part.write_bytes(b"all of it")
        assert (path.exists(), part.stat().st_mode & 0o777) == (False, 0o600)
    assert path.read_bytes() == b"all of it"
    with pytest.raises(SealingError), aside(path, replace=False) as part:
        part.write_bytes(b"other")
    with pytest.raises(StorageFull), aside(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"all of it", [path])
