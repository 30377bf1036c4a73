"""YAML text -> FormSpec, or SpecErrors with everything that is wrong, each with its place and remedy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import re2

from forms_app.errors import N_, SpecErrors
from forms_app.specs import model
from forms_app.specs.canonical import canonical_form
from forms_app.specs.lists import Lists, shared_lists
from forms_app.specs.model import FormSpec, Page, Part, Question, Retention
from forms_app.specs.order import evaluation_order
from forms_app.specs.outcomes import read_outcome
from forms_app.specs.positions import Node, Problems, read_tree
from forms_app.specs.rows import EXPRESSIONS, LANGUAGES, TEXTS, Row, check_keys, parameters, read_rows, read_text, words
from forms_app.specs.scope import EVENT_NAMES, Scope, build_scope

REQUIRED = [
    "form_id",
    "slug",
    "version",
    "title",
    "heading",
    "audience",
    "sensitivity",
    "readers",
    "seal_at",
    "legal_basis",
    "retention",
    "languages",
    "pages",
]
OPTIONAL = ["outcome", "choices", "parts", "closing", "event", "sample", "vectors"]
ONE_OF = {
    "sensitivity": model.SENSITIVITIES,
    "seal_at": ("phone", "arrival"),
    "legal_basis": ("consent", "public_task", "vital_interest"),
}
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_ID = re2.compile(r"[a-z][a-z0-9_]{2,39}")
_SLUG = re2.compile(r"[a-z0-9]{1,12}")


def read_spec(text: str, name: str, folder: Path | None = None) -> FormSpec:
    """Return the form that the text describes.

    `name` is the file's name in messages. `folder` holds `blocks/` and `choices/`; without it only what stands in
    the text itself can be used. Raises SpecErrors with all problems, in the order of the file.
    """
    problems = Problems()
    tree = read_tree(text, name)
    try:
        spec = _Reading(tree, folder, problems).form()
    except SpecErrors as error:  # a block or shared list that is not YAML
        problems.found.extend(error.problems)
        problems.finish()
        raise
    problems.finish()
    return spec


class _Reading:
    """One reading of one file: the tree, the lists it may use, and the problems found on the way."""

    def __init__(self, tree: Node, folder: Path | None, problems: Problems) -> None:
        self.tree, self.problems = tree, problems
        self.lists: Lists = shared_lists(folder, problems)

    def form(self) -> FormSpec:
        check_keys(self.tree, (*REQUIRED, *OPTIONAL), self.problems)
        self._check_head()
        self.lists.add(self.tree.mapping.get("choices"))
        rows = self._rows()
        self._check_names(rows)
        used = {row.list_name: self.lists.get(row.list_name, row.node) for row in _flat(rows) if row.list_name}
        scope = build_scope(rows, used, self.problems)
        outcome = read_outcome(self.tree.mapping.get("outcome"), scope, self.problems)
        pages = tuple(self._page(node, rows, scope) for node in self._list("pages"))
        order, circle = evaluation_order(pages, outcome)
        if circle:
            names = ", ".join(circle)
            self.problems.add(self.tree, "order.cycle", N_("Pertanyaan ini saling menunggu: {names}."), names=names)
        form = canonical_form(self.tree, rows, used)
        source = json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        head: dict[str, Any] = {key: self._word(key) for key in ("form_id", "slug", "version", "audience", *ONE_OF)}
        for key in ("title", "heading", "closing"):
            head[key] = read_text(self.tree.mapping.get(key), self.problems)
        return FormSpec(
            **head,
            readers=words(self.tree.mapping.get("readers")),
            retention=self._retention(self.tree.mapping.get("retention")),
            languages=words(self.tree.mapping.get("languages")),
            pages=pages,
            choices=tuple(used.items()),
            outcome=outcome,
            parts=self._parts(rows),
            order=order,
            event_names=tuple(one for one in EVENT_NAMES if f"${{{one}}}" in source),
            sample=tuple(self._plain("sample", {}).items()),
            vectors=tuple(self._plain("vectors", [])),
            source=source,
            digest=hashlib.sha256(source.encode()).hexdigest(),
        )

    def _check_head(self) -> None:
        for key in REQUIRED:
            if key not in self.tree.mapping:
                self.problems.add(self.tree, "form.missing", N_("Kunci {key} belum ada."), key=key)
        for key, pattern in (("form_id", _ID), ("slug", _SLUG)):
            node = self.tree.mapping.get(key)
            if node and not pattern.fullmatch(node.text):
                self.problems.add(node, f"form.{key}", N_("{key} hanya boleh huruf kecil dan angka."), key=key)
        for key, known in ONE_OF.items():
            node = self.tree.mapping.get(key)
            if node and node.text not in known:
                self.problems.add(node, f"form.{key}", N_("Tulis salah satu: {known}."), known=", ".join(known))
        for key in ("slug", "version"):
            node = self.tree.mapping.get(key)
            if node and not node.quoted:
                self.problems.add(node, "form.quotes", N_("Tulis {key} di antara tanda kutip."), key=key)
        self._check_words("readers", model.READERS)
        self._check_words("languages", LANGUAGES)

    def _check_words(self, key: str, known: Sequence[str]) -> None:
        node = self.tree.mapping.get(key)
        if node and (not words(node) or words(node)[0] != known[0] or set(words(node)) - set(known)):
            message = N_("Daftar {key} dimulai dengan {first}. Yang boleh: {known}.")
            self.problems.add(node, f"form.{key}", message, key=key, first=known[0], known=", ".join(known))

    def _rows(self) -> list[Row]:
        rows: list[Row] = []
        for number, node in enumerate(self._list("pages"), 1):
            check_keys(node, ("name", "label", "relevant", "questions"), self.problems)
            page = node.mapping["name"].text if "name" in node.mapping else str(number)
            rows.extend(read_rows(node.mapping.get("questions"), page, self.lists.include, self.problems))
        return rows

    def _check_names(self, rows: list[Row]) -> None:
        seen: set[str] = set()
        for row in _flat(rows):
            if row.name in seen or row.name == "level" or row.name in EVENT_NAMES:
                self.problems.add(row.node, "question.duplicate", N_("Nama {name} sudah dipakai."), name=row.name)
            seen.add(row.name)

    def _page(self, node: Node, rows: list[Row], scope: Scope) -> Page:
        name = node.mapping["name"].text if "name" in node.mapping else str(self._list("pages").index(node) + 1)
        questions = tuple(self._question(row, scope) for row in rows if row.page == name)
        label = read_text(node.mapping.get("label"), self.problems)
        return Page(name, label, questions, scope.read(node.mapping.get("relevant")))

    def _question(self, row: Row, scope: Scope) -> Question:
        texts: dict[str, Any] = {key: read_text(row.get(key), self.problems) for key in TEXTS}
        inside = scope.inside(row) if row.children else scope
        expressions: dict[str, Any] = {key: scope.read(row.get(key), row.name) for key in EXPRESSIONS}
        part, default, sensitivity = row.get("part"), row.get("default"), row.get("sensitivity")
        return Question(
            name=row.name,
            type=row.type,
            list_name=row.list_name,
            default=default.text if default else "",
            read_only=bool(row.get("read_only")),
            appearance=words(row.get("appearance")),
            parameters=parameters(row.get("parameters")),
            sensitivity=sensitivity.text if sensitivity else self._word("sensitivity"),
            part=part.text if part else "",
            children=tuple(self._question(child, inside) for child in row.children),
            line=row.node.line,
            **texts,
            **expressions,
        )

    def _parts(self, rows: list[Row]) -> tuple[Part, ...]:
        """Return the parts; note a part that a question names but nobody wrote, and copies of no question."""
        node = self.tree.mapping.get("parts")
        parts, names = [], {row.name for row in rows}
        for row in rows:
            part = row.get("part")
            if part and part.text not in (node.mapping if node else {}):
                self.problems.add(part, "part.unknown", N_("Bagian {part} belum ditulis di parts."), part=part.text)
        for name, one in node.mapping.items() if node else ():
            check_keys(one, ("readers", "retention", "copies"), self.problems)
            retention = self._retention(one.mapping.get("retention"))
            if words(one.mapping.get("readers"))[:1] != ("office",) or set(words(one.mapping.get("copies"))) - names:
                message = N_("Bagian {part} perlu readers dan copies yang ada.")
                self.problems.add(one, "part.readers", message, part=name)
            parts.append(Part(name, words(one.mapping.get("readers")), retention, words(one.mapping.get("copies"))))
        return tuple(parts)

    def _retention(self, node: Node | None) -> Retention:
        check = {"site": 0, "office": 0}
        for key in check:
            value = node.mapping.get(key) if node else None
            text = value.text if value else ""
            if text[:-1].isdigit() and text[-1:] in _DAYS:
                check[key] = int(text[:-1]) * _DAYS[text[-1]]
            else:
                message = N_("Tulis lama simpan {key}, misalnya 30d, 6m, atau 1y.")
                self.problems.add(value or node or self.tree, "form.retention", message, key=key)
        return replace(Retention(0, 0), **check)

    def _word(self, key: str) -> str:
        return self.tree.mapping[key].text if key in self.tree.mapping else ""

    def _list(self, key: str) -> list[Node]:
        return self.tree.mapping[key].items if key in self.tree.mapping else []

    def _plain(self, key: str, empty: Any) -> Any:
        return self.tree.mapping[key].plain() if key in self.tree.mapping else empty


def _flat(rows: Iterable[Row]) -> list[Row]:
    return [one for row in rows for one in (row, *row.children)]
