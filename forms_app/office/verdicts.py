"""Writing down what was found in a record, and reading it again: sealed to the key that opened the record.

A level is an answer too, so a verdict is as secret as its record, and goes when its key is destroyed.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms_app.answers.submission import canonical
from forms_app.errors import CannotOpen
from forms_app.sealing.keys import Identity
from forms_app.sealing.series import Series
from forms_app.storage.archive import ArchivedRecord
from forms_app.storage.verdicts import SealedSeries, Verdict

VERDICT = "verdict"


@dataclass(frozen=True)
class Pen:
    """The series in which one opening writes its verdicts, one for each key, by key id."""

    series: Mapping[str, tuple[int, Series]]

    def write(self, key_id: str, archived: ArchivedRecord, found: Mapping[str, Any], *, judged: bool) -> Verdict:
        """Return a verdict of a record, sealed to the key that opened it; whoever asked keeps it."""
        number, series = self.series[key_id]
        locked = series.lock(_context(archived), canonical(found))
        return Verdict(archived.number, number, "id" not in found["flaws"], judged, locked)


def new_pen(identities: Mapping[str, Identity]) -> tuple[Pen, dict[int, SealedSeries]]:
    """Return a pen for these keys, and by number the series to be kept with the first verdict of each."""
    series, sealed = {}, {}
    for key_id, identity in identities.items():
        number = secrets.randbits(62)
        own, blob = Series.begin(identity.recipient, VERDICT, number.to_bytes(8, "big"))
        series[key_id], sealed[number] = (number, own), SealedSeries(number, key_id, blob)
    return Pen(series), sealed


class VerdictReader:
    """Reads the verdicts that these keys open."""

    def __init__(self, kept: list[SealedSeries], identities: Mapping[str, Identity]) -> None:
        self._sealed = {one.number: one for one in kept}
        self._identities = identities
        self._open: dict[int, Series | None] = {}

    def read(self, archived: ArchivedRecord, verdict: Verdict) -> dict[str, Any] | None:
        """Return what a verdict says, or None where these keys do not open it."""
        if verdict.series not in self._open:
            self._open[verdict.series] = self._resume(verdict.series)
        series = self._open[verdict.series]
        if series is None:
            return None
        try:
            found: dict[str, Any] = json.loads(series.unlock(_context(archived), verdict.verdict))
        except CannotOpen:
            return None
        return found

    def _resume(self, number: int) -> Series | None:
        kept = self._sealed.get(number)
        identity = self._identities.get(kept.key_id) if kept else None
        if kept is None or identity is None:
            return None
        try:
            return Series.resume(identity, VERDICT, number.to_bytes(8, "big"), kept.sealed)
        except CannotOpen:
            return None


def _context(archived: ArchivedRecord) -> bytes:
    return archived.record_id + archived.record_hash
