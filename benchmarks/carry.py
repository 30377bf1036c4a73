"""What carrying costs: making a package, taking it in, opening it; each beside the least that it could cost.

Records are real registrations: filled in, sealed, packed, imported and opened by the product. Each step is a process of
its own, whose CPU time is counted once all is open; a busy neighbour hardly disturbs it. Quote ratios, not rates:

export   beside copying the same bytes out of the same database into a file, and beside copying the file (target 0.7)
office   import and opening of a record, beside the bare HPKE opening of its content key and beside opening the record
         and nothing else (targets: 0.75 without the form's rules, 0.5 with them)
memory   the most that the process of each step holds, with `--records` beside `--few`

    .venv/bin/python benchmarks/carry.py [--records 20000] [--few 10000]
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from werkzeug.datastructures import MultiDict
from world import PASSPHRASE, REGISTRATION, set_up

from forms_app.answers.submission import Nonce
from forms_app.office.household import open_household
from forms_app.office.importing import import_bundle
from forms_app.office.opening import open_all
from forms_app.sealing.content import wrap_info
from forms_app.sealing.records import Identity, SealedRecord
from forms_app.settings import Settings
from forms_app.site.intake import Intake, Receipt
from forms_app.site.packing import make_package
from forms_app.site.services import Services, open_site

AT_ONCE = 500  # records to one transaction, while the log is filled
SAMPLE = 2_000  # records that the bare opening is measured on
LEAST = "bare HPKE opening", "opening of the record alone"
PIECE = 65_536  # bytes


@dataclass
class Steps:
    """CPU seconds and peak memory (bytes, of a process that does nothing else) by the name of the step."""

    cpu: dict[str, float] = field(default_factory=dict)
    peak: dict[str, int] = field(default_factory=dict)


def main() -> None:
    """Carry few records and many, and print what the many cost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--few", type=int, default=10_000)
    options = parser.parse_args()
    few, _size = carried(options.few)
    many, size = carried(options.records)
    tell(many, options.records, size)
    for name, peak in many.peak.items():
        numbers = f"{peak / 1e6:.1f} MB at {options.records:,}, {few.peak[name] / 1e6:.1f} MB at {options.few:,}"
        print(f"peak memory of {name}: {numbers}")


def carried(records: int) -> tuple[Steps, int]:
    """Fill a site, carry it to its office, open all of it; return what that took and the size of the package."""
    steps = Steps()
    with tempfile.TemporaryDirectory() as name:
        folder, processes = Path(name), multiprocessing.get_context("spawn")
        services = set_up(folder)
        fill(services, records)
        services.close()
        for step, work in STEPS.items():
            with processes.Pool(1) as pool:
                steps.cpu[step], steps.peak[step] = pool.apply(measured, (work, folder))
        for step, seconds in zip(LEAST, least(folder), strict=True):
            steps.cpu[step] = seconds * records
        return steps, (folder / "package").stat().st_size


def measured(work: Callable[[Path], Callable[[], object]], folder: Path) -> tuple[float, int]:
    """Return the CPU seconds of a step once all is open, and the most memory that this process held."""
    ready = work(folder)
    begun = time.process_time()
    ready()
    return time.process_time() - begun, memory("VmHWM")


def export(folder: Path) -> Callable[[], object]:
    """Make the package."""
    services = open_site(Settings.from_mapping({**os.environ, "PEKSOS_INSTANCE": str(folder / "instance")}))
    return lambda: make_package(services, folder / "package")


def copy_records(folder: Path) -> Callable[[], object]:
    """Copy the records, as one plain query gives them, into a file."""
    return lambda: write(folder / "copy", copied(folder / "instance" / "peksos.sqlite"))


def copy_file(folder: Path) -> Callable[[], object]:
    """Copy the package."""
    return lambda: write(folder / "copy", pieces(folder / "package"))


def bring(folder: Path) -> Callable[[], object]:
    """Take the package in."""
    household = open_household(folder / "office")
    return lambda: import_bundle(household, folder / "package")


def open_plain(folder: Path) -> Callable[[], object]:
    """Open everything without the forms' rules."""
    household = open_household(folder / "office")
    identities = household.unlock(PASSPHRASE)
    return lambda: open_all(household, identities, recompute=False)


def open_judged(folder: Path) -> Callable[[], object]:
    """Open everything with the forms' rules."""
    household = open_household(folder / "office")
    identities = household.unlock(PASSPHRASE)
    return lambda: open_all(household, identities)


STEPS = {
    "export": export,
    "copy out of the database": copy_records,
    "copy of the file": copy_file,
    "import": bring,
    "open without rules": open_plain,
    "open with rules": open_judged,
}


def least(folder: Path) -> tuple[float, float]:
    """Return the CPU seconds of the two least openings of one record."""
    household = open_household(folder / "office")
    identities = household.unlock(PASSPHRASE)
    sample = [SealedRecord.from_bytes(one.record) for one in islice(household.archive.records(), SAMPLE)]
    household.close()
    identity = identities[sample[0].wraps[0].key_id]
    return bare(sample, identity), whole(sample, identity)


def tell(steps: Steps, records: int, size: int) -> None:
    """Print the CPU of every step, and the ratios that have targets."""
    print(f"{records:,} records, a package of {size / 1e6:.0f} MB ({size / records:.0f} bytes a record)")
    for name, seconds in steps.cpu.items():
        print(f"{name:28} {seconds / records * 1e6:8.1f} us a record {size / seconds / 1e6:8.0f} MB/s")
    for name in ("copy out of the database", "copy of the file"):
        print(f"export at {steps.cpu[name] / steps.cpu['export']:.2f} of the rate of the {name}")
    for name in ("open without rules", "open with rules"):
        for floor in LEAST:
            ratio = steps.cpu[floor] / (steps.cpu["import"] + steps.cpu[name])
            print(f"import and {name} at {ratio:.2f} of the rate of the {floor}")


def fill(services: Services, records: int) -> None:
    """Take registrations in as the site does, but many to one transaction."""
    spec, today = services.library.by_id("event_registration"), datetime.now(UTC).date()
    posted = MultiDict(REGISTRATION)
    for start in range(0, records, AT_ONCE):
        with services.transaction():
            for _number in range(min(AT_ONCE, records - start)):
                taken = Intake(services, spec, None, Nonce.fresh(today), "id").take(posted)
                assert isinstance(taken, Receipt), taken.problems


def copied(database: Path) -> Iterator[bytes]:
    """Yield the bytes of the log's records, as one plain query gives them."""
    with closing(sqlite3.connect(database)) as connection:
        for (record,) in connection.execute("SELECT record FROM log WHERE record IS NOT NULL ORDER BY seq"):
            yield record


def pieces(path: Path) -> Iterator[bytes]:
    """Yield a file in pieces."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def write(path: Path, parts: Iterator[bytes]) -> None:
    """Write the parts to a file, down to the disk."""
    with path.open("wb") as file:
        for part in parts:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())


def bare(sample: list[SealedRecord], identity: Identity) -> float:
    """Return the CPU seconds of opening one record's content key, with everything else prepared."""
    asked = [
        (one.wraps[0].sealed, wrap_info("office", one.wraps[0].key_id, one.header_bytes, one.commit, one.body))
        for one in sample
    ]
    begun = time.process_time()
    for sealed, info in asked:
        identity.decrypt(sealed, info)
    return (time.process_time() - begun) / len(asked)


def whole(sample: list[SealedRecord], identity: Identity) -> float:
    """Return the CPU seconds of opening one record that was read already: its key, commitment and body."""
    begun = time.process_time()
    for record in sample:
        identity.open(record)
    return (time.process_time() - begun) / len(sample)


def memory(name: str) -> int:
    """Return a figure of this process's memory, in bytes."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    raise SystemExit("this system does not tell how much memory a process takes")


if __name__ == "__main__":
    main()
