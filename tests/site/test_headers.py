"""The headers of every answer, and the gate against foreign pages."""

from __future__ import annotations

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from forms_app.site.headers import from_here, permissions, policy


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({}, True),
        ({"Origin": "http://localhost"}, True),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
    ],
)
def test_a_post_counts_as_ours_only_if_the_browser_does_not_say_otherwise(headers: dict[str, str], ours: bool):
    """Sec-Fetch-Site decides where it is sent, Origin elsewhere; old browsers send neither and pass."""
    request = Request(EnvironBuilder(method="POST", headers=headers).get_environ())
    assert from_here(request.environ) is ours


def test_the_policy_allows_nothing_but_the_given_texts():
    """Only hashed style and script run; forms go home; nobody frames the page."""
    found = policy(["b{}"], ["1"])
    assert found.startswith("default-src 'none'")
    assert "unsafe" not in found
    assert "frame-ancestors 'none'" in found
    assert "form-action 'self'" in found
    assert found.count("'sha256-") == 2


def test_without_scripts_none_may_run():
    """A page without script says so."""
    assert "script-src 'none'" in policy(["b{}"], [])


def test_a_page_may_ask_the_phone_for_what_its_form_needs_and_no_more():
    """Camera and place stay shut unless they are named; the microphone always does."""
    assert permissions(()) == "geolocation=(), camera=(), microphone=()"
    assert permissions(["camera"]) == "geolocation=(), camera=(self), microphone=()"
