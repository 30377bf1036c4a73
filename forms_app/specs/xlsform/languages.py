"""The languages of a workbook: which of ours each column is in, and which one is the source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from forms_app.errors import N_
from forms_app.specs.rows import LANGUAGES
from forms_app.specs.xlsform.cells import Cell, Findings
from forms_app.specs.xlsform.placed import Leaf, Tree

SOURCE = "id"
HEADERS = {"id": "Bahasa Indonesia (id)", "en": "English (en)", "jv": "Basa Jawa (jv)"}
_CODES = {
    "id": ("id", "ind", "in", "indonesia", "indonesian", "bahasa", "bahasa indonesia"),
    "en": ("en", "eng", "english", "inggris", "bahasa inggris"),
    "jv": ("jv", "jav", "jawa", "javanese", "basa jawa", "bahasa jawa"),
}
_BRACKETS = re.compile(r"(.*?)\s*\(([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*\)\s*")


def language_code(written: str) -> str:
    """Return our code of a language as authors write it: `English (en)`, `english`, `en-GB`; '' for all others."""
    match = _BRACKETS.fullmatch(written)
    words = [match[2], match[1]] if match else [written, re.split("[-_]", written)[0]]
    for word in words:
        for code, names in _CODES.items():
            if word.strip().lower() in names:
                return code
    return ""


@dataclass(frozen=True)
class Languages:
    """The written languages of one workbook with their codes; `source` is the one whose texts become Indonesian.

    A text without a language is in the source language, as ODK has it.
    """

    codes: Mapping[str, str]
    source: str
    unclear: bool = False

    @property
    def promised(self) -> tuple[str, ...]:
        """Return the form's languages: Indonesian first."""
        found = {code for code in self.codes.values() if code}
        return (SOURCE, *(code for code in LANGUAGES if code in found and code != SOURCE))

    def text(self, cells: Mapping[str, Cell], findings: Findings) -> Tree | None:
        """Return one text with its translations; what has no source text takes another, for nothing is ever blank."""
        known = {written: cell for written, cell in cells.items() if written in self.codes}
        if not known:
            return None
        first = known.get(self.source) or known.get("") or next(iter(known.values()))
        text: dict[str, Leaf] = {SOURCE: Leaf(first.text, first)}
        for written, cell in known.items():
            code = self.codes[written] or SOURCE
            if text.setdefault(code, Leaf(cell.text, cell)).text != cell.text and (code != SOURCE or self._clear):
                findings.refuse(cell, "text.twice", N_("Teks ini ada dua dalam satu bahasa. Hapus salah satu."))
        return dict(text) if len(text) > 1 else text[SOURCE]

    @property
    def _clear(self) -> bool:
        """Whether Indonesian is what the source language is, rather than where its texts go as they are."""
        return not self.unclear and self.codes.get(self.source) in ("", SOURCE)


def read_languages(
    headers: Iterable[tuple[str, Cell]], default: str, left_out: frozenset[str], findings: Findings
) -> Languages:
    """Return the languages that filled columns are in; `headers` are their names with the cells of the headers.

    `default` is the setting default_language. A language that forms here cannot have is refused at its column, unless
    it is the source: then its texts are taken as they are.
    """
    first: dict[str, Cell] = {}
    for written, cell in headers:
        first.setdefault(written, cell)
    codes = {one: language_code(one) for one in first if one}
    kept = {one: code for one, code in codes.items() if not _is_left_out(one, code, left_out)}
    source = _source(kept, default, plain_texts="" in first)
    kept[""] = language_code(default) or kept.get(source, "")
    unclear = bool("" in first and source and not language_code(default) and default != source)
    if unclear:
        message = N_("Kolom ini dalam bahasa apa? Tulis bahasanya, seperti label::English (en).")
        findings.refuse(first[""], "language.unclear", message)
    _check(kept, source, first, default, findings)
    known = {one: code for one, code in kept.items() if code or one in ("", source)}
    return Languages(known, source, unclear)


def _check(kept: Mapping[str, str], source: str, first: Mapping[str, Cell], default: str, findings: Findings) -> None:
    """Note languages that stand twice or that forms here cannot have; tell when Indonesian is missing."""
    named = {one: code for one, code in kept.items() if one}
    twins = [one for one, code in named.items() if code and list(named.values()).count(code) > 1]
    for written, code in named.items():
        if written in twins:
            message = N_("Bahasa ini ada dua kali: {names}. Satukan judul kolomnya.")
            findings.refuse(first[written], "language.twice", message, names=", ".join(twins))
        elif not code and written != source:
            message = N_("Bahasa {language} tidak ada di sini. Hapus kolomnya, atau pakai --leave-out.")
            findings.refuse(first[written], "language.unknown", message, language=written)
    if SOURCE not in kept.values() and (source or default):
        message = N_("Teks Indonesia belum ada. Teks {language} dipakai apa adanya; terjemahkan dulu.")
        place = first.get(source, Cell("", "settings"))
        findings.note(place, "language.source", message, language=source or default)


def _is_left_out(written: str, code: str, left_out: frozenset[str]) -> bool:
    match = _BRACKETS.fullmatch(written)
    return bool({written.lower(), code, match[2].lower() if match else ""} & left_out - {""})


def _source(codes: Mapping[str, str], default: str, *, plain_texts: bool) -> str:
    """Return the written language of the source texts: Indonesian, else the default, else what has no language."""
    for written, code in codes.items():
        if code == SOURCE:
            return written
    for written, code in codes.items():
        if default and (written == default or (code and code == language_code(default))):
            return written
    return "" if plain_texts else next(iter(codes), "")
