"""What a tap costs on a slow phone: a form of 300 questions and 60 conditions, beside a page without any script.

Both pages hold the same controls and are measured in the same Chromium, slowed down six times, one after the other.
A tap is a click on a visible answer, the page's handlers, and style and layout of what they changed:

    .venv/bin/python benchmarks/tap.py [--taps 40] [--slower 6]
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server
from world import set_up

from forms_app.site.app import create_app

PAGES, ROWS, CONDITIONS = 10, 30, 6  # per page: 300 questions, 60 conditions
FRAME = 16  # ms
TIGA = ("ya", "tidak", "ragu")
PLACES = {"bare": "/bare", "form": "/f/90"}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
HEAD = """form_id: long_form
slug: "90"
version: "1"
title: Panjang
heading: Panjang
audience: teacher
sensitivity: public
readers: [office]
seal_at: arrival
legal_basis: consent
retention: {site: 30d, office: 1y}
languages: [id]
choices: {tiga: [{name: ya, label: Ya}, {name: tidak, label: Tidak}, {name: ragu, label: Tidak tahu}]}
pages:
"""
TAP = """async names => {
  const found = [], tasks = []
  new PerformanceObserver(list => tasks.push(...list.getEntries().map(one => one.duration))).observe({type: "longtask"})
  const pause = () => new Promise(done => requestAnimationFrame(() => setTimeout(done, 20)))
  for (const name of names) {
    const input = document.querySelector(`[name="${name}"][value="ya"]`)
    input.scrollIntoView({block: "center"})
    await pause()
    const start = performance.now()
    input.click()
    const handled = performance.now()
    document.body.getBoundingClientRect()
    found.push([handled - start, performance.now() - start])
    await pause()
  }
  return {found, tasks}
}"""


def main() -> None:
    """Measure both pages in one run and print them side by side."""
    options = argparse.ArgumentParser()
    options.add_argument("--taps", type=int, default=40)
    options.add_argument("--slower", type=float, default=6)
    given = options.parse_args()
    path = shutil.which("chromium") or "/usr/bin/chromium"
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as url, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = chromium.new_page(viewport={"width": 360, "height": 640})
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": given.slower})
        print(f"300 questions, 60 conditions, {given.taps} taps, CPU {given.slower:g}x slower; ms")
        print(f"{'page':12} {'median':>8} {'maximum':>8} {'of it script':>13} {'under 16 ms':>12} {'longest task':>13}")
        rows = {name: report(name, tapped(page, f"{url}{at}", given.taps)) for name, at in PLACES.items()}
        print(f"the form takes {rows['form'] / rows['bare']:.2f} times the bare page (medians)")
        chromium.close()


def tapped(page: Page, url: str, taps: int) -> dict[str, list[Any]]:
    """Tap answers step by step, as many on each, half of them asked for by a condition; return all times."""
    page.goto(url)
    page.wait_for_timeout(500)
    times: dict[str, list[Any]] = {"found": [], "tasks": []}
    share = taps // PAGES
    for number in range(PAGES):
        names = [f"q{number * ROWS + row}" for row in range(0, 2 * share, 2)]
        one = page.evaluate(TAP, names)
        for key, more in one.items():
            times[key] += more
        if page.locator("#next").count() and page.locator("#next").is_visible():
            page.locator("#next").click()
            page.wait_for_timeout(100)
    return times


def report(name: str, times: dict[str, list[Any]]) -> float:
    """Print one page's line and return its median."""
    script, whole = (list(column) for column in zip(*times["found"], strict=True))
    median = float(statistics.median(whole))
    longest = f"{max(times['tasks']):.0f}" if times["tasks"] else "under 50"
    fast = f"{sum(one < FRAME for one in whole)} of {len(whole)}"
    print(f"{name:12} {median:8.2f} {max(whole):8.2f} {statistics.median(script):13.2f} {fast:>12} {longest:>13}")
    return median


def form() -> str:
    """Return the spec: on each page the first questions' answers call for others."""
    return HEAD + "".join(
        f"- label: Bagian {page}\n  questions:\n" + "".join(f"  - {json.dumps(row)}\n" for row in rows(page))
        for page in range(PAGES)
    )


def rows(page: int) -> Iterator[dict[str, str]]:
    """Yield a page's questions; every second of the first ones is asked when the one before it says Ya."""
    for row in range(ROWS):
        number = page * ROWS + row
        question = {"name": f"q{number}", "type": "select_one tiga", "label": f"Pertanyaan {number}"}
        if row % 2 and row < 2 * CONDITIONS:
            question["relevant"] = f"${{q{number - 1}}} = 'ya'"
        yield question


def bare() -> str:
    """Return a page with the same controls and neither script nor style."""
    fields = "".join(
        f"<fieldset><legend>Pertanyaan {number}</legend>"
        + "".join(f'<label><input type="radio" name="q{number}" value="{one}">{one}</label>' for one in TIGA)
        + "</fieldset>"
        for number in range(PAGES * ROWS)
    )
    return f'<!doctype html><html lang="id"><meta charset="utf-8"><title>bare</title><form>{fields}</form></html>'


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve the long form and the bare page on a free port; yield the address."""
    (folder / "forms").mkdir()
    (folder / "forms" / "long_form.yaml").write_text(form(), encoding="utf-8")
    set_up(folder).close()
    app: Flask = create_app({"PEKSOS_INSTANCE": str(folder / "instance"), "PEKSOS_FORMS": str(folder / "forms")})
    app.add_url_rule("/bare", "bare", bare)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        app.extensions["peksos"].close()


if __name__ == "__main__":
    main()
