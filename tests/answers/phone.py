"""The phone's own modules in one Node process, and what the site makes of the same posted texts, to compare the two."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from forms_app.answers.filled import FieldProblem, Filled
from forms_app.answers.filling import fill
from forms_app.answers.recheck import StoredAnswers
from forms_app.answers.recipe import recipe
from forms_app.answers.sections import messages_of
from forms_app.answers.sizes import sealed_event_names
from forms_app.answers.submission import WIB, Submission, canonical
from forms_app.specs.mentions import filled_in
from forms_app.specs.model import FormSpec

ROOT = Path(__file__).parents[2]
MODULES = ("canonical", "formats", "cleaning", "filling", "submission")
ESBUILD = ROOT / "static" / "phone" / "node_modules" / ".bin" / "esbuild"
NONCE = "UUVBQkNERUZHSElKS0xNTk9Q"
NOW = datetime(2026, 11, 22, 3, 30, 5, tzinfo=UTC)
Posted = Mapping[str, Sequence[str]]


class Phone:
    """A Node process that fills forms in, one line of JSON after the other."""

    def __init__(self, folder: Path, *, bundled: bool = False) -> None:
        """Run the modules as they stand, or `bundled` as a browser of 2020 gets them."""
        copied = folder / "phone"
        copied.mkdir()
        for name in MODULES:
            shutil.copy(ROOT / "static" / "phone" / f"{name}.js", copied)
        script = (ROOT / "static" / "expressions.js").read_text(encoding="utf-8")
        # As the build does it: the script of the page is no module.
        (folder / "expressions.js").write_text(f"{script}\nexport default peksosExpressions;\n", encoding="utf-8")
        (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
        if bundled:
            self._bundle(copied)
        main = shutil.copy(Path(__file__).with_name("phone.mjs"), folder)
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(["node", main], stdin=pipe, stdout=pipe, text=True, encoding="utf-8")
        self._known: set[str] = set()

    @staticmethod
    def _bundle(copied: Path) -> None:
        every = [f'export * from "./{name}.js";' for name in MODULES]
        (copied / "every.js").write_text("\n".join(every), encoding="utf-8")
        how = ["--bundle", "--minify", "--format=esm", "--target=chrome80", "--outfile=bundle.js", "--log-level=error"]
        subprocess.run([ESBUILD, "every.js", *how], cwd=copied, check=True)
        for name in MODULES:
            (copied / f"{name}.js").write_text('export * from "./bundle.js";', encoding="utf-8")

    def ask(self, task: str, **asked: Any) -> Any:
        """Return what the process makes of one task."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"task": task, **asked}) + "\n")
        self._process.stdin.flush()
        found = json.loads(self._process.stdout.readline())
        assert not (isinstance(found, dict) and "failed" in found), found["failed"]
        return found

    def fill(self, spec: FormSpec, posted: Posted, submissions: Sequence[Mapping[str, Any]], **facts: Any) -> Any:
        """Return what the phone makes of posted texts, with a submission for each of these fields."""
        name = f"{spec.digest}/{facts['language']}/{json.dumps(facts['event'])}"
        if name not in self._known:
            self.ask("learn", name=name, recipe=recipe(spec, facts["language"], facts["event"]))
            self._known.add(name)
        return self.ask("fill", name=name, posted=posted, facts=facts, submissions=submissions)

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


@cache
def withheld(spec: FormSpec) -> set[str]:
    """Return the questions of a form that its recipe does not have."""
    told = set(names_in(recipe(spec, "id")["steps"]))
    return {one.name for one in spec.questions()} - told


def names_in(steps: Any) -> Iterator[str]:
    """Yield the names of the steps of a recipe, inner ones too."""
    for step in filter(None, steps):
        yield step["name"]
        yield from names_in(step.get("rows", ()))


def envelope(spec: FormSpec, part: str, event: Mapping[str, str], language: str, **more: Any) -> dict[str, Any]:
    """Return the fields of a submission that no answer decides."""
    names = sealed_event_names(spec)
    shown = not part and spec.outcome is not None and spec.outcome.show == "respondent"
    return {
        "nonce": NONCE,
        "event": "K7Q2MX" if event else "",
        "event_data": {name: event.get(name, "") for name in names},
        "part": part,
        "language": language,
        "filled_at": NOW.isoformat(),
        "channel": "phone",
        "level_shown": shown,
        **more,
    }


def on_site(spec: FormSpec, posted: Posted, event: Mapping[str, str], language: str = "id") -> Filled:
    """Return what the site makes of posted texts."""
    day = NOW.astimezone(WIB).date()
    return fill(spec, StoredAnswers(posted), event, day, when=NOW, seed=NONCE, language=language)


def expected(spec: FormSpec, filled: Filled, language: str, event: Mapping[str, str]) -> dict[str, Any]:
    """Return all that the phone must say of the same texts: what it is not told is left out."""
    hidden, outcome = withheld(spec), spec.outcome
    silent = outcome is not None and outcome.show != "respondent"
    cards = {rule.card for rule in outcome.rules} if outcome else set()
    card = filled.card.name if filled.card and (not silent or len(cards) == 1) else ""
    told = known(filled.calculated, hidden)
    level = "" if silent else filled.level
    parts = ["", *(part.name for part in spec.parts)]
    holds = spec.held and spec.held.relevant and spec.held.relevant.holds(filled.values)
    fields = {"form_id": spec.form_id, "version": spec.version, "digest": spec.digest}
    written = [
        Submission(
            **fields,
            answers=filled.part_answers(part),
            calculated={} if part else told,
            level="" if part else level,
            **envelope(spec, part, event, language),
        )
        for part in parts
    ]
    return {
        "answers": canonical(filled.answers).decode(),
        "calculated": canonical(told).decode(),
        "level": level,
        "card": card,
        "notes": [] if silent else [one.name for one in filled.notes],
        "held": spec.held.name if spec.held and holds else "",
        "problems": [_problem(one, language, event) for one in filled.problems],
        "warnings": [_problem(one, language, event) for one in filled.warnings],
        "relevant": sorted(filled.relevant - hidden),
        "parts": [canonical(filled.part_answers(part)).decode() for part in parts],
        "submissions": [one.to_bytes().decode() for one in written],
    }


def known(calculated: Mapping[str, Any], hidden: set[str]) -> dict[str, Any]:
    """Return what was calculated without what the phone is not told."""
    found: dict[str, Any] = {}
    for name, value in calculated.items():
        if isinstance(value, list):
            entries = [{key: one for key, one in entry.items() if key not in hidden} for entry in value]
            found |= {name: entries} if any(entries) else {}
        elif name not in hidden:
            found[name] = value
    return found


def _problem(one: FieldProblem, language: str, event: Mapping[str, str]) -> dict[str, str]:
    (texts,) = messages_of([one], language).values()
    message = filled_in(texts[0], lambda name: event.get(name) or f"${{{name}}}")
    return {"field": one.field, "code": one.problem.code, "message": message}


def facts_of(event: Mapping[str, str], language: str) -> dict[str, Any]:
    """Return what is known of a filling beside what was posted."""
    local = NOW.astimezone(WIB)
    now = f"{local:%Y-%m-%dT%H:%M}"
    return {"day": now[:10], "now": now, "seed": NONCE, "event": event, "language": language}


def compare(
    phone: Phone, spec: FormSpec, posted: Posted, event: Mapping[str, str], language: str = "id"
) -> tuple[Filled, Any]:
    """Hold what the phone makes of posted texts against what the site makes of them; return both."""
    filled = on_site(spec, posted, event, language)
    wanted = expected(spec, filled, language, event)
    found = phone.fill(
        spec,
        posted,
        [envelope(spec, part, event, language) for part in ("", *(one.name for one in spec.parts))],
        **facts_of(event, language),
    )
    for key, value in wanted.items():
        assert found[key] == value, (key, posted)
    return filled, found
