"""How long what a form asks is kept, and what of it is kept apart from the rest."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Retention:
    """How long records are kept, in days: at the site, and at the office."""

    site: int
    office: int


@dataclass(frozen=True)
class Part:
    """Answers of one POST that become a record of their own, with own readers and retention.

    `copies` names questions of the main record whose answers are repeated in the part: a need without a name helps
    nobody. A part that copies nothing cannot be linked to its main record by those who open it.
    """

    name: str
    readers: tuple[str, ...]
    retention: Retention
    copies: tuple[str, ...] = ()
