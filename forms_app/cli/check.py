"""`peksos check`: everything that keeps form files from going live, at once, and what is worth a look."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from forms_app.cli.proving import prove, weigh
from forms_app.cli.rehearsal import Rehearsal, rehearsal
from forms_app.cli.terminal import Refusal, say, tell
from forms_app.errors import N_
from forms_app.settings import Settings
from forms_app.site.keys import SITE_KEY_FILE
from forms_app.site.services import signoffs_of
from forms_app.specs.gate import check_spec
from forms_app.specs.library import twins
from forms_app.specs.model import FormSpec
from forms_app.specs.notes import notes
from forms_app.specs.places import Places
from forms_app.specs.positions import read_utf8
from forms_app.specs.problems import SpecErrors, SpecProblem
from forms_app.specs.reader import read_spec
from forms_app.specs.readiness import missing_signoff, unready
from forms_app.translation import catalogue, command_language


@dataclass(eq=False)
class Verdict:
    """What was found in a form file: problems keep a form from going live, notes do not.

    `path` is its file, `folder` holds its blocks and lists, `spec` is the form where it could be read, `weights` are
    the bytes of its page by language.
    """

    problems: list[SpecProblem] = field(default_factory=list)
    notes: list[SpecProblem] = field(default_factory=list)
    spec: FormSpec | None = None
    weights: dict[str, int] = field(default_factory=dict)
    path: Path | None = None
    folder: Path | None = None


def check_files(files: Sequence[Path], settings: Settings, *, as_json: bool) -> None:
    """Print what is wrong with the files, or with all forms of the site; raise Refusal when anything is."""
    verdicts = [_judged(path, path.parent) for path in files] if files else _of_library(settings.forms)
    _prove(verdicts, settings)
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


def verdict_of(path: Path, settings: Settings) -> Verdict:
    """Return everything that can be said of one form file; beside it stand the blocks and lists that it takes in."""
    verdict = _judged(path, path.parent)
    _prove([verdict], settings)
    return verdict


def _judged(path: Path, folder: Path) -> Verdict:
    """Return what can be said of one form file without running it."""
    name = _shown(path)
    try:
        spec = read_spec(read_utf8(path, name), name, folder)
    except SpecErrors as error:
        return Verdict(_findable(error.problems, folder))
    places = Places(name, path, folder)
    remarks = sorted(_findable(notes(spec, places), folder), key=_place)
    return Verdict(_findable(check_spec(spec, name, places), folder), remarks, spec, path=path, folder=folder)


def _of_library(folder: Path) -> list[Verdict]:
    """Return the verdicts on all forms of the site, and on their living together."""
    verdicts = [_judged(path, folder) for path in sorted(folder.glob("*.yaml"))]
    named = [(_shown(one.path), one.spec) for one in verdicts if one.path and one.spec]
    return [*verdicts, Verdict(twins(named))]


def _prove(verdicts: Iterable[Verdict], settings: Settings) -> None:
    """Add what only the running product can tell. One site has all forms but twins, which get one of their own."""
    waiting = [one for one in verdicts if one.spec]
    while waiting:
        taken: dict[str, Verdict] = {}
        for one in waiting:
            if one.spec and not {one.spec.form_id, one.spec.slug} & taken.keys():
                taken |= {one.spec.form_id: one, one.spec.slug: one}
        together = [one for one in waiting if one in taken.values()]
        with rehearsal([one.spec for one in together if one.spec], settings) as site:
            for one in together:
                _prove_one(one, site)
        waiting = [one for one in waiting if one not in together]


def _prove_one(verdict: Verdict, site: Rehearsal) -> None:
    if verdict.spec and verdict.path and verdict.folder:
        places = Places(_shown(verdict.path), verdict.path, verdict.folder)
        verdict.weights = weigh(site, verdict.spec)
        found = _findable(prove(verdict.spec, places, site, verdict.weights), verdict.folder)
        verdict.problems = sorted([*verdict.problems, *found], key=_place)


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
