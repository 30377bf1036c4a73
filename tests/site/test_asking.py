"""What a page without script asks for: entries more and less, a search, a second look. Nothing of it is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from forms_app.cli.rehearsal import Rehearsal, rehearsal
from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.site.asking import without_entry
from forms_app.specs.reader import read_spec
from tests.conftest import nonce_of

HEAD = """\
form_id: asked
slug: "90"
version: "1"
title: Contoh
heading: Contoh
audience: parent
sensitivity: public
readers: [office]
seal_at: arrival
legal_basis: consent
retention: {site: 1d, office: 1d}
languages: [id]
pages:
- label: Satu
  questions:
"""
SCHOOLS = "name,label,kec\n" + "".join(f"s{n},SD Contoh {n},{'ab'[n % 2]}\n" for n in range(400))
KIDS = (
    "{name: kids, type: repeat, label: Anak, parameters: max=3, questions: ["
    "{name: nick, type: text, label: Nama}, {name: ok, type: select_one yn, label: Ikut}, "
    "{name: at, type: select_one_from_file schools.csv, label: Sekolah}]}"
)
SCHOOL = "{name: school, type: select_one_from_file schools.csv, label: Sekolah, choice_filter: 'kec = ${kec}'}"
KEC = "{name: kec, type: text, label: Kec}"
Asked = tuple[Rehearsal, Callable[..., str]]


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Callable[..., Asked]]:
    """Return a function that serves a form of these questions: the site, and how to post to it."""
    with ExitStack() as stack:

        def serve(*questions: str) -> Asked:
            (tmp_path / "choices").mkdir(exist_ok=True)
            (tmp_path / "choices" / "schools.csv").write_text(SCHOOLS, encoding="utf-8")
            (tmp_path / "choices" / "yn.csv").write_text("name,label\nya,Ya\ntidak,Tidak\n", encoding="utf-8")
            text = HEAD + "".join(f"  - {one}\n" for one in questions)
            spec = read_spec(text, "asked.yaml", tmp_path)
            site = stack.enter_context(rehearsal([spec], Settings()))
            client: FlaskClient = assemble(site.services).test_client()
            nonce = nonce_of(client.get("/f/90").get_data(as_text=True))

            def post(status: int = 200, **answers: Any) -> str:
                data = {"_nonce": nonce, **{name.replace("__", "-"): text for name, text in answers.items()}}
                answer = client.post("/f/90", data=data)
                assert answer.status_code == status
                return re.sub(r"<script.*?</script>", "", answer.get_data(as_text=True), flags=re.DOTALL)

            return site, post

        yield serve


def names(page: str) -> list[str]:
    """Return the names of the first field of each entry on the page."""
    return re.findall(r'name="(kids-\d+-nick)"', page.partition("<template>")[0])


def test_one_entry_more_keeps_those_that_are_there(ask: Callable[..., Asked]):
    """An entry in which nothing was typed yet stays on the page too, up to the most that there may be."""
    site, post = ask(KIDS)
    page = post(_more="kids", kids__0__nick="Ani", kids__0___="1", kids__1___="1")
    assert names(page) == ["kids-0-nick", "kids-1-nick", "kids-2-nick"]
    assert 'value="Ani"' in page
    assert re.search(r'name="_more" value="kids"[^>]* hidden', page)
    assert len(names(post(_more="kids", kids__2___="1"))) == 3
    assert site.services.log.count() == 0


def test_one_entry_less_moves_the_others_up(ask: Callable[..., Asked]):
    """The entry that was named goes with all that stood in it."""
    site, post = ask(KIDS)
    answers = {"kids__0__nick": "Ani", "kids__1__nick": "Budi", "kids__2__nick": "Citra", "kids__2__ok": "ya"}
    page = post(_less="kids-1", **answers)
    assert names(page) == ["kids-0-nick", "kids-1-nick"]
    assert re.findall(r'name="kids-\d-nick" [^>]*value="(\w+)"', page) == ["Ani", "Citra"]
    assert re.search(r'name="kids-1-ok"[^>]* value="ya" checked', page)
    assert "Budi" not in page
    assert site.services.log.count() == 0


@pytest.mark.parametrize("entry", ["", "-", "kids-", "kids", "kids-x", "kids-99999", "other-1", "kids-²"])
def test_nothing_goes_that_nobody_named(entry: str):
    """What names no entry takes none away."""
    posted = MultiDict([("kids-0-nick", "Ani"), ("kids-1-nick", "Budi"), ("t", "x")])
    assert list(without_entry(posted, entry).items(multi=True)) == list(posted.items(multi=True))


def test_a_search_inside_an_entry_moves_with_it():
    """What was typed into a search belongs to its entry."""
    posted = MultiDict([("_find-kids-1-at", "a"), ("_find-kids-2-at", "b"), ("kids-2-at", "s1"), ("kids-2-at", "s2")])
    left = without_entry(posted, "kids-1")
    assert list(left.items(multi=True)) == [("_find-kids-1-at", "b"), ("kids-1-at", "s1"), ("kids-1-at", "s2")]


def test_a_search_answers_with_what_matches_and_passes(ask: Callable[..., Asked]):
    """Filtered by what is posted, with everything typed kept, and no complaint about what is not answered yet."""
    site, post = ask(KEC, SCHOOL, "{name: t, type: text, label: T, required: 'true()'}")
    page = post(_more="school", **{"_find-school": "contoh 12", "kec": "a"})
    found = re.findall(r'name="school"[^>]* value="s(\d+)"', page)
    assert found
    assert all("12" in one and int(one) % 2 == 0 for one in found)
    assert 'value="contoh 12"' in page
    assert 'class="msg"' not in page
    assert site.services.log.count() == 0


def test_the_enter_key_searches_but_only_once(ask: Callable[..., Asked]):
    """A text that was typed and not yet answered is a search, whichever button was pressed; then sending is sending."""
    site, post = ask(KEC, SCHOOL)
    page = post(_send="", **{"_find-school": "tidak ada", "kec": "a"})
    assert "Tidak ada yang cocok." in page
    assert 'name="_found-school" value="tidak ada"' in page
    post(303, _send="", **{"_find-school": "tidak ada", "_found-school": "tidak ada", "kec": "a"})
    assert site.services.log.count() == 1


def test_what_was_picked_is_shown_again_whatever_is_searched(ask: Callable[..., Asked]):
    """The choice that stands comes first, so that a search never loses it."""
    _site, post = ask(KEC, SCHOOL)
    page = post(_more="school", **{"_find-school": "contoh 399", "kec": "a", "school": "s10"})
    assert re.search(r'name="school"[^>]* value="s10" checked', page)


def test_a_search_inside_an_entry_finds_too(ask: Callable[..., Asked]):
    """A long list may stand in a repeat."""
    _site, post = ask(KIDS)
    page = post(_more="kids-1-at", **{"_find-kids-1-at": "contoh 399", "kids-0-nick": "A", "kids-1-nick": "B"})
    assert re.findall(r'name="(kids-\d-at)"[^>]* value="(s\d+)"', page) == [("kids-1-at", "s399")]
    assert names(page) == ["kids-0-nick", "kids-1-nick"]


WARNED = "{name: n, type: integer, label: Siswa, warn: . > 2000, warn_message: Besar sekali.}"


def test_a_warning_comes_once(ask: Callable[..., Asked]):
    """The page comes back with it, in a summary of its own; sent again, it is taken."""
    site, post = ask(WARNED, "{name: t, type: text, label: T, required: 'true()'}")
    page = post(n="3000", t="x")
    assert page.count("Besar sekali.") == 2
    assert "Periksa lagi; kirim lagi bila sudah benar" in page
    assert 'name="_seen" value="n"' in page
    assert 'id="problems"' in page
    assert site.services.log.count() == 0
    post(303, n="3000", t="x", _seen="n")
    assert site.services.log.count() == 1


def test_a_mistake_and_a_warning_are_told_together(ask: Callable[..., Asked]):
    """What was told beside a mistake need not be told again."""
    _site, post = ask(WARNED, "{name: t, type: text, label: T, required: 'true()'}")
    page = post(422, n="3000", t="")
    assert 'href="#f-t"' in page
    assert 'name="_seen" value="n"' in page
    post(303, n="3000", t="x", _seen="n")


def test_a_fresh_warning_is_told_though_another_was_seen(ask: Callable[..., Asked]):
    """Each field is told of by itself."""
    _site, post = ask(WARNED, WARNED.replace("name: n", "name: m"))
    assert 'name="_seen" value="n m"' in post(n="3000", m="4000", _seen="n")


def test_when_it_began_is_kept_when_the_page_comes_back(ask: Callable[..., Asked]):
    """The moment that the script put there survives a mistake; a page without script has none."""
    site, post = ask("{name: began, type: start}", "{name: t, type: text, label: T, required: 'true()'}")
    assert 'name="_start" value="2026-11-22T08:30"' in post(422, t="", _start="2026-11-22T08:30")
    post(303, t="x", _start="2026-11-22T08:30")
    assert site.open(site.after(0)[-1]).calculated == {"began": "2026-11-22T08:30"}
