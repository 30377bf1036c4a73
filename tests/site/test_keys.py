"""The office's keys at a site: pinned, renewed whole or not at all, and needed for every form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from forms_app.errors import BadSignature, KeyRefused, SettingsError
from forms_app.office import terms
from forms_app.office.household import STATEMENT, Household, create_household
from forms_app.sealing.statements import OfficeStatement, make_office_statement, read_office_statement
from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.site.keys import (
    OFFICE_FILE,
    SITE_FILE,
    SITE_KEY_FILE,
    accept_statement,
    exposed_keys,
    keyless,
    keys_last,
)
from forms_app.site.services import Services, open_site
from forms_app.site.standing import standing
from forms_app.storage.numbers import SITE_NUMBERS, Numbers
from forms_app.storage.tables import open_database
from tests.conftest import CHEAP, PASSPHRASE, TODAY

Accept = Callable[[bytes], tuple[OfficeStatement, bool]]


@pytest.fixture
def accept(services: Services) -> Accept:
    """Return a function that takes a statement in."""
    return lambda data: accept_statement(services.settings.instance, services.site_key, data)


@pytest.fixture
def foreign(tmp_path: Path) -> bytes:
    """Return the statement of another office."""
    create_household(tmp_path / "lain", "Kantor Contoh", PASSPHRASE, date(2026, 1, 1), date(2027, 12, 31), CHEAP)
    return (tmp_path / "lain" / STATEMENT).read_bytes()


def reopened(services: Services) -> Services:
    """Return the site as it opens now."""
    opened = open_site(Settings.from_mapping({"PEKSOS_INSTANCE": str(services.settings.instance)}))
    opened.close()
    return opened


def test_a_new_term_is_taken_in(services: Services, household: Household, accept: Accept) -> None:
    """The next start seals with it; taking it in once more changes nothing."""
    terms.new_term(household, PASSPHRASE, date(2027, 12, 1), date(2028, 12, 31), cost=CHEAP)
    data = (household.folder / STATEMENT).read_bytes()
    statement, new = accept(data)
    assert (statement.number, new) == (2, True)
    assert reopened(services).office == statement
    assert keys_last(statement, services.library, TODAY) == date(2028, 12, 31)
    assert accept(data) == (statement, False)
    assert (services.settings.instance / OFFICE_FILE).stat().st_mode & 0o777 == 0o600


def test_what_is_no_continuation_changes_nothing(
    services: Services, household: Household, accept: Accept, foreign: bytes
) -> None:
    """An older number, a missing key, another office, an altered file: refused, and the file in force stays."""
    root, known = household.root(PASSPHRASE), household.statement
    terms.new_term(household, PASSPHRASE, date(2027, 12, 1), date(2028, 12, 31), cost=CHEAP)
    newest = (household.folder / STATEMENT).read_bytes()
    accept(newest)
    older = make_office_statement(root, known.office, 1, known.terms)
    fewer = make_office_statement(root, known.office, 9, known.terms[1:])
    for wrong in (older, fewer, foreign, newest.replace(b'"sig":"', b'"sig":"AAAA'), b"", b"{}"):
        with pytest.raises((KeyRefused, BadSignature)):
            accept(wrong)
        assert (services.settings.instance / OFFICE_FILE).read_bytes() == newest


def test_a_swapped_office_is_noticed_at_the_start(services: Services, accept: Accept, foreign: bytes) -> None:
    """A file of another office stops the site, and the right one mends it."""
    file = services.settings.instance / OFFICE_FILE
    right = file.read_bytes()
    file.write_bytes(foreign)
    with pytest.raises(KeyRefused, match="keys accept"):
        reopened(services)
    with pytest.raises(KeyRefused):
        accept(foreign)
    assert accept(right)[1]
    assert reopened(services).office.root == services.office.root


def test_an_older_statement_put_back_is_noticed_at_the_start(
    services: Services, household: Household, accept: Accept
) -> None:
    """A genuine older file would bring revoked keys back: the database remembers the highest number that was used."""
    file = services.settings.instance / OFFICE_FILE
    old = file.read_bytes()
    terms.revoke(household, PASSPHRASE, household.statement.terms[0].key_id, TODAY, cost=CHEAP)
    newest = (household.folder / STATEMENT).read_bytes()
    accept(newest)
    reopened(services)
    file.write_bytes(old)
    with pytest.raises(KeyRefused, match="keys accept"):
        reopened(services)
    with open_database(services.settings.database) as database, pytest.raises(KeyRefused):
        accept_statement(services.settings.instance, services.site_key, old, Numbers(database, SITE_NUMBERS))
    assert accept(newest)[1]
    assert reopened(services).office.number == 2


def test_a_lost_file_is_not_replaced_by_an_older_one(services: Services, household: Household, accept: Accept) -> None:
    """Without a file to compare with, the number that was used still counts."""
    file = services.settings.instance / OFFICE_FILE
    old = file.read_bytes()
    terms.new_term(household, PASSPHRASE, date(2027, 12, 1), date(2028, 12, 31), cost=CHEAP)
    accept((household.folder / STATEMENT).read_bytes())
    reopened(services)
    file.unlink()
    with open_database(services.settings.database) as database, pytest.raises(KeyRefused):
        accept_statement(services.settings.instance, services.site_key, old, Numbers(database, SITE_NUMBERS))
    assert not file.exists()


def test_a_lost_or_damaged_file_is_replaced_by_the_pinned_office_only(
    services: Services, accept: Accept, foreign: bytes
) -> None:
    """The root in site.pub decides whom to believe, even without a file to compare with."""
    file = services.settings.instance / OFFICE_FILE
    right = file.read_bytes()
    for damage in (lambda: file.write_bytes(b"rusak"), file.unlink):
        damage()
        with pytest.raises(KeyRefused):
            accept(foreign)
        assert accept(right)[1]


def test_a_site_statement_of_another_site_is_noticed(services: Services, folder: Path, tmp_path: Path) -> None:
    """Swapping site.pub along with office.pub does not help: it must bear the site's own key."""
    from forms_app.site.enrolment import create_site

    create_site(tmp_path / "lain", (folder / "office" / STATEMENT).read_bytes(), "Lain")
    (services.settings.instance / SITE_FILE).write_bytes((tmp_path / "lain" / SITE_FILE).read_bytes())
    with pytest.raises(KeyRefused, match="bukan milik tempat ini"):
        reopened(services)
    (services.settings.instance / SITE_FILE).unlink()
    with pytest.raises(SettingsError):
        reopened(services)


def without(services: Services, household: Household, *classes: str) -> Services:
    """Return the site with an office that has no key of these classes."""
    left = [term for term in household.statement.terms if term.retention not in classes]
    data = make_office_statement(household.root(PASSPHRASE), "Kantor", 2, left)
    return replace(services, office=read_office_statement(data))


def test_a_form_without_a_key_is_not_shown(services: Services, household: Household) -> None:
    """Nobody types anything that cannot be kept; forms of other classes work, and the standing names the shut ones."""
    site = without(services, household, "7d")
    client: FlaskClient = assemble(site).test_client()
    page = client.get("/f/1", headers={"Accept-Language": "id"})
    assert page.status_code == 400
    assert "Minta berkas kunci baru dari kantor" in page.get_data(as_text=True)
    assert client.post("/f/1", data={"full_name": "Sutinah"}).status_code == 400
    assert services.log.count() == 0
    other = next(spec for spec in site.library if not spec.secret and not spec.parts and spec.retention.office == 365)
    assert client.get(f"/f/{other.slug}").status_code == 200
    assert standing(site).keyless == ("event_registration",)
    assert keyless(services.office, services.library, TODAY) == []


def test_the_first_class_to_end_is_told(services: Services, household: Household) -> None:
    """The site can seal everything until the earliest end among the keys that its forms need."""
    terms_left = [
        replace(term, last=date(2026, 12, 24)) if term.retention == "2y" else term for term in household.statement.terms
    ]
    data = make_office_statement(household.root(PASSPHRASE), "Kantor", 2, terms_left)
    assert keys_last(read_office_statement(data), services.library, TODAY) == date(2026, 12, 24)
    assert keys_last(read_office_statement(data), services.library, date(2030, 1, 1)) is None


def test_keys_that_others_can_read_are_named(services: Services) -> None:
    """The site's open keys and its folder are looked at."""
    instance = services.settings.instance
    assert exposed_keys(instance) == []
    (instance / SITE_KEY_FILE).chmod(0o640)
    instance.chmod(0o755)
    assert exposed_keys(instance) == [instance, instance / SITE_KEY_FILE]
