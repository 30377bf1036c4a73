"""A form's questions as they are printed: sections, conditions in words, scales as tables, entries of repeats.

They stand in the order of the page. What nobody answers by hand (calculations, hidden values, what is known of the
filling) is left out, and so is what this event never asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from forms_app.answers.conditions import in_words
from forms_app.errors import N_, Translate
from forms_app.paper.lettering import LEADING, broken
from forms_app.paper.sheet import Area, Sheet
from forms_app.site.paper.answers import Asked, answer, blank, short
from forms_app.site.paper.flow import (
    ANSWER,
    INK,
    LABEL,
    ROOM,
    RULE,
    SMALL,
    SOFT,
    WASH,
    Piece,
    beside,
    height_of,
    place,
    stacked,
    written,
)
from forms_app.site.paper.marks import ROW, tick
from forms_app.specs.expressions import Expression
from forms_app.specs.library import say
from forms_app.specs.mentions import filled_in
from forms_app.specs.model import FormSpec, Page, Question, Text
from forms_app.specs.types import TYPES, Repeat

MOST_ENTRIES, MOST_PAGES = 6, 2  # of a repeat, and of all its entries together
BETWEEN, INSIDE = 3.7, 1.3  # above a question, and above one in an entry
_COLUMNS = 7  # of a table of scales
_SHARE = 0.42  # of its width for the questions
_BESIDE, _BESIDE_LINES = (
    0.55,
    4,
)  # where an answer stands beside its question: share of the width, lines of the question


@dataclass(frozen=True)
class Asking:
    """The questions of a form in a language; `event` are the event's data, or None for a paper of any event."""

    spec: FormSpec
    language: str
    texts: Translate
    width: float
    event: Mapping[str, str] | None = None

    def sections(self) -> Iterator[Piece]:
        """Yield the pieces of all pages that this event can ask."""
        for page in self.spec.pages:
            pieces = list(self._questions(page.questions, self.width))
            if pieces and not self._never(page.relevant):
                yield from self._heading(page)
                yield from pieces

    def _heading(self, page: Page) -> list[Piece]:
        words = self._condition(page.relevant)
        label = written(say(page.label, self.language), self.width - 6, 4.6, bold=True)
        told = written(words, self.width - 6, SMALL, ink=INK, before=0.6)
        pieces = [*label, *told]
        if not pieces:
            return []

        def draw(sheet: Sheet, x: float, y: float) -> None:
            sheet.box(Area(x, y, self.width, height_of(pieces) + 3), WASH, 1)
            place(pieces, sheet, x + 3, y + 1.5)

        return [Piece(height_of(pieces) + 3, draw, before=5.5, keep=True)]

    def _questions(self, questions: Sequence[Question], width: float) -> Iterator[Piece]:
        """Yield the pieces of questions; neighbours with the same scale make one table."""
        shown = [one for one in questions if self._kind(one) != "hidden" and not any(map(self._never, one.conditions))]
        for scale, found in groupby(shown, self._scale):
            together = list(found)
            if scale:
                yield from self._table(together, width)
                continue
            for one in together:
                yield from self._repeat(one, width) if one.children else self._question(one, width)

    def _question(self, question: Question, width: float) -> list[Piece]:
        """Return one question: what it asks, and where the answer goes, beside it if both are short."""
        asked = Asked(question, self.spec, self.language, self.texts, width)
        if question.read_only and question.default:
            filled = written(question.default, width, ANSWER)
        else:
            room = width * (1 - _BESIDE)
            narrow = short(replace(asked, width=room))
            told = self._head(question, width - room - 5, keep=bool(narrow)) if narrow else []
            if narrow and len(told) <= _BESIDE_LINES:
                return [replace(_both(told, narrow, width - room), before=BETWEEN)]
            filled = answer(asked)
        head = self._head(question, width, keep=bool(filled) or asked.kind == "group")
        space = [Piece(0.8, _nothing, keep=True)] if head and filled and asked.kind != "acknowledge" else []
        pieces = [*head, *space, *filled]
        return [replace(pieces[0], before=BETWEEN), *pieces[1:]] if pieces else []

    def _head(self, question: Question, width: float, *, keep: bool) -> list[Piece]:
        """Return what stands above an answer: label, condition, hint and guidance."""
        kind = self._kind(question)
        size, bold = (4.3 if kind == "group" else ANSWER if kind == "note" else LABEL), kind != "note"
        elsewhere = kind in ("acknowledge", "repeat")  # beside the box, and above each entry
        label = "" if elsewhere else self._say(question.label) + self._optional(question)
        pieces = [
            piece
            for at, text in enumerate(label.replace("\r", "").split("\n\n"))
            for piece in written(text, width, size, bold=bold, before=1.5 if at else 0, keep=keep)
        ]
        small = (
            self._condition(question.relevant, read=kind == "note"),
            self._say(question.hint),
            self._say(question.guidance_hint),
        )
        for text in filter(None, small):
            pieces += written(text, width, SMALL, ink=SOFT, before=0.3, keep=keep)
        return pieces

    def _say(self, text: Text) -> str:
        """Return a text with room to write where the page repeats an answer."""
        return filled_in(say(text, self.language), blank)

    def _optional(self, question: Question) -> str:
        """Return what is said of a question that may stay empty, as on the page."""
        said = self._say(question.label).lower()
        posted = TYPES[question.type].posted and not question.children and not question.read_only
        told = any(words in said for words in ("boleh kosong", "optional"))
        return "" if not posted or question.required is not None or told else f" {self.texts(N_('(boleh kosong)'))}"

    def _repeat(self, question: Question, width: float) -> list[Piece]:
        """Return the entries of a repeat, each in a frame and whole on one page, and what to do with more of them."""
        kind = TYPES[question.type]
        limit, count = kind.limit(question) if isinstance(kind, Repeat) else 1, 0
        label = self._say(question.label)
        inner = [
            replace(one, before=min(one.before, INSIDE)) for one in self._questions(question.children, width - 4.4)
        ]
        entries: list[Piece] = []
        for number in range(1, min(limit, MOST_ENTRIES) + 1):
            entry = [*written(f"{label} {number}".strip(), width - 6, LABEL, bold=True, keep=True), *inner]
            whole = replace(stacked(entry, frame=width, padding=2.2), before=BETWEEN / 2)
            if number > 2 and height_of([*entries, whole]) > MOST_PAGES * ROOM:
                break
            entries += [whole] if whole.height <= ROOM else beside(entry, 2.2)
            count = number
        pieces = [*self._head(question, width, keep=True), *entries]
        if limit > count:
            more = self.texts(N_("Lebih dari {count}? Tulis sisanya di lembar tambahan, beserta nomor kertas ini."))
            pieces += written(more.format(count=count), width, SMALL, ink=SOFT, before=1.5)
        return [replace(pieces[0], before=BETWEEN), *pieces[1:]]

    def _scale(self, question: Question) -> tuple[object, ...]:
        """Return what neighbours must share to stand in one table; nothing for what is no scale."""
        if self._kind(question) != "likert" or len(self.spec.choice_list(question.list_name)) > _COLUMNS:
            return ()
        return (question.list_name, question.groups)

    def _table(self, questions: Sequence[Question], width: float) -> Iterator[Piece]:
        labels = [say(one.label, self.language) for one in self.spec.choice_list(questions[0].list_name)]
        aside = width * _SHARE
        step = (width - aside) / len(labels)
        head = replace(_table_head(labels, aside, step), before=BETWEEN / 2, keep=True)
        yield head
        for at, one in enumerate(questions):
            told = stacked(self._head(one, aside - 4, keep=True))
            row = _table_row(told, len(labels), aside, step, head, wash=bool(at % 2))
            alone = at in (0, len(questions) - 2) and at < len(questions) - 1  # no row stands alone on a page
            yield replace(row, keep=alone)

    def _condition(self, expression: Expression | None, *, read: bool = False) -> str:
        """Return when something is asked; nothing when the event itself has decided it."""
        if expression is None or self._decided(expression):
            return ""
        return filled_in(in_words(self.spec, expression, self.language, read=read), blank)

    def _never(self, expression: Expression | None) -> bool:
        """Whether the event says that something is not asked, whatever anybody answers."""
        return expression is not None and self._decided(expression) and not expression.holds(self.event or {})

    def _decided(self, expression: Expression) -> bool:
        return self.event is not None and bool(expression.names) and expression.names <= self.event.keys()

    def _kind(self, question: Question) -> str:
        return TYPES[question.type].kind(question, self.spec)


def _both(told: Sequence[Piece], narrow: Piece, shift: float) -> Piece:
    """Return a question with its answer beside it."""
    left, gap = height_of(told), max((LEADING * LABEL - narrow.height) / 2, -1.6)

    def draw(sheet: Sheet, x: float, y: float) -> None:
        place(told, sheet, x, y - min(gap, 0))
        narrow.draw(sheet, x + shift, y + max(gap, 0))

    return Piece(max(left - min(gap, 0), narrow.height + max(gap, 0)), draw)


def _table_head(labels: Sequence[str], aside: float, step: float) -> Piece:
    """Return the choices of a scale above its columns, as large as the longest allows."""
    lines = max(len(broken(one, step - 1.4, SMALL, bold=True)) for one in labels)
    height = min(lines, 3) * LEADING * SMALL + 2

    def draw(sheet: Sheet, x: float, y: float) -> None:
        for at, label in enumerate(labels):
            area = Area(x + aside + at * step + 0.7, y, step - 1.4, height - 1)
            sheet.words(label, area, SMALL, ink=INK, bold=True, align="middle")
        sheet.box(Area(x, y + height - 0.3, aside + len(labels) * step, 0.3), INK)

    return Piece(height, draw)


def _table_row(told: Piece, count: int, aside: float, step: float, head: Piece, *, wash: bool) -> Piece:
    height = max(told.height + 2.4, ROW + 1)

    def draw(sheet: Sheet, x: float, y: float) -> None:
        if wash:
            sheet.box(Area(x, y, aside + count * step, height), WASH)
        place([told], sheet, x + 1, y + (height - told.height) / 2)
        for at in range(count):
            tick(sheet, x + aside + at * step + step / 2 - 2.2, y + height / 2 - 2.2)
        sheet.box(Area(x, y + height - 0.1, aside + count * step, 0.15), RULE)

    return Piece(height, draw, head=head)


def _nothing(_sheet: Sheet, _x: float, _y: float) -> None:
    """Leave a space."""
