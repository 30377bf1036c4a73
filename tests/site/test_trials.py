"""The office's keys are tried before anybody's answers are sealed to them."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from forms_app.answers.submission import Nonce
from forms_app.errors import BadSignature, KeyRefused, TransferError
from forms_app.office.household import Household
from forms_app.office.trials import answer_trial
from forms_app.sealing.keys import Identity
from forms_app.sealing.layout import SealedRecord
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import OfficeStatement, Term
from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.site.intake import Intake, Receipt
from forms_app.site.services import Services, open_site
from forms_app.site.trials import accept_reply, make_trial, need_tried_keys, sealing_key, untried
from forms_app.storage.tables import open_database
from forms_app.storage.trials import Trials
from tests.conftest import PASSPHRASE, PASSWORD, TODAY

FIRST, SECOND = Identity.generate("office"), Identity.generate("office")


@pytest.fixture
def fresh(services: Services) -> Services:
    """Return the site as it is before any trial."""
    return replace(services, trials=Trials(open_database("sqlite://")))


def answered(household: Household, line: bytes, identities: dict[str, Identity] | None = None) -> bytes:
    """Return the office's reply."""
    keys = household.unlock(PASSPHRASE) if identities is None else identities
    return answer_trial(household, keys, household.root(PASSPHRASE), line).reply


def test_no_form_is_open_before_the_trial(fresh: Services):
    """The page says what has to be done, a POST is refused, and nothing is stored."""
    client = assemble(fresh).test_client()
    for answer in (client.get("/f/1"), client.post("/f/1", data={"full_name": "Sari"})):
        assert answer.status_code == 503
        assert "peksos trial" in answer.get_data(as_text=True)
        assert 'href="tel:' in answer.get_data(as_text=True)
    assert fresh.log.count() == 0


def test_forms_open_once_the_office_has_answered(fresh: Services, household: Household):
    """After the reply every key counts as tried, and there is none to try again."""
    line, count = make_trial(fresh)
    assert count == len(fresh.office.terms) == len(accept_reply(fresh, answered(household, line)))
    assert untried(fresh) == []
    assert assemble(fresh).test_client().get("/f/1").status_code == 200
    with pytest.raises(TransferError):
        make_trial(fresh)


def test_a_trial_outlives_the_process(fresh: Services, household: Household, tmp_path: Path):
    """What was proven stands in the database."""
    address = f"sqlite:///{tmp_path / 'trials.sqlite'}"
    kept = open_database(address)
    site = replace(fresh, trials=Trials(kept))
    accept_reply(site, answered(household, make_trial(site)[0]))
    kept.close()
    assert untried(replace(fresh, trials=Trials(open_database(address)))) == []


def with_new_key(site: Services, first: date) -> Services:
    """Return the site under a newer statement, which adds a key of each class from a day on."""
    classes = {term.retention for term in site.office.terms}
    new = (Term(Identity.generate("office").recipient, first, date(2028, 12, 31), name) for name in sorted(classes))
    return replace(site, office=replace(site.office, number=2, terms=(*site.office.terms, *new)))


def test_a_new_key_needs_a_trial_of_its_own(fresh: Services, household: Household):
    """Only what was not tried is tried, and the keys that were tried go on meanwhile: no form shuts."""
    accept_reply(fresh, answered(household, make_trial(fresh)[0]))
    grown = with_new_key(fresh, TODAY)
    new = {term.key_id for term in grown.office.terms} - fresh.office.key_ids
    assert {term.key_id for term in untried(grown)} == new
    assert make_trial(grown)[1] == len(new)
    for spec in grown.library:
        need_tried_keys(grown, spec, TODAY)
    for name in {term.retention for term in fresh.office.terms}:
        assert grown.office.term_key(TODAY, name).key_id in new
        assert sealing_key(grown, TODAY, name) == fresh.office.term_key(TODAY, name)


def test_a_tried_key_that_is_over_is_not_used_for_want_of_another(fresh: Services, household: Household):
    """When the last tried key has ended or was revoked, forms wait for the trial of the new one."""
    accept_reply(fresh, answered(household, make_trial(fresh)[0]))
    grown = with_new_key(fresh, TODAY)
    over = replace(grown, clock=lambda: datetime(2028, 6, 1, tzinfo=UTC))
    revoked = tuple(
        replace(term, revoked=TODAY) if term.key_id in fresh.office.key_ids else term for term in grown.office.terms
    )
    for site in (over, replace(grown, office=replace(grown.office, terms=revoked))):
        assert assemble(site).test_client().get("/f/1").status_code == 503
        with pytest.raises(KeyRefused, match="peksos trial"):
            sealing_key(site, site.clock().date(), "1y")


def test_the_records_of_a_day_with_two_keys_open_with_the_tried_one(fresh: Services, household: Household):
    """What is posted while the new key waits for its trial is sealed to the one before, and the office opens it."""
    accept_reply(fresh, answered(household, make_trial(fresh)[0]))
    grown = with_new_key(fresh, TODAY)
    spec = grown.library.by_id("detection_checklist_teacher")
    intake = Intake(grown, spec, None, Nonce.fresh(TODAY), "id")
    assert isinstance(intake.take(MultiDict(dict(spec.sample))), Receipt)
    (entry,) = (one for one in grown.log.entries() if one.record)
    record = SealedRecord.from_bytes(entry.record or b"")
    assert household.unlock(PASSPHRASE)[record.wraps[0].key_id].open(record)


def test_the_desk_says_how_many_keys_wait(fresh: Services):
    """The desk's first page counts the keys that nobody has tried, and says nothing once there are none."""
    page = "<strong>Kunci kantor belum dicoba: {}.</strong>"
    assert page.format(len(fresh.office.terms)) in desk_page(fresh)
    assert page.partition(":")[0] not in desk_page(replace(fresh, trials=None))


def desk_page(site: Services) -> str:
    """Return the desk's first page, as the coordinator of the world sees it."""
    client = assemble(site).test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/desk/masuk").get_data(as_text=True))
    assert token
    client.post("/desk/masuk", data={"csrf_token": token[1], "name": "koordinator", "password": PASSWORD})
    return client.get("/desk/").get_data(as_text=True)


def test_a_sample_site_needs_no_trial(folder: Path):
    """Nothing real is taken in there."""
    sample = open_site(Settings.from_mapping({"PEKSOS_INSTANCE": str(folder / "instance"), "PEKSOS_SAMPLE": "1"}))
    assert sample.trials is None
    assert untried(sample) == []
    sample.close()


def test_only_the_newest_trial_counts(fresh: Services, household: Household):
    """A reply to an earlier trial proves nothing any more."""
    old = make_trial(fresh)[0]
    make_trial(fresh)
    with pytest.raises(TransferError):
        accept_reply(fresh, answered(household, old))
    assert len(untried(fresh)) == len(fresh.office.terms)


def announced(statement: OfficeStatement, place: int, wrong: Identity) -> OfficeStatement:
    """Return a statement in which one key is another one than the office has."""
    terms = list(statement.terms)
    terms[place] = replace(terms[place], recipient=wrong.recipient)
    return replace(statement, terms=tuple(terms))


@pytest.mark.parametrize("place", range(7))
def test_a_key_that_the_office_does_not_have_is_noticed(fresh: Services, household: Household, place: int):
    """One strange key among all: its forms stay shut, whichever it is."""
    site = replace(fresh, office=announced(fresh.office, place, FIRST))
    line, _count = make_trial(site)
    told = replace(household, statement=site.office)  # the office, too, believes in the strange key
    found = answer_trial(told, household.unlock(PASSPHRASE), household.root(PASSPHRASE), line)
    assert found.failed == (FIRST.recipient.key_id,)
    accept_reply(site, found.reply)
    assert [term.key_id for term in untried(site)] == [FIRST.recipient.key_id]


@pytest.mark.parametrize("days", [1, 30, 365])
def test_a_site_with_other_terms_than_the_office_is_noticed(fresh: Services, household: Household, days: int):
    """A key that the site holds for longer than the office announces."""
    terms = tuple(replace(one, last=one.last + timedelta(days)) for one in fresh.office.terms)
    with pytest.raises(KeyRefused):
        answered(household, make_trial(replace(fresh, office=replace(fresh.office, terms=terms)))[0])


def test_swapped_classes_are_noticed(fresh: Services, household: Household):
    """The right keys, but each for the other's records: these would be destroyed too early or too late."""
    one, two, *rest = fresh.office.terms
    terms = (replace(one, retention=two.retention), replace(two, retention=one.retention), *rest)
    with pytest.raises(KeyRefused):
        answered(household, make_trial(replace(fresh, office=replace(fresh.office, terms=terms)))[0])


def test_an_old_statement_is_noticed(fresh: Services, household: Household):
    """A site that missed a newer statement is told to take it in."""
    newer = replace(household, statement=replace(household.statement, number=household.statement.number + 1))
    with pytest.raises(KeyRefused, match="peksos keys accept"):
        answer_trial(newer, household.unlock(PASSPHRASE), household.root(PASSPHRASE), make_trial(fresh)[0])


def test_an_office_without_its_keys_proves_nothing(fresh: Services, household: Household):
    """A root that signs is no key that opens."""
    line, count = make_trial(fresh)
    found = answer_trial(household, {}, household.root(PASSPHRASE), line)
    assert len(found.failed) == count
    with pytest.raises(TransferError):
        accept_reply(fresh, found.reply)


def test_a_key_under_anothers_name_proves_nothing(fresh: Services, household: Household):
    """Key files that were mixed up."""
    keys = household.unlock(PASSPHRASE)
    names = list(keys)
    mixed = dict(zip(names, [keys[name] for name in (*names[1:], names[0])], strict=True))
    found = answer_trial(household, mixed, household.root(PASSPHRASE), make_trial(fresh)[0])
    assert found.opened == ()


def edited(line: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """Return an envelope whose payload was changed without its key."""
    envelope = json.loads(line)
    value = json.loads(b64decode(envelope["payload"]))
    change(value)
    envelope["payload"] = b64encode(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).decode()
    return json.dumps(envelope).encode()


@pytest.mark.parametrize("field", ["site", "opened", "format"])
def test_an_edited_reply_is_refused(fresh: Services, household: Household, field: str):
    """Whatever is changed in it."""
    reply = answered(household, make_trial(fresh)[0])
    with pytest.raises(BadSignature):
        accept_reply(fresh, edited(reply, lambda value: value.update({field: {} if field == "opened" else "other"})))
    assert len(untried(fresh)) == len(fresh.office.terms)


@pytest.mark.parametrize("field", ["site", "records", "statement", "format"])
def test_an_edited_trial_is_refused(fresh: Services, household: Household, field: str):
    """Only an enrolled site's own trial is answered."""
    line = edited(make_trial(fresh)[0], lambda value: value.update({field: [] if field == "records" else "0" * 64}))
    with pytest.raises(BadSignature):
        answered(household, line)


def test_another_offices_reply_is_refused(fresh: Services, household: Household):
    """It is signed by a root that this site does not know."""
    line = make_trial(fresh)[0]
    stranger = answer_trial(household, household.unlock(PASSPHRASE), SigningKey.generate(), line)
    with pytest.raises(BadSignature):
        accept_reply(fresh, stranger.reply)


def test_a_reply_for_another_site_is_refused(fresh: Services, household: Household):
    """A reply names the site whose trial it answers."""
    reply = answered(household, make_trial(fresh)[0])
    with pytest.raises(TransferError):
        accept_reply(replace(fresh, site_key=SigningKey.generate()), reply)
