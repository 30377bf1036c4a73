"""Room that is kept free for a full disk."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from forms_app.errors import StorageFull
from forms_app.storage import reserve as room
from forms_app.storage.reserve import RESERVE_FILE, SPARE, Reserve

SIZE = 1 << 20


class Usage(NamedTuple):
    """What the system says of a disk."""

    total: int
    used: int
    free: int


def test_the_room_is_really_taken(tmp_path: Path) -> None:
    """The file has blocks on the disk, for its owner alone, and giving it up gives them back, once."""
    reserve = Reserve(tmp_path, SIZE)
    assert not reserve.held
    assert reserve.hold()
    assert reserve.held
    state = (tmp_path / RESERVE_FILE).stat()
    assert (state.st_blocks * 512 >= SIZE, state.st_size, state.st_mode & 0o777) == (True, SIZE, 0o600)
    assert reserve.give_up()
    assert not reserve.give_up()
    assert list(tmp_path.iterdir()) == []


def test_the_last_room_is_never_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless more is free than the reserve alone nothing is kept free, and that is called a full disk."""
    reserve = Reserve(tmp_path, SIZE)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(0, 0, SIZE + SPARE - 1))
    assert not reserve.hold()
    assert isinstance(reserve.refusal(), StorageFull)
    assert list(tmp_path.iterdir()) == []


def test_no_reserve_is_always_held(tmp_path: Path) -> None:
    """A size of 0 means none: nothing is ever refused for its sake, and no file is made."""
    reserve = Reserve(tmp_path / "nowhere", 0)
    assert reserve.hold()
    assert not reserve.give_up()


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    """Whatever keeps the room from being taken, asking for it never raises."""
    assert not Reserve(tmp_path / "nowhere", SIZE).hold()


def test_where_the_system_has_no_call_the_room_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On systems that cannot take blocks at once the file is written out."""
    monkeypatch.delattr(room.os, "posix_fallocate")
    size = SIZE + 7
    assert Reserve(tmp_path, size).hold()
    assert (tmp_path / RESERVE_FILE).stat().st_size == size
