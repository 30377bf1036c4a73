"""The publication gate: what a readable form still needs before people may meet it."""

from __future__ import annotations

from collections.abc import Iterator

from forms_app.errors import N_
from forms_app.specs.expressions import Expression
from forms_app.specs.expressions.emptiness import may_empty, unguarded
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.order import LEVEL
from forms_app.specs.places import Places
from forms_app.specs.problems import SpecProblem
from forms_app.specs.reach import unreachable
from forms_app.specs.readability import check_reading
from forms_app.specs.translated import check_translations
from forms_app.specs.types import TYPES

Found = tuple[str, str, str, dict[str, object]]  # the question that it is about ('' for none), code, message, values
LAST_RULE = "true()"
_ASKING = ("required", "constraint", "warn", "alert", "choice_filter", "repeat_count")


def check_spec(spec: FormSpec, file: str, places: Places | None = None) -> list[SpecProblem]:
    """Return everything that keeps the form from going live, at the place where it can be mended.

    `places` knows where its questions and texts stand; without it only the lines of questions are known.
    """
    places = places or Places(file)
    found = [one for check in (_readers, _parts, _reach, _location, _levels, _told, _alerts) for one in check(spec)]
    here = [placed(one, spec, places) for one in found]
    return [*check_translations(spec, places), *check_reading(spec, places), *here, *_outcome(spec, places)]


def placed(found: Found, spec: FormSpec, places: Places) -> SpecProblem:
    """Return what was found as a problem at its question, or at the top of the file."""
    name, code, message, values = found
    line = spec.question(name).line if name else 1
    return SpecProblem(*places.question(name, line), code, message, tuple(values.items()))


def _readers(spec: FormSpec) -> Iterator[Found]:
    """Yield what contradicts a secret form: the office alone reads it, and nothing shows outside."""
    if spec.secret and spec.readers != ("office",):
        yield "", "secret.readers", N_("Formulir rahasia hanya boleh dibaca kantor: readers: [office]."), {}
    if spec.secret and not spec.sealed_on_phone:
        yield "", "secret.seal", N_("Formulir rahasia harus disegel di HP: seal_at: phone."), {}
    if spec.secret and spec.parts:
        yield "", "secret.parts", N_("Formulir rahasia tidak boleh punya parts."), {}
    if spec.secret and spec.event_names:
        yield "", "secret.event", N_("Formulir rahasia tidak boleh memakai data kegiatan."), {}


def _parts(spec: FormSpec) -> Iterator[Found]:
    """Yield what would tell in the main record what a part was made to keep apart."""
    apart = {one.name for one in spec.questions() if one.part}
    for page in spec.pages:
        for question in page.questions:
            own = [used for one in (question, *question.children) for used in (*one.conditions, *_valued(one))]
            used = _names(page.relevant, question.repeat_count, *own)
            if TYPES[question.type].stored and not question.part and used & apart:
                message = N_("Pertanyaan {name} membocorkan isi bagian yang dipisahkan.")
                yield question.name, "part.leak", message, {"name": question.name}


def _reach(spec: FormSpec) -> Iterator[Found]:
    """Yield questions that nobody can ever reach; of a group or a repeat that is out of reach only itself."""
    dead = {one.name: one for one in unreachable(spec)}
    inside = {child.name for question in dead.values() for child in question.children}
    for name, question in dead.items():
        if name not in inside and not set(question.groups) & set(dead):
            message = N_("Pertanyaan {name} tidak pernah ditanyakan: syaratnya tidak mungkin terpenuhi.")
            yield name, "question.unreachable", message, {"name": name}


def _location(spec: FormSpec) -> Iterator[Found]:
    """Yield questions for a place in forms about people: where a child lives or was seen must not be a point on a map.

    A point is exact for ever, and no retention or small cell hides it.
    """
    for question in spec.questions():
        if question.type == "geopoint" and spec.sensitivity != "public":
            message = N_("Titik lokasi di {name} bisa menunjukkan rumah anak. Tanyakan kelurahan saja.")
            yield question.name, "geopoint.child", message, {"name": question.name}


def _levels(spec: FormSpec) -> Iterator[Found]:
    """Yield optional answers that a level orders or calculates with: empty, they would lower the level in silence."""
    rules = [rule.when for rule in spec.outcome.rules] if spec.outcome else []
    sometimes_empty = _sometimes_empty(spec)
    for name in sorted({name for one in behind(spec, rules) for name in unguarded(one.tree)} & sometimes_empty):
        message = N_("Tingkat memakai {name}, yang boleh kosong. Pakai coalesce().")
        yield name, "level.empty", message, {"name": name}


def _told(spec: FormSpec) -> Iterator[Found]:
    """Yield questions that wait for a level that is never shown: a phone would have to be told its rules."""
    if spec.outcome is None or spec.outcome.show != "never":
        return
    for page in spec.pages:
        for question in (inner for one in page.questions for inner in (one, *one.children)):
            asking = [page.relevant, *question.conditions, *(getattr(question, key) for key in _ASKING)]
            if any(LEVEL in one.names for one in behind(spec, [one for one in asking if one])):
                message = N_("Tingkat tidak ditampilkan. Pertanyaan {name} tidak boleh memakai ${{level}}.")
                yield question.name, "level.told", message, {"name": question.name}


def _alerts(spec: FormSpec) -> Iterator[Found]:
    """Yield alerts that open nothing: somebody in danger would see no number."""
    urgent = spec.outcome and any(card.urgent for card in spec.outcome.cards)
    for question in spec.questions():
        if question.alert and not urgent:
            message = N_("Alert pada {name} tidak membuka apa pun. Beri satu kartu urgent: true.")
            yield question.name, "alert.card", message, {"name": question.name}


def _outcome(spec: FormSpec, places: Places) -> Iterator[SpecProblem]:
    """Yield an outcome that may end without a level: somebody would be told nothing."""
    if spec.outcome and spec.outcome.rules and spec.outcome.rules[-1].when.text.strip() != LAST_RULE:
        message = N_("Aturan terakhir harus berlaku untuk semua: {last}.")
        yield SpecProblem(*places.last_rule(), "outcome.open", message, (("last", f'when: "{LAST_RULE}"'),))


def behind(spec: FormSpec, expressions: list[Expression]) -> Iterator[Expression]:
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
        conditional = bool(question.conditions) or page.relevant is not None
        empty = conditional or not question.always_required
        if question.type == "calculate" and question.calculation:
            empty = conditional or bool(may_empty(question.calculation.tree) & found)
        found |= {name} if empty else set()
    return found


def _valued(question: Question) -> list[Expression | None]:
    """Return what decides which answer is stored."""
    return [question.calculation, question.choice_filter]


def _names(*expressions: Expression | None) -> set[str]:
    return {name for one in expressions if one for name in one.names}
