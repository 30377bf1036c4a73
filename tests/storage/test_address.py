"""The address of a database."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms_app.errors import SettingsError
from forms_app.storage.address import is_file, read_address
from forms_app.storage.tables import open_database


@pytest.mark.parametrize(
    ("url", "expected"), [("sqlite://", False), ("sqlite:///:memory:", False), ("sqlite:///a", True)]
)
def test_memory_is_no_file(url: str, expected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An SQLite address without a path means memory."""
    monkeypatch.chdir(tmp_path)
    assert is_file(read_address(url)) is expected


@pytest.mark.parametrize("url", ["postgresql://u@h/d", "postgresql+psycopg://u@h/d", "postgresql+psycopg2://u@h/d"])
def test_postgresql_is_reached_by_psycopg(url: str) -> None:
    """However the driver is written, it is psycopg."""
    assert read_address(url).drivername == "postgresql+psycopg"


@pytest.mark.parametrize("url", ["", "site.db", "mysql://u:secret@h/d", "oracle://"])
def test_another_kind_is_refused(url: str) -> None:
    """Any other database is a mistake in the settings; the error repeats no address, which may hold a password."""
    with pytest.raises(SettingsError) as raised:
        open_database(url)
    assert "secret" not in str(raised.value)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A path into a missing folder is a mistake in the settings."""
    with pytest.raises(SettingsError, match="folder"):
        open_database(f"sqlite:///{tmp_path / 'missing' / 'site.db'}")
