"""The address of a database, as the setting PEKSOS_DATABASE_URL gives it."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from forms_app.errors import N_, SettingsError


def read_address(url: str) -> URL:
    """Return the parsed address; creates an SQLite file that only its owner may read. Raises SettingsError."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise SettingsError(N_("Alamat basis data tidak dapat dibaca. Periksa PEKSOS_DATABASE_URL.")) from None
    if address.get_backend_name() == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() != "sqlite":
        raise SettingsError(N_("Basis data harus sqlite atau postgresql+psycopg."))
    if is_file(address):
        _create(Path(address.database or ""))
    return address


def is_file(address: URL) -> bool:
    """Tell whether an SQLite address means a file that is written, not memory or one that is only read."""
    return address.database not in (None, "", ":memory:") and not str(address.database).startswith("file:")


def only_read(path: Path) -> str:
    """Return the address of an SQLite file that nobody writes meanwhile, and that stays as it is, byte for byte."""
    query = {"mode": "ro", "immutable": "1", "uri": "true"}
    address = URL.create("sqlite", database=f"file:{quote(str(path.resolve()))}", query=query)
    return address.render_as_string(hide_password=False)


def _create(path: Path) -> None:
    """Create the file of a new database so that only its owner may read it; SQLite's journal takes after it."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    except OSError:
        raise SettingsError(N_("Basis data tidak dapat dibuat di folder {folder}."), folder=path.parent) from None
