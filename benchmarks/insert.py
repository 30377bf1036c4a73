"""Does one more record cost more where many are stored? CPU of `Log.append`, beside a log of 1,000 records.

Two ways that ids may lie: over 200 days, as a site that has been at work for long has them, and all in one day, the
worst day of an event. Each has a small and a large log; all four are measured in turn, and the median of the rounds
counts. Record bodies are small (`--bytes`), since the disk is not what is measured. Targets at a million rows: at most
1.10 times the CPU over 200 days, at most 1.30 in one day.

    .venv/bin/python benchmarks/insert.py [--rows 100000] [--appends 200] [--rounds 20] [--bytes 256]
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from forms_app.storage.log import Log, NewRecord
from forms_app.storage.tables import SQLDatabase, open_database

TODAY = 20_780
FEW = 1_000
FILLED_AT_ONCE = 2_000
SPREADS = {"over 200 days": 200, "all in one day": 1}
TARGETS = {"over 200 days": 1.10, "all in one day": 1.30}


def main() -> None:
    """Fill four logs, measure them in turn, and print the medians and what the large ones cost more."""
    parser = argparse.ArgumentParser()
    for name, default in (("--rows", 100_000), ("--appends", 200), ("--rounds", 20), ("--bytes", 256)):
        parser.add_argument(name, type=int, default=default)
    options = parser.parse_args()
    cases = [(spread, rows) for spread in SPREADS for rows in (FEW, options.rows)]
    with tempfile.TemporaryDirectory() as folder:
        logs = {
            case: filled(Path(folder, f"{number}.db"), case[1], SPREADS[case[0]], options.bytes)
            for number, case in enumerate(cases)
        }
        found: dict[tuple[str, int], list[float]] = {case: [] for case in cases}
        for turn in range(options.rounds + 1):
            for case, (_database, log) in logs.items():
                spent = milliseconds(log, options.appends, options.bytes)
                if turn:  # the first round warms the caches
                    found[case].append(spent)
        for spread in SPREADS:
            few, many = (statistics.median(found[spread, rows]) for rows in (FEW, options.rows))
            print(f"ids {spread}: {few:.3f} ms CPU at {FEW:,} rows, {many:.3f} ms at {options.rows:,},", end=" ")
            print(f"ratio {many / few:.2f} (target at a million: {TARGETS[spread]:.2f}), {options.bytes} byte records")
        for database, _log in logs.values():
            database.close()


def filled(path: Path, rows: int, days: int, size: int) -> tuple[SQLDatabase, Log]:
    """Return a log with so many records, whose ids lie evenly over the days up to today."""
    database = open_database(f"sqlite:///{path}")
    log = Log(database, "benchmark")
    for start in range(0, rows, FILLED_AT_ONCE):
        places = range(start, min(start + FILLED_AT_ONCE, rows))
        log.append([record(TODAY - days + 1 + place * days // rows, size) for place in places], TODAY)
    return database, log


def record(day: int, size: int) -> NewRecord:
    """Return a record as an intake makes one: an id that begins with the page's day, random bytes for ciphertext."""
    return NewRecord(day.to_bytes(2, "big") + os.urandom(14), os.urandom(size), "p", "registration", "K7Q2MX")


def milliseconds(log: Log, appends: int, size: int) -> float:
    """Return the CPU of one append of one record, of all threads, user code and kernel."""
    work = [[record(TODAY, size)] for _ in range(appends)]
    before = time.process_time()
    for one in work:
        log.append(one, TODAY)
    return (time.process_time() - before) / appends * 1000


if __name__ == "__main__":
    main()
