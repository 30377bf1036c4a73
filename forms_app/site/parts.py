"""What few forms need: styles and scripts in static/parts that come into the pages of these forms only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from forms_app.errors import N_
from forms_app.site.cards import urgent_card
from forms_app.specs.model import FormSpec
from forms_app.specs.types import TYPES
from forms_app.translation import catalogue

WORDS: Mapping[str, str] = {
    "step": N_("Langkah {n} dari {m}"),
    "required": N_("Bagian ini belum diisi."),
    "wrong": N_("Isian ini belum sesuai."),
    "change": N_("Ubah"),
    "empty": N_("Tidak diisi"),
    "yes": N_("Ya"),
    "sending": N_("Sedang mengirim…"),
    "offline": N_("Tidak ada internet. Jawaban masih ada di halaman ini. Coba lagi sebentar lagi."),
}


@dataclass(frozen=True)
class Part:
    """One part: its files' name, which forms it is for, and the texts that its script shows."""

    name: str
    wanted: Callable[[FormSpec], bool]
    words: Mapping[str, str] = field(default_factory=dict)


def _asks(*widgets: str) -> Callable[[FormSpec], bool]:
    """Return whether a form asks with one of these widgets."""
    return lambda spec: not widgets_of(spec).isdisjoint(widgets)


def widgets_of(spec: FormSpec) -> set[str]:
    """Return the widgets that a form asks with."""
    return {TYPES[one.type].kind(one, spec) for one in spec.questions()}


PARTS = (
    Part("scales", _asks("likert", "faces")),
    Part("counter", _asks("counter")),
    Part("repeat", _asks("repeat")),
    Part("alarm", lambda spec: urgent_card(spec) is not None),
    Part("exit", lambda spec: spec.secret),
)


def parts_of(spec: FormSpec) -> tuple[Part, ...]:
    """Return the parts that a form's pages carry."""
    return tuple(part for part in PARTS if part.wanted(spec))


def words_of(spec: FormSpec, language: str) -> dict[str, str]:
    """Return the texts that a form's script shows, in one language."""
    translate = catalogue("messages", language)
    told = dict(WORDS)
    for part in parts_of(spec):
        told |= part.words
    return {name: translate(text) for name, text in told.items()}
