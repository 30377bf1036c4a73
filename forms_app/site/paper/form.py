"""A form on paper: the same questions in the same order as its page, with boxes and lines for a pen.

Every page carries the paper's serial, in digits and as a QR code, so that no page of a heap is without its owner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from forms_app.errors import N_, Translate
from forms_app.paper.lettering import length, unprintable
from forms_app.paper.qr import draw_qr
from forms_app.paper.sheet import Area, Sheet
from forms_app.site.paper import serials
from forms_app.site.paper.answers import date_cells
from forms_app.site.paper.asking import Asking
from forms_app.site.paper.flow import (
    ANSWER,
    INK,
    LABEL,
    LEFT,
    PAPER,
    ROOM,
    RULE,
    SMALL,
    SOFT,
    TOP,
    WIDTH,
    Piece,
    height_of,
    pages,
    place,
    stacked,
    written,
)
from forms_app.site.paper.marks import cells, tick
from forms_app.specs.library import say
from forms_app.specs.library import texts as all_texts
from forms_app.specs.model import FormSpec

Numbers = Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Alarm:
    """What to do when there is danger now: before the first question, since nobody answers paper at once."""

    body: Sequence[str]
    numbers: Numbers


@dataclass(frozen=True)
class PaperForm:
    """What all copies of a form say.

    address: what the QR code of a serial holds.
    where: the event, its school, place and time, as far as there is one.
    readers: who reads the answers and how long they are kept.
    help_line: the same line as on receipts and posters, with the address of the help page.
    numbers: the help numbers, (whom it reaches, number, hours).
    event: the event's data by the names that forms use; None for a paper of any event.
    """

    spec: FormSpec
    language: str
    texts: Translate
    address: Callable[[str], str]
    where: str
    readers: str
    numbers: Numbers
    alarm: Alarm | None = None
    event: Mapping[str, str] | None = None
    help_line: str = ""
    sample: bool = False
    before: Callable[[str], Sequence[Sheet]] = field(default=lambda _serial: ())
    """Sheets that stand in front of a copy, such as the instructions for an envelope."""

    @property
    def title(self) -> str:
        """Return the form's heading; of a secret form its neutral title, since paper lies about."""
        return say(self.spec.title if self.spec.secret else self.spec.heading, self.language)

    @property
    def name(self) -> str:
        """Return what the footer says: which form this is, exactly."""
        form = self.title if self.spec.secret else self.spec.form_id
        version = self.texts(N_("versi {version}")).format(version=self.spec.version)
        return f"{form} · {version} · {self.spec.digest[:8]}"

    @cached_property
    def pages(self) -> list[list[Piece]]:
        """Return what stands on each page; the same for all copies."""
        asking = Asking(self.spec, self.language, self.texts, WIDTH, self.event)
        return pages([*self._opening(), *asking.sections()], ROOM)

    @property
    def unprintable(self) -> str:
        """Return the signs that will be printed as an empty box, because no typeface here has them."""
        said = (say(text, self.language) for text in all_texts(self.spec))
        return unprintable(" ".join((self.where, *said)))

    def copy(self, serial: str) -> Iterator[Sheet]:
        """Yield the sheets of one copy."""
        yield from self.before(serial)
        for number, pieces in enumerate(self.pages):
            sheet = Sheet(self.title)
            self._frame(sheet, serial, number)
            place(pieces, sheet, LEFT, TOP)
            yield sheet

    def _frame(self, sheet: Sheet, serial: str, number: int) -> None:
        """Draw what surrounds the questions of a page: the head with the serial, and the foot."""
        head(sheet, self.texts, self.title, self.where, sample=self.sample)
        mark(sheet, self.texts, serial, self.address(serial))
        count = self.texts(N_("Halaman {number} dari {count}")).format(number=number + 1, count=len(self.pages))
        sheet.words(self._next(number + 1), Area(LEFT, 280.5, WIDTH, 4.4), 3.6, ink=INK, bold=True, align="middle")
        foot(sheet, self.name, count)

    def _opening(self) -> list[Piece]:
        """Return what a person should know before the first question, and the day of filling in."""
        typist = "" if self.spec.secret else self.texts(N_("Petugas mengetik isi kertas ini ke komputer."))
        pieces = written(f"{self.readers} {typist}", WIDTH - 8, SMALL, ink=INK)
        pieces += [*helping(self.numbers, self.help_line or self.texts(N_("Butuh bantuan?")), WIDTH - 8), self._marks()]
        opening = [stacked(pieces, frame=WIDTH, padding=3)]
        if self.alarm:
            opening.append(_alarm(self.alarm, self.texts))
        return [*opening, self._day()]

    def _day(self) -> Piece:
        """Return the place for the day of filling in, and for the receipt, so that nobody types a paper twice."""
        left = [
            *written(self.texts(N_("Tanggal mengisi kertas ini")), WIDTH / 2, LABEL, bold=True),
            date_cells(self.texts),
        ]
        parts = [(0.0, [left[0], replace(left[-1], before=1.5)])]
        if not self.spec.secret:
            note = self.texts(N_("Untuk petugas: tulis kode bukti setelah diketik"))
            parts.append((WIDTH - 82, [*written(note, 82, SMALL, ink=SOFT), replace(cells((5, 5)), before=2.2)]))

        def draw(sheet: Sheet, x: float, y: float) -> None:
            for shift, pieces in parts:
                place(pieces, sheet, x + shift, y)

        return Piece(max(height_of(pieces) for _shift, pieces in parts), draw, before=5)

    def _marks(self) -> Piece:
        """Return how to tick, and what round and square boxes mean."""
        words = (self.texts(N_("Pilih satu")), self.texts(N_("Boleh lebih dari satu")))
        lead = self.texts(N_("Beri tanda silang (X) di kotak:"))

        def draw(sheet: Sheet, x: float, y: float) -> None:
            x = sheet.line(lead, x, y + 3.6, SMALL, ink=INK) + 3
            for several, text in enumerate(words):
                tick(sheet, x, y + 0.5, several=bool(several), size=3.6)
                x = sheet.line(text, x + 5.2, y + 3.6, SMALL, ink=INK) + 6

        return Piece(5.5, draw, before=1.5)

    def _next(self, number: int) -> str:
        """Return what to do at the end of a page."""
        if number < len(self.pages):
            return self.texts(N_("Lanjut ke halaman {number}.")).format(number=number + 1)
        if self.spec.secret:
            return self.texts(N_("Selesai? Segel dalam amplop. Caranya ada di lembar pertama."))
        return self.texts(N_("Selesai? Periksa lagi, lalu serahkan kertas ini kepada petugas."))


def head(sheet: Sheet, texts: Translate, title: str, where: str, *, sample: bool) -> None:
    """Draw who asks, the title, and where this is; DATA CONTOH on a sample."""
    width = WIDTH - 34
    sender = " · ".join(map(texts, (N_("PEKSOS Go to School"), N_("Dinas Sosial Kota Metro"))))
    if sample:
        strip = Area(LEFT + width - 52, 9, 46, 6)
        sheet.box(strip, INK, 1)
        sheet.words(texts(N_("DATA CONTOH")), strip.inset(0.8), 3.6, ink=PAPER, bold=True, align="middle")
    sheet.words(sender, Area(LEFT, 9, width - (54 if sample else 0), 6), 3.4, ink=SOFT)
    sheet.words(title, Area(LEFT, 15, width, 12), 7, ink=INK, bold=True)
    if where:
        sheet.words(where, Area(LEFT, 27, width, 8), 3.6, ink=INK)


def mark(sheet: Sheet, texts: Translate, serial: str, address: str) -> None:
    """Draw the serial in the upper right corner: as a QR code and in digits."""
    draw_qr(sheet, address, Area(LEFT + WIDTH - 26, 6, 27, 27))
    shown = f"{texts(N_('Nomor kertas'))} {serials.show(serial)}"
    sheet.line(shown, LEFT + WIDTH - length(shown, 3.4, bold=True), 35.8, 3.4, ink=INK, bold=True)
    sheet.box(Area(LEFT, 37.2, WIDTH, 0.3), INK)


def foot(sheet: Sheet, left: str, right: str) -> None:
    """Draw the last line of a page."""
    sheet.box(Area(LEFT, 285, WIDTH, 0.2), RULE)
    sheet.line(left, LEFT, 289.2, 3, ink=SOFT)
    sheet.line(right, LEFT + WIDTH - length(right, 3), 289.2, 3, ink=SOFT)


def told(number: tuple[str, str, str]) -> str:
    """Return a help number in one line, with its hours if they are known."""
    name, dialled, hours = number
    return f"{name}: {dialled} ({hours})" if hours else f"{name}: {dialled}"


def helping(numbers: Numbers, help_line: str, width: float) -> list[Piece]:
    """Return where help is."""
    known = " · ".join(map(told, numbers))
    return written(f"{help_line} {known}", width, SMALL, ink=INK, before=1.5)


def _alarm(alarm: Alarm, texts: Translate) -> Piece:
    inner = WIDTH - 10
    pieces = written(texts(N_("Bahaya? Telepon sekarang.")), inner, 5, bold=True)
    for paragraph in alarm.body:
        pieces += written(paragraph, inner, ANSWER, before=1)
    numbers = " · ".join(map(told, alarm.numbers))
    pieces += written(numbers, inner, ANSWER, bold=True, before=1.5)
    height = height_of(pieces) + 8

    def draw(sheet: Sheet, x: float, y: float) -> None:
        sheet.frame(Area(x, y, WIDTH, height), INK, PAPER, 1.5, 1)
        place(pieces, sheet, x + 5, y + 4)

    return Piece(height, draw, before=4)
