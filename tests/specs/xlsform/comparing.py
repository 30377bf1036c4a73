"""What ODK's own converter makes of a workbook, beside what an import makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types import TYPES
from forms_app.specs.xlsform.importing import Imported

_TYPES = {
    "string": "text", "int": "integer", "datetime": "dateTime", "date time": "dateTime", "trigger": "acknowledge",
    "select one": "select_one", "select all that apply": "select_multiple", "select1": "select_one",
    "select_one_from_file": "select_one", "gps": "geopoint", "location": "geopoint",
}  # fmt: skip
_REFERENCE = re.compile(r"\$\{\s*([^}]+?)\s*\}")
_QUOTES = str.maketrans("‘’“”\xa0", "''\"\" ")
_HEADS = ("generated_table_list_label_", "reserved_name_for_field_list_labels_")


@dataclass(frozen=True)
class Asked:
    """One question as both sides know it: its place, type, choices, label, and what its conditions look at."""

    name: str
    type: str
    repeat: str
    choices: tuple[str, ...]
    label: str
    looks_at: frozenset[str]


def odk(found: Mapping[str, Any], imported: Imported, language: str) -> list[Asked]:
    """Return the questions of the converter's result in order, with names as the import gave them."""
    names = imported.names

    def walk(node: Mapping[str, Any], repeat: str, conditions: frozenset[str]) -> Iterator[Asked]:
        for child in node.get("children", ()):
            kind, name = child["type"], child["name"]
            relevant = child.get("bind", {}).get("relevant", "")
            looks = conditions | {names.get(one, one) for one in _REFERENCE.findall(relevant)}
            if kind in ("group", "repeat"):
                if name != "meta":
                    yield from walk(child, names.get(name, name) if kind == "repeat" else repeat, looks)
            elif not name.startswith(_HEADS) and not _is_count(child, node):
                yield _asked(child, found, names.get(name, name), repeat, looks, language)

    return list(walk(found, "", frozenset()))


def _is_count(child: Mapping[str, Any], node: Mapping[str, Any]) -> bool:
    """Whether the converter made this itself, to count the entries of a repeat."""
    counts = {f"{one['name']}_count" for one in node["children"] if one["type"] == "repeat"}
    return child["type"] == "calculate" and child["name"] in counts


def _asked(
    child: Mapping[str, Any], found: Mapping[str, Any], name: str, repeat: str, looks: frozenset[str], language: str
) -> Asked:
    kind = _TYPES.get(child["type"], child["type"])
    if "label" in child.get("control", {}).get("appearance", "").split():
        kind = "note"
    choices = found.get("choices", {}).get(child.get("itemset", child.get("list_name", "")), child.get("choices") or ())
    label = said(child.get("label") or child.get("hint"), language)
    return Asked(name, kind, repeat, () if kind == "note" else tuple(_pairs(choices, language)), label, looks)


def _pairs(choices: Any, language: str) -> Iterator[str]:
    for one in choices:
        yield f"{one['name']}={said(one.get('label'), language) or one['name']}"


def said(text: Any, language: str) -> str:
    """Return a text of the converter in a language, its spaces, quotation marks and midnights made plain."""
    if isinstance(text, Mapping):
        text = text.get(language) or text.get("default") or next(iter(text.values()), "")
    return " ".join(str(text or "").removesuffix(" 00:00:00").translate(_QUOTES).split())


def ours(spec: FormSpec) -> list[Asked]:
    """Return the questions of a form in order, groups left out."""
    found = []
    for page in spec.pages:
        around = frozenset(page.relevant.names if page.relevant else ())
        for question in page.questions:
            if question.type == "repeat":
                inside = around | _names(question)
                found += [_own(one, spec, question.name, inside) for one in question.children if one.type != "group"]
            elif question.type != "group":
                found.append(_own(question, spec, "", around))
    return found


def _names(question: Question) -> frozenset[str]:
    return frozenset(name for one in question.conditions for name in one.names)


def _own(question: Question, spec: FormSpec, repeat: str, around: frozenset[str]) -> Asked:
    listed = spec.choice_list(question.list_name) if TYPES[question.type].takes_list else ()
    choices = tuple(f"{one.name}={said(one.label.source, '')}" for one in listed)
    label = said(question.label.source, "")
    return Asked(question.name, question.type, repeat, choices, label, around | _names(question))
