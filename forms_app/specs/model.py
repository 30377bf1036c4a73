"""The values that a form file becomes: frozen, and free of any library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from forms_app.specs.expressions import Expression
from forms_app.specs.keeping import Part, Retention

SENSITIVITIES = ("public", "personal", "secret")
READERS = ("office", "event")
LEVELS = ("low", "watch", "urgent", "immediate")
LONG_LIST = 200
"""A list with more choices than this is searched in, and kept out of the page."""


@dataclass(frozen=True)
class Text:
    """A text that people see: its Indonesian source, and translations written beside it, if any."""

    source: str
    inline: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.source)


NO_TEXT = Text("")


@dataclass(frozen=True)
class Choice:
    """One answer that can be picked from a list.

    `score` feeds `score()` in expressions; `columns` are what a `choice_filter` may look at.
    """

    name: str
    label: Text
    score: float | None = None
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Question:
    """One row of a form: a question, a note, a calculation, a group, or a repeat with `children`.

    Groups are flat: the row of a group stands before its members, and each of these names the groups around it.
    `conditions` are all that must hold for the row to be asked: the `relevant` of the groups around it, and its own.
    """

    name: str
    type: str
    label: Text = NO_TEXT
    hint: Text = NO_TEXT
    guidance_hint: Text = NO_TEXT
    list_name: str = ""
    required: Expression | None = None
    required_message: Text = NO_TEXT
    relevant: Expression | None = None
    constraint: Expression | None = None
    constraint_message: Text = NO_TEXT
    warn: Expression | None = None
    warn_message: Text = NO_TEXT
    calculation: Expression | None = None
    default: str = ""
    read_only: bool = False
    appearance: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    choice_filter: Expression | None = None
    repeat_count: Expression | None = None
    sensitivity: str = "public"
    alert: Expression | None = None
    part: str = ""
    children: tuple[Question, ...] = ()
    groups: tuple[str, ...] = ()
    conditions: tuple[Expression, ...] = ()
    line: int = 0

    @property
    def always_required(self) -> bool:
        """Whether the question must be answered whatever else is answered: `required: "true()"`."""
        return self.required is not None and self.required.text.strip() == "true()"

    def parameter(self, name: str, default: str = "") -> str:
        """Return one of the question's `parameters`, or the default."""
        return self._parameters.get(name, default)

    @cached_property
    def _parameters(self) -> dict[str, str]:
        return dict(self.parameters)


@dataclass(frozen=True)
class Page:
    """One section of a form: a screen on the phone, a heading on paper."""

    name: str
    label: Text
    questions: tuple[Question, ...]
    relevant: Expression | None = None


@dataclass(frozen=True)
class OutcomeRule:
    """One rule of a level: the first whose `when` holds gives `level` and `card`."""

    level: str
    when: Expression
    card: str


@dataclass(frozen=True)
class Card:
    """What a person is told at the end: text in paragraphs, and the help numbers to call."""

    name: str
    title: Text
    body: Text
    numbers: tuple[str, ...] = ()
    urgent: bool = False
    relevant: Expression | None = None


@dataclass(frozen=True)
class Outcome:
    """How a form answers back: to the respondent, or never (then only the office computes it).

    `notes` are cards that are added to the level's own card when their `relevant` holds.
    """

    show: str
    rules: tuple[OutcomeRule, ...]
    cards: tuple[Card, ...]
    notes: tuple[Card, ...] = ()
    explanation: Text = NO_TEXT

    def card(self, name: str) -> Card:
        """Return the card of that name; the reader has checked that it exists."""
        return next(card for card in self.cards if card.name == name)


@dataclass(frozen=True, eq=False, repr=False)
class FormSpec:
    """One form, complete and checked: what the reader returns; compared by `digest`, never field by field.

    `order` is that of evaluation; no phone works `at_site` out; `held` tells who cannot send until that setting is set.
    """

    form_id: str
    slug: str
    version: str
    title: Text
    heading: Text
    audience: str
    sensitivity: str
    readers: tuple[str, ...]
    seal_at: str
    legal_basis: str
    retention: Retention
    languages: tuple[str, ...]
    pages: tuple[Page, ...]
    choices: tuple[tuple[str, tuple[Choice, ...]], ...]
    outcome: Outcome | None = None
    parts: tuple[Part, ...] = ()
    closing: Text = NO_TEXT
    held: Card | None = None
    order: tuple[str, ...] = ()
    event_names: tuple[str, ...] = ()
    at_site: frozenset[str] = frozenset()
    sample: tuple[tuple[str, Any], ...] = ()
    vectors: tuple[Any, ...] = ()
    source: str = ""
    digest: str = ""

    def __repr__(self) -> str:
        return f"FormSpec({self.form_id} {self.version})"

    @property
    def secret(self) -> bool:
        """Whether the form's records are of the opaque class `s`."""
        return self.sensitivity == "secret"

    @property
    def sealed_on_phone(self) -> bool:
        """Whether no plain answer of the form ever leaves the phone."""
        return self.seal_at == "phone"

    def questions(self) -> Iterator[Question]:
        """Yield all questions in order, a repeat before its children."""
        for page in self.pages:
            for question in page.questions:
                yield question
                yield from question.children

    def question(self, name: str) -> Question:
        """Return the question of that name; KeyError when the form has none."""
        for question in (one for one in self.questions() if one.name == name):
            return question
        raise KeyError(name)

    def choice_list(self, name: str) -> tuple[Choice, ...]:
        """Return the choices of one list; KeyError when the form has none."""
        return tuple(self.listed(name).values())

    def listed(self, name: str) -> Mapping[str, Choice]:
        """Return the choices of one list by name, in the list's order; KeyError when the form has none."""
        return self._lists[name]

    def is_long(self, name: str) -> bool:
        """Whether a list is searched in, instead of shown."""
        return len(self._lists.get(name, ())) > LONG_LIST

    def in_part(self, name: str) -> frozenset[str]:
        """Return the names of the questions that belong to a part, '' being the main record."""
        return self._parts.get(name, frozenset())

    @cached_property
    def _lists(self) -> dict[str, dict[str, Choice]]:
        return {name: {choice.name: choice for choice in choices} for name, choices in self.choices}

    @cached_property
    def _parts(self) -> dict[str, frozenset[str]]:
        names = {"": set[str](), **{part.name: set[str]() for part in self.parts}}
        for question in self.questions():
            names.setdefault(question.part, set()).add(question.name)
        return {part: frozenset(found) for part, found in names.items()}

    def part(self, name: str) -> Part:
        """Return the part of that name; KeyError when the form has none."""
        return next(part for part in self.parts if part.name == name)
