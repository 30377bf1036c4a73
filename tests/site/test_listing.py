"""Long lists: out of the page, sent once, kept by the phone for as long as it likes."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient

from forms_app.cli.rehearsal import rehearsal
from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.specs.reader import read_spec
from tests.site.test_asking import HEAD

SCHOOL = "  - {name: school, type: select_one_from_file schools.csv, label: Sekolah, choice_filter: 'kec = ${kec}'}\n"
KEC = "  - {name: kec, type: text, label: Kec}\n"
Serving = Callable[[int], FlaskClient]


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """Return a function that serves a form with a list of so many schools."""
    with ExitStack() as stack:

        def serve(count: int) -> FlaskClient:
            rows = "name,label,label::en,kec,npsn\n"
            rows += "".join(f"s{n},SD Contoh {n},Sample school {n},{'ab'[n % 2]},1080{n:04}\n" for n in range(count))
            (tmp_path / "choices").mkdir(exist_ok=True)
            (tmp_path / "choices" / "schools.csv").write_text(rows, encoding="utf-8")
            spec = read_spec(HEAD + KEC + SCHOOL, "asked.yaml", tmp_path)
            return assemble(stack.enter_context(rehearsal([spec], Settings())).services).test_client()

        yield serve


def address(client: FlaskClient, language: str = "id") -> str:
    """Return the address of the list that a page names."""
    page = client.get(f"/f/90?lang={language}").get_data(as_text=True)
    found = re.search(r'data-list="([^"]+)"', page)
    assert found
    return found[1]


def weight(client: FlaskClient) -> int:
    """Return the bytes of the page as a browser gets it."""
    answer = client.get("/f/90", headers={"Accept-Encoding": "br"})
    return len(answer.data) + sum(len(name) + len(value) + 4 for name, value in answer.headers)


def test_the_page_does_not_grow_with_the_list(serving: Serving):
    """Ten thousand schools weigh no more in the page than three hundred."""
    small, large = (weight(serving(count)) for count in (300, 10_000))
    assert abs(large - small) < 40
    assert large < 14_600


def test_the_list_holds_what_the_phone_needs(serving: Serving):
    """Names, labels in the page's language, and the columns that a filter looks at; no others."""
    client = serving(300)
    for language, label in (("id", "SD Contoh 7"), ("en", "Sample school 7")):
        body = json.loads(client.get(address(client, language)).data)
        assert set(body) == {"@name", "label", "@kec"}
        assert (body["@name"][7], body["label"][7], body["@kec"][7]) == ("s7", label, "b")


def test_the_list_may_be_kept_for_ever(serving: Serving):
    """Its address says what it holds: another list has another one."""
    client = serving(300)
    answer = client.get(address(client))
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert address(serving(301)) != address(client)


@pytest.mark.parametrize(("accepted", "encoding"), [("br, gzip", "br"), ("gzip", "gzip"), ("", None), ("br;q=0", None)])
def test_the_list_is_packed_as_the_browser_wants(serving: Serving, accepted: str, encoding: str | None):
    """In brotli a list of three hundred is small."""
    client = serving(300)
    answer = client.get(address(client), headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert len(json.loads(unpack(answer.data))["label"]) == 300
    assert encoding != "br" or len(answer.data) < 2_000


def test_another_process_finds_the_list_too(serving: Serving):
    """The address works where no page was shown yet: what it holds is all that it says."""
    first = serving(300)
    path, fresh = address(first), serving(300)
    assert fresh.get(path).data == first.get(path).data


@pytest.mark.parametrize("path", ["/c/x", "/c/0123.id", "/c/.id", "/c/" + "0" * 32 + ".id", "/c/" + "0" * 32 + ".fr"])
def test_what_is_no_list_is_not_there(serving: Serving, path: str):
    """Nothing but the lists of this site's forms has such an address."""
    assert serving(300).get(path).status_code == 404


def test_only_the_page_of_a_form_may_fetch_and_only_from_here(serving: Serving, client: FlaskClient):
    """Its list, its kit and the phone's scripts come from where it came from; all other pages may fetch nothing."""
    for answer in (serving(300).get("/f/90"), client.get("/f/5")):
        rules = rules_of(answer.headers["Content-Security-Policy"])
        assert rules["default-src"] == "'self'"
        assert not {"connect-src", "child-src", "frame-src", "object-src", "media-src"} & rules.keys()
    for path in ("/", "/bantuan", "/keluar"):
        rules = rules_of(client.get(path).headers["Content-Security-Policy"])
        assert rules["default-src"] == "'none'"
        assert "connect-src" not in rules


def rules_of(policy: str) -> dict[str, str]:
    """Return the sources that a Content-Security-Policy allows, by what is fetched."""
    return dict(one.strip().split(" ", 1) for one in policy.split(";"))
