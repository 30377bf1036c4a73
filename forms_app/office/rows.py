"""Plain rows, the one way answers leave the office: chosen columns, named file, reason on record."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forms_app.answers.submission import Nonce, receipt_code
from forms_app.errors import N_, SettingsError, TransferError
from forms_app.office.opening import Opened
from forms_app.sealing.durable import durable
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types import TYPES

META = (
    "record",
    "receipt",
    "page",
    "site",
    "event",
    "version",
    "filled_at",
    "language",
    "filled_by",
    "sample",
    "flaws",
)
FORMATS = (".csv", ".jsonl")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Columns:
    """Which questions of a form go into the rows: all of them, or only those that are not personal or secret."""

    spec: FormSpec
    part: str
    identified: bool

    def allowed(self, question: Question) -> bool:
        """Whether this question's answer may leave."""
        return self.identified or question.sensitivity == "public"

    @property
    def level(self) -> bool:
        """Whether the level may leave; of a secret form it is secret too."""
        return self.spec.outcome is not None and not self.part and (self.identified or not self.spec.secret)

    def questions(self) -> list[Question]:
        """Return the questions with an answer, in the form's order."""
        copies = self.spec.part(self.part).copies if self.part else ()
        pages = [one for page in self.spec.pages for one in page.questions]
        mine = [one for one in pages if one.part == self.part or one.name in copies]
        return [one for one in mine if TYPES[one.type].stored and self.allowed(one)]


def write_rows(path: Path, opened: Iterable[Opened], *, identified: bool, excel: bool = False) -> int:
    """Write the rows to a .csv or .jsonl file that appears only when complete; return how many there are.

    JSON lines hold every answer exactly as entered. CSV does too, but for one guard: a text cell that a spreadsheet
    would run as a formula gets an apostrophe in front (OWASP, CSV injection). Repeats go to a file of their own,
    `NAME-REPEAT.csv`. `excel` marks the file as UTF-8 for old Excel. Raises SettingsError for another ending.
    """
    if path.suffix not in FORMATS:
        raise SettingsError(N_("Akhiran berkas {path} tidak dikenal. Pakai .csv atau .jsonl."), path=path)
    if path.suffix == ".jsonl":
        return _write_lines(path, opened, identified=identified)
    return _write_csv(path, opened, identified=identified, excel=excel)


def _meta(one: Opened) -> dict[str, Any]:
    submission, nonce = one.submission, Nonce.parse(one.submission.nonce)
    return {
        "record": one.archived.record_id.hex(),
        "receipt": receipt_code(one.archived.record_id),
        "page": nonce.secret[:4].hex() if nonce else "",
        "site": one.archived.site,
        "event": submission.event,
        "version": submission.version,
        "filled_at": submission.filled_at,
        "language": submission.language,
        "filled_by": submission.filled_by,
        "sample": submission.sample,
        "flaws": " ".join(one.flaws),
    }


def _row(one: Opened, columns: Columns) -> dict[str, Any]:
    """Return the answers of one record by question, with repeats as lists."""
    submission = one.submission
    values = {**submission.answers, **submission.calculated}
    row: dict[str, Any] = {"level": one.level} if columns.level else {}
    for question in columns.questions():
        value = values.get(question.name)
        if question.children and value:
            names = [child.name for child in question.children if columns.allowed(child)]
            value = [{name: entry.get(name) for name in names} for entry in value]
        row[question.name] = value
    return row


def _write_lines(path: Path, opened: Iterable[Opened], *, identified: bool) -> int:
    count = 0
    with durable(path, replace=True) as file:
        for one in opened:
            line = {**_meta(one), "answers": _row(one, Columns(one.spec, one.submission.part, identified))}
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            count += 1
    return count


def _write_csv(path: Path, opened: Iterable[Opened], *, identified: bool, excel: bool) -> int:
    """Write one sheet, and one for each repeat. Records of older versions of the form fill the columns they have."""
    rows = [(one, Columns(one.spec, one.submission.part, identified)) for one in opened]
    newest = max((columns for _one, columns in rows), key=lambda columns: _version(columns.spec), default=None)
    if newest is None:
        raise TransferError(N_("Belum ada catatan untuk formulir ini."))
    questions = {question.name: question for _one, columns in reversed(rows) for question in columns.questions()}
    order = [question.name for question in newest.questions()]
    names = [*order, *(name for name in questions if name not in order)]
    flat = [name for name in names if not questions[name].children]
    level = ("level",) if newest.level else ()
    _sheet(path, (*META, *level, *flat), (_flat(one, columns, questions) for one, columns in rows), excel=excel)
    for name in names:
        if questions[name].children:
            inner = [child.name for child in questions[name].children if newest.allowed(child)]
            entries = _entries(rows, name, questions[name])
            _sheet(path.with_name(f"{path.stem}-{name}.csv"), ("record", "number", *inner), entries, excel=excel)
    return len(rows)


def _flat(one: Opened, columns: Columns, questions: dict[str, Question]) -> dict[str, str]:
    row = {name: value for name, value in _row(one, columns).items() if name == "level" or not questions[name].children}
    cells = {name: _cell(value, questions.get(name)) for name, value in row.items()}
    return {**{name: _cell(value, None) for name, value in _meta(one).items()}, **cells}


def _entries(rows: list[tuple[Opened, Columns]], name: str, repeat: Question) -> Iterator[dict[str, str]]:
    children = {child.name: child for child in repeat.children}
    for one, columns in rows:
        for number, entry in enumerate(_row(one, columns).get(name) or (), 1):
            cells = {key: _cell(value, children.get(key)) for key, value in entry.items()}
            yield {"record": one.archived.record_id.hex(), "number": str(number), **cells}


def _cell(value: Any, question: Question | None) -> str:
    """Return a cell's text: choices by name, several with spaces between (as XLSForm does), True as `true`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join(value)
    text = str(value)
    typed = question is not None and question.type == "text" and not question.parameter("format")
    return f"'{text}" if typed and text.startswith(_FORMULA) else text


def _sheet(path: Path, header: Iterable[str], rows: Iterable[dict[str, str]], *, excel: bool) -> None:
    with durable(path, replace=True) as raw:
        file = io.TextIOWrapper(raw, encoding="utf-8-sig" if excel else "utf-8", newline="")
        writer = csv.DictWriter(file, list(header), restval="", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
        file.detach()


def _version(spec: FormSpec) -> tuple[int, ...]:
    return tuple(int(piece) for piece in spec.version.split(".") if piece.isdigit())
