"""Where forms that are sealed on the phone are served: from the origin that the office runs, where one is set."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from forms_app.errors import SettingsError
from forms_app.sealing.words import words
from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.site.kit import kit_address
from forms_app.site.services import Services
from forms_app.specs.model import FormSpec
from forms_app.specs.reader import read_spec
from forms_app.storage.documents import Event
from tests.phone import Phone

OFFICE = "https://formulir.kantor.example"
SCHOOL = "https://sekolah.example"
SECRET = ["5", "6", "7"]


def at(services: Services, origin: str) -> FlaskClient:
    """Return a browser at a site whose secret forms are served from this origin."""
    settings = Settings.from_mapping(
        {"PEKSOS_INSTANCE": str(services.settings.instance), "PEKSOS_SEALED_ORIGIN": origin}
    )
    told = replace(services, settings=replace(services.settings, sealed_origin=settings.sealed_origin))
    return assemble(told).test_client()


@pytest.fixture
def spec(services: Services) -> FormSpec:
    """Return a secret form."""
    return services.library.by_slug("5")


@pytest.mark.parametrize("slug", SECRET)
def test_a_schools_site_leads_to_the_offices(services: Services, slug: str):
    """The same form in the same language there; over plain http too, since nothing is typed here."""
    client = at(services, OFFICE)
    for base in (SCHOOL, "http://192.0.2.7", "http://127.0.0.1:8000"):
        answer = client.get(f"/f/{slug}", base_url=base)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{OFFICE}/f/{slug}")
        assert "<form" not in answer.get_data(as_text=True)
    english = client.get(f"/f/{slug}?lang=en", base_url=SCHOOL)
    assert english.headers["Location"] == f"{OFFICE}/f/{slug}?lang=en"


@pytest.mark.parametrize("slug", SECRET)
def test_a_schools_site_gives_out_no_kit(services: Services, slug: str):
    """A page from before the setting, or from a cache, cannot seal what another origin should: it is told so."""
    client, form = at(services, OFFICE), services.library.by_slug(slug)
    answer = client.get(kit_address(form, None), base_url=SCHOOL, headers={"Accept-Language": "id"})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "refused")
    assert answer.get_json()["text"] == "Formulir ini hanya dibuka di alamat kantor."


@pytest.mark.parametrize("origin", [OFFICE, f"{OFFICE}/", f"{OFFICE}:443", OFFICE.upper().replace("HTTPS", "https")])
def test_the_offices_own_origin_serves_them(phone: Phone, services: Services, spec: FormSpec, origin: str):
    """However its address is written in the settings: the page comes, and its kit; nothing leads in a circle."""
    client = at(services, origin)
    page = client.get("/f/5", base_url=OFFICE)
    assert page.status_code == 200
    assert 'id="form"' in page.get_data(as_text=True)
    assert client.get(kit_address(spec, None), base_url=OFFICE).status_code == 200


def test_over_plain_http_not_even_the_office_serves_them(services: Services, spec: FormSpec):
    """Whoever shares the Wi-Fi could change the page: neither the form nor its kit is given out."""
    for client in (at(services, OFFICE), at(services, "")):
        base = OFFICE.replace("https", "http")
        assert client.get("/f/5", base_url=base).status_code == 403
        answer = client.get(kit_address(spec, None), base_url=base)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "refused")


def test_without_the_setting_every_address_of_the_site_serves_them(services: Services, spec: FormSpec):
    """As it was: at the laptop itself, and over https under any name."""
    client = at(services, "")
    for base in (SCHOOL, OFFICE, "http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000"):
        assert client.get("/f/5", base_url=base).status_code == 200
        assert client.get(kit_address(spec, None), base_url=base).status_code == 200


def test_other_forms_stay_where_they_are(services: Services, event: Event):
    """What is not sealed on the phone is served by the school's site, with its kit for when the line fails."""
    client, form = at(services, OFFICE), services.library.by_id("event_registration")
    for base in (SCHOOL, "http://192.0.2.7"):
        assert client.get(f"/e/{event.code.lower()}", base_url=base).status_code == 200
        assert client.get(kit_address(form, event), base_url=base).status_code == 200


def test_the_event_and_the_posters_words_go_along(services: Services, event: Event):
    """A form of an event that is sealed on the phone is the event's there too, however its page was reached."""
    source = json.loads(services.library.by_id("event_registration").source) | {"seal_at": "phone"}
    sealed = read_spec(json.dumps(source), "event_registration")
    assert sealed.sealed_on_phone
    rest = tuple(one for one in services.library if one.form_id != sealed.form_id)
    client = at(replace(services, library=replace(services.library, specs=(sealed, *rest))), OFFICE)
    code, eight = event.code, words(services.office.root)
    for path in (f"/e/{code.lower()}", f"/E/{code}/{eight.upper()}", f"/e/{code.lower()}/{sealed.slug}"):
        for query in ("", "?lang=en", "?lang=en&kios=1"):
            answer = client.get(path + query, base_url=SCHOOL)
            assert (answer.status_code, answer.headers["Location"]) == (303, OFFICE + path + query)
            there = client.get(path + query, base_url=OFFICE)
            assert there.status_code == 200
            assert f'data-kit="{kit_address(sealed, event)}' in there.get_data(as_text=True)
    assert client.get(f"/e/{code}?full_name=Kenari", base_url=SCHOOL).headers["Location"] == f"{OFFICE}/e/{code}"


def test_nothing_that_was_typed_goes_along(services: Services):
    """A plain answer to a form that is served elsewhere is answered without repeating it, and nothing is stored."""
    client = at(services, OFFICE)
    answer = client.post("/f/5?words=Kenari", base_url=SCHOOL, data={"words": "Kenari"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{OFFICE}/f/5")
    assert "Kenari" not in answer.get_data(as_text=True)
    assert services.log.head().seq == 0


@pytest.mark.parametrize("origin", ["kantor.example", "ftp://kantor.example", f"{OFFICE}/f", f"{OFFICE}?x", "https://"])
def test_what_is_no_origin_is_refused_at_the_start(services: Services, origin: str):
    """The setting is named, never its value."""
    with pytest.raises(SettingsError, match="SEALED_ORIGIN") as found:
        at(services, origin)
    assert origin not in str(found.value) or origin in "https://formulir.example.id"


def test_the_office_must_be_reached_over_https(services: Services):
    """Over plain http the form would be refused there: such a setting would shut it everywhere, and is refused."""
    with pytest.raises(SettingsError, match="SEALED_ORIGIN"):
        at(services, OFFICE.replace("https", "http"))
