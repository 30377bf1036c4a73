"""Every form by its own sample and vectors: through the web, sealed, packed, opened; nothing on the way changes it."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest

from forms_app.answers.filled import Filled
from forms_app.answers.filling import fill
from forms_app.answers.recheck import StoredAnswers
from forms_app.site.intake import event_data
from forms_app.specs.library import read_library, say
from forms_app.specs.model import Card
from forms_app.specs.types import TYPES
from forms_app.translation import shipped
from tests.conftest import NOW, TODAY
from tests.programme.conftest import Programme, Sent
from tests.programme.filling import flat, same

FORMS = [spec.form_id for spec in read_library(shipped("form_specs"))]
every_form = pytest.mark.parametrize("form_id", FORMS)


def worked_out(programme: Programme, one: Sent) -> Filled:
    """Return what the posted fields mean in this form, on the day of sending."""
    data = event_data(programme.site.event_of(one.spec))
    posted = StoredAnswers({name: tuple(texts) for name, texts in one.fields.items()})
    nonce = str(one.filling.nonce)
    return fill(one.spec, posted, data, TODAY, when=NOW, seed=nonce, language=one.language)


def values_of(programme: Programme, one: Sent) -> dict[str, Any]:
    """Return everything that the office reads of one filling, entered and calculated, in all its records."""
    found: dict[str, Any] = {}
    for record in programme.records(one).values():
        found |= record.submission.values()
    return found


def told(page: str) -> list[tuple[str, list[str]]]:
    """Return the cards of a page after sending: (title, paragraphs)."""
    sections = re.findall(r'<section class="(?:alarm|advice)">\s*<h2>(.*?)</h2>(.*?)</section>', page, re.DOTALL)
    return [
        (html.unescape(title), [html.unescape(text) for text in re.findall(r"<p>(.*?)</p>", body, re.DOTALL)])
        for title, body in sections
    ]


def written(card: Card, language: str) -> tuple[str, list[str]]:
    """Return a card as its form says it in a language."""
    return say(card.title, language), say(card.body, language).split("\n\n")


def without_receipt(page: str) -> str:
    """Return a page after sending but for the code to write down."""
    return re.sub(r"<output>.*?</output>", "", page)


def word(value: Any) -> Any:
    """Return a value as vectors write it."""
    return [str(one) for one in value] if isinstance(value, list) else "" if value is None else str(value)


def test_the_whole_programme_was_filled_in(programme: Programme):
    """Every form has been sent, and each in both languages but for those with a single test."""
    assert len(programme.sent) == 20
    assert all({one.language for one in sent} == {"id", "en"} for sent in programme.sent.values())
    assert sum(map(len, programme.sent.values())) > 300


def test_everything_arrives_at_the_office(programme: Programme):
    """The package holds every record of the log, all are new, all open, none has a flaw."""
    records = programme.site.services.log.count()
    assert records > sum(map(len, programme.sent.values()))
    assert (programme.imported.records, programme.imported.new) == (records, records)
    assert programme.imported.whole
    assert (programme.report.opened, programme.report.locked, programme.report.flawed) == (records, 0, 0)
    assert len(programme.opened) == records


@every_form
def test_every_vector_is_taken(form_id: str, programme: Programme):
    """Each ends at its receipt; the page has a field for every answer, but for a list that is searched in."""
    spec = programme.site.services.library.by_id(form_id)
    shown = 200 if spec.secret or (spec.outcome and spec.outcome.show == "respondent") else 303
    assert [(one.name, one.status) for one in programme.sent[form_id] if one.status != shown] == []
    assert [
        one.name for one in programme.sent[form_id] if not re.search(r"<output>\d{5} \d{5}</output>", one.page)
    ] == []
    assert [(one.name, one.filling.unknown(one.fields)) for one in programme.sent[form_id]] == [
        (one.name, []) for one in programme.sent[form_id]
    ]


@every_form
def test_the_office_reads_what_the_vector_expects(form_id: str, programme: Programme):
    """Level and calculated values are those of the vector, each with form, version and language as they were sent."""
    wrong = []
    for one in programme.sent[form_id]:
        record, values = programme.records(one)[""], values_of(programme, one)
        about = (record.form, record.submission.version, record.submission.language, record.flaws)
        assert about == (form_id, one.spec.version, one.language, ())
        found = {**values, "level": record.level}
        expected = {name: value for name, value in one.expected.items() if name not in ("card", "notes")}
        wrong += [(one.name, name) for name, value in expected.items() if word(found.get(name)) != word(value)]
    assert wrong == []


@every_form
def test_the_respondent_is_told_the_card_of_the_vector(form_id: str, programme: Programme):
    """Title and text of the card, then of every note, in the language of the page; of what is never shown, nothing."""
    outcome = programme.site.services.library.by_id(form_id).outcome
    for one in programme.sent[form_id]:
        if outcome is None:
            assert told(one.page) == [], one.name
        elif outcome.show == "respondent":
            level, card, notes = (one.expected.get(name) for name in ("level", "card", "notes"))
            possible = [card] if card else [rule.card for rule in outcome.rules if level in (None, rule.level)]
            assert told(one.page)[0] in [written(outcome.card(name), one.language) for name in possible], one.name
            added = [note for note in outcome.notes if notes is None or note.name in notes]
            shown = [written(note, one.language) for note in added]
            assert [note for note in shown if notes is not None or note in told(one.page)] == told(one.page)[1:], (
                one.name
            )


def test_a_parent_is_told_the_same_whatever_was_answered(programme: Programme):
    """In each language all pages after sending are one page, but for the receipt code; no record says it was shown."""
    sent = programme.sent["detection_checklist_parent"]
    assert len({one.expected.get("level") for one in sent}) > 3
    for language in ("id", "en"):
        assert len({without_receipt(one.page) for one in sent if one.language == language}) == 1
    assert not any(programme.records(one)[""].submission.level_shown for one in sent)


@every_form
def test_the_office_reads_what_was_filled_in(form_id: str, programme: Programme):
    """Every stored answer is what was sent, and only what this form did not ask is missing."""
    wrong = []
    for one in programme.sent[form_id]:
        filled = worked_out(programme, one)
        records = programme.records(one)
        assert {part: record.submission.answers for part, record in records.items()} == {
            part: filled.part_answers(part)
            for part in ("", *(part.name for part in one.spec.parts))
            if not part or filled.part_answers(part)
        }
        stored = {name: value for record in records.values() for name, value in flat(record.submission.answers).items()}
        wrong += [(one.name, name) for name, value in stored.items() if not same(value, one.fields.get(name, []))]
        for name, texts in one.fields.items():
            if any(texts) and name not in stored and name.partition("-")[0] in filled.relevant:
                wrong.append((one.name, name))
    assert wrong == []


@every_form
def test_the_rows_hold_the_calculated_values(form_id: str, programme: Programme):
    """One row a record, with the level and exactly the calculated values that were sealed, in CSV and in JSON lines."""
    spec = programme.site.services.library.by_id(form_id)
    records = [programme.records(one)[""] for one in programme.sent[form_id]]
    rows = {row["record"]: row for row in programme.rows[form_id]}
    lines = {line["record"]: line for line in programme.lines[form_id]}
    assert len(records) == len(rows) == len(lines) == len(programme.rows[form_id])
    asked = {one.name for one in spec.questions() if TYPES[one.type].posted}
    kept = [one for page in spec.pages for one in page.questions if TYPES[one.type].stored and not one.children]
    computed = [one.name for one in kept if one.name not in asked]
    for record in records:
        row, line = rows[record.archived.record_id.hex()], lines[record.archived.record_id.hex()]
        calculated = {name: record.submission.calculated.get(name) for name in computed}
        assert {name: line["answers"].get(name) for name in calculated} == calculated
        assert {name: row[name] for name in calculated} == {name: cell(value) for name, value in calculated.items()}
        if spec.outcome:
            assert (row["level"], line["answers"]["level"]) == (record.level, record.level)
        left = {name: one for name, one in flat(line["answers"]).items() if name.rpartition("-")[2] in asked}
        assert {name: one for name, one in left.items() if one is not None} == flat(record.submission.answers)


def cell(value: Any) -> str:
    """Return a calculated value as a cell holds it."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize("part", ["event_registration/access", "odfc_attendance/mood", "odfc_attendance/incident"])
def test_a_part_has_rows_of_its_own(part: str, programme: Programme):
    """The rows of a part hold exactly its answers, one row a record."""
    form_id, _slash, name = part.partition("/")
    records = [programme.records(one)[name] for one in programme.sent[form_id] if name in programme.records(one)]
    assert records
    answers = {record.archived.record_id.hex(): record.submission.answers for record in records}
    found = {line["record"]: line["answers"] for line in programme.lines[part]}
    assert {
        identity: {key: one for key, one in line.items() if one is not None} for identity, line in found.items()
    } == answers
