"""Positions: plain YAML becomes nodes with line and column, and nothing but plain YAML is read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from forms_app.specs.positions import (
    MAX_BYTES,
    MAX_CANONICAL_BYTES,
    MAX_DEPTH,
    MAX_NODES,
    events,
    read_tree,
    read_utf8,
)
from forms_app.specs.problems import SpecErrors

FORMS = Path(__file__).parents[2] / "form_specs"

# One reading finds all of them, in the order of the file.
LATER = [(2, 3, "yaml.anchor"), (2, 3, "yaml.tag"), (3, 10, "yaml.duplicate")]


def refused(text: str) -> list[tuple[int, int, str]]:
    """Return where and why a text is refused."""
    with pytest.raises(SpecErrors) as caught:
        read_tree(text, "f.yaml")
    return [(one.line, one.column, one.code) for one in caught.value.problems]


def test_a_node_knows_its_place():
    """Lines and columns count from 1, for keys as for values."""
    tree = read_tree("a: 1\nb:\n  - c: x\n", "f.yaml")
    inner = tree.mapping["b"].items[0]
    assert (inner.mapping["c"].line, inner.mapping["c"].column) == (3, 8)
    assert (tree.keys["b"].line, tree.keys["b"].column) == (2, 1)


def test_every_scalar_is_text():
    """Nothing is guessed: `no`, `1.10` and `2026-11-22` stay what was written."""
    assert read_tree("a: no\nb: 1.10\nc: 2026-11-22\nd: [1, {e: null}]", "f").plain() == {
        "a": "no",
        "b": "1.10",
        "c": "2026-11-22",
        "d": ["1", {"e": "null"}],
    }


def test_a_character_of_a_text_has_a_place():
    """Quotes count; of a text on many lines only the beginning is known."""
    tree = read_tree('a: "xyz"\nb: xyz\nc: |\n  xyz\n', "f")
    places = [(one.at(2).line, one.at(2).column) for one in tree.mapping.values()]
    assert places == [(1, 7), (2, 6), (3, 4)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(1, 1, "yaml.empty")]),
        ("# only a comment", [(1, 1, "yaml.empty")]),
        ("a: &x 1\nb: *x", [(1, 4, "yaml.anchor"), (2, 4, "yaml.anchor")]),
        ("a: *unknown", [(1, 4, "yaml.anchor")]),
        ("a: !!python/object:os.system x", [(1, 4, "yaml.tag")]),
        ("a: !x 1\nb: &y 2", [(1, 4, "yaml.tag"), (2, 4, "yaml.anchor")]),
        ("a: 1\nb: 2\na: 3", [(3, 1, "yaml.duplicate")]),
        ("? [a, b]\n: 1", [(1, 3, "yaml.key")]),
        ("a: 1\n  b: [", [(2, 4, "yaml.syntax")]),
        ("a: 1\n---\nb: 2", [(2, 1, "yaml.syntax")]),
        ('a: 1\nb: "x\\0"', [(2, 4, "yaml.sign")]),
        ('a: "\\uD800"', [(1, 4, "yaml.sign")]),
        ('"\\u2028": 1', [(1, 1, "yaml.sign")]),
        ("a: 1\nbc: \x07", [(2, 5, "yaml.sign")]),
        ("a: \ud800", [(1, 4, "yaml.sign")]),
        ("[" * 5000, [(1, MAX_DEPTH + 1, "yaml.deep")]),
        ("- a\n" * MAX_NODES, [(MAX_NODES, 3, "yaml.many")]),
        ("a: " + "x" * MAX_BYTES, [(1, 1, "yaml.large")]),
        ("a: kiri\u202ekanan", [(1, 8, "yaml.sign")]),
        ("a: 1 # kiri\u202ekanan", [(1, 12, "yaml.sign")]),
        ("\ufeff\ufeffa: 1", [(1, 2, "yaml.sign")]),
        ("a: 1\u0085b", [(1, 5, "yaml.sign")]),
        ("- {a: 1, a: 2}\n- &x !y z\n- {a: 1, a: 2}", [(1, 10, "yaml.duplicate"), *LATER]),
    ],
    ids=lambda value: value[:24].encode("unicode_escape").decode() if isinstance(value, str) else "",
)
def test_what_is_not_plain_is_refused(text: str, found: list[tuple[int, int, str]]):
    """Anchors, aliases, tags, doubles, depth, size and signs that do not come back are refused at their place."""
    assert refused(text) == found


def test_a_billion_laughs_is_refused_quickly():
    """A small file that expands to gigabytes elsewhere is refused before anything expands."""
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    assert {code for _line, _column, code in refused("\n".join(lines))} == {"yaml.anchor"}


def told(found: Iterable[Any]) -> list[list[object]]:
    """Return all that events of YAML say, and the error that ends them."""
    seen: list[list[object]] = []
    try:
        for one in found:
            marks = [(mark.line, mark.column, mark.index) for mark in (one.start_mark, one.end_mark)]
            names = ("value", "style", "anchor", "explicit", "flow_style")
            seen.append(
                [type(one), *marks, str(getattr(one, "tag", None)), *(getattr(one, key, None) for key in names)]
            )
    except (YAMLError, ValueError) as error:
        seen.append([type(error), str(error)])
    return seen


PIECES = [
    "a",
    "b: ",
    "- ",
    "? ",
    ": ",
    *"{}[],\n\"'|>&*!#%@`~=\\\t\r",
    "\n  ",
    "---",
    "...",
    "\ufeff",
    "\x85",
    "!!str ",
    "<<: ",
    "é",
    "%YAML 1.2\n",
    "%TAG ! x:\n",
    "\n---\n",
    "\n...\n",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("a:\n- b\n- c: d\n  e: |+\n    x\n\n# f\ng: >-\n  h\n  i\n")
def test_our_way_through_ruamel_is_its_own(text: str):
    """Every event, its place, and every refusal are those of ruamel's front door."""
    assert told(events(text)) == told(YAML(typ="safe", pure=True).parse(text))


@pytest.mark.parametrize("path", sorted(FORMS.rglob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_file_is_read_as_ruamel_reads_it(path: Path):
    """Forms, blocks and lists come through unchanged."""
    text = path.read_text(encoding="utf-8")
    assert told(events(text)) == told(YAML(typ="safe", pure=True).parse(text))


@given(st.text())
def test_hostile_text_raises_nothing_else(text: str):
    """Whatever stands in a file, it is read or refused, never a crash."""
    try:
        assert read_tree(text, "f") is not None
    except SpecErrors as error:
        assert error.problems  # noqa: PT017 - either way is right


def test_a_file_that_is_not_utf8_is_refused_at_its_place(tmp_path: Path):
    """The first byte that is no UTF-8 is named; a byte order mark is no mistake."""
    wrong, marked = tmp_path / "wrong.yaml", tmp_path / "marked.yaml"
    wrong.write_bytes(b"a: 1\nbc: caf\xe9\n")
    marked.write_bytes(b"\xef\xbb\xbfa: 1\n")
    with pytest.raises(SpecErrors) as caught:
        read_utf8(wrong, "wrong.yaml")
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.column, problem.code) == ("wrong.yaml", 2, 8, "file.encoding")
    assert read_utf8(marked, "marked.yaml") == "a: 1\n"


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path):
    """A folder, a link to nowhere, a file that is not there and one of ten megabytes: one problem, and no crash."""
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "link.yaml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "circle.yaml").symlink_to(tmp_path / "circle.yaml")
    (tmp_path / "large.yaml").write_bytes(b"# " * 5_000_000)
    (tmp_path / "fits.yaml").write_bytes(b"#" * MAX_CANONICAL_BYTES)
    found = {}
    for name in ("folder.yaml", "link.yaml", "circle.yaml", "gone.yaml", "large.yaml"):
        with pytest.raises(SpecErrors) as caught:
            read_utf8(tmp_path / name, name)
        ((found[name],),) = (caught.value.problems,)
    assert {one.code for name, one in found.items() if name != "large.yaml"} == {"file.closed"}
    assert found["large.yaml"].code == "file.large"
    assert len(read_utf8(tmp_path / "fits.yaml", "fits.yaml")) == MAX_CANONICAL_BYTES
