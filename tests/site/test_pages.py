"""Form pages: each fits the window in which it must arrive, and carries only what it needs."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from forms_app.site.services import Services
from forms_app.storage.documents import Event

WINDOW = 14_600  # bytes: ten segments, what arrives before the first answer of the phone
REGISTRATION = 10_000


def weight(client: FlaskClient, path: str) -> int:
    """Return the bytes of a page as a browser gets it, headers and status line included."""
    answer = client.get(path, headers={"Accept-Encoding": "gzip, deflate, br"})
    assert answer.headers["Content-Encoding"] == "br"
    headers = sum(len(name) + len(value) + 4 for name, value in answer.headers)
    return len("HTTP/1.1 200 OK\r\n\r\n") + len("Date: Mon, 23 Nov 2026 23:54:32 GMT\r\n") + headers + len(answer.data)


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_form_fits_its_budget(client: FlaskClient, services: Services, event: Event, language: str):
    """The registration arrives in 10,000 bytes, every other form in one TCP window of 14,600 (DESIGN section 3)."""
    for spec in services.library:
        path = f"/e/{event.code.lower()}/{spec.slug}" if spec.form_id in event.forms else f"/f/{spec.slug}"
        limit = REGISTRATION if spec.form_id == "event_registration" else WINDOW
        assert weight(client, f"{path}?lang={language}") <= limit, spec.form_id


def test_a_page_holds_only_the_expression_functions_it_uses(client: FlaskClient, event: Event):
    """The registration ships no date arithmetic, since it has none."""
    page = client.get(f"/e/{event.code.lower()}/1").get_data(as_text=True)
    assert "string-length" in page
    assert "format-date" not in page


@pytest.mark.parametrize(
    ("slug", "held", "left_out"),
    [("1", ("data-step", ".entry", "__n__"), (".freq", "#alarm", ".exit")), ("2", (".freq", "data-step"), ("#alarm",))],
)
def test_a_page_holds_only_the_parts_it_uses(
    client: FlaskClient, event: Event, slug: str, held: tuple[str, ...], left_out: tuple[str, ...]
):
    """Style and script for entries, scales or the emergency card come with the forms that have them."""
    page = client.get(f"/e/{event.code.lower()}/{slug}").get_data(as_text=True)
    assert [one for one in held if one not in page] == []
    assert [one for one in left_out if one in page] == []
