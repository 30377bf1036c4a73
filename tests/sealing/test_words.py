"""Fingerprint words: pronounceable, and the same to the ear however they are typed."""

from __future__ import annotations

from typing import Any

import pytest

from forms_app.sealing.words import _word, same_words, words


def test_published_examples():
    """The addresses of the proquint paper give its words."""
    published = {(127, 0, 0, 1): "lusab-babad", (63, 84, 220, 193): "gutih-tugad", (63, 118, 7, 35): "gutuk-bisog"}
    for (a, b, c, d), spoken in published.items():
        assert f"{_word(a << 8 | b)}-{_word(c << 8 | d)}" == spoken


def test_known_answers(vectors: dict[str, list[dict[str, Any]]]):
    """A public key has eight words, the same for ever."""
    for case in vectors["words"]:
        assert words(bytes.fromhex(case["public"])) == case["words"]
        assert len(case["words"].split("-")) == 8


def test_every_word_is_its_own():
    """No two of the 65536 words are the same."""
    assert len({_word(bits) for bits in range(1 << 16)}) == 1 << 16


@pytest.mark.parametrize("typed", [str.upper, lambda w: w.replace("-", " "), lambda w: w.replace("-", ", "), str.title])
def test_how_it_is_typed_does_not_matter(typed: Any):
    """Capitals, spaces, commas and hyphens make no difference."""
    assert same_words(f"  {typed(words(b'key'))}\n", b"key")


def test_other_words_do_not_match():
    """Words of another key, seven words, or none are not the same."""
    mine = words(b"key")
    for spoken in (words(b"other"), mine[:-6], "", mine + "-babab"):
        assert not same_words(spoken, b"key")
