"""Papers printed at the site of the shared world, and read back from the PDF by other programs."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from forms_app.site.paper.printing import Printed, print_papers
from forms_app.site.services import Services
from forms_app.storage.documents import Event
from tests.site.test_poster import program

Print = Callable[..., Printed]
Read = Callable[[bytes], str]


@pytest.fixture
def fair(services: Services, event: Event) -> Event:
    """Return an event of a kindergarten that has every form an event may have, so that all of them are asked."""
    forms = tuple(spec.form_id for spec in services.library if not spec.secret)
    wide = replace(event, forms=forms, jenjang="paud")
    services.events.update(wide)
    return wide


@pytest.fixture
def printing(services: Services, fair: Event) -> Print:
    """Return a function that prints a form: of the fair, or with `alone` of no event."""

    def made(form_id: str, copies: int = 1, language: str = "id", *, alone: bool = False) -> Printed:
        spec = services.library.by_id(form_id)
        return print_papers(services, spec, None if alone or spec.secret else fair, copies, language)

    return made


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a function that reads the text of a PDF in the order in which it was written, white space made one."""

    def reader(pdf: bytes) -> str:
        file = tmp_path / "read.pdf"
        file.write_bytes(pdf)
        command = [program("pdftotext"), "-raw", str(file), "-"]
        return " ".join(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())

    return reader


@pytest.fixture
def scan(tmp_path: Path) -> Callable[[bytes], list[str]]:
    """Return a function that prints a PDF in grey at 100 dots per inch and reads the QR code of every page."""

    def scanned(pdf: bytes) -> list[str]:
        file = tmp_path / "scan.pdf"
        file.write_bytes(pdf)
        command = [program("pdftoppm"), "-png", "-gray", "-r", "100", str(file), str(tmp_path / "scan")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stderr == "", "a strict PDF reader has nothing to complain about"
        codes = []
        for picture in sorted(tmp_path.glob("scan-*.png")):
            command = [program("zbarimg"), "--quiet", "--raw", str(picture)]
            codes.append(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())
            picture.unlink()
        return codes

    return scanned
