"""The letters of printed sheets: which typeface has a sign, how wide a line runs, where it breaks.

The typefaces (FiraGO, Noto; SIL Open Font License) come with the package `pymupdf-fonts`, so that a laptop without
fonts prints any Latin name. Signs that they lack are looked for in a few fonts that systems ship, for Indonesia's own
scripts and emoji; what no font has is printed as an empty box, never dropped. Scripts whose letters join or change
places (Arabic, Javanese) stand letter by letter, as typed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import import_module
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from forms_app.later import Later

if TYPE_CHECKING:
    import fontTools.ttLib
else:
    fontTools = Later("fontTools")  # noqa: N816 - its own name

LEADING = 1.2  # distance of two baselines, in sizes
CAPITAL = 0.693  # height of a capital letter, in sizes
_BOX = "▯"  # stands for a sign that no font has
_TEXT = {True: ("FiraGO_Bold", "NotoSans_Bold"), False: ("FiraGO_Regular", "NotoSans_Regular")}
_SIGNS = ("NotoSansSymbols2_Regular", "NotoSansSymbols_Regular", "NotoSansMath_Regular", "NotoMusic_Regular")
_FOLDERS = (
    "/usr/share/fonts/truetype/noto",
    "/usr/share/fonts/noto",
    "/usr/share/fonts/truetype/dejavu",
    "/System/Library/Fonts/Supplemental",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
_FILES = (
    *(f"NotoSans{script}-Regular.ttf" for script in ("Javanese", "Sundanese", "Balinese", "Buginese", "Batak")),
    *("NotoEmoji-Regular.ttf", "javatext.ttf", "seguiemj.ttf", "DejaVuSans.ttf"),
)


@dataclass(frozen=True, eq=False)
class Face:
    """One typeface: its file, and the width of each of its signs in ems."""

    name: str
    data: bytes = field(repr=False)
    font: fontTools.ttLib.TTFont = field(repr=False)
    widths: dict[str, float] = field(repr=False)

    @property
    def embeddable(self) -> bool:
        """Return whether its letters are TrueType; fpdf2 labels all it embeds so, and strict printers check."""
        return self.data.startswith(b"\0\1\0\0")


@dataclass(frozen=True)
class Run:
    """A stretch of one line that one typeface can print; its width in ems."""

    face: Face
    text: str
    width: float


@dataclass(frozen=True)
class Setting:
    """A text broken into lines at the size at which it fits."""

    size: float
    lines: tuple[str, ...]


def fit(text: str, width: float, height: float, size: float, *, bold: bool = False) -> Setting:
    """Return the text at the largest size, up to `size`, that fits a space; all lengths in one unit."""
    words = clean(text).split(" ")
    while True:
        lines = _broken(words, width / size, bold=bold)
        if len(lines) * LEADING * size <= height + 1e-9:
            return Setting(size, _balanced(words, lines, width / size, bold=bold))
        size *= 0.96


def broken(text: str, width: float, size: float, *, bold: bool = False) -> tuple[str, ...]:
    """Return the text at exactly this size, in as many lines of a width as it takes; all lengths in one unit."""
    return _broken(clean(text).split(" "), width / size, bold=bold)


def length(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a text stands in one line."""
    return size * sum(run.width for run in runs(text, bold=bold))


def runs(line: str, *, bold: bool = False) -> tuple[Run, ...]:
    """Return a line as stretches of one typeface each."""
    shown = [_shown(sign, bold=bold) for sign in clean(line)]
    stretches = ((face, "".join(sign for _, sign in group)) for face, group in groupby(shown, key=lambda pair: pair[0]))
    return tuple(Run(face, text, sum(face.widths[sign] for sign in text)) for face, text in stretches)


def unprintable(text: str) -> str:
    """Return the signs of a text that will be printed as an empty box, each once."""
    return "".join(dict.fromkeys(sign for sign in clean(text) if _face(sign, bold=False) is None))


def clean(text: str) -> str:
    """Return the text as one line, without signs that have no ink, and fit for XML and PDF."""
    line = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(_inked(sign) for sign in line)


def _inked(sign: str) -> str:
    """Return nothing for direction marks, variation selectors and their like, and a mark for what is no character."""
    category = unicodedata.category(sign)
    if category in {"Cc", "Cf"} or "\ufe00" <= sign <= "\ufe0f":
        return ""
    return "\ufffd" if category == "Cs" or ord(sign) & 0xFFFE == 0xFFFE else sign


def _broken(words: list[str], width: float, *, bold: bool) -> tuple[str, ...]:
    """Break into lines of at most `width` ems: between words, or within a word that is wider than a line."""
    lines: list[str] = []
    taken, space = 0.0, _length(" ", bold=bold)
    for word in words:
        length = _length(word, bold=bold)
        if lines and taken + space + length <= width:
            lines[-1] += f" {word}"
            taken += space + length
        else:
            pieces = [word] if length <= width else list(_pieces(word, width, bold=bold))
            lines += pieces
            taken = _length(pieces[-1], bold=bold)
    return tuple(lines)


def _balanced(words: list[str], lines: tuple[str, ...], width: float, *, bold: bool) -> tuple[str, ...]:
    """Return the same number of lines, as even as they go, so that no word is left alone on the last one."""
    narrower = width
    while len(lines) > 1 and narrower > width / 2:
        narrower -= width / 50
        tried = _broken(words, narrower, bold=bold)
        if len(tried) > len(lines) or " ".join(tried) != " ".join(words):
            break
        lines = tried
    return lines


def _pieces(word: str, width: float, *, bold: bool) -> Iterator[str]:
    """Cut one word into pieces of at most `width` ems, and of at least one sign."""
    piece, taken = "", 0.0
    for sign in word:
        advance = _length(sign, bold=bold)
        if piece and taken + advance > width:
            yield piece
            piece, taken = "", 0.0
        piece, taken = piece + sign, taken + advance
    yield piece


@lru_cache(maxsize=4096)
def _length(text: str, *, bold: bool) -> float:
    return sum(face.widths[sign] for face, sign in (_shown(sign, bold=bold) for sign in text))


@lru_cache(maxsize=4096)
def _shown(sign: str, *, bold: bool) -> tuple[Face, str]:
    """Return the face and the sign to print, which is an empty box where no face has the sign."""
    face = _face(sign, bold=bold)
    return (face, sign) if face else (_shipped(_TEXT[bold][0]), _BOX)


@lru_cache(maxsize=4096)
def _face(sign: str, *, bold: bool) -> Face | None:
    return next((face for face in _faces(bold=bold) if sign in face.widths), None)


def _faces(*, bold: bool) -> Iterator[Face]:
    """Open one typeface after another, the shipped ones first; nothing is opened before it is needed."""
    yield from (_shipped(name) for name in (*_TEXT[bold], *_SIGNS))
    for file in (Path(folder) / name for name in _FILES for folder in _FOLDERS):
        if file.is_file():
            yield _of_the_system(file)


@cache
def _shipped(name: str) -> Face:
    data: bytes = import_module(f"pymupdf_fonts.{name}").fontbuffer
    return _opened(name, data)


@cache
def _of_the_system(file: Path) -> Face:
    return _opened(file.stem, file.read_bytes())


def _opened(name: str, data: bytes) -> Face:
    font = fontTools.ttLib.TTFont(BytesIO(data), lazy=True)
    advances, units = font["hmtx"].metrics, font["head"].unitsPerEm
    widths = {chr(point): advances[glyph][0] / units for point, glyph in font.getBestCmap().items()}
    return Face(name, data, font, widths)
