"""Printed sheets as one PDF: vectors and embedded letters, ready for any printer. The keeper of fpdf2."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from forms_app.later import Later
from forms_app.paper.lettering import Face, Run
from forms_app.paper.sheet import Box, Line, Mark, Shape, Sheet, letters

if TYPE_CHECKING:
    import fpdf
    import fpdf.drawing
    import fpdf.svg
else:
    fpdf = Later("fpdf")

logging.getLogger("fontTools.subset").setLevel(logging.ERROR)  # it warns of every hinting table that it leaves out


def pdf(sheets: Iterable[Sheet]) -> bytes:
    """Return a PDF with one page for each sheet, titled as the first of them."""
    page = fpdf.FPDF(unit="mm")
    page.set_auto_page_break(auto=False)
    page.set_creator("Peksos Forms")
    loaded: set[Face] = set()
    with TemporaryDirectory() as folder:
        for number, sheet in enumerate(sheets):
            if not number:
                page.set_title(sheet.title)
            page.add_page(format=(sheet.width, sheet.height))
            _load(page, sheet.faces() - loaded, Path(folder))
            loaded |= sheet.faces()
            for mark in sheet.marks:
                _print(page, mark)
        return bytes(page.output())


def _load(page: fpdf.FPDF, faces: set[Face], folder: Path) -> None:
    """Hand the typefaces to the PDF, which embeds the signs it uses."""
    for face in faces:
        file = folder / f"{face.name}.ttf"
        file.write_bytes(face.data)
        page.add_font(face.name, fname=file)


def _print(page: fpdf.FPDF, mark: Mark) -> None:
    """Draw one mark into the PDF."""
    if isinstance(mark, Box):
        area, radius = mark.area, mark.radius
        page.set_fill_color(mark.ink)
        if 2 * radius >= max(area.width, area.height):
            page.ellipse(area.x, area.y, area.width, area.height, "F")
        else:
            page.rect(area.x, area.y, area.width, area.height, "F", round_corners=radius > 0, corner_radius=radius)
    elif isinstance(mark, Shape):
        _polygons(page, mark)
    else:
        for x, run in mark.placed():
            _write(page, mark, x, run)


def _write(page: fpdf.FPDF, line: Line, x: float, run: Run) -> None:
    """Print a run as text, or as outlines where its typeface cannot be embedded."""
    if run.face.embeddable:
        page.set_text_color(line.ink)
        page.set_font(run.face.name, size=line.size * page.k)
        page.text(x, line.y, run.text)
    else:
        _fill(page, letters(run, x, line.y, line.size), line.ink)


def _fill(page: fpdf.FPDF, outlines: str, ink: str) -> None:
    """Fill outlines, given as SVG path data."""
    path = fpdf.drawing.PaintedPath()
    path.style.fill_color, path.style.stroke_color = ink, None
    fpdf.svg.svg_path_converter(path, outlines)
    with page.drawing_context() as drawing:
        drawing.add_item(path, clone=False)


def _polygons(page: fpdf.FPDF, shape: Shape) -> None:
    """Fill polygons as one path; a QR code has hundreds of them on every page."""
    path = fpdf.drawing.PaintedPath()
    path.style.fill_color, path.style.stroke_color = shape.ink, None
    for first, *others in shape.polygons:
        path.move_to(*first)
        for corner in others:
            path.line_to(*corner)
        path.close()
    with page.drawing_context() as drawing:
        drawing.add_item(path, clone=False)  # a copy takes longer than all the rest of a page
