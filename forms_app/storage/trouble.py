"""What a failure of a database is called here: full, only to be read, or simply failed."""

from __future__ import annotations

from forms_app.errors import N_, StorageError, StorageFull, StorageShut
from forms_app.storage.reserve import FULL, ONLY_READ
from forms_app.storage.sqlite import library

DISK_FULL, ONLY_READS = "53100", "25006"  # PostgreSQL's SQLSTATEs


def named(error: Exception) -> StorageError:
    """Return the project's error for one of the database's."""
    cause = getattr(error, "orig", error)
    number, state = getattr(cause, "sqlite_errorcode", 0) & 0xFF, getattr(cause, "sqlstate", None)
    if number == library.SQLITE_FULL or state == DISK_FULL:
        return StorageFull(FULL)
    if number == library.SQLITE_READONLY or state == ONLY_READS:
        return StorageShut(ONLY_READ)
    return StorageError(N_("Penyimpanan gagal. Belum ada yang tersimpan. Coba lagi, atau panggil petugas."))
