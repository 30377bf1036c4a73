"""Files that are whole or absent: written aside, flushed to the disk, then renamed into place."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from forms_app.errors import N_, SealingError, StorageFull

_FULL = (errno.ENOSPC, errno.EDQUOT)
_ALONE = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0)


@contextmanager
def durable(path: Path, mode: int = 0o600, *, replace: bool = True) -> Iterator[IO[bytes]]:
    """Open a file for writing that appears under `path` only when the block has ended well and the disk has it all.

    With `replace=False` an existing file is refused (SealingError): a key that is overwritten is lost with everything
    sealed to it. Raises StorageFull when the disk is full; other trouble is the OSError it was. Nothing is left behind.
    """
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(aside, _ALONE, mode), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if not replace and path.exists():
            raise SealingError(N_("Berkas {name} sudah ada dan tidak ditimpa."), name=path.name)
        aside.replace(path)
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(N_("Penyimpanan penuh. Kosongkan ruang, lalu ulangi.")) from error
        raise
    finally:
        aside.unlink(missing_ok=True)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Flush the folder, so that the name survives a power cut too; sticks and systems without that are left alone."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)
