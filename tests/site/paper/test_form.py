"""Paper forms: the order of the page, every word on the sheet, and a QR code that a scanner reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from forms_app.paper.sheet import Area, Box, Line, Shape, Sheet
from forms_app.site.paper import serials
from forms_app.site.paper.flow import LEFT, WIDTH
from forms_app.site.paper.form import PaperForm
from forms_app.site.paper.marks import CELL_HEIGHT
from forms_app.site.paper.printing import paper_form, print_papers
from forms_app.site.services import Services
from forms_app.specs.library import read_library, say
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.reader import read_spec
from forms_app.specs.types import TYPES
from forms_app.storage.documents import Event
from tests.site.paper.conftest import Print, Read

ROOT = Path(__file__).parents[3]
FORMS = [spec.form_id for spec in read_library(ROOT / "form_specs")]
HEAD = """form_id: every_type
slug: "77"
version: "3"
title: Contoh
heading: Semua jenis
audience: parent
sensitivity: public
readers: [office]
seal_at: arrival
legal_basis: consent
retention: {site: 1d, office: 30d}
languages: [id]
"""


class Labels(HTMLParser):
    """The labels of a form page in their order: of sections, and of everything that is asked or told."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._depth = 0
        self._waiting = self._aside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notice the beginning of a section's heading or of a question; hints and choices come later in it."""
        names = dict(attrs)
        if tag == "template":
            self._depth += 1
        if not self._depth and ("data-q" in names or (tag == "h2" and (names.get("id") or "").startswith("s-"))):
            self._waiting = True
        self._aside = tag == "p" and "hint" in (names.get("class") or "").split()

    def handle_endtag(self, tag: str) -> None:
        """Leave a template, which is no part of the page, or a hint, which is no label."""
        self._depth -= tag == "template"
        self._aside = False

    def handle_data(self, data: str) -> None:
        """Take the first text of what began."""
        if self._waiting and not self._aside and data.strip():
            self.found.append(" ".join(data.split()))
            self._waiting = False


def labels_of(page: str) -> list[str]:
    """Return what a page asks, in order, without the section in which the phone shows the answers again."""
    reader = Labels()
    reader.feed(page)
    return [one for one in reader.found if one not in ("Periksa jawaban", "Check your answers")]


def texts_of(spec: FormSpec, language: str) -> Iterator[str]:
    """Yield every text of a form that a person needs to fill it in."""
    for page in spec.pages:
        yield say(page.label, language)
    for one in spec.questions():
        if TYPES[one.type].kind(one, spec) == "hidden":
            continue
        yield from (say(text, language) for text in (one.label, one.hint, one.guidance_hint))
        if one.list_name and not spec.is_long(one.list_name):
            yield from (say(choice.label, language) for choice in spec.choice_list(one.list_name))


def whole(text: str) -> str:
    """Return a text with its white space made one."""
    return " ".join(text.split())


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("form_id", FORMS)
def test_paper_asks_in_the_order_of_the_page(
    client: FlaskClient, services: Services, fair: Event, printing: Print, read: Read, form_id: str, language: str
) -> None:
    """Every section and question of the page stands on the paper, in the same order."""
    spec = services.library.by_id(form_id)
    path = f"/f/{spec.slug}" if spec.secret else f"/e/{fair.code.lower()}/{spec.slug}"
    asked = labels_of(client.get(f"{path}?lang={language}").get_data(as_text=True))
    shown = [one for one in spec.questions() if TYPES[one.type].kind(one, spec) not in ("hidden", "repeat")]
    assert len(asked) >= len(shown), "the page was read as a whole"
    printed, place = read(printing(form_id, language=language).pdf), 0
    for label in asked:
        found = printed.find(label, place)
        assert found >= 0, label
        place = found + 1


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("form_id", FORMS)
def test_every_word_is_on_the_paper(
    services: Services, printing: Print, read: Read, form_id: str, language: str
) -> None:
    """No label, hint, guidance or choice is cut or dropped."""
    printed = read(printing(form_id, language=language).pdf)
    missing = [text for text in texts_of(services.library.by_id(form_id), language) if whole(text) not in printed]
    assert missing == []


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("form_id", FORMS)
def test_nothing_leaves_the_page_or_covers_something_else(
    services: Services, fair: Event, form_id: str, language: str
) -> None:
    """All letters stand inside the margins, are large enough to read, and touch neither each other nor a box."""
    spec = services.library.by_id(form_id)
    form = paper_form(services, spec, None if spec.secret else fair, language)
    for sheet in form.copy(serials.draw(services.secret)):
        check_sheet(sheet)


def check_sheet(sheet: Sheet) -> None:
    """Check that everything on a sheet stands clear."""
    lines = [mark for mark in sheet.marks if isinstance(mark, Line) and mark.text.strip()]
    for line in lines:
        assert line.size >= 2.4, line.text
        assert line.x >= LEFT - 0.01
        assert line.x + line.width <= LEFT + WIDTH + 0.01, line.text
        assert line.y - 0.7 * line.size >= 7
        assert line.y <= 291
    spaces = [_space(line) for line in lines]
    met = [pair for pair in combinations(range(len(lines)), 2) if _meet(spaces[pair[0]], spaces[pair[1]])]
    assert [(lines[one].text, lines[two].text) for one, two in met] == []
    boxes = [mark.area for mark in sheet.marks if isinstance(mark, Box) and mark.area.width < 12]
    covered = [line.text for line, space in zip(lines, spaces, strict=True) if any(_meet(space, one) for one in boxes)]
    assert covered == []
    code = next(mark for mark in sheet.marks if isinstance(mark, Shape) and len(mark.polygons) > 50)
    across = [x for polygon in code.polygons for x, _y in polygon]
    down = [y for polygon in code.polygons for _x, y in polygon]
    quiet = Area(min(across) - 2, min(down) - 2, max(across) - min(across) + 4, max(down) - min(down) + 4)
    assert not any(_meet(space, quiet) for space in spaces)
    assert all(mark.area.x >= LEFT - 0.01 for mark in sheet.marks if isinstance(mark, Box))
    assert all(mark.area.y + mark.area.height <= 291 for mark in sheet.marks if isinstance(mark, Box))


def _space(line: Line) -> Area:
    """Return the room of a line of Latin letters, from its capitals to its baseline."""
    return Area(line.x, line.y - 0.7 * line.size, line.width, 0.7 * line.size)


def _meet(one: Area, other: Area) -> bool:
    return (
        one.x < other.x + other.width - 0.01
        and other.x < one.x + one.width - 0.01
        and one.y < other.y + other.height - 0.01
        and other.y < one.y + one.height - 0.01
    )


@pytest.mark.parametrize("form_id", FORMS)
def test_every_page_is_read_by_a_scanner(
    services: Services, fair: Event, printing: Print, scan: Callable[[bytes], list[str]], form_id: str
) -> None:
    """A grey print gives, on every page, the address of the typing page; of a secret form the serial alone."""
    made = printing(form_id, copies=2)
    spec = services.library.by_id(form_id)
    expected = [
        serial if spec.secret else f"http://127.0.0.1:8000/desk/paper/{serial}/{spec.slug}/{fair.code}"
        for serial in made.serials
        for _page in range(made.pages // 2)
    ]
    assert scan(made.pdf) == expected


def test_every_page_says_its_serial_its_number_and_its_form(printing: Print, read: Read, services: Services) -> None:
    """Serial, page x of y, form, version and digest stand on each page of each copy."""
    made = printing("event_registration", copies=2)
    text, spec = read(made.pdf), services.library.by_id("event_registration")
    for serial in made.serials:
        assert text.count(serials.show(serial)) == made.pages // 2
    for number in range(1, made.pages // 2 + 1):
        assert text.count(f"Halaman {number} dari {made.pages // 2}") == 2
    assert text.count(f"event_registration · versi {spec.version} · {spec.digest[:8]}") == made.pages


def test_paper_says_who_reads_it_and_for_how_long(printing: Print, read: Read) -> None:
    """Readers, retention, who types it in, the event and the help numbers are told; no default is ticked."""
    text = read(printing("event_registration").pdf)
    for words in (
        "Dibaca oleh: koordinator kegiatan ini dan kantor Dinas Sosial. Dihapus setelah 90 hari.",
        "Petugas mengetik isi kertas ini ke komputer.",
        "One Day for Children · SD Contoh · Halaman sekolah",
        "PEKSOS (pekerja sosial sekolah): 0899-0000-0001",
        "Tanggal mengisi kertas ini",
        "Isi bila “Bapak/Ibu hadir sebagai apa?” dijawab “Orang tua/wali”.",
    ):
        assert words in text


def test_what_nobody_fills_in_is_not_on_paper(printing: Print, read: Read) -> None:
    """Calculations and hidden values leave no trace."""
    text = read(printing("training_feedback_post").pdf)
    assert "know" not in text.replace("knowledge", "")
    assert "conf" not in text


def test_an_event_decides_what_it_never_asks(services: Services, fair: Event, read: Read) -> None:
    """A question for kindergartens is printed for one, not for a primary school, and with a sentence for any event."""
    spec = services.library.by_id("odfc_attendance")
    school = replace(fair, jenjang="sd")
    texts = [read(print_papers(services, spec, one, 1, "id").pdf) for one in (fair, school, None)]
    assert ["Anak pulang bersama siapa?" in text for text in texts] == [True, False, True]
    assert ["Lewati bila tidak sesuai." in text for text in texts] == [False, False, True]


def test_a_repeat_has_room_for_six_and_says_what_to_do_with_more(printing: Print, read: Read) -> None:
    """Of ten possible children six have a frame of their own."""
    text = read(printing("event_registration").pdf)
    assert [f"Anak {number} Nama panggilan anak" in text for number in range(1, 8)] == [True] * 6 + [False]
    assert "Lebih dari 6? Tulis sisanya di lembar tambahan" in text


def test_danger_comes_before_the_first_question(printing: Print, read: Read) -> None:
    """The card that the phone opens at an answer stands at the top of the paper, since nobody reads paper at once."""
    text = read(printing("detection_checklist_teacher").pdf)
    alarm = text.index("Bahaya? Telepon sekarang.")
    assert alarm < text.index("Anak terluka berat atau perlu pertolongan medis sekarang")
    assert "TELEPON SEKARANG: 112" in text[alarm:]


def every_type(more: str = "") -> FormSpec:
    """Return a form with a question of every type, from the types' own examples."""
    rows = "".join(f"      - {kind.example}\n" for kind in TYPES.values() if kind.name != "group")
    group = (
        "{name: home, type: group, label: Rumah, hint: Di sini., questions: [{name: road, type: text, label: Jalan}]}"
    )
    rows += f"      - {group}\n"
    text = f"{HEAD}{more}pages:\n  - name: satu\n    label: Semua\n    questions:\n{rows}"
    return read_spec(text, "every", ROOT / "form_specs")


def printed_alone(services: Services, spec: FormSpec) -> PaperForm:
    """Return a form on paper, of no event."""
    return paper_form(services, spec, None, "id")


def test_every_type_has_a_place_for_the_pen(services: Services) -> None:
    """Each type that is answered by hand has its label and a box or a line; nothing overflows or covers anything."""
    spec = every_type()
    form = printed_alone(services, spec)
    sheets = list(form.copy("0" * 13))
    said = whole(" ".join(mark.text for sheet in sheets for mark in sheet.marks if isinstance(mark, Line)))
    for text in texts_of(spec, "id"):
        assert whole(text) in said, text
    for sheet in sheets:
        check_sheet(sheet)
    for one in spec.questions():
        if TYPES[one.type].posted and not one.children:
            assert marks_of(services, one, spec) > marks_of(services, note_of(one), spec), one.type


def note_of(question: Question) -> Question:
    """Return a note that says no more than a question."""
    return replace(question, type="note", list_name="", parameters=(), appearance=(), required=None)


def marks_of(services: Services, question: Question, spec: FormSpec) -> int:
    """Return how many boxes and shapes a form of this one question has."""
    page = replace(spec.pages[0], questions=(replace(question, groups=(), conditions=()),))
    form = printed_alone(services, replace(spec, pages=(page,)))
    return sum(not isinstance(mark, Line) for sheet in form.copy("0" * 13) for mark in sheet.marks)


@pytest.mark.parametrize(
    ("row", "boxes"),
    [
        ("{name: a, type: text, label: A, parameters: format=nik}", 16),
        ("{name: a, type: text, label: A, parameters: format=nisn}", 10),
        ("{name: a, type: text, label: A, parameters: format=npsn}", 8),
        ("{name: a, type: text, label: A, parameters: format=receipt}", 10),
        ("{name: a, type: text, label: A, parameters: format=phone}", 13),
        ("{name: a, type: text, label: A, parameters: max=4}", 4),
        ("{name: a, type: date, label: A}", 8),
        ("{name: a, type: time, label: A}", 4),
        ("{name: a, type: dateTime, label: A}", 12),
        ("{name: a, type: integer, label: A, parameters: min=0 max=24}", 2),
        ("{name: a, type: integer, label: A}", 0),
    ],
)
def test_digits_have_boxes(services: Services, row: str, boxes: int) -> None:
    """A format, a day, a time and a bounded number have one box for each sign, a free one has none."""
    assert len(cells_of(services, row)) == boxes


def one_question(row: str, more: str = "") -> FormSpec:
    """Return a form with one question."""
    return read_spec(f"{HEAD}{more}pages: [{{name: p, label: P, questions: [{row}]}}]\n", "one", ROOT / "form_specs")


def cells_of(services: Services, row: str) -> list[Box]:
    """Return the boxes for single signs of a form with one question, without those of the day and the receipt."""
    marks = [mark for sheet in printed_alone(services, one_question(row)).copy("0" * 13) for mark in sheet.marks]
    boxes = [mark for mark in marks if isinstance(mark, Box) and mark.area.height == CELL_HEIGHT]
    return boxes[18:]  # eight of the day, ten of the receipt


def lines_of(services: Services, row: str, more: str = "") -> list[Box]:
    """Return the lines to write on of a form with one question."""
    marks = [mark for sheet in printed_alone(services, one_question(row, more)).copy("0" * 13) for mark in sheet.marks]
    found = [mark for mark in marks if isinstance(mark, Box) and mark.area.height == 0.3 and mark.ink != "#000000"]
    return [mark for mark in found if mark.area.y > 60]


@pytest.mark.parametrize(("longest", "count"), [(40, 1), (80, 1), (200, 2), (500, 5), (1000, 10), (3000, 10)])
def test_lines_grow_with_the_answer(services: Services, longest: int, count: int) -> None:
    """The longer an answer may be, the more and the longer lines; never more than ten."""
    appearance = ", appearance: multiline" if longest > 200 else ""
    row = f"{{name: a, type: text, label: A, parameters: max={longest}{appearance}}}"
    assert len(lines_of(services, row)) == count


def test_a_very_long_list_is_a_line_to_write_on(services: Services) -> None:
    """A list that no page shows is no wall of boxes on paper either."""
    names = ", ".join(f"{{name: n{number}, label: Sekolah {number}}}" for number in range(201))
    row = "{name: a, type: select_one sekolah, label: Sekolah}"
    assert len(lines_of(services, row, f"choices:\n  sekolah: [{names}]\n")) == 1


def test_a_very_long_text_runs_over_pages(services: Services) -> None:
    """A note of many pages is printed to its last word."""
    spec = one_question(f"{{name: a, type: note, label: {'kata ' * 3000}akhir}}")
    sheets = list(printed_alone(services, spec).copy("0" * 13))
    assert len(sheets) > 2
    for sheet in sheets:
        check_sheet(sheet)
    said = whole(" ".join(mark.text for sheet in sheets for mark in sheet.marks if isinstance(mark, Line)))
    assert said.count("kata") == 3000
    assert "kata akhir" in said


def test_an_odd_title_prints(services: Services, fair: Event, read: Read) -> None:
    """Whatever an event is called, its paper prints, and signs that no typeface has are named."""
    odd = replace(fair, title="Hari \U000e0fff Anak 🎉 " * 8, place="x" * 180)
    made = print_papers(services, services.library.by_id("event_registration"), odd, 1, "id")
    assert "Pendaftaran kegiatan" in read(made.pdf)
    assert made.unprintable.startswith("\U000e0fff")


def test_a_paper_leaves_room_where_a_page_repeats_an_answer(services: Services) -> None:
    """Nobody has answered a sheet that is printed."""
    rows = "{name: a, type: text, label: A}, {name: b, type: text, label: 'Umur ${a}?', hint: 'Kepada ${a}'}"
    marks = [mark for sheet in printed_alone(services, one_question(rows)).copy("0" * 13) for mark in sheet.marks]
    said = whole(" ".join(mark.text for mark in marks if isinstance(mark, Line)))
    assert "Umur ……?" in said
    assert "Kepada ……" in said
    assert "${" not in said
