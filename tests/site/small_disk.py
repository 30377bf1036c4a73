"""A disk of a few megabytes in memory, to be filled, emptied and locked, and one that the system gives up."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

SIZE = 40 << 20  # bytes: the reserve, what must be free beside it, and some records


class SmallDisk:
    """A mounted tmpfs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ballast = folder / "ballast"

    def fill(self) -> None:
        """Fill it to the last byte."""
        with suppress(OSError), self.ballast.open("ab") as file:
            while True:
                os.write(file.fileno(), bytes(1 << 16))
        with suppress(OSError), self.ballast.open("ab") as file:
            while True:
                os.write(file.fileno(), bytes(512))

    def free(self) -> None:
        """Give the space back."""
        self.ballast.unlink()

    def lock(self) -> None:
        """Let it be read only; nobody may have a file open for writing."""
        self._remount("ro")

    def unlock(self) -> None:
        """Let it be written again."""
        self._remount("rw")

    def _remount(self, how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how}", self.folder], check=True, capture_output=True)


@contextmanager
def small_disk(folder: Path, size: int = SIZE) -> Iterator[SmallDisk]:
    """Mount a small disk; skips the test where that is not allowed."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("mounting a small disk needs Linux and root")
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False, capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"no small disk to mount: {done.stderr.strip()}")
    try:
        yield SmallDisk(folder)
    finally:
        if subprocess.run(["umount", folder], check=False, capture_output=True).returncode:
            subprocess.run(["umount", "--lazy", folder], check=True)


class DoubtfulDisk:
    """An ext4 in a file: when the system doubts it, it is read only from then on, also for who has files open."""

    def __init__(self, folder: Path, image: Path) -> None:
        self.folder, self.image = folder, image

    def mount(self) -> str:
        """Mount it; return why that was not possible."""
        command = ["mount", "-t", "ext4", "-o", "loop", self.image, self.folder]
        return subprocess.run(command, check=False, capture_output=True, text=True).stderr.strip()

    def give_up(self) -> None:
        """Let the system find damage."""
        subprocess.run(["mount", "-o", "remount,abort", self.folder], check=True, capture_output=True)

    def repair(self) -> None:
        """Start again with the disk as it is; nobody may have a file open."""
        subprocess.run(["umount", self.folder], check=True, capture_output=True)
        assert self.mount() == ""


@contextmanager
def doubtful_disk(folder: Path) -> Iterator[DoubtfulDisk]:
    """Mount such a disk; skips the test where that is not allowed."""
    make = shutil.which("mkfs.ext4", path=f"{os.environ.get('PATH', '')}:/sbin:/usr/sbin")
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or make is None:
        pytest.skip("mounting an ext4 needs Linux, root and mkfs.ext4")
    folder.mkdir()
    disk = DoubtfulDisk(folder, folder.with_suffix(".img"))
    with disk.image.open("wb") as file:
        file.truncate(128 << 20)
    subprocess.run([make, "-q", "-F", disk.image], check=True, capture_output=True)
    if reason := disk.mount():
        pytest.skip(f"no loop device to mount: {reason}")
    try:
        yield disk
    finally:
        if subprocess.run(["umount", folder], check=False, capture_output=True).returncode:
            subprocess.run(["umount", "--lazy", folder], check=True)
