"""Problems: they come together, each once, in the order of the file, and never by the thousand."""

from __future__ import annotations

import pytest

from forms_app.specs.nodes import MAX_PROBLEMS, MAX_ROWS, MORE, Node, Problems
from forms_app.specs.problems import SpecErrors
from forms_app.specs.reader import read_spec


def test_problems_come_once_and_in_the_order_of_the_file():
    """What is noted twice at one place, as by a block that two pages include, is told once."""
    problems = Problems()
    for line in (3, 1, 3, 2):
        problems.add(Node("", "f", line, 1), "code", "Pesan.")
    with pytest.raises(SpecErrors) as caught:
        problems.finish()
    assert [one.line for one in caught.value.problems] == [1, 2, 3]


def test_a_text_of_the_file_does_not_fill_the_screen():
    """A message shows the beginning of a long text."""
    problems = Problems()
    problems.add(Node("", "f", 1, 1), "code", "Kunci {key}.", key="x" * 100_000, limit=12)
    places = dict(problems.found[0].places)
    assert len(str(places["key"])) < 500
    assert places["limit"] == 12


def test_thousands_of_mistakes_stop_the_reading(small: str):
    """After the first 200 one line says that there are more, and it comes last."""
    unknown = "".join(f"zz{number}: x\n" for number in range(10_000))
    with pytest.raises(SpecErrors) as caught:
        read_spec(small + unknown, "small.yaml")
    problems = caught.value.problems
    assert len(problems) == MAX_PROBLEMS + 1
    assert {one.code for one in problems[:-1]} == {"key.unknown"}
    assert problems[-1].code == MORE
    assert str(MAX_PROBLEMS) in problems[-1].text()


def test_as_many_mistakes_as_are_told_are_told_without_more(small: str):
    """Exactly 200 mistakes are all there are."""
    unknown = "".join(f"zz{number}: x\n" for number in range(MAX_PROBLEMS))
    with pytest.raises(SpecErrors) as caught:
        read_spec(small + unknown, "small.yaml")
    assert [one.code for one in caught.value.problems] == ["key.unknown"] * MAX_PROBLEMS


def test_a_form_does_not_grow_without_end():
    """So many rows are a form; one more stops the reading, before blocks in blocks have filled the memory."""
    problems = Problems()
    for line in range(1, MAX_ROWS + 1):
        problems.count_row(Node("", "f", line, 1))
    with pytest.raises(SpecErrors) as caught:
        problems.count_row(Node("", "f", MAX_ROWS + 1, 1))
    assert [(one.line, one.code) for one in caught.value.problems] == [(MAX_ROWS + 1, "form.rows")]
