"""The vectors of the programme's forms, tapped into real pages on a small phone, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from forms_app.answers.submission import Submission
from forms_app.cli.rehearsal import Rehearsal, rehearsal
from forms_app.office.judging import judge
from forms_app.sealing.layout import SealedRecord
from forms_app.sealing.outline import open_quickly
from forms_app.settings import Settings
from forms_app.site.pages import address
from forms_app.specs.library import read_library, say
from forms_app.specs.model import Card, FormSpec
from forms_app.storage.archive import ArchivedRecord
from forms_app.storage.log import Entry
from tests.browser.conftest import FORMS, serving
from tests.browser.filling import fill_in

LANGUAGES = ("id", "en")
with_script = pytest.mark.parametrize("scripted", [True], ids=["script"], indirect=True)
without_script = pytest.mark.parametrize("scripted", [False], ids=["no-script"], indirect=True)


@dataclass(frozen=True)
class Running:
    """A running site with all forms, and the office that reads what was sent."""

    url: str
    site: Rehearsal

    def send(self, page: Page, form_id: str, vector: dict[str, Any], language: str, *, scripted: bool) -> Submission:
        """Fill a form in by a vector, send it, and return what the office reads."""
        spec = self.spec(form_id)
        before = self.site.services.log.head().seq
        page.goto(f"{self.url}{address(spec, self.site.event(spec))}?lang={language}")
        fill_in(page, spec, {**dict(spec.sample), **vector["answers"]}, scripted=scripted)
        page.locator("#send").click()
        expect(page.locator("output")).to_have_text(re.compile(r"^\d{5} \d{5}$"))
        (record,) = self.site.after(before)
        return self.read(spec, record)

    def read(self, spec: FormSpec, entry: Entry) -> Submission:
        """Return what the office reads of a record, with the results that no phone is told; it has no flaw."""
        sealed = SealedRecord.from_bytes(entry.record or b"")
        header, site = sealed.header, self.site.services.site
        place = (entry.epoch, entry.seq, entry.day, header.kind, header.form, header.event, entry.record or b"")
        _key, outline, text = open_quickly(entry.record or b"", {self.site.office.recipient.key_id: self.site.office})
        archived = ArchivedRecord(entry.record_id, site, *place)
        found = judge(spec, Submission.from_bytes(text), outline, archived)
        assert found.flaws == ()
        return found.submission

    def spec(self, form_id: str) -> FormSpec:
        """Return a form."""
        return self.site.services.library.by_id(form_id)

    def of_domain(self, form_id: str, section: str) -> list[dict[str, Any]]:
        """Return the vectors of a section of the domain."""
        return [one for one in self.spec(form_id).vectors if one["name"].startswith(f"{section} ")]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Serve all forms of the programme, in an event where they may belong to one."""
    settings = Settings(instance=Path(tmp_path_factory.mktemp("instance")), forms=FORMS)
    with rehearsal(read_library(FORMS), settings) as site, serving(site.services) as url:
        yield Running(url, site)


def written(card: Card, language: str) -> list[str]:
    """Return a card's title and paragraphs as its form says them in a language."""
    return [say(card.title, language), *say(card.body, language).split("\n\n")]


def told(page: Page) -> list[list[str]]:
    """Return title and paragraphs of every card after sending, without the hours that stand under its numbers."""
    cards = page.locator("main section.alarm, main section.advice").all()
    return [card.locator("h2, p:not(.calls p)").all_text_contents() for card in cards]


def without_receipt(page: Page) -> str:
    """Return the page but for the receipt code and the time of sending."""
    text = re.sub(r"<output>.*?</output>", "", page.content())
    shown, count = re.subn(r'<p class="where">[^<]*\d[^<]*</p>', "", text)
    assert count == 1
    return shown


def values_of(submission: Submission, expected: dict[str, Any]) -> dict[str, str]:
    """Return what the office reads of the level and of everything calculated that a vector names."""
    found = {**submission.values(), "level": submission.level}
    return {name: "" if found.get(name) is None else str(found[name]) for name in words_of(expected)}


def words_of(expected: dict[str, Any]) -> dict[str, str]:
    """Return the same of the vector."""
    return {
        name: str(value) for name, value in expected.items() if name not in {"card", "notes", "problems", "warnings"}
    }


@with_script
def test_the_teacher_is_told_the_card_of_every_vector(page: Page, running: Running):
    """Thirteen vectors in each language: the level by the rules, its card and its note word for word."""
    form, outcome = "detection_checklist_teacher", running.spec("detection_checklist_teacher").outcome
    assert outcome
    vectors = running.of_domain(form, "2.4")
    assert len(vectors) == 13
    for vector, language in product(vectors, LANGUAGES):
        sent, expected = running.send(page, form, vector, language, scripted=True), vector["expect"]
        notes = [note for note in outcome.notes if note.name in expected["notes"]]
        cards = [written(card, language) for card in (outcome.card(expected["card"]), *notes)]
        assert told(page) == cards, vector["name"]
        assert values_of(sent, expected) == words_of(expected), vector["name"]
        assert (sent.language, sent.level_shown) == (language, True)


@with_script
def test_every_parent_ends_at_the_same_page(page: Page, running: Running):
    """Whatever the level, a language has one last page, byte for byte but for receipt code and time."""
    form, ends = "detection_checklist_parent", dict[str, set[str]]()
    vectors = running.of_domain(form, "2.5")
    assert len(vectors) == 4
    levels = set()
    for vector, language in product(vectors, LANGUAGES):
        sent = running.send(page, form, vector, language, scripted=True)
        assert values_of(sent, vector["expect"]) == words_of(vector["expect"]), vector["name"]
        ends.setdefault(language, set()).add(without_receipt(page))
        levels.add(sent.level)
        assert not sent.level_shown
    assert levels == {"watch", "urgent", "immediate"}
    assert [len(ends[language]) for language in LANGUAGES] == [1, 1]


@without_script
@pytest.mark.parametrize("form", ["training_feedback_pre", "impact_survey", "consultation_request"])
def test_a_public_form_needs_no_script(page: Page, running: Running, form: str):
    """Each vector is sent without script in each language, and the office reads what the vector expects."""
    vectors = running.spec(form).vectors
    assert len(vectors) > 3
    for vector, language in product(vectors, LANGUAGES):
        sent = running.send(page, form, vector, language, scripted=False)
        assert values_of(sent, vector["expect"]) == words_of(vector["expect"]), vector["name"]
        assert sent.language == language
