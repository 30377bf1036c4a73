"""What a phone makes of a filling is what the site makes of it: the same answers, results, problems and bytes.

Every shipped form, every type of question and a form of everything at once get random texts; `PEKSOS_FUZZ` says how
many each, a few unless it is set.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from forms_app.specs.library import read_library
from tests.answers.phone import Phone, compare
from tests.answers.phone_forms import everything, posted, sampled
from tests.answers.test_random import KINDS, form, post

FORMS = {spec.form_id: spec for spec in read_library(Path(__file__).parents[2] / "form_specs").specs}
CASES = int(os.environ.get("PEKSOS_FUZZ", "30"))
EVENT = {"event_jenjang": "paud", "event_topic": "deteksi_dini"}

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    """Run the phone's modules in one Node process."""
    started = Phone(tmp_path_factory.mktemp("phone"))
    yield started
    started.close()


@pytest.mark.parametrize("name", KINDS)
def test_every_type_is_read_alike(phone: Phone, name: str):
    """Nearly right, hostile and senseless texts give the same answers and complaints on the phone."""
    kind, draw = KINDS[name], random.Random(f"{name} phone")  # noqa: S311 - the same in every run
    spec = form(kind)
    for _ in range(CASES):
        compare(phone, spec, post(draw, kind, spec).texts, {})


SPECS = {
    "level": everything("respondent"),
    "silent": everything("never"),
    "silent, one card": everything("never", card="calm"),
    "parts": everything(parts=True),
}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", SPECS)
def test_everything_at_once_is_filled_in_alike(phone: Phone, name: str, language: str):
    """Repeats, filters, results, levels, notes, parts, chance, facts and messages that repeat answers."""
    draw = random.Random(f"{name} {language}")  # noqa: S311 - the same in every run
    for _ in range(CASES):
        compare(phone, SPECS[name], posted(draw, SPECS[name]), draw.choice([EVENT, {}]), language)


@pytest.mark.parametrize("form_id", FORMS)
def test_every_shipped_form_is_filled_in_alike(phone: Phone, form_id: str):
    """The samples of the shipped forms, whole, with a few answers changed, and with many."""
    draw, spec = random.Random(f"{form_id} phone"), FORMS[form_id]  # noqa: S311 - the same in every run
    for _ in range(CASES):
        compare(phone, spec, sampled(draw, spec), draw.choice([EVENT, {}]), draw.choice(spec.languages))
