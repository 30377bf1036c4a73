"""What is worth a look in a form but stops nobody: lists that nothing uses, names that are easily mixed up."""

from __future__ import annotations

from collections.abc import Iterator

from forms_app.errors import N_
from forms_app.specs.gate import LAST_RULE, Found, behind, placed
from forms_app.specs.model import FormSpec
from forms_app.specs.nodes import Node
from forms_app.specs.order import LEVEL
from forms_app.specs.places import Places
from forms_app.specs.problems import SpecProblem
from forms_app.specs.readability import reading_notes
from forms_app.specs.types import TYPES


def notes(spec: FormSpec, places: Places) -> list[SpecProblem]:
    """Return what an author may want to know; none of it keeps the form from going live."""
    return [
        *_lists(spec, places),
        *_texts(places),
        *_cards(spec, places),
        *reading_notes(spec, places),
        *(placed(one, spec, places) for one in (*_sample(spec), *_later(spec))),
    ]


def _lists(spec: FormSpec, places: Places) -> Iterator[SpecProblem]:
    """Yield lists of the form itself that no question uses, and choices whose names differ only in case."""
    choices = places.tree.mapping.get("choices")
    for name, place in choices.keys.items() if choices else ():
        if name not in dict(spec.choices):
            yield _note(place, "list.unused", N_("Daftar {name} tidak dipakai. Hapus, atau pakai."), name=name)
    for name, rows in choices.mapping.items() if choices else ():
        seen: dict[str, str] = {}
        for row in rows.items:
            one = row.mapping["name"].text if "name" in row.mapping else ""
            twin = seen.setdefault(one.casefold(), one)
            if twin != one:
                message = N_("Pilihan {one} dan {twin} di {name} mudah tertukar. Beri nama yang lebih berbeda.")
                yield _note(row, "choice.alike", message, one=one, twin=twin, name=name)


def _texts(places: Places) -> Iterator[SpecProblem]:
    """Yield texts with blanks at their ends, which are taken away; the line end of a text block is meant so."""
    for one in places.own():
        if one.raw.strip(" \t\u00a0") != one.raw:
            message = N_("Spasi di ujung teks ini dibuang. Hapus spasinya.")
            yield _note(one.node, "text.edges", message)


def _cards(spec: FormSpec, places: Places) -> Iterator[SpecProblem]:
    """Yield rules behind one that always holds, and cards that no rule and no alert shows."""
    outcome, node = spec.outcome, places.tree.mapping.get("outcome")
    if outcome is None or node is None:
        return
    always = next((number for number, one in enumerate(outcome.rules) if one.when.text.strip() == LAST_RULE), None)
    rules = node.mapping["rules"].items if "rules" in node.mapping else []
    for row in rules[always + 1 :] if always is not None else ():
        yield _note(row, "rule.unused", N_("Aturan ini tidak pernah dipakai: aturan di atasnya selalu berlaku."))
    alerts = any(one.alert for one in spec.questions())
    urgent = next((card.name for card in outcome.cards if card.urgent), "") if alerts else ""
    for name, place in node.mapping["cards"].keys.items() if "cards" in node.mapping else ():
        if name not in {*(rule.card for rule in outcome.rules), urgent}:
            yield _note(place, "card.unused", N_("Kartu {name} tidak dipakai. Hapus, atau pakai."), name=name)


def _sample(spec: FormSpec) -> Iterator[Found]:
    """Yield a form that cannot show that it works."""
    if not spec.sample:
        yield "", "sample.missing", N_("Belum ada contoh isian. Tulis sample, supaya formulir dapat dicoba."), {}


def _later(spec: FormSpec) -> Iterator[Found]:
    """Yield questions that appear because of an answer further down, which people may have passed already."""
    order = {question.name: number for number, question in enumerate(spec.questions())}
    rules = [rule.when for rule in spec.outcome.rules] if spec.outcome else []
    for page in spec.pages:
        for question in page.questions:
            conditions = [*([page.relevant] if page.relevant else []), *question.conditions]
            shown = list(behind(spec, conditions))
            if any(LEVEL in one.names for one in shown):
                shown += behind(spec, rules)
            asked = {name for one in shown for name in one.names if name in order and not _is_hidden(spec, name)}
            later = sorted((name for name in asked if order[name] > order[question.name]), key=order.__getitem__)
            if later and not _is_hidden(spec, question.name):
                message = N_("Pertanyaan {name} muncul karena {later}, yang ditanyakan sesudahnya.")
                yield question.name, "question.later", message, {"name": question.name, "later": later[0]}


def _is_hidden(spec: FormSpec, name: str) -> bool:
    return TYPES[spec.question(name).type].widget == "hidden"


def _note(place: Node, code: str, message: str, **values: object) -> SpecProblem:
    return SpecProblem(place.file, place.line, place.column, code, message, tuple(values.items()))
