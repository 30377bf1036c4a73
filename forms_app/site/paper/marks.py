"""What a pen finds on paper: boxes to tick, boxes for one sign each, lines to write on, and faces."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import ceil

from forms_app.paper.lettering import CAPITAL, LEADING, broken, length
from forms_app.paper.sheet import Area, Sheet
from forms_app.site.paper.flow import ANSWER, INK, PAPER, RULE, SOFT, Piece

BOX, GAP, APART = 4.4, 2.0, 3.0  # a box to tick, what is between it and its words, and behind these
ROW = 7.2  # height of a row of boxes to tick
CELL, CELL_HEIGHT = 6.6, 8.0  # a box for one sign
RULED = 8.5  # distance of two lines to write on
MOST_ACROSS = 6
MOUTHS = ((3.5, -2.2, 4.4), (3, -1.2, 3.8), (3, 0, 3), (3, 1.3, 2.2), (3.5, 2.4, 1.8))
"""Of each face half the width of its mouth, how far it bows down, and where it begins."""


def options(labels: Sequence[str], width: float, *, several: bool = False) -> list[Piece]:
    """Return boxes to tick, row by row, in as many columns as their words allow."""
    most = max(len(labels), 1)
    across = next((one for one in range(min(most, MOST_ACROSS), 1, -1) if sum(_columns(labels, one)) <= width), 1)
    across = ceil(most / ceil(most / across))
    columns = _columns(labels, across)
    spare = min((width - sum(columns)) / across, 12) if across > 1 else max(width - columns[0], 0)
    columns = [one + spare for one in columns] if across > 1 else [width]
    rows = [labels[at : at + across] for at in range(0, len(labels), across)]
    short = len(rows) <= 8  # a list of so few rows stays on one page
    return [_row(row, columns, several=several, keep=short and at < len(rows) - 1) for at, row in enumerate(rows)]


def _columns(labels: Sequence[str], across: int) -> list[float]:
    """Return how wide each of so many columns must be."""
    room = BOX + GAP + APART
    return [max(length(one, ANSWER) + room for one in labels[at::across]) for at in range(across)] or [0]


def _row(labels: Sequence[str], columns: Sequence[float], *, several: bool, keep: bool) -> Piece:
    places = list(accumulate(columns, initial=0.0))
    lines = [broken(one, max(columns[at] - BOX - GAP - 0.5, 10), ANSWER) for at, one in enumerate(labels)]
    height = (max(map(len, lines)) - 1) * LEADING * ANSWER + ROW

    def draw(sheet: Sheet, x: float, y: float) -> None:
        for left, words in zip(places, lines, strict=False):
            tick(sheet, x + left, y + (ROW - BOX) / 2, several=several)
            for line, text in enumerate(words):
                base = y + ROW / 2 + CAPITAL * ANSWER / 2 + line * LEADING * ANSWER
                sheet.line(text, x + left + BOX + GAP, base, ANSWER, ink=INK)

    return Piece(height, draw, keep=keep)


def tick(sheet: Sheet, x: float, y: float, *, several: bool = False, size: float = BOX) -> None:
    """Draw a box to tick: round where one of them is chosen, square where there may be several."""
    sheet.frame(Area(x, y, size, size), INK, PAPER, 0.4 if several else size / 2, 0.35)


def cells(groups: Sequence[int], between: str = "", captions: Sequence[str] = ()) -> Piece:
    """Return boxes for one sign each, in groups with a sign between them and a caption below."""

    def draw(sheet: Sheet, x: float, y: float) -> None:
        for at, count in enumerate(groups):
            for sign in range(count):
                sheet.frame(Area(x + sign * CELL, y, CELL + 0.3, CELL_HEIGHT), RULE, PAPER, 0, 0.3)
            if at < len(captions):
                sheet.line(captions[at], x, y + CELL_HEIGHT + 3, 2.8, ink=SOFT)
            x += count * CELL
            if at < len(groups) - 1 and between:
                sheet.line(between, x + 1.2, y + CELL_HEIGHT / 2 + 1.6, 4.4, ink=INK)
            x += 3.6

    width = sum(groups) * CELL + (len(groups) - 1) * 3.6
    return Piece(CELL_HEIGHT + (4 if captions else 1), draw, width=width)


def rules(count: int, width: float) -> list[Piece]:
    """Return lines to write on; of many the first four stay together, and so do the last two."""

    def draw(sheet: Sheet, x: float, y: float) -> None:
        sheet.box(Area(x, y + RULED - 0.6, width, 0.3), RULE)

    joined = {0, 1, 2, count - 2} - {count - 1}
    return [Piece(RULED, draw, keep=at in joined) for at in range(count)]


def numbered(number: int, width: float, *, keep: bool) -> Piece:
    """Return a numbered line to write on."""

    def draw(sheet: Sheet, x: float, y: float) -> None:
        sheet.line(f"{number}.", x, y + RULED - 2, ANSWER, ink=INK)
        sheet.box(Area(x + 8, y + RULED - 0.6, width / 2, 0.3), RULE)

    return Piece(RULED, draw, keep=keep)


def face(sheet: Sheet, x: float, y: float, number: int) -> None:
    """Draw one of five faces around its middle, from very sad to very glad."""
    sheet.frame(Area(x - 7, y - 7, 14, 14), INK, PAPER, 7, 0.5)
    for eye in (-2.6, 2.2):
        sheet.box(Area(x + eye, y - 2.2, 0.6, 1.2), INK, 0.3)
    width, bow, down = MOUTHS[number]
    steps = [at / 8 for at in range(-8, 9)]
    points = [(x + width * at, y + down + bow * (1 - at * at)) for at in steps]
    sheet.shape(tuple((one, two, (two[0], two[1] + 0.6), (one[0], one[1] + 0.6)) for one, two in pairwise(points)), INK)
