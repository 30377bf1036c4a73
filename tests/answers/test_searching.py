"""Searching a long list: what matches, what passes the filter, and the twin on the phone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_app.answers.searching import MOST_FOUND, find, fold
from forms_app.specs.expressions import Context
from forms_app.specs.model import FormSpec

Asking = Callable[..., FormSpec]
SCRIPT = (Path(__file__).parents[2] / "static" / "parts" / "search.js").read_text(encoding="utf-8")
LABELS = ["Ganjar Asri", "Iring Mulyo", "Sumbersari Bantul", "MI Al-Amin", "SD Śarī 1", "TK Ju'ma"]


def places(asking: Asking, *labels: str) -> FormSpec:
    """Return a form that asks for one of these places, in two districts by turns."""
    rows = [{"name": f"n{number}", "label": label, "kec": "ab"[number % 2]} for number, label in enumerate(labels)]
    head = f"  kec: [{{name: a, label: A}}, {{name: b, label: B}}]\n  many: {json.dumps(rows)}\n"
    return asking(
        "{name: kec, type: select_one kec, label: K}",
        "{name: p, type: select_one many, label: P, choice_filter: \"kec = ${kec} or ${kec} = ''\"}",
        head=head,
    )


def found(spec: FormSpec, text: str, **values: str) -> list[str]:
    """Return the labels that a search finds."""
    choices, _more = find(spec, spec.question("p"), text, values, Context(), "id")
    return [choice.label.source for choice in choices]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("ganjarasri", "Ganjar Asri"),
        ("GANJAR asri", "Ganjar Asri"),
        ("asri ganjar", "Ganjar Asri"),
        ("Iringmulyo", "Iring Mulyo"),
        ("i ring mul", "Iring Mulyo"),
        ("alamin", "MI Al-Amin"),
        ("al amin mi", "MI Al-Amin"),
        ("sari 1", "SD Śarī 1"),
        ("juma", "TK Ju'ma"),
    ],
)
def test_spelling_does_not_matter(text: str, label: str, asking: Asking):
    """Case, spaces, accents and marks make no difference, nor does the order of the words."""
    assert label in found(places(asking, *LABELS), text)


def test_every_word_must_stand_there(asking: Asking):
    """A word that is nowhere in a label rules it out; no word at all rules nothing out."""
    spec = places(asking, *LABELS)
    assert found(spec, "ganjar mulyo") == []
    assert found(spec, " -'! ") == found(spec, "") == LABELS


def test_the_filter_holds_in_the_search(asking: Asking):
    """Only choices that pass with the answers so far are found."""
    assert found(places(asking, *LABELS), "", kec="b") == LABELS[1::2]


def test_no_more_are_found_than_can_be_read(asking: Asking):
    """Fifty at most, with a word of whether there are more."""
    spec = places(asking, *(f"Tempat {number}" for number in range(MOST_FOUND + 5)))
    assert len(found(spec, "tempat")) == MOST_FOUND
    assert find(spec, spec.question("p"), "tempat", {}, Context(), "id")[1] is True
    assert find(spec, spec.question("p"), "tempat 7", {}, Context(), "id")[1] is False


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_the_phone_folds_alike():
    """The twin in static/parts/search.js gives the same for texts of every script that both know."""
    (line,) = re.findall(r"const fold = .*", SCRIPT)
    drawn = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=12), max_size=200)
    script = (
        f"{line}\nconst texts = JSON.parse(require('fs').readFileSync(0)); console.log(JSON.stringify(texts.map(fold)))"
    )

    @given(drawn)
    def alike(texts: list[str]) -> None:
        texts += ["Śarī", "İstanbul", "ﬁ", "ß", "Ǆ", "١٢", "ꦗꦮ", "e\u0301", "½"]
        node = subprocess.run(
            ["node", "-e", script], input=json.dumps(texts), capture_output=True, text=True, check=True
        )
        assert json.loads(node.stdout) == [fold(text) for text in texts]

    alike()
