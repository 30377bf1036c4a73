"""Reading the `outcome:` of a form: rules, cards and notes; and the card of `held:`."""

from __future__ import annotations

from collections.abc import Iterable

import re2

from forms_app.errors import N_
from forms_app.settings import HELP_NAMES, HOLDS
from forms_app.specs.model import LEVELS, Card, Outcome, OutcomeRule
from forms_app.specs.nodes import Node, Problems
from forms_app.specs.rows import NAME, Row, check_keys, check_texts, read_text, truth, words
from forms_app.specs.scope import Scope
from forms_app.specs.types import TYPES

SHOWN = ("respondent", "never")
_DIALLED = re2.compile(r"[+0-9][0-9 -]{1,19}")


def read_outcome(node: Node | None, scope: Scope, problems: Problems) -> Outcome | None:
    """Return the outcome, or None when the form has none; note every mistake in it."""
    if node is None:
        return None
    check_keys(node, ("show", "explanation", "rules", "cards", "notes"), problems)
    show = node.mapping.get("show")
    if show is None or show.text not in SHOWN:
        problems.add(show or node, "outcome.show", N_("Tulis salah satu: {known}."), known=", ".join(SHOWN))
    cards = tuple(_card(name, one, scope, problems) for name, one in _mapping(node, "cards", problems))
    notes = tuple(_card(name, one, scope, problems) for name, one in _mapping(node, "notes", problems))
    known = {card.name for card in cards}
    rules = [_rule(one, known, scope, problems) for one in _items(node, "rules")]
    if not rules:
        problems.add(node.mapping.get("rules", node), "outcome.rules", N_("Tulis paling sedikit satu aturan (rules)."))
    return Outcome(
        show=show.text if show else "never",
        rules=tuple(rule for rule in rules if rule),
        cards=cards,
        notes=notes,
        explanation=read_text(node.mapping.get("explanation"), problems),
    )


def _rule(node: Node, cards: set[str], scope: Scope, problems: Problems) -> OutcomeRule | None:
    check_keys(node, ("level", "when", "card"), problems)
    level, card = node.mapping.get("level"), node.mapping.get("card")
    if level is None or level.text not in LEVELS:
        problems.add(level or node, "outcome.level", N_("Tulis salah satu: {known}."), known=", ".join(LEVELS))
    if card is None or card.text not in cards:
        known = ", ".join(sorted(cards)) or "-"
        problems.add(card or node, "outcome.card", N_("Kartu ini tidak ada. Yang ada: {known}."), known=known)
    when = scope.read(node.mapping.get("when"))
    if "when" not in node.mapping or not node.mapping["when"].value:
        problems.add(node, "outcome.when", N_("Setiap aturan harus punya when."))
    if when is None or level is None or card is None:
        return None
    return OutcomeRule(level.text, when, card.text)


def read_held(node: Node | None, scope: Scope, rows: Iterable[Row], problems: Problems) -> Card | None:
    """Return the card for those who cannot send until the site's setting `until` is set; None without one.

    It is told at once, beside the answers that `when` looks at: so these must be answers, and nothing worked out.
    """
    if node is None:
        return None
    until, when = node.mapping.get("until"), node.mapping.get("when")
    if until is None or until.text not in HOLDS:
        problems.add(until or node, "held.until", N_("Tulis salah satu: {known}."), known=", ".join(HOLDS))
    card = _card(until.text if until else HOLDS[0], node, scope, problems, ("until",))
    asked = {row.name for row in rows if TYPES[row.type].posted and not row.repeat}
    if when is None or (card.relevant and not (card.relevant.names and card.relevant.names <= asked)):
        problems.add(when or node, "held.when", N_("Tulis when dengan jawaban saja, di luar repeat, tanpa rumus."))
    return card


def _card(name: str, node: Node, scope: Scope, problems: Problems, more: tuple[str, ...] = ()) -> Card:
    check_keys(node, ("title", "body", "numbers", "urgent", "when", *more), problems)
    if not NAME.fullmatch(name) or not all(
        one in node.mapping and node.mapping[one].value for one in ("title", "body")
    ):
        problems.add(node, "card.text", N_("Kartu {name} perlu nama huruf kecil, title, dan body."), name=name)
    check_texts(node.mapping.get("numbers"), problems)
    for number in words(node.mapping.get("numbers")):
        # A misspelt name would be shown as the number to dial.
        if number not in HELP_NAMES and not _DIALLED.fullmatch(number):
            message, known = N_("Nomor {number} tidak dikenal. Yang ada: {known}."), ", ".join(HELP_NAMES)
            problems.add(node.mapping["numbers"], "card.number", message, number=number, known=known)
    return Card(
        name=name,
        title=read_text(node.mapping.get("title"), problems),
        body=read_text(node.mapping.get("body"), problems),
        numbers=words(node.mapping.get("numbers")),
        urgent=truth(node.mapping.get("urgent"), problems),
        relevant=scope.read(node.mapping.get("when")),
    )


def _mapping(node: Node, key: str, problems: Problems) -> list[tuple[str, Node]]:
    if key in node.mapping and node.mapping[key].value and not isinstance(node.mapping[key].value, dict):
        problems.add(node.mapping[key], "shape.mapping", N_("Di sini harus ada pasangan kunci: isi."))
    return list(node.mapping[key].mapping.items()) if key in node.mapping else []


def _items(node: Node, key: str) -> list[Node]:
    return node.mapping[key].items if key in node.mapping else []
