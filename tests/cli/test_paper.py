"""`peksos paper`: a PDF with serials that the site knows, or the reason why not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from forms_app.settings import Settings
from forms_app.site.paper import serials
from forms_app.site.services import open_site
from tests.cli.conftest import Place, Run


def test_papers_are_printed_and_known(peksos: Run, place: Place, event: str, tmp_path: Path) -> None:
    """Each copy has a serial of its own, which the site knows with its event; the command names them."""
    out = tmp_path / "p.pdf"
    made = peksos("paper", "event_registration", "--event", event, "--copies", 3, "--out", out, "--json")
    assert made.exit_code == 0, made.output
    values = json.loads(made.stdout)
    assert out.read_bytes().startswith(b"%PDF")
    assert (values["form"], values["event"], values["copies"]) == ("event_registration", event, 3)
    assert len(set(values["serials"])) == 3
    services = open_site(Settings.from_mapping({"PEKSOS_INSTANCE": str(place.instance)}))
    papers = [services.papers.get(serial) for serial in values["serials"]]
    services.close()
    assert {(one.event, one.batch) for one in papers if one} == {(event, values["batch"])}
    assert None not in papers


def test_the_command_says_what_comes_next(peksos: Run, tmp_path: Path) -> None:
    """An open form is typed in at the desk; a secret one goes into an envelope and never to the desk."""
    open_form = peksos("paper", "training_feedback_pre", "--out", tmp_path / "p.pdf")
    assert "/desk/paper" in open_form.stdout
    secret = peksos("paper", "detection_checklist_teacher", "--out", tmp_path / "s.pdf")
    assert "amplop" in secret.stdout
    assert "/desk/paper" not in secret.stdout
    assert (tmp_path / "s.pdf").read_bytes().startswith(b"%PDF")


def test_the_language_can_be_chosen(peksos: Run, tmp_path: Path) -> None:
    """Without a word the paper speaks as the commands do."""
    sizes = []
    for words in ((), ("--language", "en"), ("--language", "id")):
        assert peksos("paper", "training_feedback_pre", "--out", tmp_path / "p.pdf", *words).exit_code == 0
        sizes.append(len((tmp_path / "p.pdf").read_bytes()))
    assert abs(sizes[0] - sizes[2]) < abs(sizes[0] - sizes[1])


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (("tidak_ada",), 1, "Formulir ini tidak ada"),
        (("event_registration", "--event", "ZZZZZZ"), 1, "Periksa lagi"),
        (("odfc_attendance", "--event", "EVENT"), 1, "bukan bagian"),
        (("detection_checklist_teacher", "--event", "EVENT"), 1, "rahasia"),
        (("event_registration", "--copies", "0"), 2, "copies"),
        (("event_registration", "--copies", "201"), 2, "copies"),
        (("event_registration", "--language", "jv"), 2, "language"),
    ],
)
def test_papers_that_cannot_be(
    peksos: Run, event: str, tmp_path: Path, words: tuple[str, ...], status: int, message: str
) -> None:
    """The reason is told, and no file is left."""
    made = peksos("paper", *(event if one == "EVENT" else one for one in words), "--out", tmp_path / "p.pdf")
    assert made.exit_code == status
    assert message in made.stderr
    assert not (tmp_path / "p.pdf").exists()


def test_paper_that_reaches_no_file_is_forgotten(peksos: Run, place: Place, tmp_path: Path) -> None:
    """When the file cannot be written, no paper is left to wait for."""
    (tmp_path / "p.pdf").symlink_to(tmp_path / "tidak" / "ada.pdf")
    assert peksos("paper", "event_registration", "--out", tmp_path / "p.pdf").exit_code == 1
    services = open_site(Settings.from_mapping({"PEKSOS_INSTANCE": str(place.instance)}))
    batches = services.papers.batches()
    services.close()
    assert batches == []


def test_serials_are_shown_in_groups(peksos: Run, tmp_path: Path) -> None:
    """People read the serials aloud, so the command shows them as the paper does."""
    made = peksos("paper", "event_registration", "--out", tmp_path / "p.pdf")
    shown = made.stdout.partition("Nomor kertas: ")[2][:16]
    assert serials.show(serials.read(shown)) == shown
