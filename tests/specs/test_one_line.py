"""One line of JSON: the same tree as YAML gives, much sooner, and with limits of its own."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_app.specs.nodes import Node, Problems
from forms_app.specs.one_line import MAX_VALUES, is_one_line, read_one_line
from forms_app.specs.positions import MAX_BYTES, MAX_CANONICAL_BYTES, MAX_DEPTH, read_tree
from forms_app.specs.problems import SpecErrors

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp", "Cn"]), max_size=12)
values = st.recursive(
    texts | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def one_line(data: Any) -> str:
    """Return data as forms are kept."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def shape(node: Node) -> Any:
    """Return what a tree says but for its places: texts with their quotes, keys too."""
    if isinstance(node.value, str):
        return node.value, node.quoted
    if isinstance(node.value, list):
        return [shape(one) for one in node.items]
    assert list(node.keys) == list(node.mapping) == [key.text for key in node.keys.values()]
    return {key: shape(one) for key, one in node.mapping.items()}


def refused(text: str) -> list[tuple[int, int, str]]:
    """Return where and why a text is refused."""
    with pytest.raises(SpecErrors) as caught:
        read_tree(text, "f")
    return [(one.line, one.column, one.code) for one in caught.value.problems]


@given(st.dictionaries(texts, values, max_size=5))
def test_both_readers_give_the_same_tree(data: dict[str, Any]):
    """The same JSON on one line and, since it is YAML too, on several: the same texts, quotes, keys and order."""
    kept = one_line(data)
    tree = read_one_line(kept, "f", MAX_DEPTH + 30, Problems())
    spread = json.dumps(data, ensure_ascii=False, indent=0)
    assert is_one_line(kept)
    assert tree
    try:
        assert shape(tree) == shape(read_tree(spread, "f"))
    except SpecErrors as error:
        assert {one.code for one in error.problems} <= {"yaml.deep", "yaml.syntax"}  # noqa: PT017 - YAML's own limits


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ('{"a":"1","b":{"c":"x","c":"y"},"a":"2"}', ["yaml.duplicate", "yaml.duplicate"]),
        ('{"a":"\\u0000"}', ["yaml.sign"]),
        ('{"a":"\\ud800"}', ["yaml.sign"]),
        ('{"\\u202e":"1"}', ["yaml.sign"]),
        ('{"a":"x\u2028y"}', ["yaml.sign"]),
        ('{"a":' + "[" * MAX_DEPTH + "]" * MAX_DEPTH + "}", ["yaml.deep"]),
        ('{"a":' + "[" * 50_000 + "]" * 50_000 + "}", ["yaml.deep"]),
        ('{"a":[' + "1," * MAX_VALUES + "1]}", ["yaml.many"]),
        ('{"a":"' + "x" * MAX_CANONICAL_BYTES + '"}', ["yaml.large"]),
        ('{"a":"' + "x" * MAX_BYTES + '"', ["yaml.large"]),
        ("{" + "}" * 300_000, ["yaml.large"]),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_limits_hold_on_one_line_too(text: str, codes: list[str]):
    """Doubles, signs, depth, count and size; what is not JSON has the limit of YAML."""
    assert [code for *_place, code in refused(text)] == codes


def test_a_line_that_is_no_json_is_read_as_yaml():
    """YAML may stand on one line and begin with a bracket: its places are kept, and its brackets in quotes are text."""
    tree = read_tree("{a: 1, b: '[[[[[[[[[[[[[[[['}", "f")
    assert tree.plain() == {"a": "1", "b": "[" * 16}
    assert tree.mapping["b"].column == 11
    assert refused("{a: 1, a: 2}") == [(1, 8, "yaml.duplicate")]


def test_a_form_on_several_lines_keeps_its_lines():
    """JSON that a person has written is read as the YAML it is."""
    tree = read_tree('{\n  "a": "1",\n  "b": "2"\n}', "f")
    assert (tree.mapping["b"].line, tree.mapping["b"].quoted) == (3, True)


def test_a_list_of_ten_thousand_rows_is_read_in_a_moment():
    """Four megabytes of rows take well under a second of CPU time."""
    rows = [{"name": f"n{row}", "label": f"Sekolah {row} " + "x" * 320, "kec": f"k{row % 20}"} for row in range(10_000)]
    text = one_line({"choices": {"sekolah": rows}})
    assert 0.85 * MAX_CANONICAL_BYTES < len(text) < MAX_CANONICAL_BYTES
    began = time.process_time()
    tree = read_tree(text, "f")
    assert time.process_time() - began < 0.7
    assert len(tree.mapping["choices"].mapping["sekolah"].items) == 10_000
