"""Typing papers in: once, bound to their serial, refused where it must be, and right in the office's eyes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from forms_app.answers.submission import Submission
from forms_app.errors import StorageFull
from forms_app.office.household import Household
from forms_app.office.importing import import_bundle
from forms_app.office.opening import Specs, open_all, open_archived
from forms_app.sealing.layout import SealedRecord
from forms_app.site.app import assemble
from forms_app.site.packing import make_package
from forms_app.site.paper import serials
from forms_app.site.paper.typing import Typing, find
from forms_app.site.services import Services
from forms_app.specs.library import Library
from forms_app.specs.reader import read_spec
from forms_app.storage.documents import Event
from tests.conftest import NOW, PASSPHRASE, PASSWORD, TODAY, open_record
from tests.site.paper.conftest import Print
from tests.site.test_desk import sign_in, token_of
from tests.site.test_respondent import REGISTRATION

ROOT = Path(__file__).parents[3]
PROGRAM = Path(__file__).with_name("cutting.py")
Type = Callable[..., TestResponse]


@pytest.fixture
def desk(client: FlaskClient) -> FlaskClient:
    """Return a browser that is signed in at the desk."""
    assert sign_in(client).status_code == 303
    return client


@pytest.fixture
def type_in(desk: FlaskClient) -> Type:
    """Return a function that opens a paper's page and types the registration in, with some answers changed."""

    def typed(serial: str, day: str = "2026-11-22", more: str = "", **changes: str) -> TestResponse:
        path = f"/desk/paper/{serial}{more}"
        page = desk.get(f"{path}?lagi=1").get_data(as_text=True)
        data = {**REGISTRATION, "csrf_token": token_of(page), "_day": day, **changes}
        return desk.post(path, data=data)

    return typed


@pytest.fixture
def inside(services: Services, household: Household) -> Callable[[], list[Submission]]:
    """Return a function that opens everything in the log as the office would."""
    keys = household.unlock(PASSPHRASE)

    def opened() -> list[Submission]:
        records = (SealedRecord.from_bytes(entry.record or b"") for entry in services.log.entries())
        return [Submission.from_bytes(open_record(keys, record)) for record in records]

    return opened


def test_a_typed_paper_is_a_record_of_its_serial(
    type_in: Type, printing: Print, services: Services, inside: Callable[[], list[Submission]], event: Event
) -> None:
    """Petugas, paper, the day on the paper, the event, and the serial's own nonce are sealed with the answers."""
    serial = printing("event_registration").serials[0]
    assert type_in(serial).status_code == 303
    (one,) = inside()
    assert (one.filled_by, one.channel, one.event) == ("petugas", "paper", event.code)
    assert one.day.isoformat() == "2026-11-22"
    assert one.nonce == str(serials.nonce_of(serial, one.day, services.secret))
    assert one.answers["full_name"] == REGISTRATION["full_name"]


def test_the_same_paper_typed_twice_is_one_record(
    type_in: Type, printing: Print, services: Services, desk: FlaskClient
) -> None:
    """Typed in again with the same answers, even with another date, it is the record that is there."""
    serial = printing("event_registration").serials[0]
    places = {type_in(serial, day).headers["Location"] for day in ("2026-11-22", "2026-11-22", "2026-11-23")}
    assert places == {f"/desk/paper/{serial}"}
    assert services.log.count() == 1
    page = desk.get(places.pop()).get_data(as_text=True)
    assert page.count("<output>") == 1
    assert "22 November 2026" in page
    assert "koordinator" in page


def test_other_answers_are_compared_before_they_are_kept(
    type_in: Type, printing: Print, services: Services, inside: Callable[[], list[Submission]]
) -> None:
    """The desk says when and under which receipt the paper was typed in; only then a linked second record is kept."""
    serial = printing("event_registration").serials[0]
    type_in(serial)
    answer = type_in(serial, full_name="Sutini")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Kertas ini sudah diketik, dengan jawaban lain" in page
    assert "23 November 2026, 08.30 WIB" in page
    assert 'value="Sutini"' in page
    assert services.log.count() == 1
    assert type_in(serial, full_name="Sutini", _second="1").status_code == 303
    first, second = inside()
    assert first.nonce == second.nonce
    assert first.answers != second.answers
    paper = services.papers.get(serial)
    assert paper is not None
    assert len(paper.records) == 2


def test_each_copy_is_its_own(type_in: Type, printing: Print, services: Services) -> None:
    """Two families with the same answers on two papers are two records."""
    for serial in printing("event_registration", copies=2).serials:
        type_in(serial)
    assert services.log.count() == 2


def test_the_office_finds_nothing_wrong(
    type_in: Type, printing: Print, services: Services, household: Household, tmp_path: Path
) -> None:
    """Worked out anew at the office, ids, days and calculations of typed papers and their parts are right."""
    type_in(printing("event_registration").serials[0], access="alergi", day="2026-11-20")
    first, second = printing("training_feedback_post", copies=2, language="en").serials
    sample = dict(services.library.by_id("training_feedback_post").sample)
    type_in(first, **sample)
    type_in(second, day="2026-09-01", **sample)
    make_package(services, tmp_path / "paket.peksos")
    import_bundle(household, tmp_path / "paket.peksos")
    identities = household.unlock(PASSPHRASE)
    report = open_all(household, identities)
    assert (report.opened, report.flawed, report.locked) == (4, 0, 0)
    specs = Specs(household.archive)
    opened = [open_archived(one, identities, specs) for one in household.archive.records()]
    assert {one.submission.filled_by for one in opened} == {"petugas"}
    assert {one.submission.language for one in opened if one.submission.form_id.startswith("training")} == {"en"}


def test_a_paper_is_typed_in_after_the_event_too(
    printing: Print, services: Services, event: Event, folder: Path
) -> None:
    """A closed event takes no more phones, but the papers of its power cut."""
    serial = printing("event_registration").serials[0]
    later = assemble(replace(services, clock=lambda: NOW + timedelta(days=5))).test_client()
    sign_in(later)
    token = token_of(later.get(f"/desk/paper/{serial}").get_data(as_text=True))
    data = {**REGISTRATION, "csrf_token": token, "_day": "23/11/2026"}
    assert later.post(f"/desk/paper/{serial}", data=data).status_code == 303
    assert services.log.count(event=event.code) == 1


@pytest.mark.parametrize("day", ["2026-11-24", "2025-11-01", "", "besok", "31/02/2026"])
def test_an_impossible_day_is_refused_and_nothing_typed_is_lost(
    type_in: Type, printing: Print, services: Services, day: str
) -> None:
    """A day that is to come, long past, or no day comes back with the page as it was typed."""
    answer = type_in(printing("event_registration").serials[0], day)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Tanggal di kertas belum sesuai" in page
    assert 'value="0812-3456-7890"' in page
    assert services.log.count() == 0


def test_what_is_wrong_on_paper_comes_back(type_in: Type, printing: Print, services: Services) -> None:
    """A paper without consent is not stored, and stays among those that are not typed in."""
    made = printing("event_registration")
    answer = type_in(made.serials[0], agree="")
    assert answer.status_code == 422
    assert "Beri tanda centang" in answer.get_data(as_text=True)
    assert services.log.count() == 0
    assert services.papers.typed_in(made.batch) == 0


def test_the_page_is_the_respondents_own_without_script_or_default(
    desk: FlaskClient, printing: Print, services: Services
) -> None:
    """Marked as typed in, no script, nothing ticked beforehand, and as many children as stand on the paper."""
    serial = printing("event_registration").serials[0]
    answer = desk.get(f"/desk/paper/{serial}")
    page = answer.get_data(as_text=True)
    assert "Diketik dari kertas" in page
    assert serials.show(serial) in page
    assert "<script" not in page
    assert "_nonce" not in page
    assert not re.search(r"<(input|option)[^>]*\s(checked|selected)", page)
    assert page.count('name="children-5-nick"') == 1
    assert 'value="2026-11-23"' in page
    assert answer.headers["Cache-Control"] == "no-store"


def test_more_entries_can_be_asked_for(type_in: Type, printing: Print, services: Services) -> None:
    """The button that shows entries stores nothing and keeps what was typed."""
    answer = type_in(printing("event_registration").serials[0], child_n="8", _more="children")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'name="children-7-nick"' in page
    assert 'value="Dimas"' in page
    assert services.log.count() == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_envelope_is_refused_at_a_school(desk: FlaskClient, services: Services, method: str) -> None:
    """A secret form's serial opens no page here, whatever form its address names, and says where it belongs."""
    serial = serials.draw(services.secret, envelope=True)
    token = token_of(desk.get("/desk/paper").get_data(as_text=True))
    for more in ("", "/5", "/1"):
        data = {"csrf_token": token} if method == "post" else None
        answer = getattr(desk, method)(f"/desk/paper/{serial}{more}", data=data)
        assert answer.status_code == 403
        assert "Segel dalam amplop, antar ke kantor pusat" in answer.get_data(as_text=True)
    looked = desk.get("/desk/paper", query_string={"nomor": serial})
    assert looked.status_code == 422
    assert "formulir rahasia" in looked.get_data(as_text=True)
    assert services.log.count() == 0


def test_no_other_serial_opens_a_secret_form(desk: FlaskClient, services: Services) -> None:
    """A serial for open papers cannot be made to take a secret form in."""
    answer = desk.get(f"/desk/paper/{serials.draw(services.secret)}/5")
    assert answer.status_code == 404
    assert "Formulir 5" not in answer.get_data(as_text=True)


def test_the_office_types_envelopes_in_at_its_own_site(
    services: Services, inside: Callable[[], list[Submission]]
) -> None:
    """Where the settings say that this is the office's site, an envelope of any school is typed in, once."""
    own = replace(services, settings=replace(services.settings, office_site=True))
    client = assemble(own).test_client()
    sign_in(client)
    serial = serials.draw(b"a school's secret", envelope=True)
    chosen = client.get(f"/desk/paper/{serial}", headers={"Accept-Language": "id"}).get_data(as_text=True)
    assert "Formulir 5" in chosen
    assert "Pendaftaran" not in chosen
    path = f"/desk/paper/{serial}/5"
    data = {**dict(services.library.by_id("detection_checklist_teacher").sample), "_day": "2026-11-22"}
    data["csrf_token"] = token_of(client.get(path).get_data(as_text=True))
    for _time in range(2):
        assert client.post(path, data=data).status_code == 303
    (one,) = inside()
    assert (one.form_id, one.filled_by, one.channel) == ("detection_checklist_teacher", "petugas", "paper")
    assert not one.level_shown
    assert services.log.count(kind="s") == 1
    paper = services.papers.get(serial)
    assert paper is not None
    assert (paper.form, paper.digest) == ("", "")
    wifi, afar = "http://192.168.1.5:8000", assemble(own).test_client()
    token = token_of(afar.get("/desk/masuk", base_url=wifi).get_data(as_text=True))
    afar.post("/desk/masuk", base_url=wifi, data={"csrf_token": token, "name": "koordinator", "password": PASSWORD})
    other = serials.draw(b"a school's secret", envelope=True)
    assert afar.get("/desk/paper", base_url=wifi).status_code == 200
    assert afar.get(f"/desk/paper/{other}/5", base_url=wifi).status_code == 403  # somebody could read along


def test_a_serial_of_another_site_is_named_as_such(desk: FlaskClient, services: Services) -> None:
    """Who holds a paper of another school is told to take it there."""
    foreign = next(
        one for one in (serials.draw(b"other") for _ in range(50)) if not serials.printed_here(one, services.secret)
    )
    answer = desk.get(f"/desk/paper/{foreign}")
    assert answer.status_code == 404
    assert "tidak dicetak di komputer ini" in answer.get_data(as_text=True)


def test_a_mistyped_serial_is_named_as_such(desk: FlaskClient, printing: Print) -> None:
    """One wrong digit is not another paper."""
    serial = printing("event_registration").serials[0]
    wrong = serial[:-1] + str((int(serial[-1]) + 1) % 10)
    answer = desk.get("/desk/paper", query_string={"nomor": wrong})
    assert answer.status_code == 422
    assert "Periksa lagi 13 angkanya" in answer.get_data(as_text=True)
    assert desk.get(f"/desk/paper/{wrong}").status_code == 404


def test_a_scanned_code_opens_the_paper(desk: FlaskClient, printing: Print, event: Event) -> None:
    """The address of the QR code opens the typing page, and typed into the field it leads there."""
    serial = printing("event_registration").serials[0]
    path = f"/desk/paper/{serial}/1/{event.code}"
    assert desk.get(path).status_code == 200
    looked = desk.get("/desk/paper", query_string={"nomor": f"http://127.0.0.1:8000{path}"})
    assert looked.headers["Location"] == f"/desk/paper/{serial}"


def test_after_the_list_was_lost_a_paper_is_still_known(
    type_in: Type, printing: Print, services: Services, desk: FlaskClient, inside: Callable[[], list[Submission]]
) -> None:
    """A site restored from before the printing asks which form it is, unless the QR code says so, and takes it once."""
    made = printing("event_registration", copies=2)
    code = services.papers.batch(made.batch).event
    services.papers.remove_batch(made.batch)
    page = desk.get(f"/desk/paper/{made.serials[0]}").get_data(as_text=True)
    assert "Formulir apa ini?" in page
    assert f"/desk/paper/{made.serials[0]}/1/{code}" in page
    assert "Formulir 5" not in page
    for _time in range(2):
        assert type_in(made.serials[0], more=f"/1/{code}").status_code == 303
    (one,) = inside()
    assert one.event == code
    assert desk.get(f"/desk/paper/{made.serials[0]}").status_code == 200


def test_a_paper_is_read_by_the_form_it_was_printed_from(
    printing: Print, services: Services, inside: Callable[[], list[Submission]], tmp_path: Path
) -> None:
    """After a form has changed, its old papers show the old questions and are judged by them."""
    serial = printing("event_registration").serials[0]
    text = (ROOT / "form_specs" / "event_registration.yaml").read_text(encoding="utf-8")
    newer = read_spec(
        text.replace('version: "1"', 'version: "2"').replace("Nama lengkap", "Nama siapa"), "x", ROOT / "form_specs"
    )
    others = tuple(spec for spec in services.library if spec.form_id != newer.form_id)
    client = assemble(replace(services, library=Library((*others, newer)))).test_client()
    sign_in(client)
    page = client.get(f"/desk/paper/{serial}", headers={"Accept-Language": "id"}).get_data(as_text=True)
    assert "Nama lengkap" in page
    assert "Nama siapa" not in page
    data = {**REGISTRATION, "_day": "2026-11-23", "csrf_token": token_of(page)}
    assert client.post(f"/desk/paper/{serial}", data=data).status_code == 303
    assert [one.version for one in inside()] == ["1"]


def test_the_desk_counts_what_is_typed_in(type_in: Type, printing: Print, desk: FlaskClient) -> None:
    """Printed, typed in and left are told for each batch, and each paper's state in it; no answer is."""
    made = printing("event_registration", copies=3)
    type_in(made.serials[1])
    page = desk.get("/desk/paper").get_data(as_text=True)
    assert "3 dicetak, 1 diketik, 2 belum" in page
    batch = desk.get(f"/desk/paper/cetakan/{made.batch}").get_data(as_text=True)
    assert batch.count("Belum diketik") == 2
    assert batch.count("Sudah diketik 23 November 2026") == 1
    assert "Sutinah" not in page + batch
    assert desk.get("/desk/paper/cetakan/99").status_code == 404


def test_the_desk_prints(desk: FlaskClient, services: Services, event: Event) -> None:
    """A coordinator fetches a PDF of some copies; its papers are known at once."""
    token = token_of(desk.get("/desk/paper").get_data(as_text=True))
    data = {"csrf_token": token, "form": f"1/{event.code}", "copies": "2"}
    answer = desk.post("/desk/paper/cetak", data=data)
    assert answer.data.startswith(b"%PDF")
    assert [(batch.copies, batch.event) for batch, _typed in services.papers.batches()] == [(2, event.code)]
    assert desk.post("/desk/paper/cetak", data={**data, "form": "tidak-ada"}).status_code == 404
    assert desk.post("/desk/paper/cetak", data={"form": "1"}).status_code == 400


@pytest.mark.parametrize("path", ["/desk/paper", "/desk/paper/cetakan/1", "/desk/paper/4172903855127/1"])
def test_strangers_see_no_paper(client: FlaskClient, path: str) -> None:
    """Without an account every page about paper leads to the sign-in, and back to the paper afterwards."""
    answer = client.get(path)
    assert answer.status_code == 303
    assert "/desk/masuk" in answer.headers["Location"]


def test_typing_needs_the_pages_token(desk: FlaskClient, printing: Print, services: Services) -> None:
    """A browser that is tricked into posting stores nothing."""
    serial = printing("event_registration").serials[0]
    assert desk.post(f"/desk/paper/{serial}", data={**REGISTRATION, "_day": "2026-11-23"}).status_code == 400
    assert services.log.count() == 0


def test_two_desks_at_once_double_nothing(printing: Print, services: Services) -> None:
    """When several people type the same paper in at the same moment, each differently, one record is kept."""
    found = find(services, printing("event_registration").serials[0])
    assert found is not None
    typing = Typing(services, found, TODAY, "koordinator", "id")
    with ThreadPoolExecutor(4) as desks:
        answers = (MultiDict({**REGISTRATION, "full_name": f"Sutinah {number}"}) for number in range(4))
        typed = list(desks.map(typing.take, answers))
    assert sum(one.receipt is not None for one in typed) == 1
    assert sum(one.before is not None for one in typed) == 3
    assert services.log.count() == 1


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_power_cut_loses_and_doubles_nothing(
    folder: Path, type_in: Type, printing: Print, services: Services, moment: str
) -> None:
    """A process that dies around the commit leaves record and note together; typed in again it is one record."""
    serial = printing("event_registration").serials[0]
    command = [sys.executable, str(PROGRAM), str(folder / "instance"), serial, moment]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr
    paper = services.papers.get(serial)
    assert paper is not None
    kept = 1 if moment == "after" else 0
    assert (services.log.count(), len(paper.records)) == (kept, kept)
    assert type_in(serial, day="2026-11-23").status_code == 303
    assert services.log.count() == 1
    services.log.verify()


def test_a_full_disk_keeps_neither_record_nor_note(
    type_in: Type, printing: Print, services: Services, desk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the note cannot be written, the record is not kept either, and nothing is acknowledged."""
    serial = printing("event_registration").serials[0]

    def full(*_words: object) -> None:
        raise StorageFull("Disk penuh.")

    monkeypatch.setattr(type(services.papers), "keep", full)
    assert type_in(serial).status_code == 507
    assert services.log.count() == 0
    monkeypatch.undo()
    assert type_in(serial).status_code == 303
    assert services.log.count() == 1
