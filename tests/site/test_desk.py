"""The desk: who gets in, what is seen there, and what never is."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import timedelta
from threading import BoundedSemaphore

import pytest
from flask.testing import FlaskClient

from forms_app.site.app import assemble
from forms_app.site.desk import access
from forms_app.site.desk.jobs import Jobs
from forms_app.site.services import Services
from forms_app.storage.documents import Event
from tests.conftest import NOW, PASSWORD
from tests.phone import Phone
from tests.site.test_respondent import nonce_of, open_page, path_of, send

PAGES = [
    "/desk/",
    "/desk/kegiatan/K7Q2MX",
    "/desk/kegiatan/K7Q2MX/poster.pdf",
    "/desk/paket/a/1",
    "/desk/paket/unduh/1.peksos",
]


def token_of(page: str) -> str:
    """Return the token of a page of the desk."""
    found = re.search(r'name="csrf_token"\s+value="([^"]+)"', page)
    assert found
    return found.group(1)


def sign_in(client: FlaskClient, name: str = "koordinator", password: str = PASSWORD, following: str = ""):
    """Sign in at the desk as people do: the page first, then the form."""
    token = token_of(client.get("/desk/masuk").get_data(as_text=True))
    data = {"csrf_token": token, "name": name, "password": password, "next": following}
    return client.post("/desk/masuk", data=data)


@pytest.mark.parametrize("path", PAGES)
def test_without_an_account_the_desk_shows_nothing(client: FlaskClient, path: str):
    """Every page of the desk sends a stranger to the sign-in page."""
    answer = client.get(path)
    assert answer.status_code == 303
    assert "/desk/masuk" in answer.headers["Location"]


def test_a_stranger_can_make_no_package(client: FlaskClient, services: Services):
    """Posting without an account changes nothing."""
    assert client.post("/desk/paket").status_code == 303
    assert services.packages.last() is None


@pytest.mark.parametrize(
    ("name", "password"), [("koordinator", "salah"), ("siapa", PASSWORD), ("", ""), ("koordinator", "")]
)
def test_a_wrong_name_or_password_reads_the_same(client: FlaskClient, services: Services, name: str, password: str):
    """Neither the words nor the status tell which of the two was wrong; the attempt is on record."""
    answer = sign_in(client, name, password)
    assert answer.status_code == 401
    assert "belum cocok" in answer.get_data(as_text=True)
    assert [line.action for line in services.audit.lines()][-1] == "sign-in-failed"


def test_a_crowd_at_the_door_is_asked_to_wait(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    """While the passwords of others are being checked, the next one is turned away at once and told why."""
    monkeypatch.setattr("forms_app.site.desk.access._DOOR", BoundedSemaphore(1))
    with access._DOOR:
        page = sign_in(client).get_data(as_text=True)
    assert "coba lagi" in page
    assert sign_in(client).status_code == 303


def test_signing_in_needs_the_pages_token(client: FlaskClient):
    """A sign-in without the token of the form is refused."""
    assert client.post("/desk/masuk", data={"name": "koordinator", "password": PASSWORD}).status_code == 400


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient):
    """HttpOnly and SameSite=Strict always; Secure and the __Host- prefix over https (see the next test)."""
    cookie = sign_in(client).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_over_https_the_cookie_is_bound_to_the_host(services: Services):
    """A site whose public address is https sets a __Host- cookie and HSTS."""
    secure = replace(services, settings=replace(services.settings, public_url="https://formulir.example.id"))
    client = assemble(secure).test_client()
    page = client.get("/desk/masuk", base_url="https://formulir.example.id")
    assert page.headers["Set-Cookie"].startswith("__Host-peksos=")
    assert "Secure" in page.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in page.headers


def test_the_desk_shows_counts_and_no_names(client: FlaskClient, event: Event):
    """An event shows how many registered; what they wrote is nowhere."""
    send(client, path_of(event), nonce_of(open_page(client, path_of(event))))
    sign_in(client)
    page = client.get("/desk/").get_data(as_text=True)
    assert event.title in page
    assert "Sutinah" not in page
    counts = re.findall(r"<dt>([^<]+)</dt>\s*<dd>(\d+)</dd>", page)
    assert ("Pendaftaran kegiatan", "1") in counts
    assert "0 dibawa, 1 menunggu, paling lama 0 hari</p>" in page


def test_secret_reports_are_one_number_without_a_form(client: FlaskClient, services: Services, phone: Phone):
    """The desk says only how many sealed reports are to be carried today."""
    spec = services.library.by_id("detection_checklist_teacher")
    assert phone.send(client, spec, dict(spec.sample)).status == 200
    sign_in(client)
    page = client.get("/desk/").get_data(as_text=True)
    assert "0 dibawa, 0 menunggu</p>" in page
    assert page.count("laporan tersegel") == 1
    assert "Pengamatan" not in page
    assert "Formulir 5" not in page


@pytest.mark.parametrize(("ending", "start"), [("pdf", b"%PDF"), ("svg", b"<"), ("png", b"\x89PNG")])
def test_posters_come_in_three_kinds(client: FlaskClient, event: Event, ending: str, start: bytes):
    """PDF to print, SVG and PNG to send on."""
    sign_in(client)
    answer = client.get(f"/desk/kegiatan/{event.code}/poster.{ending}")
    assert answer.status_code == 200
    assert answer.data.startswith(start)
    assert client.get(f"/desk/kegiatan/{event.code}/poster.exe").status_code == 404


def test_a_package_is_made_with_progress_and_fetched(client: FlaskClient, event: Event, services: Services):
    """The button starts the work; its page tells how far it is, then where to fetch the file."""
    send(client, path_of(event), nonce_of(open_page(client, path_of(event))))
    sign_in(client)
    token = token_of(client.get("/desk/").get_data(as_text=True))
    place = client.post("/desk/paket", data={"csrf_token": token}).headers["Location"]
    for _attempt in range(100):
        answer = client.get(place)
        page = answer.get_data(as_text=True)
        if "Refresh" not in answer.headers:
            break
        time.sleep(0.05)
    assert "Paket sudah jadi" in page
    link = re.search(r'href="(/desk/paket/unduh/[^"]+)"', page)
    assert link
    with client.get(link.group(1)) as download:
        assert download.data.startswith(b'{"payloadType"')
    last = services.packages.last()
    assert last is not None
    assert last.records == 1


def test_posting_at_the_desk_needs_the_token(client: FlaskClient, services: Services):
    """A signed-in browser that is tricked into posting makes no package."""
    sign_in(client)
    assert client.post("/desk/paket").status_code == 400
    assert services.packages.last() is None


def test_a_package_name_cannot_leave_its_folder(client: FlaskClient):
    """Only stamps of digits name packages."""
    sign_in(client)
    assert client.get("/desk/paket/unduh/..%2F..%2Fsite.key.peksos").status_code == 404
    assert client.get("/desk/paket/unduh/abc.peksos").status_code == 404


@pytest.mark.parametrize("following", ["//evil.example/", "https://evil.example/", "/desk/\\evil", "/"])
def test_after_signing_in_nobody_is_sent_elsewhere(client: FlaskClient, following: str):
    """Only addresses of the desk are followed."""
    assert sign_in(client, following=following).headers["Location"] == "/desk/"


def test_signing_out_ends_the_session_at_the_site(client: FlaskClient, services: Services):
    """A copied cookie is worth nothing after signing out."""
    sign_in(client)
    kept = client.get_cookie("peksos")
    token = token_of(client.get("/desk/").get_data(as_text=True))
    client.post("/desk/keluar", data={"csrf_token": token})
    assert kept is not None
    client.set_cookie("peksos", kept.value)
    assert client.get("/desk/").status_code == 303


@pytest.mark.parametrize(("later", "inside"), [(timedelta(minutes=50), True), (timedelta(minutes=70), False)])
def test_a_quiet_hour_ends_a_session(services: Services, later: timedelta, inside: bool):
    """Who does nothing for an hour signs in again."""
    moment = [NOW]
    client = assemble(replace(services, clock=lambda: moment[0])).test_client()
    sign_in(client)
    moment[0] = NOW + later
    assert (client.get("/desk/").status_code == 200) is inside


def test_a_school_day_ends_a_session_even_if_busy(services: Services):
    """After twelve hours even a busy session ends."""
    moment = [NOW]
    client = assemble(replace(services, clock=lambda: moment[0])).test_client()
    sign_in(client)
    for half_hours in range(1, 24):
        moment[0] = NOW + half_hours * timedelta(minutes=30)
        assert client.get("/desk/").status_code == 200
    moment[0] = NOW + timedelta(hours=12, minutes=1)
    assert client.get("/desk/").status_code == 303


def test_a_job_that_fails_says_why():
    """An error in the work becomes the job's message, not a thread that dies unseen."""
    from forms_app.errors import StorageFull

    def work(_progress: object) -> None:
        raise StorageFull("Disk penuh.")

    job = Jobs().start(work)
    for _attempt in range(100):
        if job.state != "working":
            break
        time.sleep(0.01)
    assert job.state == "failed"
    assert job.message is not None
    assert "penuh" in job.message.text()
