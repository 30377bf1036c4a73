"""What it costs to read and check twenty forms: from YAML, from the shelf of forms read before, and beside pyxform.

The forms are the shipped ones and, as long as they are fewer, copies of them under other names. Each measurement is a
process of its own that has read nothing yet; what importing takes is told apart. pyxform (ODK's converter) makes an
XForm of the same forms as workbooks, which `export_workbook` writes. CPU time hardly sees a busy neighbour. Quote the
ratios, not the seconds:

    .venv/bin/python benchmarks/reading.py [--rounds 5] [--forms 20]
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from forms_app.specs.gate import check_spec
from forms_app.specs.library import Library, read_library
from forms_app.specs.xlsform.exporting import export_workbook
from forms_app.translation import shipped

CASES = {
    "read": "read from YAML",
    "check": "the gate over them",
    "shelve": "read from YAML and keep",
    "shelf": "read from the shelf",
    "pyxform": "pyxform over their workbooks",
}


def main() -> None:
    """Measure and print one line per case, then the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--forms", type=int, default=20)
    parser.add_argument("--case", choices=CASES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.case:
        print(json.dumps(measured(given.case, given.folder)))
        return
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        count, size = prepare(folder, given.forms)
        print(f"{count} forms, {size:,} bytes of YAML with their blocks and lists")
        found = {case: [] for case in CASES}  # type: dict[str, list[tuple[float, float]]]
        for _round in range(given.rounds):
            for case in CASES:
                found[case].append(apart(case, folder))
    report(found)


def prepare(folder: Path, wanted: int) -> tuple[int, int]:
    """Write the forms, and their workbooks; return how many forms there are and their size."""
    forms, books = folder / "form_specs", folder / "workbooks"
    shutil.copytree(shipped("form_specs"), forms)
    originals = sorted(forms.glob("*.yaml"))
    for number in range(wanted - len(originals)):
        text = originals[number % len(originals)].read_text(encoding="utf-8")
        text = re.sub(r"(?m)^form_id: (\w+)", rf"form_id: \g<1>_{number}", text)
        text = re.sub(r'(?m)^slug: "(\w+)"', rf'slug: "\g<1>x{number}"', text)
        (forms / f"copy_{number}.yaml").write_text(text, encoding="utf-8")
    books.mkdir()
    library = read_library(forms)
    for spec in library:
        (books / f"{spec.form_id}.xlsx").write_bytes(export_workbook(spec))
    files = [path for path in forms.rglob("*") if path.suffix in (".yaml", ".csv")]
    return len(library.specs), sum(path.stat().st_size for path in files)


def apart(case: str, folder: Path) -> tuple[float, float]:
    """Return (CPU, wall) seconds of one case, measured in a process of its own."""
    if case == "shelve":
        shutil.rmtree(folder / "cache", ignore_errors=True)
    command = [sys.executable, __file__, "--case", case, "--folder", str(folder)]
    told = subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": "0"})
    cpu, wall = json.loads(told.stdout)
    return cpu, wall


def measured(case: str, folder: Path) -> tuple[float, float]:
    """Return (CPU, wall) seconds of one case in this process."""
    work = prepared(case, folder)
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def prepared(case: str, folder: Path) -> Callable[[], object]:
    """Return the work of one case; what it needs is there."""
    forms, cache = folder / "form_specs", folder / "cache"
    if case == "read":
        return lambda: read_library(forms)
    if case == "check":
        library = read_library(forms)
        return lambda: checked(library)
    if case == "pyxform":
        return converting(folder / "workbooks")
    return lambda: read_library(forms, cache)


def checked(library: Library) -> None:
    """Let the gate look at every form."""
    for spec in library:
        for one in check_spec(spec, f"{spec.form_id}.yaml"):
            raise SystemExit(one.text())


def converting(folder: Path) -> Callable[[], object]:
    """Return what lets pyxform read and check every workbook; Java's ODK Validate is left out."""
    from pyxform.xls2xform import convert  # type: ignore[import-untyped]  # noqa: PLC0415 - only this case pays for it

    books = [path.read_bytes() for path in sorted(folder.iterdir())]
    return lambda: [convert(io.BytesIO(book), file_type=".xlsx", validate=False) for book in books]


def report(found: dict[str, list[tuple[float, float]]]) -> None:
    """Print the medians, and what they are together and beside pyxform."""
    cpu = {case: statistics.median(one[0] for one in rounds) for case, rounds in found.items()}
    wall = {case: statistics.median(one[1] for one in rounds) for case, rounds in found.items()}
    print(f"{'case':30} {'CPU s':>7} {'wall s':>7} {'lowest':>7} {'highest':>7} CPU s")
    for case, name in CASES.items():
        each = [one[0] for one in found[case]]
        print(f"{name:30} {cpu[case]:7.3f} {wall[case]:7.3f} {min(each):7.3f} {max(each):7.3f}")
    cold, warm = cpu["shelve"] + cpu["check"], cpu["shelf"] + cpu["check"]
    print(f"read, kept and checked: {cold:.3f} s CPU; from the shelf and checked: {warm:.3f} s CPU")
    for case in ("read", "shelf"):
        print(f"{CASES[case]} takes {cpu[case] / cpu['pyxform']:.2f} of what pyxform takes")


if __name__ == "__main__":
    main()
