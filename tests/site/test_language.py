"""One language per page: what is only heard is translated too, and the chosen language goes along the whole way."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from forms_app.site.services import Services
from forms_app.storage.documents import Event
from tests.conftest import nonce_of
from tests.site.test_respondent import open_page, path_of, send

HEARD = {"aria-label", "aria-description", "aria-roledescription", "alt", "title", "placeholder", "label"}
TITLES = {"title", "caption", "legend", "figcaption", "summary"}
NAMES = re.compile(r"PEKSOS Go to School|PEKSOS|QR")


@dataclass
class Heard(HTMLParser):
    """Collects what a screen reader says of a page beyond its plain text, in its order."""

    found: list[tuple[str, str]] = field(default_factory=list)
    inside: str = ""

    def __post_init__(self) -> None:
        """Begin to read."""
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the attributes that are read aloud."""
        self.found += [(f"{tag} {name}", value) for name, value in attrs if name in HEARD and value]
        hidden = any(name == "class" and "vh" in (value or "").split() for name, value in attrs)
        self.inside = tag if tag in TITLES or hidden else ""

    def handle_endtag(self, _tag: str) -> None:
        """Stop collecting a title's text."""
        self.inside = ""

    def handle_data(self, data: str) -> None:
        """Note the text of titles, and of what only screen readers find."""
        if self.inside and data.strip():
            self.found.append((self.inside, data.strip()))


def heard(page: str) -> list[tuple[str, str]]:
    """Return (place, text) of what a screen reader says of a page."""
    reader = Heard()
    reader.feed(page)
    return reader.found


def words(text: str, *data: str) -> str:
    """Return the words of a text that a language could change: no names, no data of the event, no single letters."""
    for one in data:
        text = text.replace(one, "")
    return " ".join(re.findall(r"[^\W\d_]{3,}", NAMES.sub("", text)))


def ways(client: FlaskClient, services: Services, event: Event) -> list[str]:
    """Return the address of every kind of page that a respondent may come to, without a language."""
    receipt = send(client, path_of(event), nonce_of(open_page(client, path_of(event)))).headers["Location"]
    ticket = re.search(r'href="(/t/[^"]+)"', open_page(client, receipt))
    assert ticket
    forms = [f"/f/{spec.slug}" for spec in services.library]
    around = ["/", "/?code=zzzzzz", "/bantuan", "/keluar", "/nirgends", "/t/nirgends", "/r/nirgends", "/e/zzzzzz"]
    kiosk = [f"{path_of(event)}?kios=1", f"{receipt}?kios=1", f"/bantuan?kios=1&dari={event.code}"]
    return [*around, *forms, path_of(event), f"/e/{event.code.lower()}/daftar", receipt, ticket[1], *kiosk]


def spoken(client: FlaskClient, way: str, language: str) -> str:
    """Return a page in a language, whatever its status."""
    join = "&" if "?" in way else "?"
    return client.get(f"{way}{join}lang={language}", base_url="https://localhost").get_data(as_text=True)


def test_what_is_only_heard_is_english_on_english_pages(client: FlaskClient, services: Services, event: Event) -> None:
    """Every label, title, caption and hidden text that has words differs from the Indonesian one at the same place."""
    same, count = [], 0
    for way in ways(client, services, event):
        indonesian, english = (heard(spoken(client, way, language)) for language in ("id", "en"))
        assert [place for place, _ in indonesian] == [place for place, _ in english], way
        for (place, ours), (_, theirs) in zip(indonesian, english, strict=True):
            if words(ours, event.title, event.school, event.place):
                count += 1
                same += [f"{way}: {place}: {ours}"] if ours == theirs else []
    assert sorted(set(same)) == []
    assert count > 100


def test_each_page_says_its_language(client: FlaskClient, services: Services, event: Event) -> None:
    """A screen reader speaks as `lang` says; the switch names the other language in that language."""
    for way in ways(client, services, event):
        for language, other in (("id", "en"), ("en", "id")):
            page = spoken(client, way, language)
            assert f'<html lang="{language}">' in page, way
            for found in re.findall(r'<a class="tongue"[^>]*>', page):
                assert f'lang="{other}"' in found


@pytest.mark.parametrize("query", ["?lang=en", "?lang=en&kios=1"])
def test_the_chosen_language_goes_the_whole_way(client: FlaskClient, event: Event, query: str) -> None:
    """From form to receipt, ticket, help, the next person and the list: each link keeps it, without a cookie."""
    path = path_of(event) + query
    page = open_page(client, path)
    answer = send(client, path, nonce_of(page))
    receipt = open_page(client, answer.headers["Location"])
    assert "Set-Cookie" not in answer.headers
    seen = set()
    for shown in (page, receipt):
        for link in map(unescape, re.findall(r'(?<!tongue" )href="(/[^"]*)"', shown)):
            if "lang=id" in link or link.endswith((".json", "/keluar")):
                continue
            seen.add(link.partition("?")[0].split("/")[1])
            assert "lang=en" in link, link
            assert 'lang="en"' in open_page(client, link), link
    assert {"bantuan", "e"} <= seen
    assert ("t" in seen) == ("kios" not in query)


@pytest.mark.parametrize(
    ("wish", "language"),
    [("en-GB,en;q=0.9,id;q=0.8", "en"), ("id-ID,id;q=0.9,en;q=0.5", "id"), ("jv,fr;q=0.9", "id"), ("", "id")],
)
def test_the_browsers_wish_is_the_pages_language(client: FlaskClient, event: Event, wish: str, language: str) -> None:
    """Without a choice the browser's first known language counts, and the site's own where it names none."""
    for way in ("/", "/bantuan", path_of(event), "/nirgends"):
        page = client.get(way, headers={"Accept-Language": wish}).get_data(as_text=True)
        assert f'<html lang="{language}">' in page


def test_days_and_times_are_written_as_indonesia_writes_them(client: FlaskClient, event: Event) -> None:
    """22 November 2026, 08.30 WIB in Indonesian; the month's English name and a colon in English."""
    listed = f"/e/{event.code.lower()}/daftar"
    assert "23 November 2026, 08.00 WIB" in open_page(client, listed)
    assert "23 November 2026, 08:00 WIB" in open_page(client, f"{listed}?lang=en")
    for way in (listed, path_of(event), "/bantuan"):
        visible = re.sub(r"<(style|script)[^>]*>.*?</\1>", "", open_page(client, way), flags=re.DOTALL)
        assert not re.search(r">[^<]*\b20\d\d-\d\d-\d\d\b", visible), way
