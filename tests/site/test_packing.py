"""Packages: complete, numbered, and made while people go on sending."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from forms_app.answers.submission import Nonce
from forms_app.errors import BrokenLog, StorageError
from forms_app.office.household import Household
from forms_app.office.importing import import_bundle
from forms_app.office.opening import open_all
from forms_app.settings import Settings
from forms_app.site.intake import Intake, Receipt
from forms_app.site.packing import make_package
from forms_app.site.services import Services, open_site
from tests.conftest import PASSPHRASE, TODAY
from tests.office.conftest import REGISTRATION, posted


def send(services: Services) -> Receipt:
    """Put one registration through the intake."""
    spec = services.library.by_id("event_registration")
    taken = Intake(services, spec, None, Nonce.fresh(TODAY), "id").take(posted(REGISTRATION))
    assert isinstance(taken, Receipt)
    return taken


def test_each_package_names_the_one_before(services: Services, tmp_path: Path) -> None:
    """Numbers count on, and each package holds the digest of its predecessor."""
    send(services)
    first = make_package(services, tmp_path / "a.peksos")
    send(services)
    second = make_package(services, tmp_path / "b.peksos")
    assert (first.number, first.records, first.previous) == (1, 1, "")
    assert (second.number, second.records, second.previous) == (2, 2, first.digest)
    assert [(one.number, one.seq) for one in services.packages.all()] == [(1, 1), (2, 2)]


def test_the_whole_library_travels(services: Services, household: Household, tmp_path: Path) -> None:
    """All forms are carried, used or not, so that the list betrays nothing."""
    make_package(services, tmp_path / "a.peksos")
    import_bundle(household, tmp_path / "a.peksos")
    assert len(household.archive.spec_sources()) == len(services.library.specs)


def test_sending_goes_on_while_a_package_is_made(services: Services, household: Household, tmp_path: Path) -> None:
    """Records that come meanwhile are in this package or in the next, whole, and none is lost or doubled."""
    for _number in range(20):
        send(services)
    stop, sent = threading.Event(), [20]

    def go_on() -> None:
        while not stop.is_set():
            send(services)
            sent[0] += 1

    sender = threading.Thread(target=go_on)
    sender.start()
    try:
        carried = [make_package(services, tmp_path / f"{number}.peksos").records for number in range(3)]
    finally:
        stop.set()
        sender.join()
    last = make_package(services, tmp_path / "3.peksos")
    assert carried == sorted(carried)
    assert 20 <= carried[0] <= last.records == sent[0]
    for number in (3, 1, 0, 2):
        assert import_bundle(household, tmp_path / f"{number}.peksos").whole
    assert household.archive.count() == sent[0]


def test_progress_is_told(services: Services, tmp_path: Path) -> None:
    """Whoever watches learns how far it has come, and that it is done."""
    send(services)
    steps: list[tuple[int, int]] = []
    make_package(services, tmp_path / "a.peksos", lambda done, total: steps.append((done, total)))
    assert steps[-1] == (1, 1)


def test_two_packages_never_bear_one_number(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When another package took the number meanwhile, this one is not left behind."""
    make_package(services, tmp_path / "a.peksos")
    with monkeypatch.context() as patch:
        patch.setattr(services.packages, "last", lambda: None)
        with pytest.raises(StorageError, match="nomor 1 sudah ada"):
            make_package(services, tmp_path / "b.peksos")
    assert not (tmp_path / "b.peksos").exists()
    assert make_package(services, tmp_path / "b.peksos").number == 2


def test_a_broken_chain_makes_no_package(services: Services, tmp_path: Path) -> None:
    """A log that does not verify is not carried as if it did; no file and no number is left."""
    send(services)
    send(services)
    with services.log._store.writing() as connection:
        connection.exec_driver_sql("UPDATE log SET day = day + 1 WHERE seq = 1")
    with pytest.raises(BrokenLog, match="nomor 1"):
        make_package(services, tmp_path / "a.peksos")
    assert list(tmp_path.glob("*.peksos")) == []
    assert services.packages.last() is None


def test_a_damaged_record_holds_up_no_other_even_as_the_last(
    services: Services, household: Household, folder: Path, tmp_path: Path
) -> None:
    """The site opens, takes more in and packs; the office sets that one aside and has the rest."""
    for _number in range(2):
        send(services)
    with services.log._store.writing() as connection:
        connection.exec_driver_sql("UPDATE log SET record = zeroblob(1000) WHERE seq = 2")
    services.close()
    again = replace(
        open_site(Settings.from_mapping({"PEKSOS_INSTANCE": str(folder / "instance")})), clock=services.clock
    )
    send(again)
    with pytest.raises(BrokenLog, match="nomor 2"):
        again.log.verify()
    make_package(again, tmp_path / "a.peksos")
    again.close()
    report = import_bundle(household, tmp_path / "a.peksos")
    assert (report.new, report.damaged) == (2, 1)


def test_a_form_that_was_changed_since_still_travels(
    services: Services, household: Household, folder: Path, tmp_path: Path
) -> None:
    """Records of yesterday's form open at the office although today's folder holds another version of it."""
    send(services)
    services.close()
    changed = shutil.copytree(services.settings.forms, tmp_path / "forms")
    path = changed / "event_registration.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('version: "1"', 'version: "2"').replace("Nama lengkap", "Nama"), encoding="utf-8")
    mapping = {"PEKSOS_INSTANCE": str(folder / "instance"), "PEKSOS_FORMS": str(changed)}
    newer = replace(open_site(Settings.from_mapping(mapping)), clock=services.clock)
    send(newer)
    make_package(newer, tmp_path / "a.peksos")
    newer.close()
    import_bundle(household, tmp_path / "a.peksos")
    report = open_all(household, household.unlock(PASSPHRASE))
    assert (report.opened, report.locked) == (2, 0)
