"""QR codes on printed sheets and in pages. The keeper of qrcode."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from forms_app.later import Later
from forms_app.paper.sheet import Area, Sheet

if TYPE_CHECKING:
    import qrcode
    import qrcode.util
else:
    qrcode = Later("qrcode")

QUIET = 4  # modules around the QR code, which readers need white
_BLACK, _WHITE = "#000000", "#ffffff"
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+")


@lru_cache(maxsize=8)  # all pages of a paper carry the same
def modules(text: str) -> list[list[bool]]:
    """Return the rows of the QR code of a text, quiet zone included; true is black."""
    mode = qrcode.util.MODE_ALPHA_NUM if _ALPHANUMERIC.fullmatch(text) else qrcode.util.MODE_8BIT_BYTE
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_Q, border=QUIET)
    code.add_data(qrcode.util.QRData(text.encode(), mode=mode))
    return [[bool(module) for module in row] for row in code.get_matrix()]


def draw_qr(sheet: Sheet, text: str, area: Area) -> None:
    """Draw a QR code, quiet zone included, black on white."""
    rows = modules(text)
    size = area.width / len(rows)
    sheet.box(area, _WHITE)
    squares = []
    for row, line in enumerate(rows):
        top, bottom = area.y + row * size, area.y + (row + 1) * size
        for found in re.finditer("1+", "".join("1" if module else "0" for module in line)):
            left, right = area.x + found.start() * size, area.x + found.end() * size
            squares.append(((left, top), (right, top), (right, bottom), (left, bottom)))
    sheet.shape(tuple(squares), _BLACK)


@dataclass(frozen=True)
class Drawn:
    """A QR code for a page: how many modules it is wide, quiet zone included, and the path of its black ones in SVG."""

    width: int
    path: str


@lru_cache(maxsize=64)
def drawn_qr(text: str) -> Drawn:
    """Return the QR code of a text, to be drawn in black on white, whatever the page around it looks like."""
    rows = modules(text)
    runs = [
        f"M{found.start()} {row}h{found.end() - found.start()}v1h-{found.end() - found.start()}z"
        for row, line in enumerate(rows)
        for found in re.finditer("1+", "".join("1" if module else "0" for module in line))
    ]
    return Drawn(len(rows), "".join(runs))
