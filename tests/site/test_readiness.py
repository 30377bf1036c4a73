"""What keeps a secret form shut at a site: a local help number that is not set, a sign-off that is missing or old."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from forms_app.errors import SettingsError
from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.site.paper.printing import print_papers
from forms_app.site.services import open_site
from forms_app.specs.signoffs import FOLDER
from tests.conftest import NUMBERS


def opened(folder: Path, **changes: str) -> dict[str, list[str]]:
    """Return what the site of this folder lacks, as codes by form."""
    services = open_site(Settings.from_mapping({"PEKSOS_INSTANCE": str(folder / "instance"), **NUMBERS, **changes}))
    services.close()
    return {form: [one.code for one in lacks] for form, lacks in services.shut.items()}


def test_a_signed_site_with_its_numbers_opens_everything(folder: Path):
    """Nothing is shut, and nothing is to be told at the start."""
    assert opened(folder) == {}


def test_a_form_without_its_number_stays_shut(folder: Path):
    """Only the forms whose cards name the number are shut, and the problem names the setting."""
    shut = opened(folder, PEKSOS_HELP_UPTD_PPA="")
    assert shut == {"home_visit": ["number.missing"]}


def test_an_unsigned_form_stays_shut(folder: Path):
    """Taking one sign-off away shuts one form."""
    (folder / "instance" / FOLDER / "sos_report.toml").unlink()
    assert opened(folder) == {"sos_report": ["signoff.missing"]}


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ('digest = "', 'digest = "0', "signoff.stale"),
        ('by = "Contoh"', 'by = ""', "signoff.missing"),
        ("by = ", "by ", "signoff.missing"),
    ],
)
def test_a_sign_off_holds_for_one_version_and_bears_a_name(folder: Path, before: str, after: str, code: str):
    """A digest of another version, no name, or a file that is no TOML: the form stays shut."""
    path = folder / "instance" / FOLDER / "sos_report.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    assert opened(folder) == {"sos_report": [code]}


def test_a_sample_site_needs_neither(folder: Path):
    """A demo stores nothing real."""
    (folder / "instance" / FOLDER / "sos_report.toml").unlink()
    assert opened(folder, PEKSOS_SAMPLE="true", PEKSOS_HELP_PEKSOS="") == {}


def test_a_shut_form_takes_nothing_and_names_the_national_numbers(folder: Path):
    """Its address says that it is not open and whom to call; a POST is not kept; it is not printed; others work."""
    services = open_site(Settings.from_mapping({"PEKSOS_INSTANCE": str(folder / "instance")}))
    client = assemble(services).test_client()
    spec = services.library.by_id("sos_report")
    for answer in (client.get("/f/7?lang=id"), client.post("/f/7?lang=id", data=MultiDict(dict(spec.sample)))):
        page = answer.get_data(as_text=True)
        assert answer.status_code == 403
        assert "Formulir ini belum dibuka" in page
        assert all(f'href="tel:{number}"' in page for number in ("112", "110", "119", "129"))
        assert "<form" not in page
    assert services.log.head().seq == 0
    with pytest.raises(SettingsError):
        print_papers(services, spec, None, 1, "id")
    assert client.get("/bantuan").status_code == 200
    services.close()


def test_hours_stand_beside_the_number_and_a_name_may_be_the_sites_own(folder: Path):
    """Whoever opens the help page reads when somebody answers."""
    mapping = {"PEKSOS_INSTANCE": str(folder / "instance"), **NUMBERS}
    mapping |= {"PEKSOS_HOURS_PEKSOS": "Senin-Jumat 08.00-16.00", "PEKSOS_NAME_PEKSOS": "PEKSOS Metro"}
    services = open_site(Settings.from_mapping(mapping))
    page = assemble(replace(services)).test_client().get("/bantuan?lang=id").get_data(as_text=True)
    services.close()
    (button,) = re.findall(r'<a href="tel:089900000001">.*?</a>', page)
    assert re.sub("<.*?>", "", button) == "PEKSOS Metro Senin-Jumat 08.00-16.00 0899-0000-0001"
    assert "24 jam" in page
