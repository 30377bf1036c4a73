"""Room that is kept free on the disk, so that a full disk still lets the desk work and the data be carried away.

It is a file of a fixed size. When the disk is full it is given up: journal, sign-in, package and backup have room then,
while new answers are refused until there is enough to keep the room free again.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from forms_app.errors import N_, StorageError, StorageFull, StorageShut
from forms_app.sealing.durable import aside

RESERVE_FILE = "reserve"
SPARE = 4 << 20  # bytes that must be free beside the reserve before it is taken again
FULL = N_("Penyimpanan di komputer ini penuh. Belum ada yang tersimpan. Petugas perlu mengosongkan ruang.")
ONLY_READ = N_("Disk komputer ini hanya bisa dibaca. Belum ada yang tersimpan. Panggil petugas.")
_BLOCK = bytes(1 << 20)


class Reserve:
    """The reserve in a folder; a size of 0 means none."""

    def __init__(self, folder: Path, size: int) -> None:
        self.path = folder / RESERVE_FILE
        self.size = size

    @property
    def held(self) -> bool:
        """Whether the room is kept free now."""
        try:
            return self.path.stat().st_size >= self.size
        except OSError:
            return not self.size

    def hold(self) -> bool:
        """Keep the room free if there is enough; tell whether it is kept free now. Never raises."""
        if self.held:
            return True
        try:
            if shutil.disk_usage(self.path.parent).free < self.size + SPARE:
                return False
            with aside(self.path) as part, part.open("r+b") as file:
                _take(file.fileno(), self.size)
        except Exception:  # noqa: BLE001 - whatever the reason: the room is not there
            return False
        return True

    def give_up(self) -> bool:
        """Give the room to whoever writes next; tell whether there was any. Never raises."""
        try:
            self.path.unlink()
        except OSError:
            return False
        return True

    def refusal(self) -> StorageError:
        """Return why nothing can be kept while the room is not free: the disk may only be read, or it is full."""
        if is_shut(self.path.parent):
            return StorageShut(ONLY_READ)
        return StorageFull(FULL)


def is_shut(folder: Path) -> bool:
    """Tell whether the disk of a folder may only be read for now."""
    if not hasattr(os, "statvfs"):
        return False
    try:
        return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def _take(descriptor: int, size: int) -> None:
    """Take blocks of the disk for a file; where the system cannot do that at once they are written."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size)
        return
    for start in range(0, size, len(_BLOCK)):
        os.write(descriptor, _BLOCK[: size - start])
