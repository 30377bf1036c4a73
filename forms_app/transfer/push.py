"""Pushing a package file to an inbox: in pieces, continued wherever the last try was cut off."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forms_app.errors import DamagedBundle
from forms_app.sealing.signing import SigningKey
from forms_app.transfer.manifest import damaged
from forms_app.transfer.offers import make_ask, make_offer
from forms_app.transfer.wire import Answer, InboxAway, Patience, Wire, away

FIRST, LEAST, MOST = 256 * 1024, 16 * 1024, 4 * 1024 * 1024  # bytes of a piece
OFFSET = "Upload-Offset"

Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class Stored:
    """The inbox keeps the whole file; `joined` tells whether it follows on what it kept of this site before."""

    file: str
    size: int
    joined: bool


def file_digest(path: Path) -> str:
    """Return SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def push_file(
    wire: Wire, key: SigningKey, site: str, path: Path, patience: Patience, progress: Progress | None = None
) -> Stored:
    """Send the file until the inbox has verified and stored all of it.

    What the inbox has already is never sent again. A piece that does not arrive is tried again smaller: on a bad line
    a small one gets through. Raises InboxAway after too many failures in a row (nothing is lost: call again),
    DamagedBundle when what arrived is not what was sent, TransferError with the inbox's own words when it refuses.
    """
    size, piece, failures = path.stat().st_size, FIRST, 0
    file = file_digest(path)
    offer = make_offer(key, site, file, size)
    state: dict[str, Any] | None = None
    with path.open("rb") as source:
        while True:
            try:
                if state is None:
                    state = _told(wire.call("POST", "/v1/offers", offer), size)
                if state["stored"]:
                    return Stored(file, size, bool(state.get("joined", True)))
                if progress:
                    progress(state["offset"], size)
                source.seek(state["offset"])
                before, state = state["offset"], _told(_send(wire, file, state["offset"], source.read(piece)), size)
                if state["offset"] <= before:  # it has less than it said
                    raise away()
                piece, failures = min(MOST, piece * 2), 0
            except InboxAway:
                state, piece, failures = None, max(LEAST, piece // 2), failures + 1
                if failures >= patience.tries:
                    raise
                patience.wait(failures)


def fetch_receipt(wire: Wire, key: SigningKey, site: str, after: int, patience: Patience) -> bytes | None:
    """Return the site's newest receipt if its number is higher than `after`; what it is worth is judged elsewhere."""
    answer = patience.through(lambda: wire.call("POST", "/v1/receipts/ask", make_ask(key, site, after)))
    if answer.status == 204:
        return None
    if answer.status != 200:
        raise answer.refuse()
    return answer.body


def _send(wire: Wire, file: str, offset: int, data: bytes) -> Answer:
    return wire.call("PATCH", f"/v1/files/{file}", data, {OFFSET: str(offset)})


def _told(answer: Answer, size: int) -> dict[str, Any]:
    """Return what the inbox has of the file; 409 says that it has another part than we thought."""
    if answer.status not in (200, 409):
        error = answer.refuse()
        raise damaged() if error.code == DamagedBundle.code else error
    state = answer.json
    offset = state.get("offset")
    if not isinstance(offset, int) or not 0 <= offset <= size or (offset == size and not state.get("stored")):
        raise damaged()
    return {"stored": False, **state}
