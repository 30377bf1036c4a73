"""A printed sheet: boxes, shapes and lines of letters at their places, and its SVG and PNG pictures.

All lengths are millimetres from the top left corner. Whatever prints a sheet draws the same marks in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from forms_app.later import Later
from forms_app.paper.lettering import CAPITAL, LEADING, Face, Run, fit, runs

if TYPE_CHECKING:
    import fontTools.misc.transform
    import fontTools.pens.svgPathPen
    import fontTools.pens.transformPen
    from PIL import Image, ImageDraw, ImageFont
else:
    fontTools = Later("fontTools")  # noqa: N816 - its own name
    Image, ImageDraw, ImageFont = Later("PIL.Image"), Later("PIL.ImageDraw"), Later("PIL.ImageFont")

_DOTS = 300 / 25.4  # per millimetre
_COLOURS = 64  # of the PNG: the few inks and the edges of letters between them

Point = tuple[float, float]


@dataclass(frozen=True)
class Area:
    """A rectangle on the sheet."""

    x: float
    y: float
    width: float
    height: float

    def inset(self, by: float) -> Area:
        """Return the rectangle without a margin of `by` on each side."""
        return Area(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)


@dataclass(frozen=True)
class Box:
    """A filled rectangle with round corners."""

    area: Area
    ink: str
    radius: float = 0


@dataclass(frozen=True)
class Shape:
    """Filled polygons of one ink, drawn in one go, so that neighbours leave no seam."""

    polygons: tuple[tuple[Point, ...], ...]
    ink: str


@dataclass(frozen=True)
class Line:
    """One line of letters; x is its left end, y its baseline, size that of an em."""

    x: float
    y: float
    size: float
    runs: tuple[Run, ...]
    ink: str

    @property
    def text(self) -> str:
        """Return what the line says."""
        return "".join(run.text for run in self.runs)

    @property
    def width(self) -> float:
        """Return its length on the sheet."""
        return self.size * sum(run.width for run in self.runs)

    def placed(self) -> list[tuple[float, Run]]:
        """Return its runs, each with the x at which it begins."""
        starts = [self.x]
        for run in self.runs:
            starts.append(starts[-1] + self.size * run.width)
        return list(zip(starts, self.runs, strict=False))


Mark = Box | Shape | Line


@dataclass
class Sheet:
    """Marks on an A4 page, in the order in which they are drawn."""

    title: str
    width: float = 210
    height: float = 297
    marks: list[Mark] = field(default_factory=list)

    def box(self, area: Area, ink: str, radius: float = 0) -> None:
        """Draw a filled rectangle."""
        self.marks.append(Box(area, ink, radius))

    def frame(self, area: Area, ink: str, paper: str, radius: float, line: float) -> None:
        """Draw a rectangle with an outline `line` wide."""
        self.box(area, ink, radius)
        self.box(area.inset(line), paper, max(radius - line, 0))

    def shape(self, polygons: tuple[tuple[Point, ...], ...], ink: str) -> None:
        """Draw filled polygons."""
        self.marks.append(Shape(polygons, ink))

    def line(self, text: str, x: float, y: float, size: float, *, ink: str, bold: bool = False) -> float:
        """Write one line at exactly this size from x on, y being its baseline; return where it ends."""
        line = Line(x, y, size, runs(text, bold=bold), ink)
        self.marks.append(line)
        return x + line.width

    def words(
        self,
        text: str,
        area: Area,
        size: float,
        *,
        ink: str,
        bold: bool = False,
        align: Literal["left", "middle"] = "left",
    ) -> None:
        """Write a text into a space, as large as fits up to `size`, centred from top to bottom."""
        setting = fit(text, area.width, area.height, size, bold=bold)
        step = LEADING * setting.size
        y = area.y + (area.height - len(setting.lines) * step + step + CAPITAL * setting.size) / 2
        for line in setting.lines:
            stretches = runs(line, bold=bold)
            spare = area.width - setting.size * sum(run.width for run in stretches)
            x = area.x + (spare / 2 if align == "middle" else 0)
            self.marks.append(Line(x, y, setting.size, stretches, ink))
            y += step

    def faces(self) -> set[Face]:
        """Return the typefaces that its letters need."""
        return {run.face for mark in self.marks if isinstance(mark, Line) for run in mark.runs}

    def svg(self) -> str:
        """Return the sheet as SVG; letters are outlines, so that it looks alike without our fonts."""
        spoken = "\n".join(mark.text for mark in self.marks if isinstance(mark, Line))
        size = f'width="{self.width}mm" height="{self.height}mm" viewBox="0 0 {self.width} {self.height}"'
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size}>',
                f"<title>{escape(self.title)}</title>",
                f"<desc>{escape(spoken)}</desc>",
                f'<rect width="{self.width}" height="{self.height}" fill="#ffffff"/>',
                *(_svg(mark) for mark in self.marks),
                "</svg>",
                "",
            ]
        )

    def png(self) -> bytes:
        """Return the sheet as PNG at 300 dots per inch."""
        image = Image.new("RGB", (round(self.width * _DOTS), round(self.height * _DOTS)), "#ffffff")
        pen = ImageDraw.Draw(image)
        for mark in self.marks:
            _paint(pen, mark)
        file = BytesIO()
        image.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
            file, "PNG", optimize=True, dpi=(300, 300)
        )
        return file.getvalue()


def outline(mark: Shape) -> str:
    """Return polygons as SVG path data."""
    return "".join("M" + "L".join(f"{x:.3f},{y:.3f}" for x, y in polygon) + "Z" for polygon in mark.polygons)


def letters(run: Run, x: float, y: float, size: float) -> str:
    """Return the outlines of a run that begins at a place as SVG path data."""
    font = run.face.font
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    scale = size / font["head"].unitsPerEm
    pen = fontTools.pens.svgPathPen.SVGPathPen(glyphs, ntos=lambda number: f"{number:.3f}".rstrip("0").rstrip("."))
    for sign in run.text:
        glyphs[names[ord(sign)]].draw(
            fontTools.pens.transformPen.TransformPen(pen, fontTools.misc.transform.Transform(scale, 0, 0, -scale, x, y))
        )
        x += size * run.face.widths[sign]
    return str(pen.getCommands())


def _svg(mark: Mark) -> str:
    """Return one mark as an SVG element."""
    if isinstance(mark, Box):
        area = mark.area
        corner = f' rx="{mark.radius:g}"' if mark.radius else ""
        place = f'x="{area.x:g}" y="{area.y:g}" width="{area.width:g}" height="{area.height:g}"'
        return f'<rect {place}{corner} fill="{mark.ink}"/>'
    if isinstance(mark, Shape):
        return f'<path fill="{mark.ink}" d="{outline(mark)}"/>'
    drawn = "".join(letters(run, x, mark.y, mark.size) for x, run in mark.placed())
    return f'<path fill="{mark.ink}" d="{drawn}"/>'


def _paint(pen: ImageDraw.ImageDraw, mark: Mark) -> None:
    """Draw one mark into a picture."""
    if isinstance(mark, Box):
        area = mark.area
        corners = (area.x, area.y, area.x + area.width, area.y + area.height)
        left, top, right, bottom = (round(corner * _DOTS) for corner in corners)
        pen.rounded_rectangle((left, top, right - 1, bottom - 1), round(mark.radius * _DOTS), fill=mark.ink)
    elif isinstance(mark, Shape):
        for polygon in mark.polygons:
            pen.polygon([(round(x * _DOTS), round(y * _DOTS)) for x, y in polygon], fill=mark.ink)
    else:
        for x, run in mark.placed():
            font = ImageFont.truetype(BytesIO(run.face.data), mark.size * _DOTS, layout_engine=ImageFont.Layout.BASIC)
            pen.text((x * _DOTS, mark.y * _DOTS), run.text, fill=mark.ink, font=font, anchor="ls")
