"""Answers that texts repeat, as XLSForm has them: `Berapa umur ${child_name}?`.

A text stays a text. Here it is taken apart, and judged in the reader: what it names must have an answer by then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

import re2

from forms_app.errors import N_
from forms_app.specs.expressions.kinds import nearest
from forms_app.specs.model import FormSpec, Question, Text
from forms_app.specs.nodes import Problems
from forms_app.specs.rows import TEXTS, Row
from forms_app.specs.scope import EVENT_NAMES
from forms_app.specs.types import TYPES, Calculated, Metadata, Repeat

UNKNOWN = "…"
"""What stands where an answer is not known, or not yet."""
_MENTION = re2.compile(r"\$\{([^{}]*)\}?")
_SILENT = ("note", "group", "end")
Fault = tuple[str, str, dict[str, object]]  # code, message, values


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield a text as (words, name of the answer that follows them); the last name is ''."""
    end = 0
    for match in _MENTION.finditer(text):
        yield text[end : match.start()], _name(match[1])
        end = match.end()
    yield text[end:], ""


def filled_in(text: str, answer: Callable[[str], str]) -> str:
    """Return a text with every mention replaced; what is put in is never looked into again."""
    if "${" not in text:
        return text
    return "".join(f"{words}{answer(name) if name else ''}" for words, name in pieces(text))


def names(text: str) -> list[str]:
    """Return the names of the answers that a text repeats, in its order."""
    return [name for _words, name in pieces(text) if name]


@lru_cache(maxsize=256)
def mentioned(spec: FormSpec) -> frozenset[str]:
    """Return every name that a text of a form's questions repeats, in any language written beside it."""
    found = {name for one in spec.questions() for text in _texts(one) for name in _all_names(text)}
    return frozenset(found)


def check_mentions(rows: Sequence[Row], sensitivity: str, problems: Problems) -> None:
    """Note every mention of what nobody has answered by then, or of what must not be shown again."""
    flat = [one for row in rows for one in (row, *row.children)]
    scope = {one.name: (place, one) for place, one in enumerate(flat)}
    for place, row in enumerate(flat):
        for node in filter(None, map(row.get, TEXTS)):
            for one in (node, *node.mapping.values()):
                for match in _MENTION.finditer(one.text):
                    fault = _fault(match[1].strip(), row, place, scope, sensitivity)
                    if fault:
                        code, message, values = fault
                        problems.add(one.at(match.start()), code, message, **values)


def _fault(written: str, row: Row, place: int, scope: Mapping[str, tuple[int, Row]], sensitivity: str) -> Fault | None:
    """Return what is wrong with one mention in a row, or None."""
    *around, name = written.split("/")
    if sensitivity == "secret":
        return "text.secret", N_("Formulir rahasia tidak mengulang jawaban di layar. Hapus {name}."), {"name": name}
    if name in EVENT_NAMES and not around:
        return None
    at, asked = scope.get(name, (0, None))
    if asked is None or not set(around) <= {asked.repeat, *asked.groups}:
        near = nearest(name, [*scope, *EVENT_NAMES])
        return "text.unknown", N_("Nama {name} tidak ada. {near}"), {"name": written, "near": near}
    return _of_question(asked, row, later=at >= place)


def _of_question(asked: Row, row: Row, *, later: bool) -> Fault | None:
    """Return why a text of a row cannot repeat the answer of this question, or None."""
    name, own = asked.name, asked.get("sensitivity")
    if asked.type in _SILENT or isinstance(TYPES[asked.type], Repeat):
        return "text.answer", N_("{name} tidak punya jawaban. Sebut nama pertanyaan."), {"name": name}
    if own and own.text == "secret":
        return "text.secret", N_("Jawaban rahasia tidak diulang di layar. Hapus {name}."), {"name": name}
    if asked.repeat and asked.repeat != row.repeat:
        message = N_("Jawaban {name} ada di dalam {repeat}. Sebut hanya di dalam repeat itu.")
        return "text.repeat", message, {"name": name, "repeat": asked.repeat}
    if later and not isinstance(TYPES[asked.type], Calculated | Metadata):
        return "text.later", N_("{name} belum ditanyakan di sini. Sebut pertanyaan sebelumnya."), {"name": name}
    return None


def _name(written: str) -> str:
    return written.strip().rpartition("/")[2] or "?"


def _texts(question: Question) -> Iterator[Text]:
    yield from (getattr(question, key) for key in TEXTS)


def _all_names(text: Text) -> Iterator[str]:
    for one in (text.source, *(said for _code, said in text.inline)):
        if "${" in one:
            yield from names(one)
