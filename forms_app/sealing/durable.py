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


BUFFER = 262_144  # bytes: a package is written in few large pieces


@contextmanager
def durable(path: Path, mode: int = 0o600, *, replace: bool = True) -> Iterator[IO[bytes]]:
    """Open a file for writing that appears under `path` only when the block has ended well and the disk has it all.

    With `replace=False` an existing file is refused (SealingError): a key that is overwritten is lost with everything
    sealed to it. Raises StorageFull when the disk is full; other trouble is the OSError it was. Nothing is left behind.
    """
    with aside(path, mode, replace=replace) as part, part.open("r+b", BUFFER) as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def aside(path: Path, mode: int = 0o600, *, replace: bool = True) -> Iterator[Path]:
    """Lend an empty file beside `path` that takes its name when the block has ended well; what it holds is flushed.

    For what other programs write, such as a database. Errors as of `durable`; nothing is left behind.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        os.close(os.open(part, _ALONE, mode))
        yield part
        flush(part)
        if not replace and path.exists():
            raise SealingError(N_("Berkas {name} sudah ada dan tidak ditimpa."), name=path.name)
        part.replace(path)
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(N_("Penyimpanan penuh. Kosongkan ruang, lalu ulangi.")) from error
        raise
    finally:
        part.unlink(missing_ok=True)
    flush_folder(path.parent)


def flush(path: Path) -> None:
    """Bring a file to the disk, and forget what is remembered of it: whoever reads it next reads the disk."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


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
