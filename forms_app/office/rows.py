"""Plain rows, the one way answers leave the office: chosen columns, named file, reason on record."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from forms_app.answers.submission import Nonce, receipt_code
from forms_app.errors import N_, SettingsError, TransferError
from forms_app.office.columns import Columns, Headings
from forms_app.office.opening import Opened
from forms_app.sealing.durable import durable
from forms_app.specs.model import Question
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
    "partial",
    "follows",
    "flaws",
)
FORMATS = (".csv", ".jsonl")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PLAIN = re.compile(r"[+-]?[\w .:-]*")  # what numbers, dates, phone numbers and names of choices look like


def write_rows(
    path: Path, opened: Iterable[Opened], headings: Headings, *, identified: bool, excel: bool = False
) -> int:
    """Write the rows to a .csv or .jsonl file that appears only when complete; return how many there are.

    JSON lines hold every answer exactly as entered. CSV does too, but for two guards: a text cell that a spreadsheet
    would run as a formula gets an apostrophe in front (OWASP, CSV injection), and of a NIK only the last four digits
    stand there (domain.md 3.5): sheets are passed on. Repeats go to a file of their own,
    `NAME-REPEAT.csv`. `excel` marks the file as UTF-8 for old Excel. Records are taken one at a time, in flat memory.
    Raises SettingsError for another ending, TransferError when there is no record: then no file appears.
    """
    if path.suffix.lower() not in FORMATS:
        raise SettingsError(N_("Akhiran berkas {path} tidak dikenal. Pakai .csv atau .jsonl."), path=path)
    with ExitStack() as files:
        if path.suffix.lower() == ".jsonl":
            count = _write_lines(files.enter_context(durable(path)), opened, identified=identified)
        else:
            sheets = _Sheets(files, path, headings, excel=excel)
            count = sum(sheets.write(one, Columns(one.spec, one.submission.part, identified)) for one in opened)
        if not count:
            raise TransferError(N_("Belum ada catatan yang bisa dibuka untuk formulir ini."))
    return count


def _write_lines(file: IO[bytes], opened: Iterable[Opened], *, identified: bool) -> int:
    count = 0
    for one in opened:
        line = {
            **_meta(one, identified=identified),
            "answers": _row(one, Columns(one.spec, one.submission.part, identified)),
        }
        file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        count += 1
    return count


class _Sheets:
    """The sheet of a form and those of its repeats, written side by side."""

    def __init__(self, files: ExitStack, path: Path, headings: Headings, *, excel: bool) -> None:
        encoding = "utf-8-sig" if excel else "utf-8"
        level = ("level",) if headings.level else ()
        self.main = _Sheet(files, path, encoding, (*META, *level, *headings.flat))
        self.repeats = {
            name: _Sheet(files, path.with_name(f"{path.stem}-{name}.csv"), encoding, ("record", "number", *inner))
            for name, inner in headings.repeats.items()
        }

    def write(self, one: Opened, columns: Columns) -> int:
        """Write one record, and return 1."""
        meta = _meta(one, identified=columns.identified)
        row, cells = _row(one, columns), {name: _cell(value, None) for name, value in meta.items()}
        questions = {question.name: question for question in columns.questions()}
        for name, value in row.items():
            question = questions.get(name)
            if question is None:
                cells[name] = _cell(value, None)
                continue
            if not question.children:
                cells.update(_cells(question, value))
                continue
            children = {child.name: child for child in question.children}
            for number, entry in enumerate(value or (), 1):
                inner = {heading: cell for key in entry for heading, cell in _cells(children[key], entry[key]).items()}
                self.repeats[name].write({"record": cells["record"], "number": str(number), **inner})
        self.main.write(cells)
        return 1


class _Sheet:
    """One CSV file that appears only when complete."""

    def __init__(self, files: ExitStack, path: Path, encoding: str, header: tuple[str, ...]) -> None:
        text = io.TextIOWrapper(files.enter_context(durable(path)), encoding=encoding, newline="")
        files.callback(text.detach)
        self.writer = csv.DictWriter(text, header, restval="", quoting=csv.QUOTE_ALL)
        self.writer.writeheader()

    def write(self, cells: Mapping[str, str]) -> None:
        """Write one line."""
        self.writer.writerow(cells)


def _meta(one: Opened, *, identified: bool) -> dict[str, Any]:
    """Return what is known of a record; of a secret form the time to the second would point at its reporter."""
    submission, nonce = one.submission, Nonce.parse(one.submission.nonce)
    return {
        "record": one.archived.record_id.hex(),
        "receipt": receipt_code(one.archived.record_id),
        "page": nonce.secret[:4].hex() if nonce else "",
        "site": one.archived.site,
        "event": submission.event,
        "version": submission.version,
        "filled_at": submission.filled_at if identified or not one.spec.secret else submission.day.isoformat(),
        "language": submission.language,
        "filled_by": submission.filled_by,
        "sample": submission.sample,
        "partial": submission.partial,
        "follows": submission.follows,
        "flaws": " ".join(one.flaws),
    }


def _row(one: Opened, columns: Columns) -> dict[str, Any]:
    """Return the answers of one record by question, with repeats as lists."""
    values = one.submission.values()
    row: dict[str, Any] = {"level": one.level} if columns.level else {}
    for question in columns.questions():
        value = values.get(question.name)
        row[question.name] = _entries(value, columns.children(question)) if question.children else value
    return row


def _entries(value: Any, children: list[Question]) -> list[dict[str, Any]] | None:
    """Return the entries of a repeat with only what may leave; None for what is no list of entries."""
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        return None
    return [{child.name: entry.get(child.name) for child in children} for entry in value]


def _cells(question: Question, value: Any) -> dict[str, str]:
    """Return the cells of one answer by heading: one, or as many as its type has columns."""
    kind = TYPES[question.type]
    if question.parameter("format") == "nik" and isinstance(value, str):
        value = f"{'•' * max(len(value) - 4, 0)}{value[-4:]}"  # its other digits tell birth date, sex and district
    return {
        f"{question.name}{ending}": _cell(part, question)
        for ending, part in zip(kind.headings(), kind.cells(value), strict=True)
    }


def _cell(value: Any, question: Question | None) -> str:
    """Return a cell's text: choices by name, several with spaces between (as XLSForm does), True as `true`."""
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        text = " ".join(value)
    else:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    typed = question is not None and question.type == "text" and not question.parameter("format")
    return f"'{text}" if text.startswith(_FORMULA) and (typed or not _PLAIN.fullmatch(text)) else text
