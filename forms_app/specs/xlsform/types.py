"""The types of XLSForm under all their names, and the appearances that mean something here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from forms_app.errors import N_
from forms_app.specs.types import TYPES
from forms_app.specs.xlsform.cells import Cell, Findings

_SELECTS = {
    "select_one": ("select_one", "select one", "select one from", "select1", "add select one prompt using"),
    "select_multiple": (
        "select_multiple",
        "select multiple",
        "select multiple from",
        "select all that apply",
        "select all that apply from",
        "add select multiple prompt using",
    ),
    "select_one_from_file": ("select_one_from_file", "select one from file"),
    "select_multiple_from_file": ("select_multiple_from_file", "select multiple from file"),
    "select_one_external": ("select_one_external", "select one external"),
    "rank": ("rank",),
}
_SELECT = re.compile(
    "({})\\s+(\\S+)(\\s+or.(?:specify.)?other)?".format(
        "|".join(sorted((re.escape(one) for names in _SELECTS.values() for one in names), key=len, reverse=True))
    )
)
_CONTROL = re.compile(r"(begin|end)[ _](group|repeat|lgroup|looped group|loop)\b.*", re.IGNORECASE)
_PLAIN = {
    "text": ("string",),
    "integer": ("int",),
    "dateTime": ("datetime", "date time"),
    "acknowledge": ("trigger",),
    "geopoint": ("location", "gps"),
    "start": ("start time", "get start time"),
    "end": ("end time", "get end time"),
    "today": ("get today",),
    "image": ("photo", "picture"),
    "deviceid": ("imei", "device id", "get device id", "uri:deviceid"),
    "phonenumber": ("phone number", "get phone number", "uri:phonenumber"),
    "subscriberid": ("subscriber id", "get subscriber id", "uri:subscriberid"),
    "simserial": ("sim id", "get sim id", "uri:simserial"),
    "username": ("uri:username",),
    "email": ("uri:email",),
}
_NAMES = {alias: name for name, aliases in _PLAIN.items() for alias in aliases}
_NAMES |= {alias: name for name, aliases in _SELECTS.items() for alias in aliases}
_OLD = re.compile(r"(?:q|add) (.+?)(?: prompt)?")

_SAME = {
    "quickcompact": "quick",
    "spinner": "minimal",
    "compact": "columns",
    "horizontal": "columns",
    "horizontal-compact": "columns",
    "columns-pack": "columns",
    "columns-flex": "columns",
}
_SIZES = re.compile(r"(?:columns|compact|quickcompact)-\d+")
_LOOKS = re.compile(
    r"w\d+|h\d+|autocomplete|search|autocomplete_chars|list-nolabel|list|label|field-list|table-list|compact|columns.*|quick"
    r"|no-calendar|no-calender|no-ticks|no-buttons|picker|vertical|horizontal|rating|thousands-sep|maps?|placement-map|minimal"
)
"""Words about the look on a screen alone: which answers there are, and what is kept, is the same without them."""


@dataclass(frozen=True)
class Kind:
    """What a type cell says: our type, its list, whether it begins or ends a group or repeat."""

    type: str
    list_name: str = ""
    other: bool = False
    begins: bool = False
    ends: bool = False


def read_kind(cell: Cell, findings: Findings) -> Kind:
    """Return what the cell means; a type that nobody knows is returned as it is, for the reader to refuse."""
    text = " ".join(cell.text.split())
    if control := _CONTROL.fullmatch(text):
        what = control[2].lower()
        if what == "loop":
            message = N_("Jenis {type} tidak ada. Pakai begin_repeat.")
            findings.refuse(cell, "type.unknown", message, type=text)
        kind = "group" if what == "group" else "repeat"
        return Kind(kind, begins=control[1].lower() == "begin", ends=control[1].lower() == "end")
    if select := _SELECT.fullmatch(text):
        name = _NAMES[select[1]]
        if name == "select_one_external":
            message = N_("Jenis ini sudah lama. Pakai select_one dengan choice_filter.")
            findings.refuse(cell, "type.refused", message)
        return Kind(name, select[2], other=bool(select[3]))
    old = _OLD.fullmatch(text)
    for word in (text, text.lower(), old[1] if old else text):
        if word in TYPES or word in _NAMES:
            return Kind(_NAMES.get(word, word))
    return Kind(text)


def read_appearance(kind: str, cell: Cell | None, findings: Findings) -> str:
    """Return the words that mean something here; those about the look alone are left out with a note."""
    known = TYPES[kind].appearances if kind in TYPES else frozenset()
    kept: list[str] = []
    for word in cell.text.replace(",", " ").split() if cell else ():
        same = "columns" if _SIZES.fullmatch(word) else _SAME.get(word, word)
        if same in known:
            kept.append(same)
        elif cell and kind in ("group", "repeat") and word.lower() == "field-list":
            continue  # a page and a group always stand on one screen here
        elif cell and (_LOOKS.fullmatch(word.lower()) or (kind in TYPES and TYPES[kind].widget == "hidden")):
            message = N_("Tampilan {word} tidak ada di sini dan ditinggalkan.")
            findings.note(cell, "appearance.left", message, word=word)
        else:
            kept.append(word)
    return " ".join(dict.fromkeys(kept))


def read_parameters(kind: str, cells: Iterable[Cell | None]) -> dict[str, str]:
    """Return the parameters by name; a range says all three, since ODK's own are others than nobody's."""
    words = [word for cell in cells if cell for word in re.split(r"[\s;,]+", cell.text) if word]
    found = {word.partition("=")[0]: word.partition("=")[2] for word in words}
    defaults: Mapping[str, str] = {"start": "1", "end": "10", "step": "1"} if kind == "range" else {}
    return {**{key: value for key, value in defaults.items() if key not in found}, **found} if defaults else found
