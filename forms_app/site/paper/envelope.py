"""The first sheet of a secret form on paper: how to seal it, to whom it goes, and whom to call meanwhile.

It says no event and only the form's neutral title. The school neither opens the envelope nor types the paper in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from forms_app.errors import N_, Translate
from forms_app.paper.sheet import Area, Sheet
from forms_app.site.paper import serials
from forms_app.site.paper.flow import (
    ANSWER,
    INK,
    LABEL,
    LEFT,
    PAPER,
    RULE,
    SOFT,
    TOP,
    WIDTH,
    Piece,
    height_of,
    place,
    written,
)
from forms_app.site.paper.form import Numbers, foot, head, mark, told

STEPS = (
    N_("Isi sendiri formulir ini. Jangan membuat salinan atau foto."),
    N_("Lipat semua lembar. Masukkan ke amplop, lalu tutup dan lem."),
    N_("Tarik garis melewati tepi tutup. Garis yang terputus berarti amplop pernah dibuka."),
    N_("Gunting alamat di bawah. Tempel di depan amplop. Jangan tulis nama siapa pun di luar."),
    N_("Antar ke kantor pusat hari ini juga, atau minta PEKSOS menjemput."),
)
FOR_SCHOOL = N_("Untuk sekolah: jangan buka amplop ini. Jangan ketik isinya. Hanya kantor pusat yang mengetik.")
UNREAD = N_("Kertas ini belum dibaca siapa pun. Bahaya, atau ragu? Telepon sekarang, jangan menunggu.")
_LABEL_HEIGHT = 62.0


@dataclass(frozen=True)
class Envelope:
    """What the sheet says: the neutral title, the office that opens the envelope, and the numbers to call."""

    title: str
    office: str
    name: str
    numbers: Numbers
    texts: Translate
    sample: bool = False

    def sheet(self, serial: str) -> Sheet:
        """Return the sheet for the copy with this serial."""
        sheet, texts = Sheet(self.title), self.texts
        head(sheet, texts, self.title, texts(N_("Lembar amplop: baca dulu")), sample=self.sample)
        mark(sheet, texts, serial, serial)
        pieces = [*self._call(), *self._steps()]
        place(pieces, sheet, LEFT, TOP + 3)
        self._label(sheet, serial, max(TOP + 3 + height_of(pieces) + 12, 276 - _LABEL_HEIGHT))
        foot(sheet, self.name, texts(N_("Lembar amplop")))
        return sheet

    def _call(self) -> list[Piece]:
        """Return whom to call: nobody reads paper while it travels."""
        inner = WIDTH - 12
        pieces = written(self.texts(UNREAD), inner, 5, bold=True)
        for number in self.numbers:
            pieces += written(told(number), inner, LABEL, before=1.2)
        height = height_of(pieces) + 10

        def draw(sheet: Sheet, x: float, y: float) -> None:
            sheet.frame(Area(x, y, WIDTH, height), INK, PAPER, 1.5, 1)
            place(pieces, sheet, x + 6, y + 5)

        return [Piece(height, draw)]

    def _steps(self) -> list[Piece]:
        """Return how to seal, step by step, and what the school must not do."""
        texts, found = self.texts, written(self.texts(N_("Cara menyegel")), WIDTH, 5, bold=True, before=7)
        for number, step in enumerate(STEPS, 1):
            lines = written(f"{number}. {texts(step)}", WIDTH, LABEL)
            found += [replace(lines[0], before=2.4), *lines[1:]]
        return [*found, *written(texts(FOR_SCHOOL), WIDTH, LABEL, bold=True, before=6)]

    def _label(self, sheet: Sheet, serial: str, top: float) -> None:
        """Draw the label to cut out: where the envelope goes, and that nobody else opens it."""
        texts = self.texts
        sheet.line(texts(N_("Gunting di garis putus-putus")), LEFT, top - 2, 3, ink=SOFT)
        _dashes(sheet, Area(LEFT, top, WIDTH, _LABEL_HEIGHT))
        sheet.words(texts(N_("RAHASIA")), Area(LEFT + 8, top + 5, WIDTH - 16, 11), 9, ink=INK, bold=True)
        sheet.words(texts(N_("Kepada: kantor pusat")), Area(LEFT + 8, top + 17, WIDTH - 16, 7), 5, ink=INK)
        sheet.words(self.office, Area(LEFT + 8, top + 24, WIDTH - 16, 9), 7, ink=INK, bold=True)
        only = texts(N_("Hanya dibuka oleh petugas kantor pusat. Jangan dibuka di sekolah."))
        sheet.words(only, Area(LEFT + 8, top + 37, WIDTH - 16, 7), 5, ink=INK, bold=True)
        number = f"{texts(N_('Nomor kertas'))} {serials.show(serial)}"
        sheet.words(number, Area(LEFT + 8, top + 49, WIDTH - 16, 7), ANSWER, ink=INK)


def _dashes(sheet: Sheet, area: Area) -> None:
    """Draw a dashed frame to cut along."""
    for at in range(int(area.width / 4) + 1):
        for y in (area.y, area.y + area.height):
            sheet.box(Area(area.x + at * 4, y, min(2, area.width - at * 4), 0.3), RULE)
    for at in range(int(area.height / 4) + 1):
        for x in (area.x, area.x + area.width):
            sheet.box(Area(x, area.y + at * 4, 0.3, min(2, area.height - at * 4)), RULE)
