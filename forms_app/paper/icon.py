"""The picture that a phone shows on its home screen: a sheet with lines and a tick, and no word of whose it is."""

from __future__ import annotations

from functools import lru_cache

from forms_app.paper.sheet import Area, Sheet

LEAF, PAPER = "#0b6b60", "#ffffff"
SIZES = (192, 512)  # dots
_DOTS = 300 / 25.4


@lru_cache(maxsize=len(SIZES))
def icon(size: int) -> bytes:
    """Return it as PNG, so many dots wide and high; what matters keeps clear of an edge that phones cut round."""
    one = size / _DOTS / 100  # a hundredth of the picture
    sheet = Sheet("", 100 * one, 100 * one)
    sheet.box(Area(0, 0, 100 * one, 100 * one), LEAF)
    sheet.box(Area(27 * one, 20 * one, 46 * one, 60 * one), PAPER, 5 * one)
    for y in (32, 42):
        sheet.box(Area(35 * one, y * one, 30 * one, 4 * one), LEAF, 2 * one)
    tick = ((36, 62), (40, 58), (47, 65), (60, 52), (64, 56), (47, 73))
    sheet.shape((tuple((x * one, y * one) for x, y in tick),), LEAF)
    return sheet.png()
