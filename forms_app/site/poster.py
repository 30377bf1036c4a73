"""The printed poster of an event: an A4 sheet with a QR code that every phone reads, as PDF, SVG or PNG.

The QR code holds the event's address and the office's fingerprint words in capitals, as one alphanumeric segment at
level Q with a quiet zone of four modules: the fewest, and so the biggest, modules for what must be said. The same
address stands beneath it in letters, so that a pasted-over code can be noticed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from forms_app.errors import N_, Translate
from forms_app.paper.lettering import clean, unprintable
from forms_app.paper.pdf import pdf
from forms_app.paper.qr import draw_qr
from forms_app.paper.sheet import Area, Sheet

INK, SOFT, PAPER = "#17302d", "#3d5450", "#ffffff"
LEAF, WASH, SUN, SUN_WASH, BLACK = "#0b6b60", "#e3f1ed", "#8a5200", "#fff1d6", "#000000"
LEFT, WIDTH = 12.0, 186.0


@dataclass(frozen=True)
class Poster:
    """What a poster says.

    url: the event's address, with or without the office's words at its end.
    words: the office's fingerprint words; empty leaves them and their place out.
    help_line: the whole line that says where help is.
    """

    title: str
    when: str
    place: str
    school: str
    url: str
    code: str
    words: str
    help_line: str
    sample: bool = False
    texts: Translate = N_

    @property
    def address(self) -> str:
        """Return what the QR code says: the address and the words, in capitals where that changes nothing."""
        address = "/".join(part for part in (self.short, "-".join(self.words.split())) if part)
        # Only the host and our own /e/ are read without regard to case; a prefix set by a proxy is left alone.
        capital = re.fullmatch(r"https?://[^/]+/e/[^?#]*", address, re.IGNORECASE)
        return address.upper() if capital else address

    @property
    def short(self) -> str:
        """Return the address without the words, as people read and type it."""
        words = "-".join(self.words.split())
        length = len(words) if words and self.url.casefold().endswith(words.casefold()) else 0
        return self.url[: len(self.url) - length].rstrip("/")

    @property
    def unprintable(self) -> str:
        """Return the signs that will be printed as an empty box, because no typeface here has them."""
        said = (self.title, self.when, self.place, self.school, self.help_line, self.url, self.code, self.words)
        return unprintable(" ".join(said))

    def sheet(self) -> Sheet:
        """Return the poster as marks on a page."""
        sheet = Sheet(clean(self.title) or clean(self.code))
        for part in (_sample, _sender, _event, _invitation, _code, _fingerprint, _help):
            part(sheet, self)
        return sheet

    def svg(self) -> str:
        """Return the poster as SVG."""
        return self.sheet().svg()

    def png(self) -> bytes:
        """Return the poster as PNG at 300 dots per inch."""
        return self.sheet().png()

    def pdf(self) -> bytes:
        """Return the poster as PDF: vectors and embedded letters, ready for any printer."""
        return pdf([self.sheet()])


def _sample(sheet: Sheet, poster: Poster) -> None:
    """Mark a sample, above and below, as a sheet that invites nobody."""
    words = " · ".join(map(poster.texts, (N_("DATA CONTOH"), N_("Poster latihan, bukan kegiatan sungguhan"))))
    for strip in (Area(LEFT, 6, WIDTH, 8), Area(LEFT, 284, WIDTH, 8)) if poster.sample else ():
        sheet.box(strip, BLACK, 2)
        sheet.words(words, strip.inset(1), 5, ink=PAPER, bold=True, align="middle")


def _sender(sheet: Sheet, poster: Poster) -> None:
    """Say who invites: the house with a heart, and the names."""
    x, y, texts = LEFT, 17.0, poster.texts
    sheet.shape((((x, y + 5), (x + 7, y), (x + 14, y + 5), (x + 14, y + 14), (x, y + 14)),), LEAF)
    sheet.words("♥", Area(x, y + 3.5, 14, 10), 9, ink=PAPER, bold=True, align="middle")
    sheet.words(texts(N_("PEKSOS Go to School")), Area(x + 18, y, 160, 7.5), 6, ink=LEAF, bold=True)
    sheet.words(texts(N_("Dinas Sosial Kota Metro")), Area(x + 18, y + 7, 160, 6.5), 5, ink=SOFT)


def _event(sheet: Sheet, poster: Poster) -> None:
    """Say what the event is, when and where."""
    sheet.words(poster.title, Area(LEFT, 34, WIDTH, 32), 15, ink=INK, bold=True)
    sheet.box(Area(LEFT, 69, WIDTH, 30), SUN_WASH, 4)
    labels = (N_("Waktu"), N_("Tempat"), N_("Sekolah"))
    facts = [fact for fact in zip(labels, (poster.when, poster.place, poster.school), strict=True) if fact[1].strip()]
    for row, (label, value) in enumerate(facts):
        height = 27 / len(facts)
        y = 70.5 + row * height
        sheet.words(poster.texts(label), Area(LEFT + 5, y, 27, height), 5, ink=SUN, bold=True)
        sheet.words(value, Area(LEFT + 34, y, WIDTH - 39, height), 6.2, ink=INK, bold=True)


def _invitation(sheet: Sheet, poster: Poster) -> None:
    """Invite to scan: the QR code, the address in letters, and three steps."""
    texts = poster.texts
    sheet.frame(Area(LEFT, 102.5, WIDTH, 124.5), LEAF, PAPER, 6, 1.2)
    sheet.box(Area(LEFT, 102.5, WIDTH, 20), LEAF, 6)
    sheet.box(Area(LEFT, 112.5, WIDTH, 10), LEAF)
    headline = Area(LEFT + 6, 103.5, WIDTH - 12, 18)
    sheet.words(texts(N_("Pindai untuk mendaftar")), headline, 13, ink=PAPER, bold=True, align="middle")
    draw_qr(sheet, poster.address, Area(LEFT + 3, 123, 93, 93))
    sheet.words(poster.short, Area(LEFT + 5, 215, WIDTH - 10, 11), 7, ink=INK, bold=True, align="middle")
    steps = (
        N_("Buka kamera HP."),
        N_("Arahkan ke kotak hitam putih. Ketuk alamat yang muncul."),
        N_("Isi dan kirim. Simpan kode buktinya."),
    )
    for number, step in enumerate(steps):
        y = 127 + number * 29
        sheet.box(Area(LEFT + 101, y + 5.5, 14, 14), LEAF, 7)
        sheet.words(str(number + 1), Area(LEFT + 101, y + 5.5, 14, 14), 9, ink=PAPER, bold=True, align="middle")
        sheet.words(texts(step), Area(LEFT + 119, y, 62, 25), 6.5, ink=INK, bold=True)


def _code(sheet: Sheet, poster: Poster) -> None:
    """Give the code in big letters, for whoever has no camera."""
    host = re.sub(r"^https?://([^/]+).*", r"\1", poster.url, flags=re.IGNORECASE)
    invitation = poster.texts(N_("Buka {address} lalu ketik kode ini:")).format(address=host)
    sheet.words(poster.texts(N_("Tanpa kamera?")), Area(LEFT, 231, 108, 6.5), 5.5, ink=LEAF, bold=True)
    sheet.words(invitation, Area(LEFT, 237.5, 108, 6), 5, ink=INK)
    step = min(18.5, 110 / max(len(poster.code), 1))
    for place, sign in enumerate(poster.code):
        tile = Area(LEFT + place * step, 245, step - 1.5, 20)
        sheet.frame(tile, INK, PAPER, 2, 0.7)
        sheet.words(sign, tile.inset(1), min(15, step * 0.9), ink=BLACK, bold=True, align="middle")


def _fingerprint(sheet: Sheet, poster: Poster) -> None:
    """Give the office's words, and say what they are for."""
    words = " ".join(re.split(r"[\s-]+", poster.words.strip()))
    if not words:
        return
    sheet.box(Area(LEFT + 114, 232, 72, 33), WASH, 4)
    title = poster.texts(N_("Kata pengenal Dinas Sosial"))
    sheet.words(title, Area(LEFT + 118, 233.5, 64, 6), 4.2, ink=LEAF, bold=True)
    sheet.words(words, Area(LEFT + 118, 239.5, 64, 13), 5.2, ink=INK, bold=True)
    use = poster.texts(N_("Petugas mencocokkannya sebelum poster dipasang. Bila berbeda, poster ini palsu."))
    sheet.words(use, Area(LEFT + 118, 253, 64, 11), 4.1, ink=INK)


def _help(sheet: Sheet, poster: Poster) -> None:
    """Say where help is, and what this form never asks for."""
    promise = poster.texts(N_("Formulir ini tidak pernah meminta uang, OTP, atau kata sandi."))
    sheet.words(poster.help_line, Area(LEFT, 268, WIDTH, 7), 5.8, ink=LEAF, bold=True)
    sheet.words(promise, Area(LEFT, 275.5, WIDTH, 6.5), 4.6, ink=INK)
