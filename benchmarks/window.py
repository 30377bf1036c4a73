"""What the page of a form weighs on the wire, and how much of it is style and script.

Twelve questions, the registration and the longest checklist, or all shipped forms. Bytes are those that a browser gets
over https, status line and headers too; a first window of TCP is 14,600. Style and script are each told in brotli by
themselves: in the page they share what repeats, so they do not add up to it:

    .venv/bin/python benchmarks/window.py [--all]
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import brotli

from forms_app.cli.proving import budget, weigh
from forms_app.cli.rehearsal import Rehearsal, rehearsal
from forms_app.settings import Settings
from forms_app.site.pages import address
from forms_app.specs.library import read_library
from forms_app.specs.model import FormSpec
from forms_app.specs.reader import read_spec
from forms_app.translation import LANGUAGES, shipped

TWELVE = Path(__file__).with_name("twelve.yaml")
TOLD = ("twelve", "event_registration", "detection_checklist_teacher")
COLUMNS = ("page", *LANGUAGES[1:], "budget", "head", "html", "style", "script", "logic")
HTTPS = Settings(public_url="https://peksos.example.id")


def main() -> None:
    """Weigh the pages and print a line for each."""
    options = argparse.ArgumentParser()
    options.add_argument("--all", action="store_true", help="every shipped form")
    given = options.parse_args()
    print(f"{'bytes':32}" + "".join(f"{one:>9}" for one in COLUMNS))
    for spec in forms():
        if given.all or spec.form_id in TOLD:
            with rehearsal([spec], HTTPS) as site:
                print(line(site, spec))


def forms() -> Iterator[FormSpec]:
    """Yield the twelve questions, then every shipped form."""
    folder = shipped("form_specs")
    yield read_spec(TWELVE.read_text(encoding="utf-8"), TWELVE.name, folder)
    yield from read_library(folder)


def line(site: Rehearsal, spec: FormSpec) -> str:
    """Return one form's figures: Indonesian first, then the other language."""
    weights = weigh(site, spec)
    style, script, logic = pieces(fetched(site, spec).decode())
    bare = fetched(site, spec).decode().replace(style, "").replace(script, "")
    head = weights[LANGUAGES[0]] - len(fetched(site, spec, "br"))
    sizes = (*weights.values(), budget(spec), head, *map(squeezed, (bare, style, script, logic)))
    return f"{spec.form_id:32}" + "".join(f"{one:9,}" for one in sizes)


def fetched(site: Rehearsal, spec: FormSpec, encoding: str = "") -> bytes:
    """Return the Indonesian page's body as it is sent."""
    path = f"{address(spec, site.event(spec))}?lang={LANGUAGES[0]}"
    return site.client.get(path, headers={"Accept-Encoding": encoding}, base_url="https://localhost").get_data()


def pieces(page: str) -> tuple[str, str, str]:
    """Return style, script with its expressions, and the form's own logic, as they stand in a page."""
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    script = max(re.findall(r"<script>(.*?)</script>", page, re.DOTALL), key=len)
    (logic,) = re.findall(r'id="logic">(.*?)</script>', page, re.DOTALL)
    return style, script, logic


def squeezed(text: str) -> int:
    """Return how many bytes a text takes in brotli."""
    return len(brotli.compress(text.encode()))


if __name__ == "__main__":
    main()
