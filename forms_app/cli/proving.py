"""What only the running product can tell of a form: how large its page is, and whether its sample and tests hold.

Pages come from the real site, and the sample goes through the real intake: filled in, sealed, and opened again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forms_app.answers.filled import FieldProblem, Filled
from forms_app.answers.filling import fill
from forms_app.answers.recheck import as_posted, recheck
from forms_app.answers.sizes import SECRET_BYTES, worst_bytes
from forms_app.answers.submission import WIB, Nonce
from forms_app.cli.rehearsal import Rehearsal
from forms_app.errors import N_
from forms_app.site.intake import Intake, Receipt, event_data
from forms_app.site.pages import address
from forms_app.specs.model import FormSpec
from forms_app.specs.places import Place, Places
from forms_app.specs.problems import SpecProblem
from forms_app.translation import LANGUAGES

WINDOW = 14_600  # bytes: ten segments of TCP, what arrives before the phone has to answer
TIGHTER = {"event_registration": 10_000}  # read at a gate, on the slowest of networks
_BEFORE = "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 23:54:32 GMT\r\n\r\n"


def prove(spec: FormSpec, places: Places, rehearsal: Rehearsal, weights: Mapping[str, int]) -> Iterator[SpecProblem]:
    """Yield what is wrong with a form once it runs; the rehearsal has this form, `weights` are those of its page."""
    yield from _size(spec, places)
    yield from _page(spec, places, weights)
    yield from _sample(spec, places, rehearsal)
    for number, vector in enumerate(spec.vectors):
        yield from _vector(spec, vector, places.item("vectors", number), rehearsal)


def budget(spec: FormSpec) -> int:
    """Return the most bytes that a form's page may have."""
    return TIGHTER.get(spec.form_id, WINDOW)


def weigh(rehearsal: Rehearsal, spec: FormSpec) -> dict[str, int]:
    """Return the bytes of a form's page as a browser gets it over https, by language.

    Status line and headers are counted too: all of it has to arrive before the phone answers.
    """
    weights = {}
    for language in LANGUAGES:
        path = f"{address(spec, rehearsal.event(spec))}?lang={language}"
        answer = rehearsal.client.get(
            path, headers={"Accept-Encoding": "gzip, deflate, br"}, base_url="https://localhost"
        )
        headers = sum(len(name) + len(value) + 4 for name, value in answer.headers)
        weights[language] = len(_BEFORE) + headers + len(answer.data)
    return weights


def _size(spec: FormSpec, places: Places) -> Iterator[SpecProblem]:
    """Yield a secret form that could not be padded to the size of all secret records."""
    if spec.secret and worst_bytes(spec) > SECRET_BYTES:
        message = N_("Formulir rahasia ini terlalu besar: {size} byte, paling banyak {limit}. Pendekkan isian teksnya.")
        values = (("size", worst_bytes(spec)), ("limit", SECRET_BYTES))
        yield SpecProblem(*places.key("pages"), "secret.size", message, values)


def _page(spec: FormSpec, places: Places, weights: Mapping[str, int]) -> Iterator[SpecProblem]:
    """Yield a page that does not arrive at once; of several languages the largest counts."""
    size, language = max((size, one) for one, size in weights.items())
    limit = budget(spec)
    if size > limit:
        message = N_(
            "Halaman formulir ini {size} byte (bahasa {language}), paling banyak {limit}. Pendekkan teks, kurangi"
            " pertanyaan, atau bagi menjadi dua formulir."
        )
        values = (("size", size), ("language", language), ("limit", limit))
        yield SpecProblem(*places.key("pages"), "page.large", message, values)


def _sample(spec: FormSpec, places: Places, rehearsal: Rehearsal) -> Iterator[SpecProblem]:
    """Yield each answer of the sample that is not taken, and a sample that does not come back whole."""
    if not spec.sample:
        return
    nonce = Nonce.fresh(rehearsal.services.clock().astimezone(WIB).date())
    intake = Intake(rehearsal.services, spec, rehearsal.event(spec), nonce, "id")
    before = rehearsal.services.log.head().seq
    taken = intake.take(as_posted(spec, dict(spec.sample)))
    if not isinstance(taken, Receipt):
        for one in taken.problems:
            message = N_("Contoh isian (sample) tidak diterima: {field} ({code}). Perbaiki contoh atau pertanyaannya.")
            values = (("field", one.field), ("code", one.problem.code))
            yield SpecProblem(*places.key("sample", one.field.partition("-")[0]), "sample.refused", message, values)
        return
    opened = [rehearsal.open(entry) for entry in rehearsal.after(before)]
    lost = [name for submission in opened for name in _lost(taken.filled, submission.part, submission.answers)]
    lost += [one.field for submission in opened for one in recheck(spec, submission).problems]
    for name in dict.fromkeys(lost):
        message = N_("Isian {field} dari sample berubah setelah disegel dan dibuka. Laporkan kepada pengembang.")
        yield SpecProblem(*places.key("sample", name), "sample.changed", message, (("field", name),))


def _lost(filled: Filled, part: str, answers: Mapping[str, Any]) -> list[str]:
    """Return the answers of one record that are not those that were filled in."""
    sent = filled.part_answers(part)
    return [name for name in {**sent, **answers} if sent.get(name) != answers.get(name)]


def _vector(spec: FormSpec, vector: Any, place: Place, rehearsal: Rehearsal) -> Iterator[SpecProblem]:
    """Yield how a test of the form ends otherwise than it expects."""
    answers, expected = (_mapping(vector, key) for key in ("answers", "expect"))
    name = str(vector.get("name", "?")) if isinstance(vector, dict) else "?"
    today = rehearsal.services.clock().astimezone(WIB).date()
    posted = as_posted(spec, {**dict(spec.sample), **answers})
    filled = fill(spec, posted, event_data(rehearsal.event(spec)), today)
    found: dict[str, Any] = {one: _shown(value) for one, value in filled.values.items()}
    found |= {"level": filled.level, "card": filled.card.name if filled.card else ""}
    found["notes"] = [card.name for card in filled.notes]
    found["problems"] = [one.field for one in filled.problems]
    found["warnings"] = [one.field for one in filled.warnings]
    unknown = sorted({*answers, *expected} - {*found, *(one.name for one in spec.questions())})
    for each in unknown:
        message = N_("Uji {vector} menyebut {field}, yang tidak ada di formulir ini.")
        yield SpecProblem(*place, "vector.unknown", message, (("vector", name), ("field", each)))
    for problem in () if "problems" in expected else filled.problems:
        message = N_("Uji {vector} tidak diterima: {field} ({code}).")
        yield SpecProblem(*place, "vector.refused", message, (("vector", name), *_of(problem)))
    for each in (one for one in expected if one not in unknown and expected[one] != found.get(one, "")):
        message = N_("Uji {vector}: {field} menjadi {found}, bukan {expected}.")
        values = {
            "vector": name,
            "field": each,
            "found": _words(found.get(each, "")),
            "expected": _words(expected[each]),
        }
        yield SpecProblem(*place, "vector.differs", message, tuple(values.items()))


def _words(value: Any) -> str:
    """Return a value as it is told; several choices stand with spaces between."""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _of(problem: FieldProblem) -> tuple[tuple[str, object], ...]:
    return ("field", problem.field), ("code", problem.problem.code)


def _mapping(vector: Any, key: str) -> dict[str, Any]:
    value = vector.get(key) if isinstance(vector, dict) else None
    return value if isinstance(value, dict) else {}


def _shown(value: Any) -> Any:
    """Return a value as a form file writes it: words, or a list of words."""
    return [str(one) for one in value] if isinstance(value, list) else "" if value is None else str(value)
