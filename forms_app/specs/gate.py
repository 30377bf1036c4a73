"""The publication gate: what a readable form still needs before people may meet it."""

from __future__ import annotations

from collections.abc import Iterator

from forms_app.errors import N_
from forms_app.specs.expressions import Expression
from forms_app.specs.expressions.emptiness import may_empty, unguarded
from forms_app.specs.library import texts
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.problems import SpecProblem
from forms_app.specs.types import TYPES
from forms_app.translation import is_translated

Found = tuple[int, str, str, dict[str, object]]


def check_spec(spec: FormSpec, file: str) -> list[SpecProblem]:
    """Return everything that keeps the form from going live, at the line where it can be mended."""
    return [
        SpecProblem(file, line, 1, code, message, tuple(places.items()))
        for check in (_language, _readers, _parts, _reach, _levels)
        for line, code, message, places in check(spec)
    ]


def _language(spec: FormSpec) -> Iterator[Found]:
    """Yield the texts that a promised language does not have."""
    for language in spec.languages[1:]:
        asked = {one for one in texts(spec) if one and not dict(one.inline).get(language)}
        missing = {one.source for one in asked if not is_translated("forms", language, one.source)}
        if missing:
            first = min(missing)[:40]
            message = N_("Bahasa {language} belum lengkap: {count} teks. Yang pertama: {first}…")
            yield 1, "language.missing", message, {"language": language, "count": len(missing), "first": first}


def _readers(spec: FormSpec) -> Iterator[Found]:
    """Yield what contradicts a secret form: the office alone reads it, and nothing shows outside."""
    if spec.secret and spec.readers != ("office",):
        yield 1, "secret.readers", N_("Formulir rahasia hanya boleh dibaca kantor: readers: [office]."), {}
    if spec.secret and spec.parts:
        yield 1, "secret.parts", N_("Formulir rahasia tidak boleh punya parts."), {}
    if spec.secret and spec.event_names:
        yield 1, "secret.event", N_("Formulir rahasia tidak boleh memakai data kegiatan."), {}


def _parts(spec: FormSpec) -> Iterator[Found]:
    """Yield what would tell in the main record what a part was made to keep apart."""
    apart = {one.name for one in spec.questions() if one.part}
    for page in spec.pages:
        for question in page.questions:
            used = _names(page.relevant, question.relevant, question.calculation, question.repeat_count)
            if TYPES[question.type].stored and not question.part and used & apart:
                message = N_("Pertanyaan {name} membocorkan isi bagian yang dipisahkan.")
                yield question.line, "part.leak", message, {"name": question.name}


def _reach(spec: FormSpec) -> Iterator[Found]:
    """Yield questions that nobody can ever reach."""
    for page in spec.pages:
        for question in (inner for one in page.questions for inner in (one, *one.children)):
            if any(one and one.text.strip() == "false()" for one in (page.relevant, question.relevant)):
                message = N_("Pertanyaan {name} tidak pernah ditanyakan.")
                yield question.line, "question.unreachable", message, {"name": question.name}


def _levels(spec: FormSpec) -> Iterator[Found]:
    """Yield optional answers that a level orders or calculates with: empty, they would lower the level in silence."""
    rules = [rule.when for rule in spec.outcome.rules] if spec.outcome else []
    sometimes_empty = _sometimes_empty(spec)
    for name in sorted({name for one in _behind(spec, rules) for name in unguarded(one.tree)} & sometimes_empty):
        message = N_("Tingkat memakai {name}, yang boleh kosong. Pakai coalesce().")
        yield spec.question(name).line, "level.empty", message, {"name": name}


def _behind(spec: FormSpec, expressions: list[Expression]) -> Iterator[Expression]:
    """Yield expressions and all calculations that they work with."""
    calculations = {one.name: one.calculation for one in spec.questions() if one.calculation}
    pending, seen = list(expressions), set[str]()
    while pending:
        expression = pending.pop()
        yield expression
        new = (expression.names & set(calculations)) - seen
        seen |= new
        pending += [calculations[name] for name in new]


def _sometimes_empty(spec: FormSpec) -> set[str]:
    """Return the questions that a complete filling may leave empty."""
    pages = {question.name: page for page in spec.pages for question in page.questions}
    found: set[str] = set()
    for name in (one for one in spec.order if one in pages):
        question, page = spec.question(name), pages[name]
        empty = not _is_asked_and_required(question) or page.relevant is not None
        if question.type == "calculate" and question.calculation:
            conditional = question.relevant is not None or page.relevant is not None
            empty = conditional or bool(may_empty(question.calculation.tree) & found)
        found |= {name} if empty else set()
    return found


def _is_asked_and_required(question: Question) -> bool:
    return question.always_required and question.relevant is None


def _names(*expressions: Expression | None) -> set[str]:
    return {name for one in expressions if one for name in one.names}
