"""`peksos preview`: the real form of one file, with its problems beside it, and nothing of it stored anywhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from werkzeug.test import Client

from forms_app.cli.preview import preview_app
from forms_app.cli.rehearsal import open_rehearsal
from forms_app.cli.workshop import Workshop
from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.specs.reader import read_spec
from forms_app.translation import shipped
from tests.conftest import nonce_of

PROGRAM = Path(sys.executable).with_name("peksos")
FORM = "event_registration"
GUEST = {"reg_kind": "guru", "full_name": "Sutinah", "photo_ok": "tidak", "access": "alergi", "agree": "true"}


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    """Return a folder with a copy of the shipped forms."""
    return Path(shutil.copytree(shipped("form_specs"), tmp_path / "forms"))


@pytest.fixture
def workshop(forms: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    """Return a workshop for the registration."""
    monkeypatch.setenv("PEKSOS_LANGUAGE", "id")
    made = Workshop(forms / f"{FORM}.yaml", Settings(instance=forms / "instance"))
    yield made
    made.close()


@pytest.fixture
def client(workshop: Workshop) -> Client:
    """Return a browser on the preview."""
    return Client(preview_app(workshop))


def edit(path: Path, old: str, new: str) -> None:
    """Save a form file anew."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def state(client: Client) -> dict[str, Any]:
    """Return what the page's script gets."""
    found: dict[str, Any] = json.loads(client.get("/-/state").get_data(as_text=True))
    return found


def send(client: Client, **answers: str) -> int:
    """Fill the form in, in its frame, and return the status of the answer."""
    address = state(client)["address"]
    nonce = nonce_of(client.get(address).get_data(as_text=True))
    return client.post(address, data={"_nonce": nonce, **GUEST, **answers}).status_code


def test_the_page_says_that_all_is_a_trial(client: Client):
    """DATA CONTOH stands at the top, and no page elsewhere may frame it or be framed by it."""
    answer = client.get("/")
    assert "DATA CONTOH" in answer.get_data(as_text=True)
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for name in ("preview.css", "preview.js"):
        assert client.get(f"/-/{name}").status_code == 200
    assert client.get("/-/other").status_code == 404


def test_the_form_is_the_sites_own(client: Client, forms: Path):
    """Page and policy are those that people get; only its frame is allowed, which no other page may be."""
    spec = read_spec((forms / f"{FORM}.yaml").read_text(encoding="utf-8"), "f", forms)
    site = open_rehearsal([spec], Settings())
    there = assemble(site.services).test_client().get("/e/cnt234/1")
    here = client.get(state(client)["address"])
    plain, framed = (re.sub(r'value="[\w=-]{24}"', "", one.get_data(as_text=True)) for one in (there, here))
    assert framed == plain
    policy = there.headers["Content-Security-Policy"]
    assert here.headers["Content-Security-Policy"] == policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    assert here.headers["Content-Security-Policy"] != policy
    site.services.close()


def test_a_save_shows_at_once(client: Client, forms: Path):
    """The number grows, and so does the page: of the form's own file, of a block, of a list."""
    before = state(client)
    assert state(client)["number"] == before["number"]
    edit(forms / f"{FORM}.yaml", "label: Nama lengkap", "label: {id: Nama yang lain, en: Another name}")
    after = state(client)
    assert after["number"] == before["number"] + 1
    assert after["form"] != before["form"]
    assert "Nama yang lain" in client.get(after["address"]).get_data(as_text=True)
    edit(forms / "choices" / "kelurahan.csv", "Banjarsari,Banjarsari", "Banjar Baru,Banjar Baru")
    assert "Banjar Baru" in client.get(state(client)["address"]).get_data(as_text=True)


def test_a_block_beside_the_file_is_watched(forms: Path):
    """What a form takes in counts as the form."""
    workshop = Workshop(forms / "detection_checklist_teacher.yaml", Settings())
    first = workshop.look()
    edit(forms / "blocks" / "staff.yaml", "label: Nama Bapak/Ibu", "label: Nama guru")
    second = workshop.look()
    assert first.stand is not None
    assert second.stand is not None
    assert second.stand.spec.digest != first.stand.spec.digest
    workshop.close()


def test_a_mistake_leaves_the_last_good_form(client: Client, forms: Path):
    """Every problem is shown with place, code, message and its line; the form stays until the file is mended."""
    good = state(client)
    assert "Formulir sudah benar." in good["panel"]
    edit(forms / f"{FORM}.yaml", "appearance: tel", "appearance: telp")
    bad = state(client)
    line = next(n for n, one in enumerate((forms / f"{FORM}.yaml").read_text().splitlines(), 1) if "telp" in one)
    assert bad["problems"] == 1
    assert (bad["form"], bad["address"]) == (good["form"], good["address"])
    assert f"<b>baris {line}</b>" in bad["panel"]
    assert "<code>appearance.unknown</code>" in bad["panel"]
    assert "        appearance: telp" in bad["panel"]
    assert "versi terakhir yang baik" in bad["panel"]
    assert client.get(bad["address"]).status_code == 200
    edit(forms / f"{FORM}.yaml", "appearance: telp", "appearance: tel")
    assert "Formulir sudah benar." in state(client)["panel"]


def test_a_form_that_the_gate_refuses_is_shown_all_the_same(client: Client, forms: Path):
    """What is missing is said, and the author sees the form."""
    edit(forms / f"{FORM}.yaml", "label: Nama lengkap", "label: Nama yang baru")
    found = state(client)
    assert "<code>language.missing</code>" in found["panel"]
    assert "belum boleh dipakai" in found["panel"]
    assert "Nama yang baru" in client.get(found["address"]).get_data(as_text=True)


def test_what_stands_in_the_file_never_becomes_markup(client: Client, forms: Path):
    """A mistake in a line with tags shows the tags."""
    edit(forms / f"{FORM}.yaml", "label: Nama lengkap", 'label: "<img src=x onerror=alert(1)> ${full_name}"')
    panel = state(client)["panel"]
    assert "<img" not in panel
    assert "&lt;img" in panel
    assert "<img src=x" not in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize("content", [None, "", "form_id: [\n", "\xff"])
def test_a_file_that_is_no_form(forms: Path, content: str | None):
    """From the start: the reason is shown, there is no form to frame, and a good save brings it."""
    path = forms / "new.yaml"
    if content is not None:
        path.write_bytes(content.encode("latin-1"))
    workshop = Workshop(path, Settings())
    client = Client(preview_app(workshop))
    found = state(client)
    assert (found["form"], found["address"], found["problems"] > 0) == ("", "", True)
    assert client.get("/").status_code == 200
    assert client.get("/f/20").status_code == 404
    shutil.copyfile(forms / f"{FORM}.yaml", path)
    assert state(client)["address"] == "/e/cnt234/1"
    workshop.close()


def test_a_trial_shows_what_would_be_kept(client: Client):
    """Answers with their labels, each part with its readers and periods, the size; a refused filling shows nothing."""
    assert send(client, full_name="") == 422
    assert "Sutinah" not in state(client)["panel"]
    assert send(client) == 303
    panel = state(client)["panel"]
    assert "Catatan utama" in panel
    assert "Bagian access" in panel
    assert "Sutinah" in panel
    assert "guru (Guru)" in panel
    assert "alergi (Alergi makanan)" in panel
    assert "Disimpan 7 hari di tempat kegiatan, 7 hari di kantor." in panel
    assert re.search(r"Tersegel: [1-9]\d{3} byte\.", panel)


def test_a_trial_of_a_form_with_an_outcome(forms: Path, monkeypatch: pytest.MonkeyPatch):
    """Level, card and calculated values are shown, of the form's own sample too."""
    monkeypatch.setenv("PEKSOS_LANGUAGE", "id")
    workshop = Workshop(forms / "detection_checklist_teacher.yaml", Settings())
    client = Client(preview_app(workshop))
    assert state(client)["sample"] is True
    panel = json.loads(client.post("/-/sample").get_data(as_text=True))["panel"]
    assert "<b>low</b>" in panel
    assert "Rendah" in panel
    assert "c_sum" in panel
    workshop.close()


def test_nothing_is_stored(client: Client, workshop: Workshop, forms: Path):
    """No file appears, and what was tried is forgotten with the next form."""
    before = sorted(path for path in forms.parent.rglob("*"))
    assert send(client) == 303
    edit(forms / f"{FORM}.yaml", "label: Nama lengkap", "label: {id: Nama lain, en: Other}")
    assert "Sutinah" not in state(client)["panel"]
    stand = workshop.look().stand
    assert stand is not None
    assert stand.rehearsal.services.log.count() == 0
    assert sorted(path for path in forms.parent.rglob("*")) == before


@pytest.mark.parametrize("host", ["evil.example", "192.0.2.1:8001", "127.0.0.1.evil.example:8001"])
def test_a_name_that_only_points_here_is_refused(client: Client, host: str):
    """A page elsewhere cannot read the preview by calling itself this machine."""
    assert client.get("/-/state", headers={"Host": host}).status_code == 403
    assert client.get("/-/state", headers={"Host": "localhost:8001"}).status_code == 200


def test_a_foreign_page_cannot_send(client: Client):
    """The site's own gate stands in the preview too."""
    address = state(client)["address"]
    assert client.post(address, data=GUEST, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_the_command_serves_on_this_machine_only(forms: Path):
    """It needs no instance, names its address on loopback, listens nowhere else, and ends without a traceback."""
    environment = {**os.environ, "PEKSOS_LANGUAGE": "id", "PYTHONUNBUFFERED": "1"}
    words = [PROGRAM, "preview", forms / f"{FORM}.yaml", "--port", "0"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": forms.parent}
    with subprocess.Popen(words, env=environment, **pipes) as server:  # type: ignore[call-overload]  # three pipes
        try:
            address = re.search(r"http://127\.0\.0\.1:([1-9]\d*)", server.stdout.readline())
            assert address
            with urlopen(f"{address[0]}/", timeout=10) as answer:  # noqa: S310 - our own server
                assert b"DATA CONTOH" in answer.read()
            listening = Path("/proc/net/tcp").read_text().splitlines() + Path("/proc/net/tcp6").read_text().splitlines()
            here = [one.split()[1] for one in listening if one.split()[1].endswith(f":{int(address[1]):04X}")]
            assert "0100007F" in {one.partition(":")[0] for one in here}
            assert {one.partition(":")[0] for one in here} == {"0100007F"}
        finally:
            server.send_signal(signal.SIGINT)
            _out, told = server.communicate(timeout=20)
    assert server.returncode == 0
    assert "Traceback" not in told
    assert not (forms.parent / "instance").exists()
