"""The phone's scripts: given out by names that never change their meaning, and bundled the same way every time."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask.testing import FlaskClient

from forms_app.site.services import Services
from forms_app.site.vendor import LICENCES, PLACE, Vendor
from forms_app.translation import shipped
from tests.conftest import PHONE

BUILT = shipped("static") / "vendor"
NAMES = ("page", "sealer")


@pytest.fixture(scope="session")
def vendor() -> Vendor:
    """Return the scripts that `make setup` bundled."""
    return Vendor.read(shipped("static"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [("gzip, br", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress), ("", None, bytes)],
)
def test_a_script_is_given_out_in_every_encoding(
    client: FlaskClient, vendor: Vendor, name: str, accepted: str, encoding: str | None, unpack: Any
):
    """Under its address lies exactly what was built, for a year, as JavaScript, and in small where that is taken."""
    answer = client.get(vendor.address(name), headers={"Accept-Encoding": accepted})
    assert answer.status_code == 200
    assert answer.headers.get("Content-Encoding") == encoding
    assert unpack(answer.data) == (BUILT / vendor.files[name]).read_bytes()
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_the_licences_of_what_is_given_out_are_given_out_too(client: FlaskClient, vendor: Vendor):
    """Each script names the address, and there stands every package that the bundler took in, with its licence."""
    answer = client.get(f"{PLACE}/{LICENCES}")
    assert answer.content_type == "text/plain; charset=utf-8"
    for name in NAMES:
        assert vendor.contents[vendor.files[name]].startswith(f"/*! {PLACE}/{LICENCES} */".encode())
    wanted = json.loads((PHONE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    for package, version in wanted.items():
        assert f"{package} {version} (MIT)" in answer.text
    packages = re.findall(r"(?m)^\S+ [0-9.]+ \(MIT\)$", answer.text)
    assert answer.text.count("Permission is hereby granted") == len(packages) >= len(wanted)


@pytest.mark.parametrize(
    "file", ["manifest.json", "page.js", "page.000000000000.js", "..%2Fform.js", "../form.js", "%2e%2e/vendor", "", "."]
)
def test_nothing_else_lies_there(client: FlaskClient, file: str):
    """Another name is not found, whatever is in the folder or beside it."""
    assert client.get(f"{PLACE}/{file}").status_code == 404


def test_names_are_made_of_what_is_in_the_files(vendor: Vendor):
    """A script's name holds the start of its hash, and the manifest all of it: a changed script has another address."""
    manifest = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    assert set(NAMES) <= set(manifest) == set(vendor.files)
    for name, entry in manifest.items():
        digest = hashlib.sha256((BUILT / entry["file"]).read_bytes())
        assert entry["file"] == f"{name}.{digest.hexdigest()[:12]}.js"
        assert entry["integrity"] == f"sha256-{b64encode(digest.digest()).decode()}"


def test_a_site_keeps_the_scripts_that_its_pages_name(tmp_path: Path):
    """Bundled anew while a site runs, the old scripts are still given out by it."""
    static = shutil.copytree(BUILT, tmp_path / "vendor").parent
    before = Vendor.read(static)
    shutil.rmtree(tmp_path / "vendor")
    content = before.content(before.files["page"])
    assert content
    assert content.plain == (BUILT / before.files["page"]).read_bytes()


def test_without_scripts_there_are_no_addresses(tmp_path: Path):
    """Where nothing was bundled no page names a script, and none is found."""
    nothing = Vendor.read(tmp_path)
    assert nothing.address("page") == ""
    assert nothing.content("manifest.json") is None


def test_a_plain_form_works_without_scripts(services: Services, client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    """A product that was never bundled still opens its public forms."""
    monkeypatch.setitem(client.application.extensions, "peksos.vendor", Vendor({}, {}))
    client.application.extensions["peksos.pages"].vendor = Vendor({}, {})
    answer = client.get("/f/3")
    assert answer.status_code == 200
    assert "/static/vendor/" not in answer.text
    assert 'id="form"' in answer.text


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Return a copy of what the scripts are made of, in a folder of its own."""
    copy = tmp_path / "static" / "phone"
    shutil.copytree(PHONE, copy, ignore=shutil.ignore_patterns("node_modules"))
    shutil.copy(PHONE.parent / "expressions.js", copy.parent)
    (copy / "node_modules").symlink_to(PHONE / "node_modules")
    return copy


def test_the_same_sources_give_the_same_bytes(node: str, sources: Path):
    """Bundled again, of a copy in another folder, every file is the one that is in use."""
    subprocess.run([node, sources / "build.mjs"], check=True)
    made = {file.name: file.read_bytes() for file in (sources.parent / "vendor").iterdir()}
    assert made == {file.name: file.read_bytes() for file in BUILT.iterdir()}


def test_a_build_that_breaks_off_leaves_the_one_before(node: str, sources: Path):
    """A script that is none stops the build, and what was there is still there, and whole."""
    shutil.copytree(BUILT, sources.parent / "vendor")
    (sources / "sealer.js").write_text("const", encoding="utf-8")
    assert subprocess.run([node, sources / "build.mjs"], check=False, capture_output=True).returncode != 0
    assert Vendor.read(sources.parent) == Vendor.read(BUILT.parent)
