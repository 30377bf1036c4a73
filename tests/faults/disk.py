"""A disk whose power can be cut: ext4 in a file of its own, shut down without writing anything that still waits."""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
import subprocess
import time
from pathlib import Path

import pytest

SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN
NO_LOG_FLUSH = struct.pack("I", 2)  # not even ext4's own journal is written out
SIZE = 256 << 20  # bytes, sparse
PATIENCE = 20  # seconds


class Disk:
    """A mounted file system that holds `folder`; skips the test where none can be mounted."""

    def __init__(self, folder: Path) -> None:
        if os.geteuid() != 0:
            pytest.skip("cutting the power of a disk needs root")
        make = shutil.which("mkfs.ext4", path=f"{os.environ.get('PATH', '')}:/sbin:/usr/sbin")
        if make is None:
            pytest.skip("mkfs.ext4 is not installed")
        self.image, self.folder = folder / "disk.img", folder / "disk"
        self.folder.mkdir()
        with self.image.open("wb") as file:
            file.truncate(SIZE)
        subprocess.run([make, "-q", "-F", self.image], check=True, stdin=subprocess.DEVNULL)
        mounted = self._mount()
        if mounted.returncode:
            pytest.skip(f"no loop device to mount: {mounted.stderr.strip()}")

    def cut(self) -> None:
        """Cut the power: from now on nothing reaches the disk, and what had not is gone."""
        place = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(place, SHUTDOWN, NO_LOG_FLUSH)
        finally:
            os.close(place)

    def restore(self) -> None:
        """Give the power back: what is on the disk is all there is. Nobody may have a file open."""
        self._unmount()
        mounted = self._mount()
        assert mounted.returncode == 0, mounted.stderr

    def remove(self) -> None:
        """Unmount and forget."""
        self._unmount()
        self.image.unlink()

    def _mount(self) -> subprocess.CompletedProcess[str]:
        command = ["mount", "-t", "ext4", "-o", "loop", str(self.image), str(self.folder)]
        return subprocess.run(command, check=False, capture_output=True, text=True)

    def _unmount(self) -> None:
        until = time.monotonic() + PATIENCE
        while subprocess.run(["umount", str(self.folder)], check=False, capture_output=True).returncode:
            if time.monotonic() > until:
                subprocess.run(["umount", "--lazy", str(self.folder)], check=False)
                return
            time.sleep(0.02)
