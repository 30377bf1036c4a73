"""A form -> a workbook that ODK's own converter takes, and that reads back to the same form.

What ODK does not know stands in columns and a sheet that ODK passes over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forms_app.specs.model import FormSpec
from forms_app.specs.rows import EXPRESSIONS, LANGUAGES, TEXTS
from forms_app.specs.xlsform.expressions import odk_score
from forms_app.specs.xlsform.extras import CATALOGUE, HEADER, SHEET, flatten
from forms_app.specs.xlsform.headers import OWN_PARAMETERS, OWN_TYPE
from forms_app.specs.xlsform.heading import WORDS
from forms_app.specs.xlsform.languages import HEADERS, SOURCE
from forms_app.specs.xlsform.names import RESERVED
from forms_app.specs.xlsform.pages import PREFIX
from forms_app.specs.xlsform.workbook import write_workbook

Say = Callable[[str, str], str]
"""Returns a text of the form (Indonesian source, language) from the catalogue, or '' when it has none."""
_SETTINGS = ("slug", "heading", "audience", "sensitivity", "readers", "seal_at", "legal_basis", "languages", "event")
_ODK = (*TEXTS[:3], "required", "required_message", "relevant", "constraint", "constraint_message", "calculation")
_WORDS = ("default", "read_only", "appearance", "parameters", "choice_filter", "repeat_count")
_KNOWN_PARAMETERS = ("range",)  # of all other types ODK's converter refuses our parameters
_PATH = re.compile(r"\$\{\s*(?:[a-z0-9_]+/)+([a-z0-9_]+)\s*\}")
_SCORE = re.compile(r"\bscore\(\$\{([a-z0-9_]+)\}\)")
_OURS = ("language",)
_ROOT = "data"  # ODK's name for the whole form, which no repeat may have


def export_workbook(spec: FormSpec, say: Say | None = None) -> bytes:
    """Return the form as an .xlsx file; raise SpecErrors when a text is too long for a cell.

    `say` brings translations of the catalogue into the workbook; reading it back leaves them to the catalogue again.
    """
    form: dict[str, Any] = json.loads(spec.source)
    export = _Exporting(spec, say)
    survey = export.survey(form["pages"])
    choices = export.choices(form["choices"])
    settings, rest = export.settings(form)
    return write_workbook({"survey": survey, "choices": choices, "settings": settings, SHEET: export.extras(rest)})


@dataclass
class _Exporting:
    """The work of one export; it remembers which translations came from the catalogue."""

    spec: FormSpec
    say: Say | None
    borrowed: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages that texts of the form are in, Indonesian first."""
        inside = {code for code in LANGUAGES if f'"{code}":' in self.spec.source}
        promised = self.spec.languages if self.say else ()
        return tuple(code for code in LANGUAGES if code == SOURCE or code in inside or code in promised)

    def texts(self, value: Any) -> dict[str, str]:
        """Return a text by language; what it does not carry itself comes from the catalogue."""
        own = value if isinstance(value, dict) else {SOURCE: value or ""}
        source = own.get(SOURCE, "")
        for code in self.languages[1:] if self.say and source else ():
            found = self.say(source.strip(), code) if self.say and code not in own else ""
            if found:
                own = {**own, code: found}
                self.borrowed.setdefault(source.strip(), {})[code] = found
        return own

    def survey(self, pages: Sequence[Mapping[str, Any]]) -> list[list[str]]:
        """Return the rows of the survey sheet: each page a group that shows on one screen."""
        rows: list[dict[str, Any]] = [{"type": "hidden", "name": name} for name in sorted(self._needed())]
        names = {one.name for one in self.spec.questions()} | RESERVED
        for page in pages:
            group = {key: one for key, one in page.items() if key != "questions"}
            name = page["name"]
            plain = not name[0].isdigit() and name not in names and name != "meta"
            group |= {"type": "begin_group", "name": name if plain else PREFIX + name, "appearance": "field-list"}
            rows += [group, *_rows(page["questions"]), {"type": "end_group"}]
        rows = [{key: self._in_odk(key, one) for key, one in row.items()} for row in rows]
        return self._table(rows, ("type", "name"))

    def _in_odk(self, key: str, value: Any) -> Any:
        """Return a cell's value in words that ODK knows: it has no `${group/name}` and no `score()`."""
        if key not in EXPRESSIONS:
            return value
        lists = {one.name: one.list_name for one in self.spec.questions()}
        return _SCORE.sub(lambda match: odk_score(lists.get(match[1], ""), match[1]), _PATH.sub(r"${\1}", value))

    def _needed(self) -> set[str]:
        """Return the names that expressions use and that other programs must be told of."""
        return {name for name in RESERVED if f"${{{name}}}" in self.spec.source.replace(" ", "")}

    def _table(self, rows: Sequence[Mapping[str, Any]], first: Sequence[str]) -> list[list[str]]:
        """Return rows under their headers: a text has one column a language."""
        used = {key for row in rows for key in row} | {"label"}
        order = [*first, *_ODK, *_WORDS, *EXPRESSIONS, *TEXTS, "sensitivity", "part", OWN_PARAMETERS, OWN_TYPE]
        keys = [key for key in dict.fromkeys([*order, *sorted(used)]) if key in used or key in first]
        columns = [
            (key, code) for key in keys for code in (self.languages if key in TEXTS or key == "label" else ("",))
        ]
        table = [[f"{key}::{HEADERS[code]}" if code else key for key, code in columns]]
        for row in rows:
            said = {key: self.texts(row[key]) for key in row if key in TEXTS}
            said = {key: {code: _PATH.sub(r"${\1}", one) for code, one in text.items()} for key, text in said.items()}
            table.append([said.get(key, {}).get(code, "") if code else row.get(key, "") for key, code in columns])
        return table

    def choices(self, lists: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[list[str]]:
        """Return the rows of the choices sheet, each list with its own columns."""
        rows = [{"list_name": name, **choice} for name, found in lists.items() for choice in found]
        return self._table(rows, ("list_name", "name"))

    def settings(self, form: Mapping[str, Any]) -> tuple[list[list[str]], dict[str, Any]]:
        """Return the settings sheet, and what of the head has no column in it."""
        rest = {
            key: one for key, one in form.items() if key not in ("form_id", "version", "pages", "choices", *_SETTINGS)
        }
        row = {"form_title": "", "form_id": form["form_id"], "version": form["version"]}
        row |= {"default_language": HEADERS[SOURCE], "style": "pages"}
        row |= {"name": "form"} if any(one.name == _ROOT for one in self.spec.questions()) else {}
        for key, column in (("title", "form_title"), ("heading", "heading"), ("closing", "closing")):
            said = self.texts(form.get(key, ""))
            row[column] = said.get(SOURCE, "")
            rest.pop(key, None)
            if others := {code: text for code, text in said.items() if code != SOURCE}:
                rest[key] = others
        for key in _SETTINGS:
            if key in form and key != "heading":
                row[key] = " ".join(form[key]) if key in WORDS and isinstance(form[key], list) else form[key]
        row |= {f"retention_{key}": one for key, one in rest.pop("retention").items()}
        return [list(row), list(row.values())], rest

    def extras(self, rest: dict[str, Any]) -> list[list[str]]:
        """Return the rows of our own sheet."""
        tests: dict[str, Any] = {"sample": dict(self.spec.sample), "vectors": list(self.spec.vectors)}
        own = {"workbook": "1", **rest, **{key: one for key, one in tests.items() if one}}
        if self.borrowed:
            own[CATALOGUE] = [{SOURCE: source, **said} for source, said in self.borrowed.items()]
        return [list(HEADER), *(list(row) for row in flatten(own))]


def _rows(questions: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield questions as rows, groups and repeats between their beginning and their end."""
    for question in questions:
        row = {key: one for key, one in question.items() if key != "questions"}
        kind = row["type"].partition(" ")[0]
        if "parameters" in row and kind not in _KNOWN_PARAMETERS:
            row[OWN_PARAMETERS] = row.pop("parameters")
        if kind in _OURS:
            row |= {"type": "hidden", OWN_TYPE: kind}
        if "questions" in question:
            yield row | {"type": f"begin_{kind}"}
            yield from _rows(question["questions"])
            yield {"type": f"end_{kind}"}
        else:
            yield row
