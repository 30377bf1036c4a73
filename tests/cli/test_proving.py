"""What the running product tells of a form: the size of its page, and whether its sample and tests hold."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from forms_app.cli.proving import TIGHTER, WINDOW, budget, prove, weigh
from forms_app.cli.rehearsal import rehearsal
from forms_app.settings import Settings
from forms_app.specs.library import read_library
from forms_app.specs.model import FormSpec
from forms_app.specs.places import Places
from forms_app.specs.problems import SpecProblem
from forms_app.specs.reader import read_spec

ROOT = Path(__file__).parents[2]
FORMS = read_library(ROOT / "form_specs").specs
FORM = """\
form_id: small
slug: "1"
version: "1"
title: Kecil
heading: Formulir kecil
audience: guru
sensitivity: personal
readers: [office]
seal_at: arrival
legal_basis: consent
retention: {site: 30d, office: 1y}
languages: [id]
parts:
  p: {readers: [office], retention: {site: 1d, office: 1d}, copies: [a]}
pages:
  - label: Satu
    questions:
      - {name: a, type: text, label: A, required: "true()"}
      - {name: n, type: integer, label: N, parameters: max=3}
      - {name: d, type: decimal, label: D}
      - {name: m, type: select_multiple yn, label: M}
      - {name: r, type: repeat, label: R, questions: [
          {name: b, type: text, label: B, required: "true()"}, {name: k, type: acknowledge, label: K}]}
      - {name: s, type: text, label: S, part: p}
      - {name: c, type: calculate, calculation: "${n} * 2"}
choices:
  yn: [{name: ya, label: Ya}, {name: tidak, label: Tidak}]
outcome:
  show: never
  rules: [{level: watch, when: "${n} > 2", card: x}, {level: low, when: "true()", card: y}]
  cards: {x: {title: X, body: X}, y: {title: Y, body: Y}}
  notes: {z: {title: Z, body: Z, when: "${n} = 1"}}
sample: {a: Contoh, n: "1", d: "1,5", m: [ya, tidak], r: [{b: x}, {b: y, k: "true"}], s: Perlu bantuan}
"""


def found(text: str, folder: Path) -> list[SpecProblem]:
    """Return what a form of this text gets wrong when it runs."""
    path = folder / "f.yaml"
    path.write_text(text, encoding="utf-8")
    spec = read_spec(text, "f.yaml", folder)
    with rehearsal([spec], Settings()) as site:
        return list(prove(spec, Places("f.yaml", path, folder), site, weigh(site, spec)))


def told(problems: list[SpecProblem]) -> list[tuple[int, int, str]]:
    """Return the places and codes of problems."""
    return [(one.line, one.column, one.code) for one in problems]


def notes_of(count: int) -> str:
    """Return so many notes of words that do not compress."""
    chance = Random(7)  # noqa: S311 - the same words each time
    words = (" ".join(str(chance.getrandbits(40)) for _ in range(6)) for _ in range(count))
    return "".join(f"      - {{name: q{number}, type: note, label: {text}}}\n" for number, text in enumerate(words))


def test_a_good_form_runs(tmp_path: Path):
    """Every kind of answer goes through, a part beside the main record."""
    assert found(FORM, tmp_path) == []


@pytest.mark.parametrize("spec", FORMS, ids=lambda spec: spec.form_id)
def test_the_shipped_pages_are_weighed_as_a_browser_gets_them(spec: FormSpec):
    """Each fits its budget in both languages, with the event that it is shown in."""
    with rehearsal([spec], Settings()) as site:
        weights = weigh(site, spec)
    assert set(weights) == {"id", "en"}
    assert len(set(weights.values())) == 2
    assert 4_000 < min(weights.values()) <= max(weights.values()) <= budget(spec)


def test_a_page_that_does_not_arrive_at_once(tmp_path: Path):
    """The figure, the budget and the remedy, at the pages."""
    (problem,) = found(FORM.replace("choices:\n", notes_of(200) + "choices:\n", 1), tmp_path)
    assert told([problem]) == [(15, 1, "page.large")]
    places = dict(problem.places)
    assert places["limit"] == WINDOW
    assert isinstance(places["size"], int)
    assert places["size"] > WINDOW


def test_the_registration_has_a_budget_of_its_own(tmp_path: Path):
    """What every other form may weigh is too much for it."""
    text = FORM.replace("choices:\n", notes_of(70) + "choices:\n", 1)
    assert found(text, tmp_path) == []
    (problem,) = found(text.replace("form_id: small", "form_id: event_registration"), tmp_path)
    assert dict(problem.places)["limit"] == TIGHTER["event_registration"]


def test_a_secret_form_that_outgrows_its_padding(tmp_path: Path):
    """All secret records have one size; a form whose answers could be larger is refused before anybody meets it."""
    secret = FORM.replace("sensitivity: personal", "sensitivity: secret")
    large = secret.replace("label: A, required", "label: A, appearance: multiline, parameters: max=9000, required")
    assert [one.code for one in found(large, tmp_path)] == ["secret.size"]


@pytest.mark.parametrize(
    ("old", "new", "place", "field", "code"),
    [
        ('n: "1"', 'n: "4"', (33, 21), "n", "range"),
        ("a: Contoh, ", "", (33, 1), "a", "required"),
        ("[ya, tidak]", "[ya, lain]", (33, 39), "m", "choice"),
        ("[{b: x}", '[{k: "true"}', (33, 55), "r-0-b", "required"),
    ],
)
def test_a_sample_that_is_not_taken(old: str, new: str, place: tuple[int, int], field: str, code: str, tmp_path: Path):
    """Each field with its code, at its place in the sample; never the answer."""
    head, _, sample = FORM.rpartition("sample: ")
    (problem,) = found(f"{head}sample: {sample.replace(old, new)}", tmp_path)
    assert told([problem]) == [(*place, "sample.refused")]
    assert dict(problem.places) == {"field": field, "code": code}
    assert "lain" not in problem.text()


def test_a_form_without_a_sample_has_nothing_to_prove(tmp_path: Path):
    """A sample is asked for elsewhere."""
    assert found(FORM.partition("sample: ")[0], tmp_path) == []


VECTORS = """\
vectors:
  - {name: as the sample, answers: {}, expect: {level: low, card: y, notes: [z], c: "2", n: "1"}}
  - {name: three, answers: {n: "3"}, expect: {level: watch, notes: [], c: "6"}}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "field"),
    [
        ("level: low", "level: watch", 35, "vector.differs", "level"),
        ("card: y", "card: x", 35, "vector.differs", "card"),
        ("notes: [z]", "notes: []", 35, "vector.differs", "notes"),
        ("notes: [z]", "problems: [a]", 35, "vector.differs", "problems"),
        ("notes: [z]", "warnings: [a]", 35, "vector.differs", "warnings"),
        ('c: "6"', 'c: "7"', 36, "vector.differs", "c"),
        ('c: "6"', 'cc: "6"', 36, "vector.unknown", "cc"),
        ('{n: "3"}', '{n: "3", nn: "3"}', 36, "vector.unknown", "nn"),
        ('{n: "3"}', '{n: "3", a: ""}', 36, "vector.refused", "a"),
    ],
)
def test_a_test_of_the_form_that_fails(old: str, new: str, line: int, code: str, field: str, tmp_path: Path):
    """What is otherwise than expected is named, at the vector."""
    assert found(FORM + VECTORS, tmp_path) == []
    (problem,) = found(FORM + VECTORS.replace(old, new), tmp_path)
    assert told([problem]) == [(line, 5, code)]
    assert dict(problem.places)["field"] == field


def test_a_vector_of_another_shape_is_no_crash(tmp_path: Path):
    """Whatever stands there, the rest is still told."""
    assert found(FORM + "vectors: [x, {name: y, answers: z, expect: [w]}]\n", tmp_path) == []


def test_a_trial_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """No file is written, wherever one stands, and the settings' instance is not touched."""
    monkeypatch.chdir(tmp_path)
    spec = FORMS[0]
    with rehearsal([spec], Settings(instance=tmp_path / "instance")) as site:
        assert list(prove(spec, Places("f.yaml"), site, {"id": 1})) == []
        assert site.services.log.count() == 1
    assert list(tmp_path.iterdir()) == []
