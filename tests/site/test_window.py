"""The page in one window: compressed once, finished for everyone with their own tail."""

from __future__ import annotations

import gzip

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_app.site.window import Window

PAGE = "<!doctype html>\n  <p>Selamat pagi, Bapak/Ibu 😊</p>" * 40
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
tails = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)


@given(page=texts, tail=tails)
def test_every_encoding_gives_the_same_page_with_its_tail(page: str, tail: str):
    """Brotli, gzip and plain bodies all read back as page and tail."""
    window = Window.make(page)
    expected = window.plain + tail.encode()
    assert brotli.decompress(window.finish(tail, "br")[0]) == expected
    assert gzip.decompress(window.finish(tail, "gzip")[0]) == expected
    assert window.finish(tail, "identity")[0] == expected


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("BR", "br"),
        ("gzip", "gzip"),
        ("", ""),
        ("deflate, zstd", ""),
        ("br;q=0, gzip;q=0", ""),
        ("br; q=0.5", "br"),
    ],
)
def test_the_browser_gets_the_best_encoding_it_asked_for(accepted: str, encoding: str):
    """Brotli before gzip before plain; what is refused with q=0 is not sent."""
    assert Window.make(PAGE).finish("tail", accepted)[1] == encoding


def test_a_tail_costs_few_bytes_more_than_itself():
    """Splicing adds at most eight bytes to the compressed page and the tail."""
    window = Window.make(PAGE)
    tail = '<input type="hidden" name="_nonce" value="UJ8AAAAAAAAAAAAAAAAAAAAA" form="form">'
    assert len(window.finish(tail, "br")[0]) <= len(window.brotli) + len(tail) + 8


def test_indentation_is_not_sent_but_line_ends_stay():
    """A fresh page is sent without its templates' indentation."""
    assert Window.make("a\n   b\n\n  c").plain == b"a\nb\nc"
