"""Writing down what was found in a record, and reading it again: sealed to the key that opened the record.

A level is an answer too, so a verdict is as secret as its record, and goes when its key is destroyed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from forms_app.answers.submission import canonical
from forms_app.errors import CannotOpen
from forms_app.sealing.keys import Identity
from forms_app.sealing.series import Series
from forms_app.storage.archive import ArchivedRecord
from forms_app.storage.verdicts import Verdict, Verdicts

VERDICT = "verdict"


class VerdictBook:
    """The verdicts that these keys can read, and write: one series for each key and opening."""

    def __init__(self, verdicts: Verdicts, identities: Mapping[str, Identity]) -> None:
        self._verdicts = verdicts
        self._identities = identities
        self._own: dict[str, tuple[int, Series]] = {}
        self._known: dict[int, Series | None] = {}

    def write(self, key_id: str, archived: ArchivedRecord, found: Mapping[str, Any], *, judged: bool) -> Verdict:
        """Return a verdict of a record, sealed to the key that opened it; whoever asked keeps it."""
        if key_id not in self._own:
            self._own[key_id] = self._begin(key_id)
        number, series = self._own[key_id]
        locked = series.lock(_context(archived), canonical(found))
        return Verdict(archived.number, number, "id" not in found["flaws"], judged, locked)

    def read(self, archived: ArchivedRecord, verdict: Verdict) -> dict[str, Any] | None:
        """Return what a verdict says, or None where these keys do not open it."""
        if verdict.series not in self._known:
            self._known.clear()
            self._known = {one.number: self._resume(*one) for one in self._verdicts.series()}
        series = self._known.get(verdict.series)
        if series is None:
            return None
        try:
            found: dict[str, Any] = json.loads(series.unlock(_context(archived), verdict.verdict))
        except CannotOpen:
            return None
        return found

    def _begin(self, key_id: str) -> tuple[int, Series]:
        recipient = self._identities[key_id].recipient
        begun: list[Series] = []

        def seal(number: int) -> bytes:
            series, sealed = Series.begin(recipient, VERDICT, number.to_bytes(8, "big"))
            begun.append(series)
            return sealed

        return self._verdicts.begin(key_id, seal), begun[-1]

    def _resume(self, number: int, key_id: str, sealed: bytes) -> Series | None:
        identity = self._identities.get(key_id)
        try:
            return Series.resume(identity, VERDICT, number.to_bytes(8, "big"), sealed) if identity else None
        except CannotOpen:
            return None


def _context(archived: ArchivedRecord) -> bytes:
    return archived.record_id + archived.record_hash
