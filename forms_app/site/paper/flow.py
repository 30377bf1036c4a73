"""Pieces of a printed form in a row, and how they spread over pages.

A piece is never split. What belongs together stays on one page as far as a page has room for it. Lengths are
millimetres.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from forms_app.paper.lettering import LEADING, broken
from forms_app.paper.sheet import Area, Sheet

INK, SOFT, RULE, WASH, PAPER = "#000000", "#3a3a3a", "#6a6a6a", "#ececec", "#ffffff"
LEFT, WIDTH, TOP, ROOM = 14.0, 182.0, 39.5, 241.0  # where the form stands on an A4 page
LABEL, ANSWER, SMALL = 4.0, 3.7, 3.3  # sizes of letters

Draw = Callable[[Sheet, float, float], None]
"""Draws a piece on a sheet, given its left and upper edge."""


@dataclass(frozen=True)
class Piece:
    """What is drawn as a whole: `height` high, `before` below what stands above it.

    `keep` holds it on the page of the piece that follows; `head` stands above it again where it begins a page.
    """

    height: float
    draw: Draw
    before: float = 0
    keep: bool = False
    head: Piece | None = None
    width: float = 0
    """How much room it takes, where that is less than all there is."""


def written(
    text: str, width: float, size: float, *, ink: str = INK, bold: bool = False, before: float = 0, keep: bool = False
) -> list[Piece]:
    """Return a text as one piece for each of its lines; with `keep` all of them stay with what follows."""
    lines = broken(text, width, size, bold=bold) if text.strip() else ()
    joined = {0, len(lines) - 2} - {len(lines) - 1}  # no line of a text stands alone on a page
    return [
        Piece(LEADING * size, _line(line, size, ink, bold=bold), 0 if at else before, keep or at in joined)
        for at, line in enumerate(lines)
    ]


def _line(text: str, size: float, ink: str, *, bold: bool) -> Draw:
    def draw(sheet: Sheet, x: float, y: float) -> None:
        sheet.line(text, x, y + 0.92 * size, size, ink=ink, bold=bold)

    return draw


def beside(pieces: Sequence[Piece], shift: float) -> list[Piece]:
    """Return the pieces moved to the right."""
    return [replace(one, draw=_shifted(one.draw, shift)) for one in pieces]


def _shifted(draw: Draw, shift: float) -> Draw:
    return lambda sheet, x, y: draw(sheet, x + shift, y)


def height_of(pieces: Iterable[Piece]) -> float:
    """Return how high the pieces stand above each other, without what is before the first."""
    return sum(one.height + (one.before if at else 0) for at, one in enumerate(pieces))


def stacked(pieces: Sequence[Piece], *, frame: float = 0, padding: float = 0, wash: bool = False) -> Piece:
    """Return the pieces as one that is never split, in a frame `frame` wide if there is one."""
    height = height_of(pieces) + 2 * padding

    def draw(sheet: Sheet, x: float, y: float) -> None:
        if frame:
            sheet.frame(Area(x, y, frame, height), RULE, WASH if wash else PAPER, 1.5, 0.25)
        place(pieces, sheet, x + padding, y + padding)

    return Piece(height, draw, pieces[0].before if pieces else 0)


def place(pieces: Sequence[Piece], sheet: Sheet, x: float, y: float) -> None:
    """Draw pieces above each other."""
    for at, one in enumerate(pieces):
        y += one.before if at else 0
        one.draw(sheet, x, y)
        y += one.height


def pages(pieces: Iterable[Piece], height: float) -> list[list[Piece]]:
    """Return the pieces of each page, none higher than `height`."""
    found: list[list[Piece]] = [[]]
    for group in _together(pieces):
        if height_of([*found[-1], *group]) > height and found[-1]:
            found.append([])
        for one in group:
            if found[-1] and height_of([*found[-1], one]) > height:
                found.append([])
            if not found[-1] and one.head:
                found[-1].append(one.head)
            found[-1].append(one)
    return found


def _together(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Return the pieces in groups that want to stand on one page."""
    groups: list[list[Piece]] = []
    open_group = False
    for one in pieces:
        if open_group:
            groups[-1].append(one)
        else:
            groups.append([one])
        open_group = one.keep
    return groups
