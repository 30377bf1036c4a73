"""Secret forms on paper: how to seal them, whom to call, and nothing at the school that tells of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from forms_app.errors import SettingsError, UnknownForm
from forms_app.paper.sheet import Line
from forms_app.site.paper import serials
from forms_app.site.paper.printing import paper_form, print_papers
from forms_app.site.services import Services
from forms_app.specs.library import say
from forms_app.specs.signoffs import FOLDER
from forms_app.storage.documents import Event
from tests.site.paper.conftest import Print, Read
from tests.site.paper.test_form import check_sheet
from tests.site.test_intake import found_in

SECRET = "detection_checklist_teacher"


def test_the_first_sheet_says_how_to_seal_and_whom_to_call(printing: Print, read: Read) -> None:
    """Sealing, the office, what the school must not do, and that unread paper is no call for help."""
    text = read(printing(SECRET).pdf)
    first = text[: text.index("Halaman 1 dari")]
    for words in (
        "Kertas ini belum dibaca siapa pun.",
        "Telepon sekarang",
        "Darurat Kota Metro: 112",
        "PEKSOS (pekerja sosial sekolah): 0899-0000-0001",
        "Cara menyegel",
        "Kepada: kantor pusat Kantor Contoh",
        "jangan buka amplop ini. Jangan ketik isinya.",
        "Hanya dibuka oleh petugas kantor pusat.",
    ):
        assert words in first, words
    assert "Selesai? Segel dalam amplop." in text
    assert "serahkan kertas ini kepada petugas" not in text
    assert "Petugas mengetik" not in text


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_sheet_names_the_form_or_an_event(
    services: Services, fair: Event, printing: Print, read: Read, language: str
) -> None:
    """The neutral title stands there; heading, form id, event and school do not."""
    spec = services.library.by_id(SECRET)
    text = read(printing(SECRET, language=language).pdf)
    assert ("Formulir 5" if language == "id" else "Form 5") in text
    for word in (SECRET, spec.heading.source, fair.title, fair.school, fair.code, "/desk/paper"):
        assert word not in text


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_envelope_sheets_of_all_secret_forms_are_whole_and_neutral(services: Services, language: str) -> None:
    """Nothing on a sheet leaves the page or covers something else, and nothing but the title tells the form."""
    secret = [spec for spec in services.library if spec.secret]
    assert len(secret) > 1
    for spec in secret:
        form = paper_form(services, spec, None, language)
        front = form.before(serials.draw(services.secret, envelope=True))[0]
        check_sheet(front)
        said = " ".join(mark.text for mark in front.marks if isinstance(mark, Line))
        assert say(spec.title, language) in said
        assert say(spec.heading, language) not in said
        assert spec.form_id not in said


def test_the_code_of_a_secret_form_opens_nothing(printing: Print, scan: Callable[[bytes], list[str]]) -> None:
    """Every page carries the serial alone: no address that a phone could open."""
    made = printing(SECRET)
    assert set(scan(made.pdf)) == {made.serials[0]}
    assert serials.is_envelope(made.serials[0])


def test_printing_envelopes_leaves_no_trace(folder: Path, services: Services, printing: Print) -> None:
    """Neither serials nor the form are found in the site's files."""
    made = printing(SECRET, copies=2)
    assert made.batch == 0
    assert services.papers.batches() == []
    services.close()
    needles = [serial.encode() for serial in made.serials]
    shutil.rmtree(folder / "instance" / FOLDER)  # what a site may serve, and nothing of what was filled in
    assert found_in(folder / "instance", SECRET.encode(), b"Formulir 5", *needles) == []


def test_a_secret_form_belongs_to_no_event(services: Services, fair: Event) -> None:
    """Printing it for an event is refused, and so is a form that the event does not have."""
    with pytest.raises(SettingsError, match="rahasia"):
        print_papers(services, services.library.by_id(SECRET), fair, 1, "id")
    small = Event("X", "x", ("odfc_attendance",), "", "")
    with pytest.raises(UnknownForm):
        print_papers(services, services.library.by_id("event_registration"), small, 1, "id")
    assert services.papers.batches() == []
