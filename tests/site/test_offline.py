"""What the site tells a phone to keep: allow-listed pages and their files, and never more than is open here."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image

from forms_app.office.household import Household
from forms_app.sealing.words import words
from forms_app.site.app import assemble
from forms_app.site.receiving import take_receipt
from forms_app.site.services import Services
from forms_app.storage.documents import Event
from tests.conftest import NOW
from tests.site.receipts import receipt, root_of, send


def asked(client: FlaskClient, at: str, lang: str = "") -> dict[str, list[dict[str, object]]]:
    """Return what belongs to a page."""
    answer = client.get("/offline.json", query_string={"at": at, **({"lang": lang} if lang else {})})
    assert answer.status_code == 200
    found: dict[str, list[dict[str, object]]] = answer.get_json()
    return found


def places(found: dict[str, list[dict[str, object]]], which: str = "pages") -> list[object]:
    """Return the addresses of its pages."""
    return [page["at"] for page in found[which]]


def code(event: Event) -> str:
    """Return an event's code as addresses write it."""
    return event.code.lower()


def test_an_events_page_brings_its_forms_and_the_help(client: FlaskClient, event: Event):
    """Both forms of the event, the list of them, the door, the help, the way out, and the outbox."""
    found = asked(client, f"/e/{code(event)}")
    event_pages = [f"/e/{code(event)}/{name}" for name in ("1", "2", "daftar")]
    assert sorted(map(str, places(found))) == sorted([*event_pages, "/", "/bantuan", "/kiriman", "/keluar"])
    assert found["lost"] == "/tanpa-internet"


def test_every_listed_page_and_file_is_there(client: FlaskClient, event: Event):
    """Nothing is named that the site would not give out, and every kit names a script of its page."""
    found = asked(client, f"/e/{code(event)}", "en")
    for page in [*found["pages"], *found["later"]]:
        assert client.get(str(page["at"])).status_code == 200
        files = page["files"]
        assert isinstance(files, list)
        for file in files:
            assert client.get(file).status_code == 200
        if page["kit"]:
            assert client.get(str(page["kit"])).get_json()["sealer"] in files
            assert str(page["kit"]) in client.get(str(page["at"])).text
    assert client.get(str(found["lost"])).status_code == 200


def test_a_page_is_known_by_every_way_to_it(client: FlaskClient, event: Event, services: Services):
    """The address on the poster with the office's words, and the one that is typed, lead to the same page."""
    first = asked(client, f"/E/{event.code}/X", "en")["pages"][0]
    code_ = code(event)
    assert first["at"] == f"/e/{code_}/1?lang=en"
    assert first["also"] == [f"/e/{code_}?lang=en", f"/e/{code_}/{words(services.office.root)}?lang=en"]


def test_the_secret_forms_are_the_same_for_everyone(client: FlaskClient, event: Event):
    """Whichever page is open, the same ones come, in the same order, after the rest."""
    found = [asked(client, at) for at in ("/", "/f/5", "/f/6", f"/e/{code(event)}")]
    assert places(found[0], "later")
    assert all(each["later"] == found[0]["later"] for each in found)
    assert not any("/f/5" in map(str, places(each)) for each in found)


def test_a_secret_form_that_is_shut_or_served_elsewhere_is_not_listed(services: Services):
    """What could not be opened here is not kept either."""
    moved = replace(services, settings=replace(services.settings, sealed_origin="https://kantor.example"))
    assert asked(assemble(moved).test_client(), "/")["later"] == []
    everything = {spec.form_id: [] for spec in services.library if spec.secret}
    assert asked(assemble(replace(services, shut=everything)).test_client(), "/")["later"] == []


@pytest.mark.parametrize("at", ["/e/zzzzzz", "/desk/", "/r/abc", "/t/x", "//", "/e/", "/f/99", "x" * 3000])
def test_what_is_no_page_of_ours_brings_only_the_help(client: FlaskClient, at: str):
    """Nothing of the desk, of a receipt or of a ticket is ever listed."""
    assert places(asked(client, at)) == ["/", "/bantuan", "/keluar", "/kiriman"]


def test_an_event_that_has_closed_takes_its_pages_away(services: Services, event: Event):
    """Its scope is named without a page, so that a phone drops what it has."""
    late = replace(services, clock=lambda: NOW + timedelta(days=3))
    found = asked(assemble(late).test_client(), f"/e/{code(event)}")
    assert f"/e/{code(event)}" in found["scopes"]
    assert not [at for at in map(str, places(found)) if at.startswith("/e/")]


def test_the_list_is_not_sent_twice(client: FlaskClient, event: Event):
    """A phone that has it is told so."""
    address = f"/offline.json?at=/e/{code(event)}"
    first = client.get(address)
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_a_page_is_fetched_again_only_when_it_has_changed(services: Services, client: FlaskClient, event: Event):
    """Another day changes nothing; another office key or another text does."""
    at = f"/e/{code(event)}"
    tags = [page["tag"] for page in asked(client, at)["pages"]]
    later = assemble(replace(services, clock=lambda: NOW + timedelta(hours=20))).test_client()
    later.environ_base["HTTP_ACCEPT_LANGUAGE"] = "id"
    assert [page["tag"] for page in asked(later, at)["pages"]] == tags
    told = replace(services, settings=replace(services.settings, help_peksos="0899-0000-0009"))
    assert not set(tags) & {page["tag"] for page in asked(assemble(told).test_client(), at)["pages"]}


def test_the_worker_is_asked_about_each_time_and_reaches_every_page(client: FlaskClient):
    """It may speak to this site alone."""
    answer = client.get("/worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get("/worker.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'"


def test_the_outbox_page_runs_only_the_products_scripts(client: FlaskClient):
    """No inline script, no form, nothing from elsewhere."""
    answer = client.get("/kiriman?lang=en")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "form-action 'none'" in policy
    assert "unsafe" not in policy
    assert answer.text.count("<script src=") == 1


def test_the_offices_newest_receipt_is_given_out(services: Services, household: Household, client: FlaskClient):
    """Nothing before the first one; then the line exactly as it was signed."""
    assert client.get("/records/kantor").status_code == 204
    send(services)
    line = receipt(services, root_of(household))
    take_receipt(services, line)
    assert client.get("/records/kantor").data == line


def test_the_home_screen_shows_a_form_and_nothing_else(client: FlaskClient):
    """Name and picture are neutral; both pictures have the size that is said of them."""
    told = json.loads(client.get("/manifest.webmanifest").data)
    assert (told["name"], told["display"], told["start_url"]) == ("Formulir", "standalone", "/")
    for one in told["icons"]:
        picture = Image.open(BytesIO(client.get(one["src"]).data))
        assert "x".join(map(str, picture.size)) == one["sizes"]
    assert client.get("/ikon-100.png").status_code == 404


def test_the_style_of_the_outbox_is_whole(client: FlaskClient):
    """No sign of the style is escaped: a rule with quotes counts, such as that of the large code."""
    page = client.get("/kiriman").get_data(as_text=True)
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert '.sent output{display:block;font:700 2.25rem/1.3 ui-monospace,"Droid Sans Mono"' in style
    assert "&#" not in style
