"""The publication gate: what a readable form still needs before people may meet it."""

from __future__ import annotations

from collections.abc import Iterator

from forms_app.errors import N_, SpecProblem
from forms_app.specs.library import texts
from forms_app.specs.model import FormSpec
from forms_app.translation import is_translated


def check_spec(spec: FormSpec, file: str) -> list[SpecProblem]:
    """Return everything that keeps the form from going live, at the line where it can be mended."""
    return [
        SpecProblem(file, line, 1, code, message, tuple(places.items()))
        for line, code, message, places in (*_language(spec), *_readers(spec), *_reach(spec))
    ]


def _language(spec: FormSpec) -> Iterator[tuple[int, str, str, dict[str, object]]]:
    """Yield the texts that a promised language does not have."""
    for language in spec.languages[1:]:
        asked = {one for one in texts(spec) if one and not dict(one.inline).get(language)}
        missing = {one.source for one in asked if not is_translated("forms", language, one.source)}
        if missing:
            first = min(missing)[:40]
            message = N_("Bahasa {language} belum lengkap: {count} teks. Yang pertama: {first}…")
            yield 1, "language.missing", message, {"language": language, "count": len(missing), "first": first}


def _readers(spec: FormSpec) -> Iterator[tuple[int, str, str, dict[str, object]]]:
    """Yield what contradicts a secret form: the office alone reads it, and nothing shows outside."""
    if spec.secret and spec.readers != ("office",):
        yield 1, "secret.readers", N_("Formulir rahasia hanya boleh dibaca kantor: readers: [office]."), {}
    if spec.secret and spec.parts:
        yield 1, "secret.parts", N_("Formulir rahasia tidak boleh punya parts."), {}
    if spec.secret and spec.event_names:
        yield 1, "secret.event", N_("Formulir rahasia tidak boleh memakai data kegiatan."), {}


def _reach(spec: FormSpec) -> Iterator[tuple[int, str, str, dict[str, object]]]:
    """Yield questions that nobody can ever reach."""
    for question in spec.questions():
        if question.relevant and question.relevant.text.strip() == "false()":
            message = N_("Pertanyaan {name} tidak pernah ditanyakan.")
            yield question.line, "question.unreachable", message, {"name": question.name}
