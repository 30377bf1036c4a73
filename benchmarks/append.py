"""What one acknowledged record costs by what is stored already: CPU in user code and in the kernel, and wall time.

python benchmarks/append.py [--rows 1000 100000] [--appends 300] [--rounds 5] [--bytes 4096] [--threads 1]
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import threading
import time
from pathlib import Path

from forms_app.storage.log import Log, NewRecord
from forms_app.storage.tables import SQLDatabase, open_database

DAY = 20_780


def record(size: int) -> NewRecord:
    """Return a record as an intake makes one: an id of the day, random bytes for ciphertext."""
    return NewRecord(DAY.to_bytes(2, "big") + os.urandom(14), os.urandom(size), "p", "registration", "K7Q2MX")


def filled(path: Path, rows: int, size: int) -> tuple[SQLDatabase, Log]:
    """Return a log with so many records in it."""
    database = open_database(f"sqlite:///{path}")
    log = Log(database, "benchmark")
    for start in range(0, rows, 500):
        log.append([record(size) for _ in range(min(500, rows - start))], DAY)
    return database, log


def timed(log: Log, appends: int, size: int, threads: int) -> tuple[float, float, float]:
    """Return milliseconds per append: user CPU, kernel CPU, wall."""
    work = [[[record(size)] for _ in range(appends // threads)] for _ in range(threads)]
    workers = [threading.Thread(target=lambda part=part: [log.append(one, DAY) for one in part]) for part in work]
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    after, wall = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter() - start
    spent = after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime, wall
    user, system, passed = (seconds / appends * 1000 for seconds in spent)
    return user, system, passed


def main() -> None:
    """Measure all sizes in turn, round by round, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1000, 100_000])
    for name, default in (("--appends", 300), ("--rounds", 5), ("--bytes", 4096), ("--threads", 1)):
        parser.add_argument(name, type=int, default=default)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        logs = {rows: filled(Path(folder, f"{rows}.db"), rows, options.bytes) for rows in options.rows}
        results: dict[int, list[tuple[float, float, float]]] = {rows: [] for rows in logs}
        for turn in range(options.rounds + 1):
            for rows, (_, log) in logs.items():
                figures = timed(log, options.appends, options.bytes, options.threads)
                if turn:  # the first round warms the caches
                    results[rows].append(figures)
        for rows, found in results.items():
            user, system, wall = (statistics.median(column) for column in zip(*found, strict=True))
            print(f"{rows:>9} rows: user {user:.3f} ms, kernel {system:.3f} ms, wall {wall:.3f} ms per append")
        for database, _ in logs.values():
            database.close()


if __name__ == "__main__":
    main()
