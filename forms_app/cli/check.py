"""`peksos check`: everything that keeps form files from going live, at once, and what is worth a look."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from forms_app.cli.proving import prove, weigh
from forms_app.cli.terminal import Refusal, say, tell
from forms_app.cli.trial import trial
from forms_app.errors import N_
from forms_app.settings import Settings
from forms_app.site.services import SITE_KEY_FILE, signoffs_of
from forms_app.specs.gate import check_spec
from forms_app.specs.library import read_library
from forms_app.specs.model import FormSpec
from forms_app.specs.notes import notes
from forms_app.specs.places import Places
from forms_app.specs.positions import read_utf8
from forms_app.specs.problems import SpecErrors, SpecProblem
from forms_app.specs.reader import read_spec
from forms_app.specs.readiness import missing_signoff, unready
from forms_app.translation import catalogue, command_language


@dataclass
class Verdict:
    """What was found in a form file: problems keep a form from going live, notes do not.

    `path` is its file, `spec` the form where it could be read, `weights` are the bytes of its page by language.
    """

    problems: list[SpecProblem] = field(default_factory=list)
    notes: list[SpecProblem] = field(default_factory=list)
    spec: FormSpec | None = None
    weights: dict[str, int] = field(default_factory=dict)
    path: Path | None = None


def check_files(files: Sequence[Path], settings: Settings, *, as_json: bool) -> None:
    """Print what is wrong with the files, or with all forms of the site; raise Refusal when anything is."""
    verdicts = [verdict_of(path, path.parent, settings) for path in files] if files else _of_library(settings)
    if not files:
        _add_readiness(verdicts, settings)
    problems = sorted({one: None for each in verdicts for one in each.problems}, key=_place)
    remarks = sorted({one: None for each in verdicts for one in each.notes}, key=_place)
    if as_json:
        found = {"problems": _as_json(problems, "error"), "notes": _as_json(remarks, "note")}
        click.echo(json.dumps(found, ensure_ascii=False))
        if problems:
            raise SystemExit(1)
        return
    translate = catalogue("messages", command_language())
    for one in remarks:
        tell(N_("{note} (catatan)"), note=one.text(translate))
    if problems:
        counts = Counter(one.file for one in problems)
        summary = N_("Ada {count} kesalahan: {files}.")
        told = ", ".join(f"{file} {count}" for file, count in counts.items())
        lines = [one.text(translate) for one in problems]
        raise Refusal("\n".join([*lines, say(summary, count=len(problems), files=told)]))
    tell(N_("Semua formulir sudah benar."))


def verdict_of(path: Path, folder: Path, settings: Settings) -> Verdict:
    """Return everything that can be said of one form file; `folder` holds the blocks and lists that it takes in."""
    name = _shown(path)
    try:
        spec = read_spec(read_utf8(path, name), name, folder)
    except SpecErrors as error:
        return Verdict(_findable(error.problems, folder))
    places = Places(name, path, folder)
    problems = check_spec(spec, name, places)
    with trial([spec], settings) as site:
        weights = weigh(site, spec)
        problems += prove(spec, places, site, weights)
    found = sorted(_findable(problems, folder), key=_place)
    return Verdict(found, sorted(_findable(notes(spec, places), folder), key=_place), spec, weights, path)


def _of_library(settings: Settings) -> list[Verdict]:
    """Return the verdicts on all forms of the site, and on their living together."""
    folder = settings.forms
    verdicts = [verdict_of(path, folder, settings) for path in sorted(folder.glob("*.yaml"))]
    try:
        read_library(folder)
    except SpecErrors as error:
        twins = [replace(one, file=_shown(folder / one.file)) for one in error.problems if one.code == "form.twin"]
        verdicts.append(Verdict(twins))
    return verdicts


def _add_readiness(verdicts: list[Verdict], settings: Settings) -> None:
    """Add what keeps the forms from going live at this site. In a folder of forms alone it is worth a note only."""
    site, signoffs = (settings.instance / SITE_KEY_FILE).is_file(), signoffs_of(settings)
    for one in verdicts:
        if one.spec is None or one.path is None:
            continue
        places = Places(_shown(one.path), one.path, settings.forms)
        if site:
            one.problems += unready(one.spec, settings, signoffs, places)
        elif not settings.sample:
            one.notes += missing_signoff(one.spec, signoffs, places)


def _findable(problems: Iterable[SpecProblem], folder: Path) -> list[SpecProblem]:
    """Return the problems with names of blocks and lists that lead to the file from where the command was called."""
    shared = ("blocks/", "choices/")
    return [replace(one, file=_shown(folder / one.file)) if one.file.startswith(shared) else one for one in problems]


def _shown(path: Path) -> str:
    """Return a path as it is typed here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _place(problem: SpecProblem) -> tuple[str, int, int, str]:
    return problem.file, problem.line, problem.column, problem.code


def _as_json(problems: Iterable[SpecProblem], severity: str) -> list[dict[str, object]]:
    translate = catalogue("messages", command_language())
    return [
        {
            "file": one.file,
            "line": one.line,
            "column": one.column,
            "severity": severity,
            "code": one.code,
            "message": translate(one.message).format(**dict(one.places)),
        }
        for one in problems
    ]
