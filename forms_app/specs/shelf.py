"""Forms that were read before, kept as JSON, so that opening a site or checking a folder need not read YAML again.

An entry is one file of two lines: what it was made from and where its questions stood, then the form as one line of
JSON. It is plain data and goes through the reader like any other form, so that it can give nothing that a form file
could not. It is worth as much trust as its folder: who writes there can change what a form asks.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Self

from forms_app import __version__
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.positions import MAX_CANONICAL_BYTES, read_tree
from forms_app.specs.problems import SpecErrors
from forms_app.specs.reader import read_spec

_WRITTEN_OUT = ("pages", "choices")  # they stand in a form's source with its blocks and lists
_BROKEN = (OSError, ValueError, TypeError, KeyError, StopIteration, RecursionError, SpecErrors)


@dataclass(frozen=True)
class Shelf:
    """The entries for the forms of one folder; without a `cache` folder nothing is found and nothing kept."""

    folder: Path
    cache: Path | None
    shared: str  # digest of the blocks and lists when the reading began

    @classmethod
    def beside(cls, folder: Path, cache: Path | None) -> Self:
        """Return the shelf of a folder of forms as it is now."""
        return cls(folder, cache, _shared(folder) if cache else "")

    def find(self, name: str, text: str) -> FormSpec | None:
        """Return the form of a file that has this text, when it was read before and nothing it uses has changed."""
        if self.cache is None:
            return None
        try:
            head, form, _ = (self.cache / f"{name}.json").read_text(encoding="utf-8").split("\n")
            known = json.loads(head)
            if known["key"] != self._key(text):
                return None
            spec = _with_lines(read_spec(form, name), iter(known["lines"]))
            return spec if spec.digest == known["digest"] else None
        except _BROKEN:
            return None

    def keep(self, name: str, text: str, spec: FormSpec) -> None:
        """Keep the form of a file, if it comes back as the same; a folder that cannot be written or made keeps nothing.

        Nor is anything kept when a block or list was changed while the form was read.
        """
        if self.cache is None or _shared(self.folder) != self.shared:
            return
        lines = [question.line for question in spec.questions()]
        head = json.dumps({"key": self._key(text), "digest": spec.digest, "lines": lines})
        with suppress(*_BROKEN):
            form = json.dumps(_in_order(spec, text, name), ensure_ascii=False, separators=(",", ":"))
            again = _with_lines(read_spec(form, name), iter(lines))
            if all(getattr(spec, one.name) == getattr(again, one.name) for one in fields(spec)):
                self.cache.mkdir(mode=0o700, exist_ok=True)
                _write(self.cache / f"{name}.json", f"{head}\n{form}\n")

    def _key(self, text: str) -> str:
        return _digest(_reader(), self.shared, text)


def _in_order(spec: FormSpec, text: str, name: str) -> object:
    """Return the form as data, with its keys in the file's order, which is the order of cards, notes and parts."""
    tree = read_tree(text, name)
    own = {key: node.plain() for key, node in tree.mapping.items() if key not in _WRITTEN_OUT}
    return {**json.loads(spec.source), **own}


def _with_lines(spec: FormSpec, lines: Iterator[int]) -> FormSpec:
    """Return the form with each question's line in the file it came from."""

    def question(one: Question) -> Question:
        line = int(next(lines))
        return replace(one, line=line, children=tuple(question(child) for child in one.children))

    pages = [replace(page, questions=tuple([question(one) for one in page.questions])) for page in spec.pages]
    return replace(spec, pages=tuple(pages))


def _shared(folder: Path) -> str:
    """Return the digest of everything in the subfolders: blocks and lists, whichever form uses them."""
    rooms = sorted(one for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else []
    files = [file for room in rooms for file in sorted(room.rglob("*")) if file.is_file()]
    return _digest(*(part for file in files for part in (file.relative_to(folder).as_posix(), _read(file))))


@lru_cache(maxsize=1)
def _reader() -> str:
    """Return the digest of the reader itself: another reader may make another form of the same text."""
    room = Path(__file__).parent
    return _digest(__version__, *(_read(file) for file in sorted(room.rglob("*.py"))))


def _read(file: Path) -> bytes:
    """Return a file's bytes, of one that is too large to be read by anybody only the first."""
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_CANONICAL_BYTES + 1)
    except OSError:
        return b""


def _digest(*parts: str | bytes) -> str:
    """Return a digest of the parts, each of which counts with its length."""
    total = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        total.update(len(raw).to_bytes(8, "big") + raw)
    return total.hexdigest()


def _write(path: Path, text: str) -> None:
    """Write a file aside and put it in its place, so that nobody reads half of it."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".entry-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
