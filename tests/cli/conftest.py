"""Two command lines, run in this process, on an office and a site that were made with them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from werkzeug.datastructures import MultiDict

from forms_app.answers.submission import WIB, Nonce
from forms_app.cli import office, site
from forms_app.settings import Settings
from forms_app.site.intake import Intake, Receipt
from forms_app.site.services import open_site
from forms_app.specs.library import read_library
from forms_app.specs.signoffs import FOLDER
from tests.conftest import NUMBERS, sign_all

WORDS = "kata sandi contoh"
Run = Callable[..., Result]


@dataclass(frozen=True)
class Place:
    """A folder with an office, an enrolled site with one account, and a file with the passphrase of both."""

    folder: Path

    @property
    def office(self) -> Path:
        """Return the office's folder."""
        return self.folder / "kantor"

    @property
    def instance(self) -> Path:
        """Return the site's folder."""
        return self.folder / "sekolah"

    @property
    def words(self) -> Path:
        """Return the file with the passphrase."""
        return self.folder / "sandi.txt"

    def fill(self, form_id: str, code: str = "", **answers: str) -> str:
        """Put one filling through the real intake and return its receipt."""
        services = open_site(Settings.from_mapping({"PEKSOS_INSTANCE": str(self.instance)}))
        spec = services.library.by_id(form_id)
        nonce = Nonce.fresh(services.clock().astimezone(WIB).date())
        posted = MultiDict({**dict(spec.sample), **answers}) if spec.secret else MultiDict(answers)
        taken = Intake(services, spec, services.events.get(code), nonce, "id").take(posted)
        services.close()
        assert isinstance(taken, Receipt), taken.problems
        return taken.code

    def register(self, code: str = "", **answers: str) -> str:
        """Register one guest."""
        fixed = {"reg_kind": "guru", "full_name": "Sutinah", "photo_ok": "tidak", "agree": "true"}
        return self.fill("event_registration", code, **fixed | answers)


def run(group: click.Group, *words: object, **environment: str) -> Result:
    """Run one command line to its end."""
    return CliRunner(env={"PEKSOS_LANGUAGE": "id", **environment}).invoke(group, [str(word) for word in words])


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a place made with the commands themselves, once and never changed."""
    place = Place(tmp_path_factory.mktemp("made"))
    place.words.write_text(f"{WORDS}\r\nsecond line\n", encoding="utf-8-sig")
    for group, *words in (
        (office.cli, "init", place.office, "--passphrase-file", place.words),
        (site.cli, "init", place.instance, "--office", place.office / "office.pub", "--name", "SD Contoh"),
        (office.cli, "--office-dir", place.office, "enrol", place.instance / "site.pub"),
        (
            site.cli,
            "--instance",
            place.instance,
            "user",
            "add",
            "ani",
            "--role",
            "coordinator",
            "--passphrase-file",
            place.words,
        ),
        (site.cli, "--instance", place.instance, "trial", "--out", place.folder / "coba.trial"),
        (
            office.cli,
            "--office-dir",
            place.office,
            "trial",
            place.folder / "coba.trial",
            "--out",
            place.folder / "jawaban.trial",
            "--passphrase-file",
            place.words,
        ),
        (site.cli, "--instance", place.instance, "trial", "--accept", place.folder / "jawaban.trial"),
    ):
        done = run(group, *words)
        assert done.exit_code == 0, done.output
    lines = [f'{name.removeprefix("PEKSOS_").lower()} = "{number}"\n' for name, number in NUMBERS.items()]
    (place.instance / "settings.toml").write_text("".join(lines), encoding="utf-8")
    sign_all(read_library(Settings().forms), place.instance / FOLDER)
    return place.folder


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Place:
    """Return a copy of the place that a test may change."""
    shutil.copytree(made, tmp_path / "tempat")
    return Place(tmp_path / "tempat")


@pytest.fixture
def peksos(place: Place) -> Run:
    """Return a function that runs `peksos` at the site."""
    return lambda *words, **environment: run(site.cli, "--instance", place.instance, *words, **environment)


@pytest.fixture
def peksos_office(place: Place) -> Run:
    """Return a function that runs `peksos-office` at the office."""
    return lambda *words, **environment: run(office.cli, "--office-dir", place.office, *words, **environment)


@pytest.fixture
def event(peksos: Run) -> str:
    """Return the code of an event that is open now."""
    times = ("--opens", "2020-01-01", "--closes", "2100-01-01")
    made = peksos("event", "add", "--form", "event_registration", "--title", "Hari Anak", *times)
    assert made.exit_code == 0, made.output
    return made.stdout.split()[1]
