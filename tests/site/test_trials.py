"""The office's keys are tried before anybody's answers are sealed to them."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from forms_app.errors import BadSignature, KeyRefused, TransferError
from forms_app.office.household import Household
from forms_app.office.trials import answer_trial
from forms_app.sealing.keys import Identity
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import OfficeStatement, Term
from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.site.services import Services, open_site
from forms_app.site.trials import accept_reply, make_trial, need_tried_keys, untried
from forms_app.storage.tables import open_database
from forms_app.storage.trials import Trials
from tests.conftest import PASSPHRASE, TODAY

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
        assert answer.status_code == 400
        assert "peksos trial" in answer.get_data(as_text=True)
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


def test_a_new_key_needs_a_trial_of_its_own(fresh: Services, household: Household):
    """The keys that were tried go on; the new one's forms wait."""
    accept_reply(fresh, answered(household, make_trial(fresh)[0]))
    later = replace(fresh.office, number=2, terms=(*fresh.office.terms, Term(FIRST.recipient, TODAY, TODAY, "1y")))
    grown = replace(fresh, office=later)
    assert [term.key_id for term in untried(grown)] == [FIRST.recipient.key_id]
    with pytest.raises(KeyRefused, match="peksos trial"):
        need_tried_keys(
            grown, next(one for one in grown.library if one.retention.office == 365 and not one.secret), TODAY
        )


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
