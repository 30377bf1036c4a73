"""The poster: read back from paper by a QR reader, whatever the event is called."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser
from qrcode.util import MODE_ALPHA_NUM, QRData

from forms_app.paper.lettering import clean, fit, runs, unprintable
from forms_app.paper.qr import modules
from forms_app.paper.sheet import Area, Box, Line, Shape, Sheet
from forms_app.site.poster import Poster

WORDS = "lusab-babad-gutih-tugad-hadam-fofib-mizol-kapar"
LONG_HOST = "https://formulir-pendampingan.dinsos.metrokota.go.id/e/K7Q2MX"
LOCAL = "http://127.0.0.1:8000/e/K7Q2MX"
ODD_TITLES = {
    "emoji": "🎉 Hari Anak 😀👨‍👩‍👧❤️",
    "javanese": "ꦲꦏ꧀ꦱꦫꦗꦮ ing sekolah",
    "long": "Pelatihan Perlindungan Anak " * 7 + "2026",
    "one-word": "x" * 200,
    "lines": "Hari Anak\r\nbermain\tbersama\n",
    "latin": "Ẽ́ Šarūnė Đặng Þór Łukasz İnci ǅ ʼn ﬁ ½ “Ñoño”",
    "no-ink": "Hari\u202e\u200b\x00\x07 Anak\ufeff",
    "broken": "Hari \ud800 Anak \uffff",
    "markup": "<b>Hari & Anak</b> \"]]>'",
    "empty": "",
    "arabic": "مدرسة 日本 हिन्दी",
}

Reader = Callable[[Path], str]


def event(**changes: object) -> Poster:
    """Return an ordinary event's poster with some things changed."""
    ordinary: dict[str, object] = {
        "title": "One Day for Children: Hari Anak Bermain Bersama",
        "when": "Sabtu, 5 Desember 2026, pukul 07.30 sampai 11.00 WIB",
        "place": "Lapangan SD Contoh Harapan 1, Metro Timur",
        "school": "SD Contoh Harapan 1",
        "url": LOCAL,
        "code": "K7Q2MX",
        "words": WORDS,
        "help_line": "Butuh bantuan? http://127.0.0.1:8000/bantuan",
    }
    return Poster(**(ordinary | changes))  # type: ignore[arg-type]  # each change names a field


def program(name: str) -> str:
    """Return the path of a program; without it the test is skipped, and in CI it fails."""
    path = shutil.which(name)
    if path:
        return path
    reason = f"{name} is not installed"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def read() -> Reader:
    """Return a reader of the QR code in a picture."""
    zbarimg = program("zbarimg")

    def reader(picture: Path) -> str:
        command = [zbarimg, "--quiet", "--raw", str(picture)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    return reader


def printed(poster: Poster, folder: Path) -> Path:
    """Return the first page of the PDF as a picture of 100 dots per inch."""
    file = folder / "poster.pdf"
    file.write_bytes(poster.pdf())
    command = [program("pdftoppm"), "-png", "-gray", "-r", "100", "-singlefile", str(file), str(folder / "page")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == "", "a strict PDF reader has nothing to complain about"
    return folder / "page.png"


def said(poster: Poster) -> str:
    """Return all letters of the poster, line by line."""
    return "\n".join(mark.text for mark in poster.sheet().marks if isinstance(mark, Line))


@pytest.mark.parametrize("url", [LOCAL, LONG_HOST])
@pytest.mark.parametrize("sample", [False, True])
def test_the_printed_pdf_reads_back_as_the_address_in_capitals(
    tmp_path: Path, read: Reader, url: str, *, sample: bool
) -> None:
    """A grey print of the PDF reads back as the address with the words, in capitals."""
    page = printed(event(url=url, sample=sample), tmp_path)
    assert read(page) == f"{url}/{WORDS}".upper()


def test_the_png_reads_back(tmp_path: Path, read: Reader) -> None:
    """The PNG is an A4 page at 300 dots per inch and reads back."""
    file = tmp_path / "poster.png"
    file.write_bytes(event().png())
    with Image.open(file) as image:
        assert image.size == (2480, 3508)
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert read(file) == f"{LOCAL}/{WORDS}".upper()


def test_the_svg_reads_back(tmp_path: Path, read: Reader) -> None:
    """The black shape of the SVG, drawn by a hand of its own, reads back."""
    root = ET.fromstring(event().svg())  # noqa: S314  # our own text, a second ago
    image = Image.new("L", (2100, 2970), 255)
    pen = ImageDraw.Draw(image)
    black = [path for path in root.iter("{http://www.w3.org/2000/svg}path") if path.get("fill") == "#000000"]
    for polygon in re.findall(r"M([^MZ]+)Z", max((path.get("d", "") for path in black), key=len)):
        corners = [tuple(float(number) * 10 for number in point.split(",")) for point in re.split("L", polygon)]
        if len(corners) == 4 and all(len(corner) == 2 for corner in corners):
            pen.polygon(corners, fill=0)
    file = tmp_path / "svg.png"
    image.save(file)
    assert read(file) == f"{LOCAL}/{WORDS}".upper()


@pytest.mark.browser
def test_the_svg_reads_back_from_a_browser(tmp_path: Path, read: Reader, chromium: Browser) -> None:
    """Chromium shows the SVG, and the picture reads back."""
    file, shot = tmp_path / "poster.svg", tmp_path / "shot.png"
    file.write_text(event(sample=True).svg(), encoding="utf-8")
    page = chromium.new_page(viewport={"width": 800, "height": 1130})
    page.goto(file.as_uri())
    page.screenshot(path=shot)
    page.close()
    assert read(shot) == f"{LOCAL}/{WORDS}".upper()


def test_the_code_is_one_alphanumeric_segment_at_level_q() -> None:
    """An address of 78 signs needs version 5 (37 modules), which only one alphanumeric segment at level Q gives."""
    address = event().address
    assert QRData(address.encode(), mode=MODE_ALPHA_NUM).mode == MODE_ALPHA_NUM
    assert len(address) == 78
    rows = modules(address)
    assert len(rows) == 37 + 2 * 4
    quiet = [*rows[:4], *rows[-4:], *(row[:4] + row[-4:] for row in rows)]
    assert not any(module for row in quiet for module in row)


@pytest.mark.parametrize(
    ("url", "words", "address"),
    [
        (LOCAL, "", "HTTP://127.0.0.1:8000/E/K7Q2MX"),
        (f"{LOCAL}/{WORDS}", WORDS, f"{LOCAL}/{WORDS}".upper()),
        (f"{LOCAL.lower()}/{WORDS}", WORDS, f"{LOCAL}/{WORDS}".upper()),
        (f"{LOCAL}/", WORDS.replace("-", " "), f"{LOCAL}/{WORDS}".upper()),
        ("https://a.id/Sekolah_1/e/K7Q2MX", "", "https://a.id/Sekolah_1/e/K7Q2MX"),
        ("http://[::1]:8000/e/K7Q2MX", "", "HTTP://[::1]:8000/E/K7Q2MX"),
    ],
)
def test_the_address_keeps_its_case_where_case_may_matter(url: str, words: str, address: str) -> None:
    """Capitals are used for our own addresses only, and words are never said twice."""
    poster = event(url=url, words=words)
    assert poster.address == address
    assert modules(address)


@pytest.mark.parametrize("name", ODD_TITLES)
def test_an_odd_title_prints(tmp_path: Path, read: Reader, name: str) -> None:
    """Whatever an event is called, its PDF and SVG are made, and the printed page reads back."""
    title = ODD_TITLES[name]
    poster = event(title=title, when=title, place=title, school=title, help_line=title, sample=True)
    assert read(printed(poster, tmp_path)) == poster.address
    ET.fromstring(poster.svg())  # noqa: S314  # our own text, a second ago


def test_all_odd_titles_at_once_are_a_picture(tmp_path: Path, read: Reader) -> None:
    """All odd titles in one still make a PNG that reads back."""
    poster = event(title=" ".join(ODD_TITLES.values()))
    file = tmp_path / "poster.png"
    file.write_bytes(poster.png())
    assert read(file) == poster.address


@pytest.mark.parametrize("name", ODD_TITLES)
@pytest.mark.parametrize("url", [LOCAL, LONG_HOST, f"https://{'panjang-' * 24}id/e/K7Q2MX"])
def test_nothing_leaves_the_page_or_covers_something_else(name: str, url: str) -> None:
    """All lines stay inside the margins, none touches another, and none enters the quiet zone."""
    title = ODD_TITLES[name]
    poster = event(title=title, when=title, place=title, school=title, help_line=title, url=url, sample=True)
    marks = poster.sheet().marks
    spaces = [_space(mark) for mark in marks if isinstance(mark, Line)]
    code = next(mark for mark in marks if isinstance(mark, Shape) and mark.ink == "#000000")
    quiet = _around(code, len(modules(poster.address)))
    for space in spaces:
        assert space.x >= 10
        assert space.x + space.width <= 200.001
        assert space.y >= 5
        assert space.y + space.height <= 292
        assert not _meet(space, quiet)
    assert not [pair for pair in combinations(spaces, 2) if _meet(*pair)]
    assert all(mark.area.x >= 10 and mark.area.x + mark.area.width <= 200 for mark in marks if isinstance(mark, Box))


def _space(line: Line) -> Area:
    """Return the room of a line of Latin letters, from its capitals to its baseline."""
    return Area(line.x, line.y - 0.7 * line.size, line.width, 0.7 * line.size)


def _around(code: Shape, count: int) -> Area:
    """Return the space of a QR code, quiet zone included."""
    across = [x for polygon in code.polygons for x, _ in polygon]
    down = [y for polygon in code.polygons for _, y in polygon]
    edge = (max(across) - min(across)) / (count - 8) * 4
    side = max(across) - min(across) + 2 * edge
    return Area(min(across) - edge, min(down) - edge, side, side)


def _meet(one: Area, other: Area) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def test_no_sign_of_a_name_is_dropped(tmp_path: Path) -> None:
    """Each letter of a Latin name is on the sheet, and is text in the PDF."""
    name = "Ẽ Šarūnė Đặng Þór Łukasz İnci Ñoño"
    poster = event(title=name)
    assert name in said(poster).replace("\n", " ")
    assert poster.unprintable == ""
    file = tmp_path / "poster.pdf"
    file.write_bytes(poster.pdf())
    text = subprocess.run([program("pdftotext"), str(file), "-"], capture_output=True, text=True, check=True).stdout
    assert name in " ".join(text.split())


def test_a_sign_without_a_typeface_is_an_empty_box_and_named() -> None:
    """What no typeface has is printed as an empty box, one for each sign, and named for the coordinator."""
    nowhere = "\U000e0fff\U000e0ffe"
    poster = event(title=f"Hari{nowhere}Anak")
    assert "Hari▯▯Anak" in said(poster)
    assert poster.unprintable == nowhere


def test_the_sheet_says_all_that_a_parent_needs() -> None:
    """Title, time, place, school, address, code, words, steps and help are on the sheet; a sample mark is not."""
    text = " ".join(said(event()).split())
    for words in ("Hari Anak", "07.30", "Metro Timur", "SD Contoh Harapan 1", LOCAL, "K 7 Q 2 M X", "lusab babad"):
        assert words in text
    for words in ("Pindai untuk mendaftar", "Buka kamera HP.", "Butuh bantuan?", "/bantuan", "Petugas mencocokkannya"):
        assert words in text
    assert "DATA CONTOH" not in text
    assert said(event(sample=True)).count("DATA CONTOH") == 2


def test_labels_come_from_the_translator() -> None:
    """Every label goes through the translator, and what people wrote does not."""
    poster = event(texts=lambda message: "Label" if "{address}" not in message else "{address}")
    text = said(poster)
    assert "Pindai" not in text
    assert "Peksos" not in text
    assert "Metro Timur" in text


def test_people_read_the_address_without_the_words() -> None:
    """The address beneath the code is the one to type, whether or not the words came with it."""
    assert event(url=f"{LOCAL}/{WORDS}").short == event().short == LOCAL
    assert said(event(url=f"{LOCAL}/{WORDS}")) == said(event())


def test_what_is_not_known_is_left_out() -> None:
    """Without school and fingerprint words, their labels are not on the sheet."""
    text = said(event(school="", words=""))
    assert "Sekolah" not in text
    assert "Kata pengenal" not in text


def test_a_line_is_broken_between_words_and_long_words_within() -> None:
    """Words stay whole where they fit; the lines hold all signs, and are about as long as each other."""
    setting = fit("satu dua tiga empat", 30, 30, 5)
    assert setting.lines == ("satu dua", "tiga empat")
    assert "".join(fit("x" * 300, 30, 30, 5).lines) == "x" * 300
    assert fit("", 30, 30, 5).lines == ("",)


def test_signs_without_ink_are_removed() -> None:
    """Line ends become spaces; direction marks, controls and variation selectors go."""
    assert clean(" a\n\tb\u202e\x00c❤\ufe0f ") == "a bc❤"
    assert unprintable("Ini biasa saja: é ñ ♥") == ""


def test_runs_measure_what_is_printed() -> None:
    """A line's width is the sum of its runs, and a bold one is wider."""
    regular, bold = (sum(run.width for run in runs("mendaftar", bold=heavy)) for heavy in (False, True))
    assert 0 < regular < bold


def test_a_sheet_knows_its_typefaces() -> None:
    """A sheet lists each typeface once, however many lines use it."""
    sheet = Sheet("Contoh")
    for _ in range(2):
        sheet.words("Halo", Area(0, 0, 50, 10), 5, ink="#000000")
    assert [face.name for face in sheet.faces()] == ["FiraGO_Regular"]
