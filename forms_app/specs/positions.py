"""YAML 1.2 text -> a tree of nodes that know their line and column. The only file that imports ruamel.yaml."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from forms_app.errors import N_
from forms_app.specs.nodes import Node, Problems
from forms_app.specs.problems import SpecErrors, SpecProblem

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
# A form is kept as JSON and read back as YAML: these signs would be refused there, or come back as others.
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_SIGN = N_("Tanda {sign} tidak dapat disimpan. Hapus tanda itu dan ketik ulang.")


def read_utf8(path: Path, name: str) -> str:
    """Return the text of a file; raise SpecErrors when it is not UTF-8. `name` stands in the message."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        lines = error.object[: error.start].split(b"\n")
        message = N_("Berkas ini bukan UTF-8. Simpan ulang sebagai UTF-8.")
        raise SpecErrors([SpecProblem(name, len(lines), len(lines[-1]) + 1, "file.encoding", message)]) from None


@lru_cache(maxsize=64)  # shared lists and blocks are read by every form
def read_tree(text: str, file: str) -> Node:
    """Return the file's tree; raise SpecErrors for what is not plain YAML: anchors, aliases, tags, duplicate keys.

    Limits stand before parsing, because a small file with anchors expands to gigabytes (security.md T22).
    """
    problems = Problems()
    top = Node("", file, 1, 1)
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        problems.add(top, "yaml.large", N_("Berkas lebih besar dari {limit} byte."), limit=MAX_BYTES)
        problems.finish()
    try:
        _check_events(text, file, problems)
        problems.finish()
        composed = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Node("", file, mark.line + 1, mark.column + 1) if mark else top
        problems.add(place, "yaml.syntax", N_("Susunan YAML tidak dapat dibaca: {reason}."), reason=error.problem)
        raise SpecErrors(problems.found) from None
    except ReaderError as error:
        _note_sign(text, error.position, file, problems)
        raise SpecErrors(problems.found) from None
    except (YAMLError, ValueError, RecursionError):
        problems.add(top, "yaml.syntax", N_("Berkas ini bukan YAML yang dapat dibaca."))
        raise SpecErrors(problems.found) from None
    if composed is None:
        problems.add(top, "yaml.empty", N_("Berkas ini kosong."))
        problems.finish()
    tree = _convert(composed, file, problems)
    problems.finish()
    return tree


def _note_sign(text: str, position: int, file: str, problems: Problems) -> None:
    """Note a sign that YAML does not allow at all, at its place."""
    before = text[:position]
    place = Node("", file, before.count("\n") + 1, position - before.rfind("\n"))
    problems.add(place, "yaml.sign", _SIGN, sign=f"U+{ord(text[position]):04X}")


def _check_events(text: str, file: str, problems: Problems) -> None:
    """Note anchors, aliases, tags and too deep nesting, from the stream of events alone."""
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        place = Node("", file, event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
            problems.add(place, "yaml.anchor", N_("Tanda & dan * tidak boleh dipakai. Tulis isinya lengkap."))
        if getattr(event, "tag", None):
            problems.add(place, "yaml.tag", N_("Tanda ! di depan isi tidak boleh dipakai."))
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > MAX_DEPTH:
            problems.add(
                place, "yaml.deep", N_("Susunan terlalu dalam. Paling dalam {limit} tingkat."), limit=MAX_DEPTH
            )
            return


def _convert(composed: Any, file: str, problems: Problems) -> Node:
    """Turn ruamel's node into ours, noting duplicate and unreadable keys."""
    line, column = composed.start_mark.line + 1, composed.start_mark.column + 1
    if isinstance(composed, ScalarNode):
        if sign := _UNREADABLE.search(composed.value):
            problems.add(Node("", file, line, column), "yaml.sign", _SIGN, sign=f"U+{ord(sign[0]):04X}")
        quoted, many = composed.style in ("'", '"'), composed.end_mark.line > composed.start_mark.line
        return Node(composed.value, file, line, column, quoted=quoted, many_lines=many)
    if isinstance(composed, SequenceNode):
        return Node([_convert(one, file, problems) for one in composed.value], file, line, column)
    mapping: dict[str, Node] = {}
    keys: dict[str, Node] = {}
    assert isinstance(composed, MappingNode)  # noqa: S101 - YAML has no fourth kind of node
    for key, value in composed.value:
        place = Node(str(key.value), file, key.start_mark.line + 1, key.start_mark.column + 1)
        if not isinstance(key, ScalarNode):
            problems.add(place, "yaml.key", N_("Nama kunci harus satu kata."))
        elif place.text in mapping:
            problems.add(place, "yaml.duplicate", N_("Kunci {key} tertulis dua kali."), key=place.text)
        elif sign := _UNREADABLE.search(place.text):
            problems.add(place, "yaml.sign", _SIGN, sign=f"U+{ord(sign[0]):04X}")
        else:
            mapping[place.text], keys[place.text] = _convert(value, file, problems), place
    return Node(mapping, file, line, column, keys=keys)
