"""Notes: worth a look, and no reason to keep a form back."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms_app.specs.gate import check_spec
from forms_app.specs.notes import notes
from forms_app.specs.places import Places
from forms_app.specs.reader import read_spec

ROOT = Path(__file__).parents[2]
OUTCOME = """\
outcome:
  show: never
  rules: [{level: low, when: "true()", card: k}%s]
  cards: {k: {title: T, body: B}%s}
"""


def found(text: str, folder: Path) -> list[tuple[int, int, str]]:
    """Return line, column and code of the notes on a form, which passes the gate."""
    path = folder / "f.yaml"
    text += "sample: {a: ya}\n" if "sample:" not in text else ""
    path.write_text(text, encoding="utf-8")
    spec = read_spec(text, "f.yaml", folder)
    assert check_spec(spec, "f.yaml") == []
    return [(one.line, one.column, one.code) for one in notes(spec, Places("f.yaml", path, folder))]


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        ("{name: tidak, label: Tidak, score: 0}]", "{name: YA, label: Y, score: 0}]", (14, 41, "choice.alike")),
        ("  yn: [", "  old: [{name: x, label: X}]\n  yn: [", (14, 3, "list.unused")),
        ("label: A}", 'label: " A"}', (19, 47, "text.edges")),
        ("pages:", OUTCOME % ("", ", other: {title: T, body: B}") + "pages:", (18, 35, "card.unused")),
        ("pages:", OUTCOME % (", {level: low, when: 'true()', card: k}", "") + "pages:", (17, 50, "rule.unused")),
    ],
)
def test_what_is_worth_a_look(old: str, new: str, note: tuple[int, int, str], small: str, tmp_path: Path):
    """Each at its place, in a form that passes the gate."""
    assert found(small, tmp_path) == []
    assert found(small.replace(old, new), tmp_path) == [note]


def test_a_form_without_a_sample(small: str, tmp_path: Path):
    """Nothing shows that it works, so that is said."""
    assert found(small + "sample: {}\n", tmp_path) == [(1, 1, "sample.missing")]


def test_a_text_block_may_end_with_its_line_end(small: str, tmp_path: Path):
    """`|` keeps a line end that nobody typed on purpose."""
    assert found(small.replace("heading: Formulir kecil", "heading: |\n  Formulir kecil"), tmp_path) == []


def test_a_card_of_an_alert_is_in_use(small: str, tmp_path: Path):
    """The urgent card opens by an alert, with or without a rule that gives it."""
    outcome = OUTCOME.replace("never", "respondent") % ("", ", now: {title: T, body: B, urgent: true}")
    text = small.replace("pages:", outcome + "pages:")
    assert found(text, tmp_path) == [(18, 35, "card.unused")]
    assert found(text.replace("label: A}", "label: A, alert: \"${a} = 'ya'\"}"), tmp_path) == []


def test_a_question_that_appears_because_of_a_later_one(small: str, tmp_path: Path):
    """Directly, through a calculation and through the level; what only is required later appears at once."""
    later = "      - {name: b, type: select_one yn, label: B}\n"
    first = small.replace("label: A}", "label: A, relevant: \"${b} = 'ya'\"}") + later
    assert found(first, tmp_path) == [(19, 9, "question.later")]
    calculated = "      - {name: c, type: calculate, calculation: 'coalesce(score(${b}), 0)'}\n"
    text = small.replace("label: A}", "label: A, relevant: '${c} = 1'}") + later + calculated
    assert found(text, tmp_path) == [(19, 9, "question.later")]
    shown = OUTCOME.replace("never", "respondent")
    outcome = shown.replace('when: "true()"', "when: \"${b} = 'ya'\"") % (
        ", {level: watch, when: 'true()', card: k}",
        "",
    )
    text = small.replace("label: A}", "label: A, relevant: \"${level} = 'low'\"}") + later
    assert found(text.replace("pages:", outcome + "pages:"), tmp_path) == [(23, 9, "question.later")]
    assert found(small.replace("label: A}", "label: A, required: \"${b} = 'ya'\"}") + later, tmp_path) == []


def test_the_shipped_forms_leave_nothing_to_note():
    """What comes with the product is tidy."""
    folder = ROOT / "form_specs"
    for path in folder.glob("*.yaml"):
        spec = read_spec(path.read_text(encoding="utf-8"), path.name, folder)
        assert [one.text() for one in notes(spec, Places(path.name, path, folder))] == []
