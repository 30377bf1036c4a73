"""The texts of form files as translators meet them, and an extraction method for Babel.

Read are forms, blocks and choice lists (YAML), and long lists (CSV). `make catalogues` brings what is found into
`translations/<language>/LC_MESSAGES/forms.po`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from forms_app.specs.nodes import Node
from forms_app.specs.positions import read_tree
from forms_app.specs.rows import LANGUAGES, TEXTS

TEXT_KEYS = frozenset({*TEXTS, "title", "heading", "closing", "explanation", "body"})
_NO_TEXTS = ("sample", "vectors")  # answers to try the form with; nobody reads them in a page
_STEPS = ("pages", "questions")  # what stands in them has a name that says enough
Message = tuple[int, None, str, list[str]]


@dataclass(frozen=True)
class Source:
    """One text of a form file: the Indonesian source, where it stands, and what it is for.

    `carried` are the languages that the text brings along itself.
    """

    text: str
    carried: frozenset[str]
    node: Node
    about: str

    @property
    def raw(self) -> str:
        """Return the text with the blanks at its ends that reading takes away."""
        return self.node.mapping["id"].text if self.node.mapping else self.node.text


def extract(
    fileobj: IO[bytes], _keywords: Collection[str], _comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Message]:
    """Yield (line, None, text, [comment]) of each text that needs a translation: an extraction method for Babel.

    With the option `language` that is every text that does not carry this language itself, else every text that lacks
    any. Raises SpecErrors for a file that is no YAML.
    """
    wanted = {options["language"]} if options.get("language") else set(LANGUAGES[1:])
    name = str(getattr(fileobj, "name", "form.yaml"))
    for one in sources(fileobj.read().decode("utf-8-sig"), name):
        if wanted - one.carried:
            yield one.node.line, None, one.text, [one.about]


def sources(text: str, name: str) -> Iterator[Source]:
    """Yield every text of one file, in its order; raise SpecErrors when it is no YAML."""
    if name.endswith(".csv"):
        yield from _of_rows(text, name)
    else:
        yield from of_tree(read_tree(text, name))


def of_tree(tree: Node) -> Iterator[Source]:
    """Yield every text of a form, a block or a file of lists."""
    form = tree.mapping.get("form_id")
    yield from _below(tree, (form.text if form else Path(tree.file).stem,), _NO_TEXTS)


def _below(node: Node, path: tuple[str, ...], without: Collection[str] = ()) -> Iterator[Source]:
    """Yield the texts below one node; `path` says where it stands, in names rather than in numbers."""
    for key, child in node.mapping.items():
        below = path if key in _STEPS else (*path, key)
        listed = path[1:2] == ("choices",)  # there every other key is a column for choice_filter, whatever its name
        if key in (("label",) if listed else TEXT_KEYS) and _is_text(child):
            yield from _source(child, below)
        elif key not in without:
            yield from _below(child, below)
            for number, item in enumerate(child.items, 1):
                name = item.mapping.get("name")
                yield from _below(item, (*below, name.text if name else str(number)))


def _is_text(node: Node) -> bool:
    """Whether a node is a text: words, or a map that has at least the source."""
    return isinstance(node.value, str) or ("id" in node.mapping and set(node.mapping) <= set(LANGUAGES))


def _source(node: Node, path: tuple[str, ...]) -> Iterator[Source]:
    carried = frozenset(code for code, one in node.mapping.items() if code != "id" and one.text.strip())
    text = (node.mapping["id"].text if node.mapping else node.text).strip()
    if text:
        yield Source(text, carried, node, " · ".join(path))


def _of_rows(text: str, name: str) -> Iterator[Source]:
    """Yield the labels of a long list."""
    reader = csv.DictReader(io.StringIO(text), restval="")
    for row in reader:
        label = row.get("label") or ""
        if label.strip():
            carried = frozenset(code for code in LANGUAGES[1:] if (row.get(f"label::{code}") or "").strip())
            about = " · ".join((Path(name).stem, row.get("name") or "", "label"))
            yield Source(label.strip(), carried, Node(label, name, reader.line_num, 1), about)
