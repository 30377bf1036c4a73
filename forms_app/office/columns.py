"""Which answers may stand in the rows of a form, and under which headings, whatever versions of it there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types import TYPES


@dataclass(frozen=True)
class Columns:
    """The columns of one version of a form or part: all of them, or only those that are not personal or secret."""

    spec: FormSpec
    part: str
    identified: bool

    def allowed(self, question: Question) -> bool:
        """Whether this question's answer may leave."""
        return self.identified or question.sensitivity == "public"

    @property
    def level(self) -> bool:
        """Whether the level may leave; of a secret form it is secret too."""
        return self.spec.outcome is not None and not self.part and (self.identified or not self.spec.secret)

    def questions(self) -> list[Question]:
        """Return the questions with an answer, in the form's order."""
        copies = self.spec.part(self.part).copies if self.part else ()
        pages = [one for page in self.spec.pages for one in page.questions]
        mine = [one for one in pages if one.part == self.part or one.name in copies]
        return [one for one in mine if TYPES[one.type].stored and self.allowed(one)]

    def children(self, repeat: Question) -> list[Question]:
        """Return the questions of a repeat that may leave."""
        return [child for child in repeat.children if TYPES[child.type].stored and self.allowed(child)]


@dataclass(frozen=True)
class Headings:
    """The headings that hold every record of a form: the newest version's first, then what only older ones had."""

    level: bool
    flat: tuple[str, ...]
    repeats: dict[str, tuple[str, ...]]


def headings(versions: Iterable[FormSpec], part: str, *, identified: bool) -> Headings:
    """Return the headings for all versions of a form or part, known before any record is opened."""
    newest_first = sorted(versions, key=_version, reverse=True)
    flat: dict[str, None] = {}
    repeats: dict[str, dict[str, None]] = {}
    level = False
    for columns in (Columns(spec, part, identified) for spec in newest_first):
        level = level or columns.level
        for question in columns.questions():
            if question.children:
                inner = repeats.setdefault(question.name, {})
                inner.update(dict.fromkeys(name for child in columns.children(question) for name in _named(child)))
            else:
                flat.update(dict.fromkeys(_named(question)))
    return Headings(level, tuple(flat), {name: tuple(inner) for name, inner in repeats.items()})


def _named(question: Question) -> list[str]:
    return [f"{question.name}{ending}" for ending in TYPES[question.type].headings()]


def _version(spec: FormSpec) -> tuple[int, ...]:
    return tuple(int(piece) for piece in spec.version.split(".") if piece.isdigit())
