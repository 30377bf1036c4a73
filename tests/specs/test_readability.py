"""Readability: short sentences for respondents, and no word that judges a child or a family."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms_app.specs.gate import check_spec
from forms_app.specs.library import Library
from forms_app.specs.notes import notes
from forms_app.specs.places import Places
from forms_app.specs.readability import (
    ADVISED_WORDS,
    MOST_WORDS,
    TERMS,
    hurtful,
    is_for_respondents,
    length,
    longest,
)
from forms_app.specs.reader import read_spec

LABEL = "label: A}"


def sentence(words: int) -> str:
    """Return a sentence of so many words."""
    return " ".join(["kata"] * words) + "."


def found(text: str, folder: Path) -> tuple[list[tuple[int, int, str]], list[tuple[int, int, str]]]:
    """Return line, column and code of what keeps a form back, and of what is only worth a look."""
    path = folder / "f.yaml"
    path.write_text(text := f"{text}sample: {{a: ya}}\n", encoding="utf-8")
    spec, places = read_spec(text, "f.yaml", folder), Places("f.yaml", path, folder)
    problems, remarks = check_spec(spec, "f.yaml", places), notes(spec, places)
    return [(one.line, one.column, one.code) for one in problems], [(one.line, one.column, one.code) for one in remarks]


@pytest.mark.parametrize("word", [one.word for one in TERMS])
def test_a_word_that_hurts_keeps_a_form_back(word: str, small: str, tmp_path: Path):
    """Each word of the list, alone or within a sentence, at its place."""
    for label in (word, f"Siapa {word.title()}nya?", f"Apakah {word}?"):
        assert found(small.replace(LABEL, f"label: '{label}'}}"), tmp_path)[0] == [(19, 47, "term.hurts")], label


def test_the_message_says_why_and_what_instead(small: str, tmp_path: Path):
    """The author learns the word, the reason, and what to write."""
    path = tmp_path / "f.yaml"
    path.write_text(text := small.replace(LABEL, "label: Apakah anak nakal?}"), encoding="utf-8")
    (problem,) = check_spec(read_spec(text, "f.yaml", tmp_path), "f.yaml", Places("f.yaml", path, tmp_path))
    told = "Jangan tulis nakal. Kata itu menilai anak, bukan perilakunya. Tulis: perilaku yang terlihat."
    assert problem.text() == f"f.yaml:19:47: term.hurts: {told}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Kenakalan dan kecacatan anak", ["nakal", "cacat"]),
        ("Pelakunya belum tentu tersangka", ["pelaku", "tersangka"]),
        ("KORBAN kasus ini", ["korban", "kasus"]),
        ("Catatan perlakuan baik, gilang-gemilang, pengorbanan", []),
        ("Apakah anak penyandang disabilitas?", []),
    ],
)
def test_whole_words_with_their_endings_are_meant(text: str, words: list[str]):
    """Other words that only look alike are left alone."""
    assert [one.word for one in hurtful(text)] == words


def test_a_better_word_is_none_of_the_bad_ones():
    """Whoever follows the advice is not told off again, and each word stands in the list once."""
    assert [hurtful(one.better) for one in TERMS] == [[]] * len(TERMS)
    assert len({one.word for one in TERMS}) == len(TERMS)


@pytest.mark.parametrize(
    ("audience", "words", "problems", "remarks"),
    [
        ("parent", ADVISED_WORDS, [], []),
        ("parent", ADVISED_WORDS + 1, [], ["sentence.long"]),
        ("parent", MOST_WORDS, [], ["sentence.long"]),
        ("parent", MOST_WORDS + 1, ["sentence.limit"], []),
        ("peksos", MOST_WORDS, [], ["sentence.long"]),
        ("peksos", MOST_WORDS + 1, [], ["sentence.long"]),
        ("coordinator, teacher", MOST_WORDS + 1, ["sentence.limit"], []),
    ],
)
def test_a_sentence_is_as_long_as_its_readers_bear(
    audience: str, words: int, problems: list[str], remarks: list[str], small: str, tmp_path: Path
):
    """Twelve words are good for everybody; more than fourteen stop a form that any respondent reads."""
    text = small.replace("audience: guru", f"audience: {audience}").replace(LABEL, f"label: {sentence(words)}}}")
    kept, told = found(text, tmp_path)
    assert ([code for _line, _column, code in kept], [code for _line, _column, code in told]) == (problems, remarks)
    assert {place[:2] for place in kept + told} <= {(19, 47)}


def test_short_sentences_make_a_long_text(small: str, tmp_path: Path):
    """Only a sentence is measured, never the whole text."""
    assert found(small.replace(LABEL, f"label: '{sentence(9)} {sentence(12)} {sentence(12)}'}}"), tmp_path) == ([], [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Satu dua tiga. Satu dua? Satu!", 3),
        ("Satu dua: tiga empat lima; enam", 3),
        ("satu dua\n\ntiga", 2),
        ("Pukul 16.00 boleh menelepon", 4),
        ("Bapak/Ibu menulis ke peksos@metro.go.id", 4),
        ("", 0),
    ],
)
def test_words_are_counted_as_they_are_read_aloud(text: str, words: int):
    """A time, a pair with a stroke and an address are one word; marks and line ends end a sentence."""
    assert length(longest(text)) == words


@pytest.mark.parametrize("key", ["hint", "guidance_hint", "required_message", "constraint_message", "warn_message"])
def test_every_text_of_a_question_is_read(key: str, small: str, tmp_path: Path):
    """What people meet only sometimes hurts as much."""
    more = f"label: A, required: 'true()', constraint: . != '', warn: . = 'ya', {key}: Siapa korban?}}"
    (problem,), _remarks = found(small.replace(LABEL, more), tmp_path)
    assert problem[::2] == (19, "term.hurts")


def test_choices_cards_and_the_head_are_read(small: str, tmp_path: Path):
    """Labels of choices, the heading, the closing and cards are texts like any other."""
    text = small.replace("label: Tidak", "label: Kasus").replace(
        "heading: Formulir kecil", "heading: Aib\nclosing: Malas"
    )
    outcome = (
        "outcome: {show: never, rules: [{level: low, when: 'true()', card: k}], cards: {k: {title: Gila, body: B}}}\n"
    )
    problems, _remarks = found(outcome + text, tmp_path)
    assert [code for _line, _column, code in problems] == ["term.hurts"] * 4


def test_who_counts_as_a_respondent(shipped_forms: Library):
    """Whoever is not named as staff may be a parent, a teacher or a child."""
    staff = {spec.form_id for spec in shipped_forms if not is_for_respondents(spec)}
    assert {"school_profile", "school_visit_log", "event_plan", "peksos_training_log"} <= staff
    assert not staff & {"event_registration", "impact_survey", "consultation_request", "detection_checklist_teacher"}
