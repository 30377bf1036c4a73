"""What was found when records were opened: one sealed verdict each, and a number that only grows.

A backup that holds all verdicts up to a number holds the records they speak of: only these may a receipt call opened.
A verdict keeps its number when it is made anew, and when its record is erased, so no number is ever given twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tinydb import TinyDB

from forms_app.storage import office_tables as tables
from forms_app.storage.archive import FIELDS, PAGE, ArchivedRecord
from forms_app.storage.engine import driver
from forms_app.storage.office_tables import fetch, insert
from forms_app.storage.schema import take_turn
from forms_app.storage.tables import store_of

BACKUPS = "office_backups"


class Verdict(NamedTuple):
    """A verdict, sealed under the key of its series; `proven` if the record's id is that of its answers.

    `record` is the number of the record, `judged` whether the rules of its form were applied anew.
    """

    record: int
    series: int
    proven: bool
    judged: bool
    verdict: bytes


class SealedSeries(NamedTuple):
    """The key under which the verdicts of one opening are sealed, itself sealed to a key of the office."""

    number: int
    key_id: str
    sealed: bytes


class Verdicts:
    """The verdicts in the office's database, and how far the last backup holds them."""

    def __init__(self, database: TinyDB) -> None:
        self._store = store_of(database)
        self._backups = database.table(BACKUPS)

    def series(self) -> list[SealedSeries]:
        """Return all series."""
        with self._store.reading() as connection:
            found = fetch(self._store, connection, "SELECT number, key_id, sealed FROM office_series")
        return [SealedSeries(*row) for row in found]

    def keep(self, found: list[Verdict], begun: Iterable[SealedSeries] = ()) -> None:
        """Keep the verdicts and the series they begin durably, all or none.

        A verdict made anew takes the place and the number of the old one.
        """
        text = (
            "INSERT INTO office_verdicts (number, record, series, proven, judged, verdict) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (record) DO UPDATE SET series = excluded.series, proven = excluded.proven,"
            " judged = excluded.judged, verdict = excluded.verdict"
        )
        with self._store.writing() as connection:
            take_turn(self._store, connection)
            insert(self._store, connection, tables.series, SealedSeries._fields, begun)
            last = fetch(self._store, connection, "SELECT coalesce(max(number), 0) FROM office_verdicts")[0][0]
            rows = (
                (number, one.record, one.series, int(one.proven), int(one.judged), one.verdict)
                for number, one in enumerate(found, last + 1)
            )
            driver(connection).cursor().executemany(self._store.sql(text), rows)

    def all(self, *, judged: bool = False) -> Iterator[tuple[ArchivedRecord, Verdict]]:
        """Yield the verdicts of the records that count, in the order of their numbers, with records left empty.

        With `judged` only those for which the rules were applied.
        """
        fields = ", ".join(f"r.{name}" for name in FIELDS.replace(" record,", " number,").split(", "))
        text = (
            f"SELECT {fields}, v.number, v.record, v.series, v.proven, v.judged, v.verdict FROM office_verdicts v"  # noqa: S608 - fixed names
            " JOIN office_records r ON r.number = v.record WHERE v.number > ? AND v.judged >= ? AND r.aside = ''"
            f" ORDER BY v.number LIMIT {PAGE}"
        )
        after, count = 0, len(ArchivedRecord._fields)
        while True:
            with self._store.reading() as connection:
                page = fetch(self._store, connection, text, [after, int(judged)])
            for row in page:
                yield ArchivedRecord(*row[:count])._replace(record=b""), Verdict(*row[count + 1 :])
            if len(page) < PAGE:
                return
            after = page[-1][count]

    def pending(self, *, again: bool = False, judged: bool = True) -> Iterator[ArchivedRecord]:
        """Yield the records that have no verdict yet, twins too, in flat memory; with `again`, all.

        A verdict without judgement counts as none where `judged` is asked for.
        """
        done = "SELECT 1 FROM office_verdicts v WHERE v.record = office_records.number AND v.judged >= "
        asked = "" if again else f" AND NOT EXISTS ({done}{int(judged)})"
        text = (
            f"SELECT {FIELDS} FROM office_records WHERE number > ? AND number <= ?"  # noqa: S608 - fixed names
            f" AND aside IN ('', 'twin', 'same'){asked} ORDER BY number LIMIT {PAGE}"
        )
        after, end = 0, self._number("SELECT coalesce(max(number), 0) FROM office_records")
        while True:
            with self._store.reading() as connection:
                page = fetch(self._store, connection, text, [after, end])
            for row in page:
                yield ArchivedRecord(*row)
            if len(page) < PAGE:
                return
            after = page[-1][-1]

    def last(self) -> int:
        """Return the highest verdict number there is: what a backup that is made now notes as its `upto`."""
        return self._number("SELECT coalesce(max(number), 0) FROM office_verdicts")

    def backed_up(self) -> int:
        """Return up to which number the last verified backup holds the verdicts; 0 without one."""
        made = sorted(self._backups.all(), key=lambda backup: str(backup["made"]))
        return int(made[-1]["upto"]) if made else 0

    def _number(self, text: str) -> int:
        with self._store.reading() as connection:
            return int(fetch(self._store, connection, text)[0][0])
