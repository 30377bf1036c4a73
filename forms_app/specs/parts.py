"""Reading `parts:` and `retention:`: who may read the answers, and for how long they are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import re2

from forms_app.errors import N_
from forms_app.specs.keeping import Part, Retention
from forms_app.specs.model import READERS
from forms_app.specs.nodes import Node, Problems
from forms_app.specs.rows import NAME, Row, check_keys, check_texts, words

_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_PERIOD = re2.compile(r"([1-9][0-9]{0,3})([dwmy])")


def read_retention(owner: Node, problems: Problems) -> Retention:
    """Return how long the records of a form or part are kept; `owner` is the mapping that should say so."""
    node = owner.mapping.get("retention")
    if node is not None:
        check_keys(node, ("site", "office"), problems)
    return Retention(_days("site", node or owner, problems), _days("office", node or owner, problems))


def _days(key: str, node: Node, problems: Problems) -> int:
    value = node.mapping.get(key)
    period = _PERIOD.fullmatch(value.text) if value else None
    if period:
        return int(period[1]) * _DAYS[period[2]]
    problems.add(
        value or node, "form.retention", N_("Tulis lama penyimpanan {key}, misalnya 30d, 6m, atau 1y."), key=key
    )
    return 0


def check_words(node: Node | None, key: str, known: Sequence[str], problems: Problems) -> None:
    """Note a list of words that does not begin with the first known one, repeats one, or has others."""
    found = words(node)
    if node and (found[:1] != tuple(known[:1]) or set(found) - set(known) or len(set(found)) < len(found)):
        message = N_("Daftar {key} dimulai dengan {first}. Yang boleh: {known}.")
        problems.add(node, f"form.{key}", message, key=key, first=known[0], known=", ".join(known))


def read_parts(node: Node | None, rows: Sequence[Row], problems: Problems) -> tuple[Part, ...]:
    """Return the parts; note a part that nobody wrote, and copies of what is not in the main record."""
    parts = node.mapping if node else {}
    main = {row.name for row in rows if not row.get("part")}
    for row in rows:
        part = row.get("part")
        if part and part.text not in parts:
            problems.add(part, "part.unknown", N_("Bagian {part} belum ditulis di parts."), part=part.text)
    return tuple(_part(name, one, main, problems) for name, one in parts.items())


def _part(name: str, node: Node, main: set[str], problems: Problems) -> Part:
    check_keys(node, ("readers", "retention", "copies"), problems)
    found: Mapping[str, Node] = node.mapping
    readers, copies = words(found.get("readers")), words(found.get("copies"))
    if not NAME.fullmatch(name):
        problems.add(node, "part.name", N_("Nama bagian harus huruf kecil, angka, atau garis bawah."))
    if not readers:
        problems.add(node, "part.readers", N_("Bagian {part} perlu readers."), part=name)
    check_words(found.get("readers"), "readers", READERS, problems)
    check_texts(found.get("copies"), problems)
    for one in sorted(set(copies) - main):
        message = N_("Pertanyaan {name} tidak ada di catatan utama, jadi tidak dapat disalin.")
        problems.add(found["copies"], "part.copies", message, name=one)
    return Part(name, readers, read_retention(node, problems), copies)
