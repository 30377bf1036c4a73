"""A form file's text -> a tree of nodes that know their line and column. The only file that imports ruamel.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
)
from ruamel.yaml.parser import Parser
from ruamel.yaml.reader import Reader
from ruamel.yaml.scanner import Scanner

from forms_app.errors import N_
from forms_app.specs.nodes import Node, Problems
from forms_app.specs.one_line import MANY, is_one_line, read_one_line
from forms_app.specs.problems import SpecErrors, SpecProblem

MAX_BYTES = 256 * 1024  # of YAML, which is read at a few hundred kilobytes a second
MAX_CANONICAL_BYTES = 4 * 1024 * 1024  # of a form that was kept: its long lists stand in it
MAX_NODES = 25_000  # MAX_BYTES as people write them; only a file of bare commas has more
MAX_DEPTH = 12
_REMEMBERED = 64 * 1024
_TURNING = frozenset("\n\r\ufeff")  # signs after which the next does not stand one column on


def read_utf8(path: Path, name: str) -> str:
    """Return the text of a file; raise SpecErrors when there is none to read. `name` stands in the message.

    No more is read than any file of ours may have.
    """
    try:
        if not path.is_file():  # from a pipe a reader would wait for ever
            raise FileNotFoundError(path)
        with path.open("rb") as file:
            raw = file.read(MAX_CANONICAL_BYTES + 1)
    except OSError:
        message = N_("Berkas ini tidak dapat dibuka. Periksa nama dan izinnya.")
        raise SpecErrors([SpecProblem(name, 1, 1, "file.closed", message)]) from None
    if len(raw) > MAX_CANONICAL_BYTES:
        message, places = N_("Berkas lebih besar dari {limit} byte."), (("limit", MAX_CANONICAL_BYTES),)
        raise SpecErrors([SpecProblem(name, 1, 1, "file.large", message, places)])
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        lines = error.object[: error.start].split(b"\n")
        message = N_("Berkas ini bukan UTF-8. Simpan ulang sebagai UTF-8.")
        raise SpecErrors([SpecProblem(name, len(lines), len(lines[-1]) + 1, "file.encoding", message)]) from None


def read_tree(text: str, file: str) -> Node:
    """Return the file's tree; raise SpecErrors for what is not plain YAML: anchors, aliases, tags, duplicate keys.

    Limits stand before parsing, because a small file with anchors expands to gigabytes (security.md T22). One line of
    JSON, as forms are kept, may be longer.
    """
    return _remembered(text, file) if len(text) <= _REMEMBERED else _read(text, file)


def _read(text: str, file: str) -> Node:
    problems = Problems()
    top = Node("", file, 1, 1)
    size = len(text.encode("utf-8", "surrogatepass"))
    tree = None
    if size <= MAX_CANONICAL_BYTES and is_one_line(text):
        tree = read_one_line(text, file, MAX_DEPTH, problems)
    if tree is None and size > MAX_BYTES:
        problems.add(top, "yaml.large", N_("Berkas lebih besar dari {limit} byte."), limit=MAX_BYTES)
    elif tree is None:
        tree = _read_yaml(text, file, problems)
    problems.finish()
    if tree is None:
        raise SpecErrors([SpecProblem(file, 1, 1, "yaml.empty", N_("Berkas ini kosong."))])
    return tree


_remembered = lru_cache(maxsize=32)(_read)  # shared lists and blocks are read by every form


def _read_yaml(text: str, file: str, problems: Problems) -> Node | None:
    """Return the tree of a YAML text, None when nothing stands in it."""
    reading = _Reading(file, problems)
    if not problems.check_file(text.replace("\r", "\n"), file):
        return None
    try:
        for event in events(text):
            reading.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Node("", file, mark.line + 1, mark.column + 1) if mark else Node("", file, 1, 1)
        problems.add(place, "yaml.syntax", N_("Susunan YAML tidak dapat dibaca: {reason}."), reason=error.problem)
    except (YAMLError, ValueError, RecursionError):
        problems.add(Node("", file, 1, 1), "yaml.syntax", N_("Berkas ini bukan YAML yang dapat dibaca."))
    return reading.tree


def events(text: str) -> Iterator[Any]:
    """Yield what ruamel's `YAML(typ="safe", pure=True).parse(text)` does, in two thirds of its time."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Reader, yaml.Scanner, yaml.Parser = _Reader, _Scanner, _Parser
    yield from yaml.parse(text)


class _Reader(Reader):
    """ruamel's reader, which passes over many signs of one line at once."""

    def forward(self, length: int = 1) -> None:
        """Pass over so many signs."""
        if _TURNING.isdisjoint(self.buffer[self.pointer : self.pointer + length]):
            self.pointer += length
            self.index += length
            self.column += length
        else:
            super().forward(length)


class _Scanner(Scanner):
    """ruamel's scanner, which looks its reader up once, and for simple keys only where there are any."""

    reader: Any = None
    scanner_processing_version = (1, 2)

    def __init__(self, loader: Any) -> None:
        self.reader = loader.reader
        super().__init__(loader)

    def check_token(self, *choices: Any) -> bool:
        """Whether the next token is one of these."""
        while self.need_more_tokens():
            self.fetch_more_tokens()
        return bool(self.tokens) and (not choices or isinstance(self.tokens[0], choices))

    def need_more_tokens(self) -> bool:
        """Whether the next token is not known yet, or may turn out to begin a key."""
        if self.done or (self.tokens and not self.possible_simple_keys):
            return not self.done and not self.tokens
        more: bool = super().need_more_tokens()
        return more


class _Parser(Parser):
    """ruamel's parser, which looks its scanner up once. Whatever a file says of its version, it is read as YAML 1.2."""

    scanner: Any = None
    resolver = SimpleNamespace(processing_version=(1, 2))

    def __init__(self, loader: Any) -> None:
        self.scanner = loader.scanner
        super().__init__(loader)


@dataclass
class _Open:
    """A list or mapping that is still being read; of a mapping, the key whose value comes next."""

    items: list[Node] = field(default_factory=list)
    mapping: dict[str, Node] | None = None
    keys: dict[str, Node] = field(default_factory=dict)
    key: Node | None = None


@dataclass
class _Reading:
    """Builds the tree from YAML's stream of events, each looked at once."""

    file: str
    problems: Problems
    tree: Node | None = None
    open: list[_Open] = field(default_factory=list)
    count: int = 0

    def take(self, event: Any) -> None:
        """Take in one event; raise SpecErrors when the file has too much of anything to be read on."""
        start = event.start_mark
        line, column = start.line + 1, start.column + 1
        if isinstance(event, ScalarEvent):
            quoted, many = event.style in ("'", '"'), event.end_mark.line > start.line
            node = Node(event.value, self.file, line, column, quoted, many)
            self._note(node, event.anchor, event.tag)
            if event.style == '"':  # only there a sign can be spelt that does not stand in the file
                self.problems.check_signs(node)
            self._hang(node)
        elif isinstance(event, CollectionStartEvent):
            opened = _Open(mapping={} if isinstance(event, MappingStartEvent) else None)
            value = opened.items if opened.mapping is None else opened.mapping
            node = Node(value, self.file, line, column, keys=opened.keys)
            self._note(node, event.anchor, event.tag)
            self._hang(node)
            self.open.append(opened)
            if len(self.open) > MAX_DEPTH:
                self._stop(node, "yaml.deep", N_("Susunan terlalu dalam. Paling dalam {limit} tingkat."), MAX_DEPTH)
        elif isinstance(event, CollectionEndEvent):
            self.open.pop()
        elif isinstance(event, AliasEvent):
            node = Node("", self.file, line, column)
            self._note(node, event.anchor)
            self._hang(node)
        elif isinstance(event, DocumentStartEvent) and self.tree:
            node = Node("", self.file, line, column)
            self._stop(node, "yaml.syntax", N_("Satu berkas hanya satu formulir. Hapus garis ---."))

    def _note(self, node: Node, anchor: object, tag: object = None) -> None:
        """Note anchors, aliases and tags, and a file of too many nodes."""
        if anchor:
            self.problems.add(node, "yaml.anchor", N_("Tanda & dan * tidak boleh dipakai. Tulis isinya lengkap."))
        if tag:
            self.problems.add(node, "yaml.tag", N_("Tanda ! di depan isi tidak boleh dipakai."))
        self.count += 1
        if self.count > MAX_NODES:
            self._stop(node, "yaml.many", MANY, MAX_NODES)

    def _stop(self, node: Node, code: str, message: str, limit: int = 0) -> None:
        self.problems.add(node, code, message, **({"limit": limit} if limit else {}))
        self.problems.finish()

    def _hang(self, node: Node) -> None:
        """Put a node where it belongs: at the top, into the open list, or into the open mapping as key or value."""
        if not self.open:
            self.tree = node
            return
        top = self.open[-1]
        if top.mapping is None:
            top.items.append(node)
        elif top.key:
            top.mapping[top.key.text], top.keys[top.key.text], top.key = node, top.key, None
        else:
            top.key = node
            if not isinstance(node.value, str):
                self.problems.add(node, "yaml.key", N_("Nama kunci harus satu kata."))
            elif node.text in top.mapping:
                self.problems.add(node, "yaml.duplicate", N_("Kunci {key} tertulis dua kali."), key=node.text)
