"""Pulling from an inbox: what waits there, each file continued where it was cut off, and released only when kept."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any

from forms_app.errors import N_, SettingsError
from forms_app.transfer.manifest import damaged
from forms_app.transfer.offers import FILE
from forms_app.transfer.push import file_digest
from forms_app.transfer.wire import Answer, InboxAway, Patience, Wire, away

PIECE = 1024 * 1024  # bytes


@dataclass(frozen=True)
class Waiting:
    """A package at the inbox: SHA-256 of the file, the site that left it, its length (bytes)."""

    file: str
    site: str
    size: int


def read_token(path: Path) -> str:
    """Return the token of a file that `peksos-inbox token` made; raises SettingsError for another file."""
    try:
        token = path.read_text(encoding="ascii").strip()
    except (UnicodeDecodeError, ValueError):
        token = ""
    if not FILE.match(token):
        raise SettingsError(
            N_("Berkas {file} bukan kunci kotak titipan. Minta lagi dari pengelolanya."), file=path.name
        )
    return token


def fetch_list(wire: Wire, patience: Patience) -> list[Waiting]:
    """Return what waits at the inbox, the oldest first; raises InboxAway or TransferError."""
    answer = _good(patience.through(lambda: wire.call("GET", "/v1/bundles")))
    try:
        return [_waiting(one) for one in answer.json["bundles"]]
    except (KeyError, TypeError):
        raise away() from None


def fetch_file(wire: Wire, one: Waiting, folder: Path, patience: Patience) -> Path:
    """Bring one file to the folder, durably, and return it; what came before a cut is not asked for again.

    Raises InboxAway after too many failures in a row (call again), DamagedBundle when the bytes are not what the name
    says; then the next call begins anew.
    """
    path, part, failures = folder / f"{one.file}.peksos", folder / f"{one.file}.part", 0
    while not path.exists():
        before = part.stat().st_size if part.exists() else 0
        try:
            if before < one.size:
                _continue(wire, one, part, before)
        except InboxAway:
            failures = 1 if part.exists() and part.stat().st_size > before else failures + 1
            if failures >= patience.tries:
                raise
            patience.wait(failures)
            continue
        _finish(one, part, path)
    return path


def release(wire: Wire, file: str, patience: Patience) -> None:
    """Tell the inbox that the office keeps this file's content, so that it may delete it."""
    answer = patience.through(lambda: wire.call("DELETE", f"/v1/bundles/{file}"))
    if answer.status not in (200, 404):  # 404: released by a try whose answer was lost
        raise answer.refuse()


def send_receipt(wire: Wire, receipt: bytes, patience: Patience) -> None:
    """Leave a receipt for its site at the inbox; raises TransferError when the inbox does not take it."""
    _good(patience.through(lambda: wire.call("POST", "/v1/receipts", receipt)))


def _continue(wire: Wire, one: Waiting, part: Path, before: int) -> None:
    """Add what is missing to the part, as far as it comes."""
    wanted = {"Range": f"bytes={before}-"} if before else {}
    with wire.opened("GET", f"/v1/bundles/{one.file}", headers=wanted) as response:
        if response.status not in (200, 206):
            raise Answer(response.status, response.read(PIECE)).refuse()
        with part.open("ab" if response.status == 206 else "wb") as file:
            while piece := _read(wire, response):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    if part.stat().st_size < one.size:
        wire.close()
        raise away()


def _finish(one: Waiting, part: Path, path: Path) -> None:
    if part.stat().st_size != one.size or file_digest(part) != one.file:
        part.unlink()
        raise damaged()
    part.replace(path)


def _read(wire: Wire, response: HTTPResponse) -> bytes:
    try:
        return response.read(PIECE)
    except (OSError, HTTPException):
        wire.close()
        raise away() from None


def _good(answer: Answer) -> Answer:
    if answer.status != 200:
        raise answer.refuse()
    return answer


def _waiting(value: Mapping[str, Any]) -> Waiting:
    file, site, size = value["file"], value["site"], value["size"]
    if not isinstance(file, str) or not FILE.match(file) or not isinstance(site, str) or not isinstance(size, int):
        raise TypeError
    return Waiting(file, site, size)
