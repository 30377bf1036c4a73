"""What a filling has become: its answers, what follows from them, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from forms_app.answers.plan import Step
from forms_app.specs.model import NO_TEXT, Card, FormSpec, Text
from forms_app.specs.types import Problem


@dataclass(frozen=True)
class FieldProblem:
    """A Problem at its field; `own` is the spec's own message, which wins over the general one."""

    field: str
    problem: Problem
    own: Text = NO_TEXT


@dataclass
class Entry:
    """One entry of a repeat: its number in the names of its fields, what was entered, and everything known in it."""

    number: int
    answers: dict[str, Any] = field(default_factory=dict)
    calculated: dict[str, Any] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    relevant: list[Step] = field(default_factory=list)


@dataclass
class Filled:
    """One filling, worked out: `values` has everything by name, `answers` only what was entered and is relevant.

    `problems` keep it from being sent; `warnings` are told once and keep nothing.
    """

    spec: FormSpec
    values: dict[str, Any]
    answers: dict[str, Any] = field(default_factory=dict)
    calculated: dict[str, Any] = field(default_factory=dict)
    relevant: set[str] = field(default_factory=set)
    problems: list[FieldProblem] = field(default_factory=list)
    warnings: list[FieldProblem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    level: str = ""
    card: Card | None = None
    notes: tuple[Card, ...] = ()

    def part_answers(self, part: str) -> dict[str, Any]:
        """Return the answers of one part ('' for the main record), with what the part copies beside them."""
        own = self.spec.in_part(part)
        chosen = {name: answer for name, answer in self.answers.items() if name in own}
        if part and chosen:
            copies = {name: self.answers[name] for name in self.spec.part(part).copies if name in self.answers}
            return {**chosen, **copies}
        return chosen
