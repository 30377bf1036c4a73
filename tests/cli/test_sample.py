"""The sample year: invented, the same for the same seed, and true to the forms' own rules."""

from __future__ import annotations

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from forms_app.answers.filling import fill
from forms_app.cli.sample import EVENTS, SCHOOLS, TODAYS, Sample
from forms_app.specs.library import read_library
from forms_app.storage.codes import tidy_code
from forms_app.translation import shipped

TODAY = date(2027, 3, 1)
LIBRARY = read_library(shipped("form_specs"))
KINDS = {
    "event_registration": lambda sample: sample.registration(),
    "odfc_attendance": lambda sample: sample.attendance("paud"),
    "training_feedback_pre": lambda sample: sample.feedback("AB07", after=False),
    "training_feedback_post": lambda sample: sample.feedback("AB07", after=True),
}


def problems(form_id: str, answers: dict) -> list[str]:
    """Return which rules of the form these answers break."""
    given = MultiDict({name: [one] if isinstance(one, str) else list(one) for name, one in answers.items()})
    filled = fill(LIBRARY.by_id(form_id), given, {"event_jenjang": "paud", "event_topic": "bermain"}, TODAY)
    return [f"{one.field}:{one.problem.code}" for one in filled.problems]


def test_one_event_takes_place_today() -> None:
    """The sample year is moved so that exactly one event is today's, whenever the demo is made."""
    days = [Sample().begins(event, TODAY).date() for event in EVENTS]
    assert days.count(TODAY) == 1
    assert EVENTS[days.index(TODAY)].day == TODAYS


def test_codes_are_codes() -> None:
    """Every code can be typed, and stands once."""
    codes = [event.code for event in EVENTS]
    assert [tidy_code(code) for code in codes] == codes
    assert len(set(codes)) == len(EVENTS) == 12


def test_everything_is_marked_as_invented() -> None:
    """No school or person could be taken for a real one."""
    assert all("Contoh" in school.name for school in SCHOOLS.values())
    assert all(event.school in SCHOOLS for event in EVENTS)


@pytest.mark.parametrize("form_id", KINDS)
def test_the_forms_accept_what_people_post(form_id: str) -> None:
    """Two hundred samples of each form break no rule."""
    sample = Sample()
    assert [problems(form_id, KINDS[form_id](sample)) for _number in range(200)] == [[]] * 200


def test_checklists_spread_over_the_levels() -> None:
    """Most are low, few are urgent, and none breaks a rule."""
    spec, sample = LIBRARY.by_id("detection_checklist_teacher"), Sample()
    found = []
    for _number in range(300):
        answers = sample.checklist(dict(spec.sample))
        given = MultiDict({name: [one] if isinstance(one, str) else list(one) for name, one in answers.items()})
        filled = fill(spec, given, {}, TODAY)
        assert filled.problems == []
        found.append(filled.level)
    assert found.count("low") > found.count("watch") > found.count("urgent") > found.count("immediate") > 0


def test_the_same_seed_gives_the_same_year() -> None:
    """A demo made again holds the same answers."""
    assert [Sample().registration() for _ in range(3)] == [Sample().registration()] * 3
    assert Sample(1).registration() != Sample(2).registration()
