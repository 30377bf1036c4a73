"""What a hostile spec is: its files, and what is expected of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

HEAD = """\
form_id: small
slug: "1"
version: "1"
title: Kecil
heading: Formulir kecil
audience: guru
sensitivity: personal
readers: [office]
seal_at: arrival
legal_basis: consent
retention: {site: 30d, office: 1y}
languages: [id]
"""
CHOICES = """\
choices:
  yn: [{name: ya, label: Ya, score: 1}, {name: tidak, label: Tidak, score: 0}]
"""
QUESTION = "{name: a, type: select_one yn, label: A}"
OUTCOME = """\
outcome:
  show: respondent
  rules: [{level: low, when: "true()", card: k}]
  cards: {k: {title: T, body: B}}
"""
Make = Callable[[Path], None]
File = str | bytes | Make


@dataclass(frozen=True)
class Case:
    """One hostile spec: `form.yaml` and what lies beside it.

    `harmless` says why it may be accepted; without it, it must be refused.
    """

    kind: str
    name: str
    files: Mapping[str, File]
    harmless: str = ""

    def write(self, folder: Path) -> None:
        """Write the files into a folder."""
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                path.write_bytes(content.encode("utf-8", "surrogatepass"))
            elif isinstance(content, bytes):
                path.write_bytes(content)
            else:
                content(path)


def form(*questions: str, head: str = "", choices: str = CHOICES, page: str = "") -> str:
    """Return a form with these lines of questions, more keys at its head, and more keys on its page."""
    rows = "".join(f"      - {one}\n" for one in questions or (QUESTION,))
    return f"{HEAD}{head}{choices}pages:\n  - name: satu\n    label: Satu\n{page}    questions:\n{rows}"


def without(key: str, text: str = "") -> str:
    """Return a form whose head lacks one key."""
    text = text or form()
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(f"{key}:"))


def of(kind: str, variants: Mapping[str, str | bytes], harmless: Mapping[str, str] | None = None) -> Iterable[Case]:
    """Yield one case for each text of `form.yaml`."""
    for name, text in variants.items():
        yield Case(kind, name, {"form.yaml": text}, (harmless or {}).get(name, ""))


def link(target: str) -> Make:
    """Return what makes a symbolic link."""
    return lambda path: path.symlink_to(target)


def pipe(path: Path) -> None:
    """Make a named pipe, from which a reader would wait for ever."""
    os.mkfifo(path)


def folder(path: Path) -> None:
    """Make a folder where a file should be."""
    path.mkdir()
