"""YAML text -> FormSpec, or SpecErrors with everything that is wrong, each with its place and remedy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import re2

from forms_app.errors import N_
from forms_app.specs.canonical import canonical_form
from forms_app.specs.columns import check_children, check_columns, check_default, check_lists, valid_parameters
from forms_app.specs.expressions import Expression
from forms_app.specs.expressions.kinds import nearest
from forms_app.specs.head import ONE_OF, check_head
from forms_app.specs.keeping import Retention
from forms_app.specs.lists import Lists, shared_lists
from forms_app.specs.mentions import check_mentions
from forms_app.specs.model import Choice, FormSpec, Outcome, Page, Question
from forms_app.specs.nodes import Node, Problems
from forms_app.specs.order import evaluation_order, names_asked
from forms_app.specs.outcomes import read_held, read_outcome
from forms_app.specs.parts import read_parts, read_retention
from forms_app.specs.phone import site_only
from forms_app.specs.positions import MAX_CANONICAL_BYTES, read_tree
from forms_app.specs.problems import SpecErrors
from forms_app.specs.rows import EXPRESSIONS, TEXTS, Row, Surroundings, check_keys, read_rows, read_text, truth, words
from forms_app.specs.scope import EVENT_NAMES, Scope, build_scope
from forms_app.specs.types import TYPES, Group

Choices = Mapping[str, tuple[Choice, ...]]
_PAGE = re2.compile(r"[a-z0-9_]{1,40}")


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
        check_head(self.tree, self.problems)
        self.lists.add(self.tree.mapping.get("choices"))
        rows = self._rows()
        self._check_names(rows)
        check_mentions(rows, self._word("sensitivity"), self.problems)
        choosing = [row for row in _flat(rows) if row.list_name and TYPES[row.type].takes_list]
        used = {row.list_name: self.lists.get(row.list_name, row.node.mapping["type"]) for row in choosing}
        for row in _flat(rows):
            check_columns(row, self.problems)
            beside = rows if not row.repeat else next(one.children for one in rows if one.name == row.repeat)
            check_children(row, beside, self.problems)
            check_lists(row, used, self.problems)
        scope = build_scope(rows, used, self.problems)
        outcome = read_outcome(self.tree.mapping.get("outcome"), scope, self.problems)
        pages = tuple(self._page(node, number, rows, scope) for number, node in enumerate(self._list("pages"), 1))
        held = read_held(self.tree.mapping.get("held"), scope, _flat(rows), self.problems)
        spec = replace(self._spec(pages, outcome, rows, used), held=held)
        self._check_answers(spec, rows)
        return spec

    def _spec(self, pages: tuple[Page, ...], outcome: Outcome | None, rows: list[Row], used: Choices) -> FormSpec:
        """Return the form of its parts that have been read."""
        asked = names_asked(pages, outcome)
        source = self._source(rows, used)
        head: dict[str, Any] = {key: self._word(key) for key in ("form_id", "slug", "version", "audience", *ONE_OF)}
        for key in ("title", "heading", "closing"):
            head[key] = read_text(self.tree.mapping.get(key), self.problems)
        return FormSpec(
            **head,
            readers=words(self.tree.mapping.get("readers")),
            retention=self._retention(),
            languages=words(self.tree.mapping.get("languages")),
            pages=pages,
            choices=tuple(used.items()),
            outcome=outcome,
            parts=read_parts(self.tree.mapping.get("parts"), rows, self.problems),
            order=self._order(pages, outcome, rows),
            event_names=tuple(one for one in EVENT_NAMES if one in asked),
            at_site=site_only(pages, outcome, _flat(rows), self.tree, self.problems),
            sample=tuple((key, one.plain()) for key, one in self._mapping("sample").items()),
            vectors=tuple(one.plain() for one in self._list("vectors")),
            source=source,
            digest=hashlib.sha256(source.encode()).hexdigest(),
        )

    def _source(self, rows: list[Row], used: Choices) -> str:
        """Return the resolved form as JSON, which must be small enough to be read back."""
        form = canonical_form(self.tree, rows, used)
        source = json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        size = len(source.encode("utf-8", "surrogatepass"))
        if size > MAX_CANONICAL_BYTES:
            message = N_("Formulir dengan semua daftarnya lebih besar dari {limit} byte.")
            self.problems.add(self.tree, "form.large", message, limit=MAX_CANONICAL_BYTES)
        return source

    def _order(self, pages: tuple[Page, ...], outcome: Outcome | None, rows: list[Row]) -> tuple[str, ...]:
        order, circle = evaluation_order(pages, outcome)
        if circle:
            places = {row.name: row.node for row in _flat(rows)}
            place = min((places.get(name, self.tree) for name in circle), key=lambda one: (one.file, one.line))
            names = ", ".join(circle)
            self.problems.add(place, "order.cycle", N_("Pertanyaan ini saling menunggu: {names}."), names=names)
        return order

    def _rows(self) -> list[Row]:
        rows: list[Row] = []
        seen: set[str] = set()
        for number, node in enumerate(self._list("pages"), 1):
            check_keys(node, ("name", "label", "relevant", "questions"), self.problems)
            page, place = _page_name(node, number), node.mapping.get("name", node)
            if page in seen:
                self.problems.add(place, "page.duplicate", N_("Halaman {name} sudah ada. Beri nama lain."), name=page)
                continue
            seen.add(page)
            if not _PAGE.fullmatch(page):
                self.problems.add(place, "page.name", N_("Nama halaman harus huruf kecil, angka, atau garis bawah."))
            questions = node.mapping.get("questions", node)
            if not questions.items:
                self.problems.add(questions, "page.empty", N_("Halaman {name} belum punya questions."), name=page)
            rows.extend(read_rows(questions, Surroundings(page, self.lists.include, self.problems)))
        return rows

    def _check_names(self, rows: list[Row]) -> None:
        seen: set[str] = set()
        for row in _flat(rows):
            if row.name in seen or row.name == "level" or row.name in EVENT_NAMES:
                place = row.node.mapping["name"]
                self.problems.add(place, "question.duplicate", N_("Nama {name} sudah dipakai."), name=row.name)
            seen.add(row.name)

    def _check_answers(self, spec: FormSpec, rows: list[Row]) -> None:
        """Note defaults that would not be accepted, and samples of no question."""
        for row in _flat(rows):
            check_default(row, spec, self.problems)
        names = [row.name for row in rows]
        for name, place in self.tree.mapping["sample"].keys.items() if "sample" in self.tree.mapping else ():
            if name not in names:
                message = N_("Nama {name} tidak ada. {near}")
                self.problems.add(place, "sample.unknown", message, name=name, near=nearest(name, names))

    def _page(self, node: Node, number: int, rows: list[Row], scope: Scope) -> Page:
        name = _page_name(node, number)
        questions = self._questions([row for row in rows if row.page == name], scope)
        label = read_text(node.mapping.get("label"), self.problems)
        return Page(name, label, questions, scope.read(node.mapping.get("relevant")))

    def _questions(self, rows: Iterable[Row], scope: Scope) -> tuple[Question, ...]:
        """Return the rows of one page or repeat; each carries the conditions of the groups around it."""
        found: list[Question] = []
        groups: dict[str, Expression | None] = {}
        for row in rows:
            question = self._question(row, scope)
            if isinstance(TYPES[row.type], Group):
                groups[row.name] = question.relevant
            around = [groups.get(name) for name in row.groups]
            conditions = tuple(one for one in (*around, question.relevant) if one)
            found.append(replace(question, conditions=conditions))
        return tuple(found)

    def _question(self, row: Row, scope: Scope) -> Question:
        texts: dict[str, Any] = {key: read_text(row.get(key), self.problems, repeats=True) for key in TEXTS}
        expressions: dict[str, Any] = {
            key: scope.read(row.get(key), row.name, row.name if key == "choice_filter" else "")
            for key in EXPRESSIONS
            if key != "calculation" or row.name not in scope.calculations
        }
        expressions.setdefault("calculation", scope.calculations.get(row.name))
        part, default, sensitivity = row.get("part"), row.get("default"), row.get("sensitivity")
        if default and "${" in default.text:  # XLSForm's dynamic default: a hidden value that comes with the event
            if row.type != "hidden" or row.get("calculation"):
                self.problems.add(default, "default.wrong", N_("Di sini default tidak dapat memuat jawaban ($)."))
            expressions["calculation"], default = scope.read(default, row.name), None
        return Question(
            name=row.name,
            type=row.type,
            list_name=row.list_name,
            default=default.text if default else "",
            read_only=truth(row.get("read_only"), Problems()),
            appearance=words(row.get("appearance")),
            parameters=valid_parameters(row),
            sensitivity=sensitivity.text if sensitivity else self._word("sensitivity"),
            part=part.text if part else "",
            children=self._questions(row.children, scope.inside(row)) if row.children else (),
            groups=row.groups,
            line=row.node.line,
            **texts,
            **expressions,
        )

    def _retention(self) -> Retention:
        return read_retention(self.tree, self.problems) if "retention" in self.tree.mapping else Retention(0, 0)

    def _word(self, key: str) -> str:
        return self.tree.mapping[key].text if key in self.tree.mapping else ""

    def _list(self, key: str) -> list[Node]:
        return self.tree.mapping[key].items if key in self.tree.mapping else []

    def _mapping(self, key: str) -> dict[str, Node]:
        return self.tree.mapping[key].mapping if key in self.tree.mapping else {}


def _page_name(node: Node, number: int) -> str:
    return node.mapping["name"].text if "name" in node.mapping else str(number)


def _flat(rows: Iterable[Row]) -> list[Row]:
    return [one for row in rows for one in (row, *row.children)]
