"""`peksos-office`: what the office tells its sites, and asks of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from forms_app.office.household import open_household
from forms_app.sealing.statements import read_office_statement
from forms_app.transfer.erasure import read_erasure
from forms_app.transfer.receipt import Receipt, read_receipt
from tests.cli.conftest import Place, Run


@pytest.fixture
def package(place: Place, peksos: Run, event: str) -> Path:
    """Return a package of three records: two registrations and a checklist."""
    place.register(event)
    place.register(event, full_name="Wayan")
    place.fill("detection_checklist_teacher")
    assert peksos("export", "--out", place.folder / "a.peksos").exit_code == 0
    return place.folder / "a.peksos"


@pytest.fixture
def site(place: Place) -> str:
    """Return the site's id."""
    household = open_household(place.office)
    (found,) = household.enrolled().values()
    household.close()
    return found.site


def answered(done: Any) -> dict[str, Any]:
    """Return the JSON that a command printed."""
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def receipt(place: Place, path: Path, site: str) -> Receipt:
    """Return what a receipt's file says."""
    return read_receipt(path.read_bytes(), read_office_statement((place.office / "office.pub").read_bytes()), site)


def note_backup(place: Place) -> None:
    """Note a verified backup of everything there is, as the backup itself does."""
    household = open_household(place.office)
    household.verdicts._backups.insert({"made": "2026-11-24", "digest": "", "upto": household.verdicts.last()})
    household.close()


def test_status_of_an_office_in_order(place: Place, package: Path, peksos_office: Run, site: str) -> None:
    """Counts, the last package and the oldest unopened record of each site, for people and as JSON."""
    peksos_office("import", package)
    found = answered(peksos_office("status", "--json"))
    assert (found["records"], found["unopened"], found["gaps"], found["forks"], found["quarantined"]) == (3, 3, 0, 0, 0)
    (one,) = found["sites"]
    assert (one["site"], one["last_package"], one["head"][1], one["absent"]) == (site, 1, 3, 0)
    assert one["oldest_unopened"]
    told = peksos_office("status").stdout
    assert "SD Contoh" in told
    assert "3 catatan belum dibuka" in told
    peksos_office("open", "--passphrase-file", place.words)
    found = answered(peksos_office("status", "--json"))
    assert (found["unopened"], found["not_backed_up"], found["sites"][0]["oldest_unopened"]) == (0, 3, "")


def test_scope_is_set_and_widened_by_enrolling(place: Place, package: Path, peksos_office: Run) -> None:
    """Records out of scope are set aside with a warning; enrolled anew without limits, retry takes them."""
    statement = place.instance / "site.pub"
    assert peksos_office("enrol", statement, "--forms", "odfc_attendance", "--schools", "SD Contoh").exit_code == 0
    done = peksos_office("import", package, "--json")
    assert done.exit_code == 1
    assert "di luar izin" in done.stderr
    found = json.loads(done.stdout)
    assert (found["records"], found["quarantined"], found["scoped"], found["damaged"]) == (1, 2, 2, 0)
    assert "Disisihkan (scope): 2." in peksos_office("status").stdout
    assert answered(peksos_office("retry", "--json"))["released"] == 0
    assert "peksos-office retry" in peksos_office("enrol", statement).stdout
    assert answered(peksos_office("retry", "--json")) == {
        "released": 2,
        "left": 0,
        "scope": 0,
        "twins": 0,
        "damaged": 0,
    }
    opened = answered(peksos_office("retry", "--json", "--passphrase-file", place.words))
    assert (opened["opened"], opened["locked"]) == (3, 0)


def test_a_receipt_goes_out_as_file_and_qr_code(place: Place, package: Path, peksos_office: Run, site: str) -> None:
    """Named by package or by site; nothing is called opened before it was opened and backed up, and that is said."""
    words = ("--passphrase-file", place.words, "--json")
    peksos_office("import", package)
    out = place.folder / "r.peksos"
    done = peksos_office("receipt", package, "--out", out, "--qr", place.folder / "r.svg", *words)
    assert "peksos-office open" in done.stderr
    found = json.loads(done.stdout)
    assert (found["site"], found["kept"], found["opened"], found["seq"]) == (site, 3, 0, 3)
    assert (place.folder / "r.svg").read_bytes().startswith(b"<svg")
    assert not receipt(place, out, site).opened(1)
    peksos_office("open", "--passphrase-file", place.words)
    note_backup(place)
    done = peksos_office("receipt", "SD Contoh", "--out", out, "--qr", place.folder / "r.png", *words)
    assert (answered(done)["opened"], done.stderr) == (3, "")
    assert (place.folder / "r.png").read_bytes().startswith(b"\x89PNG")
    assert all(receipt(place, out, site).opened(seq) for seq in (1, 2, 3))
    assert peksos_office("receipt", "SD Lain", "--out", out, *words).exit_code == 1


def test_a_record_is_erased_by_its_receipt_code(place: Place, peksos: Run, peksos_office: Run, site: str) -> None:
    """The order names the record; the office does not have it any more, and importing again does not bring it back."""
    code = place.register()
    peksos("export", "--out", place.folder / "a.peksos")
    peksos_office("import", place.folder / "a.peksos")
    out = place.folder / "order.peksos"
    words = ("--out", out, "--passphrase-file", place.words)
    assert peksos_office("erase", code, "--reason", "Nama Orang", *words).exit_code == 1
    found = answered(peksos_office("erase", code, "--reason", "ditarik", "--json", *words))
    said = read_erasure(out.read_bytes(), read_office_statement((place.office / "office.pub").read_bytes()), site)
    assert ([one.hex() for one in said.ids], found["orders"]) == ([found["record"]], {site: str(out)})
    assert answered(peksos_office("import", place.folder / "a.peksos", "--json"))["new"] == 0
    assert answered(peksos_office("status", "--json"))["sites"][0]["erased"] == 1


def test_a_revoked_site_is_refused(place: Place, package: Path, peksos_office: Run, site: str) -> None:
    """A reason is asked for; then its packages are refused until that is undone."""
    assert peksos_office("revoke-site", "SD Contoh").exit_code == 1
    assert peksos_office("revoke-site", "SD Contoh", "--reason", "laptop hilang").exit_code == 0
    done = peksos_office("import", package)
    assert (done.exit_code, "dicabut" in done.stderr) == (1, True)
    assert "laptop hilang" in peksos_office("status").stdout
    assert peksos_office("enrol", place.instance / "site.pub").exit_code == 1
    assert peksos_office("revoke-site", site, "--undo", "--reason", "ketemu").exit_code == 0
    assert peksos_office("import", package).exit_code == 0


def test_a_fork_is_told(place: Place, package: Path, peksos: Run, peksos_office: Run) -> None:
    """A site's folder brought back from an old copy and used on is refused, noted, and shown by status."""
    peksos_office("import", package)
    database = next(place.instance.glob("*.sqlite"))
    old = database.read_bytes()
    place.register()
    peksos("export", "--out", place.folder / "b.peksos")
    peksos_office("import", place.folder / "b.peksos")
    database.write_bytes(old)
    place.register(full_name="Yang Lain")
    peksos("export", "--out", place.folder / "c.peksos")
    done = peksos_office("import", place.folder / "c.peksos")
    assert (done.exit_code, "nomor 4" in done.stderr) == (1, True)
    assert "1 paket ditolak" in peksos_office("status").stdout
