"""When the disk takes nothing: no false receipt, a plain page that keeps the answers, and everything works again."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forms_app.errors import StorageFull
from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.site.backing import back_up, try_restore
from forms_app.site.packing import make_package
from forms_app.site.services import Services, open_site
from forms_app.storage.reserve import RESERVE_FILE
from tests.conftest import NOW, NUMBERS, PASSWORD, nonce_of
from tests.site.small_disk import DoubtfulDisk, SmallDisk, doubtful_disk, small_disk
from tests.site.test_desk import sign_in

ANSWERS = {"reg_kind": "guru", "full_name": 'Sutinah "Ibu" <b>', "photo_ok": "tidak", "agree": "true"}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """Return a small disk."""
    with small_disk(tmp_path / "disk") as made:
        yield made


@pytest.fixture
def site(disk: SmallDisk, world: Path) -> Iterator[Services]:
    """Return a site that lives on the small disk."""
    shutil.copytree(world / "instance", disk.folder / "instance")
    opened = open_on(disk)
    yield opened
    opened.close()


def open_on(disk: SmallDisk | DoubtfulDisk) -> Services:
    """Open the site on a small disk."""
    mapping = {"PEKSOS_INSTANCE": str(disk.folder / "instance"), **NUMBERS}
    return replace(open_site(Settings.from_mapping(mapping)), clock=lambda: NOW)


def visitor(site: Services) -> FlaskClient:
    """Return a browser at a site."""
    client = assemble(site).test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "id"
    return client


def send(client: FlaskClient, nonce: str = "", **answers: str) -> TestResponse:
    """Fill in a registration and send it."""
    nonce = nonce or nonce_of(client.get("/f/1").get_data(as_text=True))
    return client.post("/f/1", data={"_nonce": nonce, **ANSWERS, **answers})


def fields(page: str) -> dict[str, str]:
    """Return what the page would send again."""
    return {unescape(name): unescape(value) for name, value in re.findall(r'name="([^"]*)" value="([^"]*)"', page)}


def test_a_full_disk_takes_nothing_and_loses_nothing(disk: SmallDisk, site: Services) -> None:
    """The page says that nothing was received and holds the answers; when there is room again they are taken, once."""
    client = visitor(site)
    kept = send(client)
    assert kept.status_code == 303
    disk.fill()
    refused = send(client)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 507
    assert refused.headers["Retry-After"] == "30"
    assert "Isian Anda belum kami terima." in page
    assert "Jangan tutup halaman ini" in page
    assert "0899-0000-0001" in page
    assert {**fields(page), "_nonce": ""} == {**ANSWERS, "_nonce": ""}
    assert [site.log.count(), client.get(kept.location).status_code] == [1, 200]
    disk.free()
    again = [client.post("/f/1", data=fields(page)) for _ in range(2)]
    assert [one.status_code for one in again] == [303, 303]
    assert again[0].location == again[1].location
    assert site.log.verify().seq == site.log.count() == 2
    assert site.reserve is not None
    assert site.reserve.held


def test_the_reserve_lets_the_desk_and_the_carrying_go_on(disk: SmallDisk, site: Services, tmp_path: Path) -> None:
    """On a full disk people sign in, a package and a backup are made, and only new answers wait."""
    client = visitor(site)
    send(client)
    disk.fill()
    assert (disk.folder / "instance" / RESERVE_FILE).stat().st_size == site.settings.reserve
    assert send(client).status_code == 507
    assert not (disk.folder / "instance" / RESERVE_FILE).exists()
    assert sign_in(client).status_code == 303
    assert client.get("/desk/").status_code == 200
    assert make_package(site, disk.folder / "instance" / "package.peksos").records == 1
    done, _ = back_up(site, disk.folder / "instance" / "a.bak")
    assert try_restore(disk.folder / "instance" / "a.bak", {}).backup == done
    assert [send(client).status_code for _ in range(5)] == [507] * 5
    disk.free()
    assert send(client).status_code == 303
    assert (disk.folder / "instance" / RESERVE_FILE).stat().st_size == site.settings.reserve


def test_who_comes_first_with_a_package_gets_the_reserve(disk: SmallDisk, site: Services) -> None:
    """A package or a backup that meets the full disk before any answer did is made on the reserve too, unasked."""
    send(visitor(site))
    disk.fill()
    folder = disk.folder / "instance"
    assert site.with_room(lambda: make_package(site, folder / "a.peksos")).records == 1
    assert not (folder / RESERVE_FILE).exists()
    with pytest.raises(StorageFull):
        site.with_room(lambda: fill_up(disk, site, folder / "b.peksos"))


def fill_up(disk: SmallDisk, site: Services, path: Path) -> None:
    """Take the last room away, then make a package."""
    disk.fill()
    make_package(site, path)


def test_programs_are_told_in_json(disk: SmallDisk, site: Services) -> None:
    """What no browser's form has sent is answered in JSON: not stored, and when to try again."""
    client = visitor(site)
    disk.fill()
    send(client)
    told = client.post("/f/1", data=b"{}", content_type="application/json")
    assert told.status_code == 507
    assert told.get_json() | {"text": ""} == {
        "code": "storage-full",
        "stored": False,
        "text": "",
        "retry_after": 30,
    }


def test_a_locked_disk_is_told_and_pages_are_still_shown(disk: SmallDisk, site: Services) -> None:
    """A disk that can only be read: forms, receipts and help are shown, a POST says why not, and recovers by itself."""
    kept = send(visitor(site)).location
    site.close()
    disk.lock()
    locked = open_on(disk)
    client = visitor(locked)
    try:
        shown = [client.get(path).status_code for path in ("/f/1", kept, "/bantuan", "/", "/readyz")]
        assert shown == [200] * 5
        refused = [send(client) for _ in range(3)]
        page = refused[-1].get_data(as_text=True)
        assert [one.status_code for one in refused] == [503] * 3
        assert "Disk komputer ini hanya bisa dibaca. Belum ada yang tersimpan." in page
        assert fields(page)["full_name"] == ANSWERS["full_name"]
        disk.unlock()
        assert client.post("/f/1", data=fields(page)).status_code == 303
        assert locked.log.count() == 2
    finally:
        locked.close()


def test_a_disk_that_the_system_gives_up_under_a_running_site(tmp_path: Path, world: Path) -> None:
    """From one moment on nothing can be written: no receipt, pages still shown; after a restart all that had one is."""
    with doubtful_disk(tmp_path / "ext4") as disk:
        shutil.copytree(world / "instance", disk.folder / "instance")
        os.sync()
        site = open_on(disk)
        client = visitor(site)
        receipts = [send(client) for _ in range(3)]
        disk.give_up()
        refused = [send(client) for _ in range(3)]
        assert {one.status_code for one in refused} <= {500, 503}
        assert all("Belum ada yang tersimpan" in one.get_data(as_text=True) for one in refused)
        assert [client.get(path).status_code for path in ("/f/1", receipts[0].location, "/bantuan")] == [200] * 3
        site.close()
        disk.repair()
        site = open_on(disk)
        client = visitor(site)
        assert site.log.verify().seq == site.log.count() == 3
        assert [client.get(one.location).status_code for one in receipts] == [200] * 3
        again = client.post("/f/1", data=fields(refused[-1].get_data(as_text=True)))
        assert (again.status_code, site.log.count()) == (303, 4)
        site.close()


def test_the_page_is_in_the_language_of_the_reader(disk: SmallDisk, site: Services) -> None:
    """Whoever reads English is told in English, and sends again in English."""
    client = visitor(site)
    disk.fill()
    nonce = nonce_of(client.get("/f/1").get_data(as_text=True))
    page = client.post("/f/1?lang=en", data={"_nonce": nonce, **ANSWERS}).get_data(as_text=True)
    assert '<html lang="en">' in page
    assert 'action="/f/1?lang=en"' in page


def test_passwords_are_never_put_into_the_page(disk: SmallDisk, site: Services) -> None:
    """What is refused at the desk says so without repeating anything that was typed."""
    client = visitor(site)
    disk.fill()
    told = sign_in(client)
    assert told.status_code == 507
    assert PASSWORD not in told.get_data(as_text=True)
    assert "Ulangi sekali lagi" in told.get_data(as_text=True)
    assert sign_in(client).status_code == 303
