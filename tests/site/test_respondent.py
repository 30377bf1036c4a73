"""The respondent's way through real pages, without a browser: scan, fill, receipt, and everything that can go wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from forms_app.site.app import assemble
from forms_app.site.services import Services
from forms_app.storage.documents import Event
from tests.conftest import NOW, nonce_of
from tests.phone import Phone

REGISTRATION = {
    "reg_kind": "ortu",
    "full_name": 'Sutinah "Ibu" Bin\'t Contoh, 😔',
    "phone": "0812-3456-7890",
    "rel": "ibu",
    "child_n": "2",
    "children-0-nick": "Dimas",
    "children-0-kelas": "1",
    "children-1-nick": "Sari",
    "children-1-kelas": "4",
    "photo_ok": "tidak",
    "agree": "true",
}


def path_of(event: Event, slug: str = "1") -> str:
    """Return the address of one of the event's forms."""
    return f"/e/{event.code.lower()}/{slug}"


def open_page(client: FlaskClient, path: str) -> str:
    """Return a page, which must be there."""
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def send(client: FlaskClient, path: str, nonce: str, **changes: str):
    """Post the registration with these changes."""
    return client.post(path, data={**REGISTRATION, "_nonce": nonce, **changes})


def test_the_poster_address_opens_the_first_form(client: FlaskClient, services: Services, event: Event):
    """The upper-case address with the office's words, as the QR code holds it, opens the registration."""
    page = open_page(client, f"/E/{event.code}/{services.office.words.upper()}")
    assert "Pendaftaran kegiatan" in page
    assert "SD Contoh" in page


def test_a_poster_of_another_office_is_refused(client: FlaskClient, event: Event):
    """An address with other fingerprint words is not filled in."""
    answer = client.get(f"/E/{event.code}/LUSAB-BABAD-GUTIH-TUGAD-LUSAB-BABAD-GUTIH-TUGAD")
    assert answer.status_code == 403
    assert "Poster ini bukan milik kantor" in answer.get_data(as_text=True)


def test_a_sent_form_leads_to_its_receipt(client: FlaskClient, event: Event, services: Services):
    """A good POST answers 303, and the receipt shows a code of ten digits."""
    answer = send(client, path_of(event), nonce_of(open_page(client, path_of(event))))
    assert answer.status_code == 303
    receipt = client.get(answer.headers["Location"])
    assert receipt.status_code == 200
    assert re.search(r"\b\d{5} \d{5}\b", receipt.get_data(as_text=True))
    assert "atau simpan gambar layar" in receipt.get_data(as_text=True)
    assert services.log.count(form="event_registration", event=event.code) == 1


def test_a_receipt_opened_later_still_tells_the_day_of_sending(client: FlaskClient, event: Event, services: Services):
    """The day that the log keeps, not the moment of looking at it."""
    answer = send(client, path_of(event), nonce_of(open_page(client, path_of(event))))
    later = assemble(replace(services, clock=lambda: NOW + timedelta(days=5))).test_client()
    page = later.get(answer.headers["Location"], headers={"Accept-Language": "id"}).get_data(as_text=True)
    assert "23 November 2026" in page
    assert "28 November 2026" not in page


def test_the_same_page_sent_three_times_is_one_record(client: FlaskClient, event: Event, services: Services):
    """Tap, retry and queue send the same answers again: one record, one receipt."""
    nonce = nonce_of(open_page(client, path_of(event)))
    places = {send(client, path_of(event), nonce).headers["Location"] for _ in range(3)}
    assert len(places) == 1
    assert services.log.count() == 1


def test_a_changed_answer_on_the_same_page_is_a_second_record(client: FlaskClient, event: Event, services: Services):
    """Back, change, send: both are kept."""
    nonce = nonce_of(open_page(client, path_of(event)))
    first = send(client, path_of(event), nonce)
    second = send(client, path_of(event), nonce, full_name="Sutini")
    assert first.headers["Location"] != second.headers["Location"]
    assert services.log.count() == 2


def test_metadata_does_not_make_another_record(client: FlaskClient, event: Event, services: Services):
    """The same answers in another language are the same record."""
    nonce = nonce_of(open_page(client, path_of(event)))
    send(client, path_of(event), nonce)
    send(client, f"{path_of(event)}?lang=en", nonce)
    assert services.log.count() == 1


def test_an_access_need_becomes_a_record_of_its_own(client: FlaskClient, event: Event, services: Services):
    """Answers of a part are appended beside the main record, in the same commit."""
    send(client, path_of(event), nonce_of(open_page(client, path_of(event))), access="kursi_roda")
    assert services.log.counts_by(event.code) == {"event_registration": 1, "event_registration/access": 1}


def test_what_is_missing_stands_beside_the_question_and_in_the_summary(client: FlaskClient, event: Event):
    """A wrong POST shows the same page again, with messages, the typed answers, and the same nonce."""
    nonce = nonce_of(open_page(client, path_of(event)))
    answer = send(client, path_of(event), nonce, phone="0812-34", agree="")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert answer.mimetype == "text/html"
    shown = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert shown.count("Nomor HP belum sesuai. Contoh: 0812-3456-7890.") == 2
    assert 'href="#f-phone"' in page
    assert 'value="0812-34"' in page
    assert "Sutinah &#34;Ibu&#34; Bin&#39;t Contoh, 😔" in page
    assert nonce_of(page) == nonce


def test_a_wrong_form_stores_nothing(client: FlaskClient, event: Event, services: Services):
    """Nothing is kept of a POST that was not accepted."""
    send(client, path_of(event), nonce_of(open_page(client, path_of(event))), agree="")
    assert services.log.count() == 0


def test_asking_for_more_entries_shows_them_without_complaint(client: FlaskClient, event: Event, services: Services):
    """Without script, the button of a repeat shows as many entries as asked for."""
    nonce = nonce_of(open_page(client, path_of(event)))
    answer = client.post(
        path_of(event), data={"_nonce": nonce, "reg_kind": "ortu", "child_n": "3", "_more": "children"}
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'name="children-2-nick"' in page
    assert 'name="children-3-nick"' not in page
    assert "Bagian ini belum diisi" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert services.log.count() == 0


def test_an_irrelevant_answer_is_dropped_without_complaint(client: FlaskClient, event: Event):
    """A teacher who left the children's page filled in is not asked about it."""
    nonce = nonce_of(open_page(client, path_of(event)))
    assert send(client, path_of(event), nonce, reg_kind="guru", child_n="99").status_code == 303


def test_the_checklist_answers_with_its_card_and_no_url(client: FlaskClient, services: Services, phone: Phone):
    """A form whose outcome is shown ends on the phone with the card and the receipt; nothing of it may be stored."""
    spec = services.library.by_id("detection_checklist_teacher")
    ended = phone.send(client, spec, {**dict(spec.sample), "p1": "1", "facts": "Luka di lengan."})
    assert ended.status == 200
    assert "HARI INI" in ended.page
    assert "Jangan simpan gambar layar" in ended.page
    assert "atau simpan gambar layar" not in ended.page
    assert f"{ended.receipt[:5]} {ended.receipt[5:]}" in ended.page
    assert "/r/" not in ended.page
    assert client.get("/f/5").headers["Cache-Control"] == "no-store"
    assert services.log.count(kind="s") == 1
    assert services.log.count(form=spec.form_id) == 0


@pytest.mark.parametrize("slug", ["5", "6", "7"])
def test_a_plain_answer_to_a_secret_form_is_refused(client: FlaskClient, services: Services, slug: str):
    """Whoever posts it anyway is told so, nothing is stored, and no answer is repeated."""
    spec = services.library.by_slug(slug)
    for headers in ({}, {"Accept": "application/json"}):
        answer = client.post(f"/f/{slug}", data={**dict(spec.sample), "facts": "Luka di lengan."}, headers=headers)
        assert answer.status_code == 403
        assert "hanya diterima tersegel" in answer.get_data(as_text=True)
        assert "Luka" not in answer.get_data(as_text=True)
    assert services.log.head().seq == 0


def test_the_receipt_of_a_secret_form_says_nothing_of_it(client: FlaskClient, services: Services, phone: Phone):
    """Code and time, but no title, no card, no link to the form."""
    spec = services.library.by_id("detection_checklist_teacher")
    assert phone.send(client, spec, dict(spec.sample)).status == 200
    entry = next(iter(services.log.entries()))
    import base64

    page = client.get(f"/r/{base64.b32encode(entry.record_id).decode().rstrip('=').lower()}").get_data(as_text=True)
    assert "Pengamatan" not in page
    assert "Formulir 5" not in page
    assert "/f/5" not in page
    assert "atau simpan gambar layar" not in page


@pytest.mark.parametrize(
    "path", ["/e/zzzzzz", "/e/<script>", "/f/99", "/r/abc", "/r/" + "a" * 26, "/nirgends", "/e/k7q2mx/1"]
)
def test_what_is_not_there_is_a_plain_404(client: FlaskClient, path: str):
    """Unknown codes, forms and receipts say what to do, and repeat nothing that was sent."""
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Periksa lagi" in answer.get_data(as_text=True)
    assert "<script>" not in re.sub(r"<script>[^<]*</script>", "", answer.get_data(as_text=True))


@pytest.mark.parametrize(("days", "said"), [(-3, "belum dibuka"), (3, "sudah ditutup")])
def test_an_event_outside_its_hours_says_when(services: Services, event: Event, days: int, said: str):
    """Before it opens and after it closes, the event says so and takes nothing."""
    moved = replace(services, clock=lambda: NOW + timedelta(days=days))
    client = assemble(moved).test_client()
    answer = client.get(path_of(event), headers={"Accept-Language": "id"})
    assert answer.status_code == 403
    assert said in answer.get_data(as_text=True)
    assert send(client, path_of(event), "x").status_code == 403
    assert services.log.count() == 0


def test_the_door_leads_to_the_event_however_the_code_is_typed(client: FlaskClient, event: Event):
    """Small letters, spaces and hyphens do not matter."""
    typed = f" {event.code[:3].lower()}-{event.code[3:].lower()} "
    answer = client.get("/", query_string={"code": typed})
    assert answer.headers["Location"].endswith(f"/e/{event.code.lower()}")


def test_the_door_asks_again_for_a_wrong_code(client: FlaskClient):
    """A code that nobody knows is asked for again, with what was typed."""
    page = client.get("/", query_string={"code": 'ab"c'}).get_data(as_text=True)
    assert "Kode ini belum kami kenal" in page
    assert 'value="ab&#34;c"' in page


def test_pages_follow_the_browsers_language(client: FlaskClient, event: Event):
    """An English browser reads English, `?lang=` wins, and the switch stays on the same page."""
    english = client.get(path_of(event), headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "How are you attending" in english
    assert f'href="{path_of(event)}?lang=id"' in english
    chosen = client.get(f"{path_of(event)}?lang=id", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert "Bapak/Ibu hadir sebagai apa?" in chosen


def test_a_foreign_page_cannot_send(client: FlaskClient, event: Event, services: Services):
    """A POST that the browser calls cross-site is refused."""
    data = {**REGISTRATION, "_nonce": nonce_of(open_page(client, path_of(event)))}
    answer = client.post(path_of(event), data=data, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert services.log.count() == 0


def test_a_secret_form_is_not_shown_over_plain_http(client: FlaskClient):
    """On a network address without TLS the checklist explains itself and shows the help numbers."""
    answer = client.get("/f/5", base_url="http://192.0.2.7")
    assert answer.status_code == 403
    assert "https" in answer.get_data(as_text=True)
    assert client.get("/f/5", base_url="https://sekolah.example").status_code == 200


@pytest.mark.parametrize(("proxies", "status"), [(0, 403), (1, 200)])
def test_a_proxy_is_believed_only_if_it_is_ours(services: Services, proxies: int, status: int):
    """X-Forwarded-Proto opens the checklist only behind a proxy that the settings name."""
    behind = replace(services, settings=replace(services.settings, proxies=proxies))
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "sekolah.example"}
    answer = assemble(behind).test_client().get("/f/5", base_url="http://192.0.2.7", headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/", "/bantuan", "/keluar", "/f/5", "/healthz", "/desk/masuk"])
def test_every_page_is_guarded_by_headers(client: FlaskClient, path: str):
    """No sniffing, no referrer, no framing, and only hashed scripts."""
    answer = client.get(path)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    source, action = ("'self'", "'none'") if path == "/f/5" else ("'none'", "'self'")
    policy = answer.headers["Content-Security-Policy"]
    assert f"default-src {source};" in policy
    assert f"form-action {action};" in policy
    assert "unsafe" not in policy
    assert "Set-Cookie" not in answer.headers or path.startswith("/desk")
    assert answer.mimetype == ("text/plain" if path == "/healthz" else "text/html")


def test_without_a_key_of_today_no_form_is_shown(services: Services, event: Event):
    """Before anything is typed, the page says that the office's key has run out."""
    late = replace(services, clock=lambda: NOW + timedelta(days=3650))
    client = assemble(late).test_client()
    answer = client.get("/f/5", headers={"Accept-Language": "id"})
    assert answer.status_code == 400
    assert "Kunci kantor" in answer.get_data(as_text=True)


def test_too_large_a_post_is_refused_kindly(client: FlaskClient, event: Event):
    """More than any form can hold is a 413 with a plain page."""
    answer = client.post(path_of(event), data={"full_name": "x" * 300_000})
    assert answer.status_code == 413
    assert "terlalu panjang" in answer.get_data(as_text=True)


@pytest.mark.parametrize("value", ["\x00", "a\x00b", "\ud800", "\u202eabc", "é" * 500, "x" * 5000, "\u0301" * 300])
def test_hostile_text_is_kept_or_refused_but_never_a_500(client: FlaskClient, event: Event, value: str):
    """NUL, surrogates, right-to-left marks, endless and combining text: 303 or 422."""
    nonce = nonce_of(open_page(client, path_of(event)))
    body = {**REGISTRATION, "_nonce": nonce, "full_name": value.encode("utf-8", "surrogatepass")}
    assert client.post(path_of(event), data=body).status_code in (303, 422)


@pytest.mark.parametrize("nonce", ["", "x", "A" * 24, "é" * 24, "=" * 24, "A" * 5000])
def test_a_broken_nonce_still_stores_the_answers(client: FlaskClient, event: Event, services: Services, nonce: str):
    """A page whose nonce was lost is a new filling, not an error."""
    assert send(client, path_of(event), nonce).status_code == 303
    assert services.log.count() == 1


def test_an_unforeseen_error_says_that_nothing_was_stored_and_logs_no_answer(
    client: FlaskClient, event: Event, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """A fault inside gives a plain page, and the log holds its place but no answer."""
    nonce = nonce_of(open_page(client, path_of(event)))

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError(REGISTRATION["full_name"])

    monkeypatch.setattr("forms_app.site.intake.seal", broken)
    answer = send(client, path_of(event), nonce)
    assert answer.status_code == 500
    assert "belum tersimpan" in answer.get_data(as_text=True)
    assert "Sutinah" not in caplog.text
    assert "RuntimeError" in caplog.text
