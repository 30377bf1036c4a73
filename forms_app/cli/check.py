"""`peksos check`: the publication gate over form files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from forms_app.answers.sizes import SECRET_BYTES, worst_bytes
from forms_app.cli.terminal import tell
from forms_app.errors import N_
from forms_app.specs.gate import check_spec
from forms_app.specs.library import read_library
from forms_app.specs.model import FormSpec
from forms_app.specs.problems import SpecErrors, SpecProblem
from forms_app.specs.reader import read_spec
from forms_app.translation import catalogue, command_language


def check_files(files: Sequence[Path], folder: Path, *, as_json: bool) -> None:
    """Print every problem of the files, or of all forms in the folder, with its place; raise SpecErrors for any."""
    problems = list(_of_files(files) if files else _of_library(folder))
    translate = catalogue("messages", command_language())
    if as_json:
        found = [
            {
                "file": one.file,
                "line": one.line,
                "column": one.column,
                "code": one.code,
                "message": translate(one.message).format(**dict(one.places)),
            }
            for one in problems
        ]
        click.echo(json.dumps({"problems": found}, ensure_ascii=False))
        if problems:
            raise SystemExit(1)
        return
    if problems:
        raise SpecErrors(problems)
    tell(N_("Semua formulir sudah benar."))


def _of_files(files: Iterable[Path]) -> Iterable[SpecProblem]:
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            yield SpecProblem(str(path), 1, 1, "yaml.utf8", N_("Berkas ini bukan teks UTF-8."))
            continue
        try:
            spec = read_spec(text, str(path), path.parent)
        except SpecErrors as error:
            yield from error.problems
        else:
            yield from _of_spec(spec, str(path))


def _of_library(folder: Path) -> Iterable[SpecProblem]:
    try:
        library = read_library(folder)
    except SpecErrors as error:
        yield from error.problems
        return
    for spec in library:
        yield from _of_spec(spec, f"{spec.form_id}.yaml")


def _of_spec(spec: FormSpec, file: str) -> Iterable[SpecProblem]:
    """Yield what the gate finds, and a secret form that could not be padded to the size of all secret records."""
    yield from check_spec(spec, file)
    if spec.secret and worst_bytes(spec) > SECRET_BYTES:
        message = N_("Formulir rahasia ini terlalu besar: {size} byte, paling banyak {limit}. Pendekkan isian teksnya.")
        places = (("size", worst_bytes(spec)), ("limit", SECRET_BYTES))
        yield SpecProblem(file, 1, 1, "secret.size", message, places)
