"""Outcomes: rules, cards and notes."""

from __future__ import annotations

from collections.abc import Callable

from forms_app.settings import HELP_NAMES, Settings
from forms_app.specs.library import Library
from forms_app.specs.model import FormSpec

Asking = Callable[..., FormSpec]
HEAD = """\
outcome:
  show: respondent
  explanation: Begini cara menghitung.
  rules:
    - {level: urgent, when: "${a} = 'ya'", card: telepon}
    - {level: low, when: "true()", card: tenang}
  cards:
    telepon: {title: Telepon, body: Telepon sekarang., numbers: [peksos, "112", 0725-41234], urgent: true}
    tenang: {title: Tenang, body: Terima kasih.}
  notes:
    lagi: {title: Lagi, body: Isi lagi., when: "${a} = ''"}
"""


def test_an_outcome_is_read_whole(asking: Asking):
    """Rules keep their order; cards their numbers and urgency; notes their condition."""
    outcome = asking("{name: a, type: select_one yn, label: A}", head=HEAD).outcome
    assert outcome is not None
    assert [(rule.level, rule.card) for rule in outcome.rules] == [("urgent", "telepon"), ("low", "tenang")]
    assert outcome.card("telepon").numbers == ("peksos", "112", "0725-41234")
    assert [card.urgent for card in outcome.cards] == [True, False]
    assert [note.relevant.text for note in outcome.notes if note.relevant] == ["${a} = ''"]
    assert outcome.explanation.source == "Begini cara menghitung."


def test_a_form_without_an_outcome_has_none(asking: Asking):
    """No `outcome:`, no level."""
    spec = asking("{name: a, type: text, label: A}")
    assert spec.outcome is None
    assert "level" not in spec.order


def test_every_number_of_a_shipped_card_can_be_dialled(shipped_forms: Library):
    """A name on a card is one that the settings know, so that no misspelt name is shown as a number."""
    local = Settings(help_peksos="1", help_uptd_ppa="2", help_dinsos="3")
    for spec in shipped_forms:
        for card in spec.outcome.cards if spec.outcome else ():
            assert set(card.numbers) <= set(HELP_NAMES)
            assert all(local.number(one)[0].isdigit() for one in card.numbers)
