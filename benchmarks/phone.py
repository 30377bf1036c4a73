"""What a parent's phone pays for twelve questions, beside a bare HTML page of the same questions in the same minute.

A real Chromium at 360x640, its CPU six times slower, on the lines that browsers call slow 3G and slow 4G; the delay is
per request, so connecting is not in it. Each run is a new empty profile; both pages take turns; medians are told:

    .venv/bin/python benchmarks/phone.py [--runs 5] [--sent 100] [--line slow3g]

`typed` is when the first key reached the first field of a page that was tapped as soon as it was painted, and the text
was still there at rest. `--sent` types so, sends, and counts what the office can read of it.
"""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import statistics
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import brotli
from flask import Response
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright
from werkzeug.serving import make_server

from forms_app.cli.rehearsal import Rehearsal, rehearsal
from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.specs.library import say
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.reader import read_spec
from forms_app.translation import shipped

LINES = {"slow4g": (1_600, 750, 150), "slow3g": (400, 400, 400)}  # kbps down, kbps up, ms
SLOWER = 6
REST = 1_200  # ms without a request
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 640}, "device_scale_factor": 2, "locale": "id-ID"}
TOUCH: dict[str, Any] = {"is_mobile": True, "has_touch": True}
PLACES = {"bare": "/bare", "form": "/f/12"}
FIRST = "form input[type=text]"
COLUMNS = ("fcp", "typed", "blocked", "tasks", "cls", "heap", "bytes", "requests")
PROBE = """(() => {
  const b = window.bench = {fcp: null, cls: 0, tasks: [], typed: null}
  const watch = (type, each) =>
    new PerformanceObserver(list => list.getEntries().forEach(each)).observe({type, buffered: true})
  watch("paint", one => { if (one.name == "first-contentful-paint") b.fcp = one.startTime })
  watch("layout-shift", one => { if (!one.hadRecentInput) b.cls += one.value })
  watch("longtask", one => b.tasks.push(one.duration))
  addEventListener("input", event => { if (b.typed === null && event.isTrusted) b.typed = performance.now() }, true)
})()"""
READY = "selector => window.bench.fcp !== null && !!document.querySelector(selector)"


@dataclass
class Load:
    """One load of a page: its browser, and what came over the line."""

    context: BrowserContext
    page: Page
    session: CDPSession
    sizes: dict[str, int]


def main() -> None:
    """Measure both pages on each line, and the sending if it is asked for."""
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--sent", type=int, default=0)
    options.add_argument("--line", choices=LINES, action="append")
    given = options.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    path = shutil.which("chromium") or "/usr/bin/chromium"
    with twelve() as (url, site), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for line in given.line or LINES:
            if given.runs:
                compare(chromium, url, line, given.runs)
            if given.sent:
                kept = sum(sent(chromium, url, site, line) for _ in range(given.sent))
                print(f"{line}: typed at once and sent, {kept} of {given.sent}")
        chromium.close()


def compare(chromium: Browser, url: str, line: str, runs: int) -> None:
    """Print the medians of both pages on one line."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in PLACES}
    for _ in range(runs):
        for name, at in PLACES.items():
            found[name].append(rested(chromium, url + at, line) | typed(chromium, url + at, line))
    print(f"{line}, CPU {SLOWER}x slower, {runs} runs, machine load {os.getloadavg()[0]:.1f}; ms and bytes, medians")
    print(f"{'page':8}" + "".join(f"{one:>11}" for one in COLUMNS))
    for name, rows in found.items():
        print(
            f"{name:8}"
            + "".join(f"{statistics.median(one[key] for one in rows):>11,.{2 * (key == 'cls')}f}" for key in COLUMNS)
        )


@contextmanager
def opened(chromium: Browser, url: str, line: str) -> Iterator[Load]:
    """Open a page in a new profile on a slow phone and a slow line, as far as its first byte."""
    context = chromium.new_context(**PHONE, **TOUCH)
    page = context.new_page()
    session = context.new_cdp_session(page)
    down, up, delay = LINES[line]
    sizes: dict[str, int] = {}
    session.on("Network.loadingFinished", lambda one: sizes.update({one["requestId"]: one["encodedDataLength"]}))
    session.send("Network.enable")
    session.send("Performance.enable")
    speeds = {"downloadThroughput": down * 125, "uploadThroughput": up * 125}
    session.send("Network.emulateNetworkConditions", {"offline": False, "latency": delay, **speeds})
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(PROBE)
    page.goto(url, wait_until="commit")
    yield Load(context, page, session, sizes)
    context.close()


def rested(chromium: Browser, url: str, line: str) -> dict[str, float]:
    """Return the figures of a load that nobody touches."""
    with opened(chromium, url, line) as load:
        load.page.wait_for_load_state("load")
        load.page.wait_for_timeout(REST)
        probe = load.page.evaluate("window.bench")
        load.session.send("HeapProfiler.collectGarbage")
        metrics = {one["name"]: one["value"] for one in load.session.send("Performance.getMetrics")["metrics"]}
        return {
            "fcp": probe["fcp"],
            "cls": probe["cls"],
            "tasks": len(probe["tasks"]),
            "blocked": sum(probe["tasks"]),
            "heap": metrics["JSHeapUsedSize"],
            "bytes": sum(load.sizes.values()),
            "requests": sum(size > 0 for size in load.sizes.values()),
        }


def typed(chromium: Browser, url: str, line: str) -> dict[str, float]:
    """Return when the first key arrived in a field that kept it."""
    with opened(chromium, url, line) as load:
        type_at_once(load.page)
        load.page.wait_for_load_state("load")
        load.page.wait_for_timeout(REST)
        assert load.page.locator(FIRST).first.input_value() == "Budi"
        return {"typed": load.page.evaluate("window.bench.typed")}


def type_at_once(page: Page) -> None:
    """Tap the first field as soon as it is painted, and type."""
    page.wait_for_function(READY, arg=FIRST, polling="raf")
    page.locator(FIRST).first.tap(force=True)
    page.keyboard.type("Budi")


def sent(chromium: Browser, url: str, site: Rehearsal, line: str) -> bool:
    """Whether what was typed at once, and left at once, reached the office."""
    before = site.services.log.head().seq
    with opened(chromium, url + PLACES["form"], line) as load:
        type_at_once(load.page)
        load.page.evaluate("document.activeElement.blur()")
        load.page.wait_for_load_state("load")
        load.session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        load.page.locator("#send").click()
        load.page.locator("output").wait_for()
    return [site.open(one).answers.get("nama_anak") for one in site.after(before)] == ["Budi"]


@contextmanager
def twelve() -> Iterator[tuple[str, Rehearsal]]:
    """Serve the twelve questions and their bare page; yield the address and the site."""
    source = Path(__file__).with_name("twelve.yaml")
    spec = read_spec(source.read_text(encoding="utf-8"), source.name, shipped("form_specs"))
    body = brotli.compress(bare(spec).encode())
    with rehearsal([spec], Settings()) as site:
        app = assemble(site.services)
        headers = {"Content-Encoding": "br", "Cache-Control": "no-cache"}
        app.add_url_rule("/bare", "bare", lambda: Response(body, headers=headers))
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.port}", site
        server.shutdown()
        thread.join()


def bare(spec: FormSpec) -> str:
    """Return the same questions as HTML with neither style nor script."""
    fields = "".join(f"<p>{field(spec, one)}" for one in spec.questions())
    sized = '<meta name=viewport content="width=device-width,initial-scale=1">'
    head = f"<meta charset=utf-8>{sized}<title>bare</title><link rel=icon href=data:,>"
    return f"<!doctype html><html lang=id>{head}<form method=post>{fields}<p><button>Kirim</button></form>"


def field(spec: FormSpec, question: Question) -> str:
    """Return one question as plain as HTML has it."""
    name, label = question.name, escape(say(question.label, "id"))
    if question.list_name:
        kind = "checkbox" if question.type == "select_multiple" else "radio"
        options: Sequence[Any] = spec.choice_list(question.list_name)
        pairs = [(one.name, say(one.label, "id")) for one in options]
        inner = "".join(f"<label><input type={kind} name={name} value={one}> {says}</label><br>" for one, says in pairs)
        return f"<fieldset><legend>{label}</legend>{inner}</fieldset>"
    if "multiline" in question.appearance:
        return f"<label for={name}>{label}</label><br><textarea id={name} name={name} rows=4></textarea>"
    kind = {"integer": "number", "date": "date"}.get(question.type, "text")
    return f"<label for={name}>{label}</label><br><input id={name} name={name} type={kind}>"


if __name__ == "__main__":
    main()
