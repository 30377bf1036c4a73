"""Rows: questions with their blocks written out, texts in languages, and the words of columns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from forms_app.specs.nodes import Problems
from forms_app.specs.positions import read_tree
from forms_app.specs.reader import read_spec
from forms_app.specs.rows import names_in, parameters, read_text, truth, words

Mistakes = Callable[..., list[tuple[int, int, str]]]
A = "{name: a, type: select_one yn, label: A}"


def blocks(folder: Path, **texts: str) -> Path:
    """Write blocks into a folder and return it."""
    (folder / "blocks").mkdir()
    for name, text in texts.items():
        (folder / "blocks" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_block_stands_in_for_its_name(small: str, tmp_path: Path):
    """`include` puts the block's questions in its place, with lists that come with it, and blocks inside blocks."""
    folder = blocks(
        tmp_path,
        orang="questions:\n  - {name: b, type: select_one warna, label: B}\n  - include: dalam\n"
        "choices: {warna: [{name: x, label: X}]}",
        dalam="questions: [{name: c, type: text, label: C}]",
    )
    text = small.replace(A, A + "\n      - include: orang\n      - {name: d, type: note, label: D}")
    spec = read_spec(text, "small.yaml", folder)
    assert [one.name for one in spec.questions()] == ["a", "b", "c", "d"]
    assert [one.name for one in spec.choice_list("warna")] == ["x"]


def test_blocks_that_include_each_other_are_refused(small: str, mistakes: Mistakes, tmp_path: Path):
    """A circle of blocks is named where it closes."""
    folder = blocks(tmp_path, satu="questions: [include: dua]", dua="questions: [include: satu]")
    assert mistakes(small.replace(A, "{include: satu}"), folder) == [(1, 22, "include.cycle")]


def test_a_mistake_in_a_block_names_the_block(small: str, tmp_path: Path, mistakes: Mistakes):
    """The place is in the block's own file, also when the block is no YAML."""
    folder = blocks(tmp_path, satu="questions:\n  - {name: b, type: txt, label: B}\n", rusak="questions: [")
    assert mistakes(small.replace(A, "{include: satu}"), folder) == [(2, 21, "type.unknown")]
    assert [code for *_place, code in mistakes(small.replace(A, "{include: rusak}"), folder)] == ["yaml.syntax"]


def test_nothing_stands_beside_an_include(small: str, tmp_path: Path, mistakes: Mistakes):
    """A relevance beside `include` would be ignored, so it is refused."""
    folder = blocks(tmp_path, satu="questions: [{name: b, type: text, label: B}]")
    assert mistakes(small.replace(A, "{include: satu, relevant: 'true()'}"), folder) == [(19, 25, "key.unknown")]


def test_a_text_is_indonesian_or_a_map():
    """A scalar is the source; a map has `id` and may have more."""
    problems = Problems()
    tree = read_tree("a: ' Halo '\nb: {id: Halo, en: Hello}\n", "f")
    assert read_text(tree.mapping["a"], problems).source == "Halo"
    text = read_text(tree.mapping["b"], problems)
    assert (text.source, text.inline) == ("Halo", (("en", "Hello"),))
    assert not read_text(None, problems)
    assert not problems.found


def test_words_and_parameters():
    """A column of words is a scalar or a list; parameters are pairs."""
    tree = read_tree("a: x  y\nb: [x, y]\nc: min=1 max=2\nd: {x: y}", "f").mapping
    assert words(tree["a"]) == words(tree["b"]) == ("x", "y")
    assert words(tree["d"]) == words(None) == ()
    assert parameters(tree["c"]) == (("min", "1"), ("max", "2"))


@pytest.mark.parametrize(("text", "value", "noted"), [("true", True, 0), ("false", False, 0), ("yes", False, 1)])
def test_truth_is_true_or_false(text: str, value: bool, noted: int):
    """Only `true` is true, and anything but true and false is noted."""
    problems = Problems()
    assert truth(read_tree(f"a: {text}", "f").mapping["a"], problems) is value
    assert len(problems.found) == noted


def test_references_are_found_with_spaces_too():
    """`${ name }` names a question as `${name}` does."""
    assert names_in(read_tree("a: ${b} + ${ c }", "f").mapping["a"]) == {"b", "c"}
