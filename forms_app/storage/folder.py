"""The files of a folder that go into its backup, and putting them back."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from forms_app.sealing.durable import durable

LARGEST = 1 << 20  # bytes of a file that goes along; keys, statements and settings are far smaller
_DATABASE = b"SQLite format 3\0"
_BESIDE = (".part", "-journal", "-wal", "-shm", "-lock")


@dataclass(frozen=True)
class Belongings:
    """The files that go along, by their names with `/`, and the names of those that do not."""

    files: Mapping[str, bytes]
    left_out: tuple[str, ...]


def gather(folder: Path, without: Collection[str] = ()) -> Belongings:
    """Return the files of a folder. `without` are folders and files at its top that can be made anew or carried.

    Databases stay out, their rows go along; so does everything large, but its name is told.
    """
    files: dict[str, bytes] = {}
    large = []
    for path in sorted(_files(folder, without)):
        name = path.relative_to(folder).as_posix()
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if content.startswith(_DATABASE):
            continue
        if len(content) > LARGEST:
            large.append(name)
        else:
            files[name] = content
    return Belongings(files, tuple(large))


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files of a backup into a folder, for its owner alone; one that is there already is refused."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with durable(path, replace=False) as file:
            file.write(content)


def is_empty(folder: Path) -> bool:
    """Tell whether nothing is in a folder, or no such folder is there."""
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def _files(folder: Path, without: Collection[str]) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        top = Path(place) == folder
        folders[:] = [one for one in folders if not (top and one in without)]
        yield from (
            Path(place) / name
            for name in names
            if not name.endswith(_BESIDE) and not (top and name in without) and (Path(place) / name).is_file()
        )
