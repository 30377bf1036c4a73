"""The files of a folder that go into a backup."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms_app.errors import SealingError
from forms_app.storage.folder import LARGEST, gather, is_empty, put
from forms_app.storage.tables import open_database


def test_small_files_go_along_and_databases_do_not(tmp_path: Path) -> None:
    """Keys and statements go along with their folders; a database, its journal and half-written files do not."""
    put(tmp_path, {"site.key": b"k", "signoffs/a/b.json": b"{}", "cache/x": b"1", "deep/cache/x": b"2"})
    open_database(f"sqlite:///{tmp_path / 'peksos.sqlite'}").close()
    for name in ("peksos.sqlite-journal", ".a.0123.part"):
        (tmp_path / name).write_bytes(b"x")
    found = gather(tmp_path, ("cache",))
    assert found.files == {"site.key": b"k", "signoffs/a/b.json": b"{}", "deep/cache/x": b"2"}
    assert found.left_out == ()


def test_what_is_too_large_is_named(tmp_path: Path) -> None:
    """A file that is larger than any key stays out, and its name is told."""
    (tmp_path / "film.mp4").write_bytes(bytes(LARGEST + 1))
    (tmp_path / "fits").write_bytes(bytes(LARGEST))
    found = gather(tmp_path)
    assert (set(found.files), found.left_out) == ({"fits"}, ("film.mp4",))


def test_files_come_back_for_their_owner_and_never_over_others(tmp_path: Path) -> None:
    """What is put back can be read by its owner alone; a file that is there is left as it is."""
    put(tmp_path / "new", {"keys/a.key": b"a"})
    path = tmp_path / "new" / "keys" / "a.key"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    with pytest.raises(SealingError):
        put(tmp_path / "new", {"keys/a.key": b"b"})
    assert path.read_bytes() == b"a"


def test_an_empty_folder_is_empty(tmp_path: Path) -> None:
    """A folder that is not there and one without anything are empty; a file is not."""
    assert is_empty(tmp_path / "new")
    assert is_empty(tmp_path)
    (tmp_path / "x").touch()
    assert not is_empty(tmp_path)
    assert not is_empty(tmp_path / "x")
