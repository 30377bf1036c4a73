"""Small notes and growing files on the inbox's disk."""

from __future__ import annotations

import errno
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from forms_app.errors import N_, StorageFull
from forms_app.sealing.canonical import dump
from forms_app.sealing.durable import durable

_FULL = (errno.ENOSPC, errno.EDQUOT)


def append(path: Path, size: int, data: bytes) -> None:
    """Add data to a file of `size` bytes, on the disk, or leave it as long as it was; raises StorageFull."""
    with path.open("r+b") as file:
        try:
            file.seek(size)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        except OSError as error:
            os.truncate(path, size)
            if error.errno in _FULL:
                raise full() from None
            raise


def read_note(path: Path) -> dict[str, Any] | None:
    """Return a note, or None when there is none that can be read."""
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def write_note(path: Path, value: dict[str, Any]) -> None:
    """Write a note, whole or not at all; raises StorageFull."""
    with durable(path) as file:
        file.write(dump(value))


def flush(folder: Path) -> None:
    """Flush a folder, so that a name in it survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def full() -> StorageFull:
    """Return the error of a disk without room."""
    return StorageFull(N_("Kotak titipan penuh. Data tetap di sini dan dikirim lagi nanti."))


def now() -> str:
    """Return the time, in UTC to the second."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()
