"""Pages around the forms go compressed to whoever takes them so."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import brotli
import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [("gzip, br", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress), ("", None, bytes)],
)
@pytest.mark.parametrize("path", ["/", "/bantuan", "/keluar", "/kiriman"])
def test_a_page_is_the_same_and_lighter(
    client: FlaskClient, path: str, accepted: str, encoding: str | None, unpack: Callable[[bytes], bytes]
):
    """What arrives is the page itself, in less than half of its bytes where the browser takes that."""
    plain = client.get(path).data
    answer = client.get(path, headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding
    assert unpack(answer.data) == plain
    assert encoding is None or len(answer.data) < len(plain) / 2


def test_a_form_keeps_its_own_window(client: FlaskClient):
    """The page of a form was compressed before, as hard as it goes, and is not touched again."""
    answer = client.get("/f/5", headers={"Accept-Encoding": "br"})
    assert brotli.decompress(answer.data).endswith(b">")
