"""Setting a site up: private keys, accounts, and events whose key only those who were there can open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from forms_app.answers.submission import Nonce, Submission
from forms_app.errors import (
    BadSignature,
    CannotOpen,
    KeyRefused,
    SettingsError,
    StorageError,
    UnknownForm,
    WrongPassphrase,
)
from forms_app.office.household import STATEMENT
from forms_app.sealing.layout import SealedRecord
from forms_app.site.enrolment import (
    SITE_FILE,
    add_event,
    add_staff,
    create_site,
    event_identity,
    iso,
    staff_identity,
)
from forms_app.site.intake import Intake
from forms_app.site.keys import SITE_KEY_FILE
from forms_app.site.services import Services, open_site
from forms_app.storage.documents import Event, StaffMember
from tests.conftest import CHEAP, PASSWORD, TODAY
from tests.office.conftest import REGISTRATION, posted


@pytest.fixture
def statement(folder: Path) -> bytes:
    """Return the office's statement."""
    return (folder / "office" / STATEMENT).read_bytes()


def test_the_folder_is_private(folder: Path, services: Services) -> None:
    """Nobody but the owner may enter the instance folder or read a file in it, the database too."""
    instance = folder / "instance"
    assert instance.stat().st_mode & 0o777 == 0o700
    modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in instance.rglob("*")}
    assert modes == {(True, 0o700), (False, 0o600)}


def test_a_site_is_never_made_twice(folder: Path, statement: bytes) -> None:
    """Keys that are there stay, and another folder is asked for."""
    before = (folder / "instance" / SITE_KEY_FILE).read_bytes()
    with pytest.raises(SettingsError, match="Pilih folder lain"):
        create_site(folder / "instance", statement, "Lain")
    assert (folder / "instance" / SITE_KEY_FILE).read_bytes() == before


def test_data_without_its_key_is_not_disowned(folder: Path, statement: bytes) -> None:
    """Where the key is gone but the log is there, the key from the backup is asked for: a new one would spoil it."""
    (folder / "instance" / SITE_KEY_FILE).unlink()
    with pytest.raises(SettingsError, match="cadangan"):
        create_site(folder / "instance", statement, "Lain")
    assert not (folder / "instance" / SITE_KEY_FILE).exists()


def test_a_half_made_site_is_completed(tmp_path: Path, statement: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the first try broke off before the last file, the second one succeeds."""
    from forms_app.site import enrolment

    def unplug(*_given: object, **_options: object) -> None:
        raise OSError("unplugged")

    with monkeypatch.context() as patch:
        patch.setattr(enrolment, "durable", unplug)
        with pytest.raises(OSError, match="unplugged"):
            create_site(tmp_path / "baru", statement, "Sekolah")
    own, office = create_site(tmp_path / "baru", statement, "Sekolah")
    assert (own.name, office.office) == ("Sekolah", "Kantor Contoh")


def test_only_a_believable_office_is_pinned(tmp_path: Path, statement: bytes, folder: Path) -> None:
    """An altered statement, another office's words or a file of another kind makes no site."""
    other = (folder / "instance" / SITE_FILE).read_bytes()
    for office, spoken, error in (
        (statement.replace(b"sig", b"gis"), "", BadSignature),
        (statement, "lusab-babad-gutih-tugad-lusab-babad-gutih-tugad", KeyRefused),
        (other, "", BadSignature),
    ):
        with pytest.raises(error):
            create_site(tmp_path / "baru", office, "Sekolah", spoken)
    for name in ("", " Sekolah", "x" * 201, "dua\nbaris"):
        with pytest.raises(SettingsError, match="Nama tempat"):
            create_site(tmp_path / "baru", statement, name)
    assert not (tmp_path / "baru").exists()


@pytest.mark.parametrize("name", ["", " ani", "ani ", "a\tb", "x" * 81])
def test_accounts_have_names_that_can_be_typed(services: Services, name: str) -> None:
    """A name that nobody could sign in with is refused."""
    with pytest.raises(SettingsError, match="Nama akun"):
        add_staff(services, name, "coordinator", PASSWORD, CHEAP)


def test_an_account_opens_with_its_password_only(services: Services, member: StaffMember) -> None:
    """The key lies under the password; a name that is taken or a role that is none is refused."""
    assert staff_identity(member, PASSWORD).recipient.key_id
    with pytest.raises(WrongPassphrase):
        staff_identity(member, "kata sandi lain")
    with pytest.raises(StorageError, match="sudah dipakai"):
        add_staff(services, member.name, "admin", PASSWORD, CHEAP)
    with pytest.raises(SettingsError, match="coordinator, admin"):
        add_staff(services, "budi", "raja", PASSWORD, CHEAP)


def test_a_password_opens_the_events_records(services: Services, event: Event, member: StaffMember) -> None:
    """From an account's password to its key, from that to the event's key, from that to the record."""
    spec = services.library.by_id("event_registration")
    Intake(services, spec, event, Nonce.fresh(TODAY), "id").take(posted(REGISTRATION))
    (entry,) = services.log.entries()
    identity = event_identity(event, member, staff_identity(member, PASSWORD))
    opened = Submission.from_bytes(identity.open(SealedRecord.from_bytes(entry.record or b"")))
    assert opened.answers["full_name"] == REGISTRATION["full_name"]


def test_a_later_account_cannot_open_it(services: Services, event: Event, member: StaffMember) -> None:
    """An account made after the event has no share, cannot use another's, and cannot use that of another event."""
    late = add_staff(services, "belakangan", "admin", PASSWORD, CHEAP)
    with pytest.raises(CannotOpen):
        event_identity(event, late, staff_identity(late, PASSWORD))
    with pytest.raises(CannotOpen):
        event_identity(event, member, staff_identity(late, PASSWORD))
    other = add_event(services, replace(event, code="", keys={}))
    with pytest.raises(CannotOpen):
        event_identity(replace(event, keys=other.keys), member, staff_identity(member, PASSWORD))
    assert event_identity(other, late, staff_identity(late, PASSWORD))


def test_without_accounts_only_the_office_reads(services: Services, event: Event, member: StaffMember) -> None:
    """An event made before the first account has no key of its own, and its records one reader."""
    services.staff.remove(member.name)
    lonely = add_event(services, replace(event, code="", keys={}))
    assert lonely.keys == {}
    spec = services.library.by_id("event_registration")
    Intake(services, spec, lonely, Nonce.fresh(TODAY), "id").take(posted(REGISTRATION))
    (entry,) = services.log.entries()
    assert [wrap.role for wrap in SealedRecord.from_bytes(entry.record or b"").wraps] == ["office"]


def test_events_that_cannot_be(services: Services, event: Event) -> None:
    """Unknown and secret forms, no form, no time and texts that no record has room for are refused."""
    count = len(services.events.all())
    for changes, error, message in (
        ({"forms": ("tidak_ada",)}, UnknownForm, "Yang ada: .*event_registration"),
        ({"forms": ("event_registration", "detection_checklist_teacher")}, UnknownForm, "/f/5"),
        ({"forms": ()}, SettingsError, "perlu formulir"),
        ({"closes": event.opens}, SettingsError, "sesudah waktu buka"),
        ({"title": ""}, SettingsError, "Judul"),
        ({"topic": "x" * 201}, SettingsError, "200"),
        ({"school": "a\x00b"}, SettingsError, "200"),
    ):
        with pytest.raises(error, match=message):
            add_event(services, replace(event, **{"code": "", **changes}))  # type: ignore[arg-type]  # what is refused
    with pytest.raises(StorageError, match=event.code):
        add_event(services, event)
    assert len(services.events.all()) == count


def test_a_form_named_twice_stands_once(services: Services, event: Event) -> None:
    """The same form given twice is one form of the event, and the making of it is on record."""
    made = add_event(services, replace(event, code="", forms=("event_registration", "event_registration")))
    assert made.forms == ("event_registration",)
    assert [(line.action, line.about) for line in services.audit.lines()][-1] == ("event-add", made.code)


def test_times_are_kept_so_that_they_sort() -> None:
    """Whatever zone a time was given in, it is kept in UTC."""
    wib = timezone(timedelta(hours=7))
    assert iso(datetime(2026, 11, 23, 7, tzinfo=wib)) == iso(datetime(2026, 11, 23, tzinfo=UTC))


def test_a_log_of_another_site_is_refused_and_let_go(services: Services, folder: Path, statement: bytes) -> None:
    """A database that another site's key wrote is not opened, so that nothing is added to it."""
    from forms_app.errors import BrokenLog

    spec = services.library.by_id("event_registration")
    Intake(services, spec, None, Nonce.fresh(TODAY), "id").take(posted(REGISTRATION))
    create_site(folder / "lain", statement, "Sekolah Lain")
    other = replace(services.settings, instance=folder / "lain", database_url=services.settings.database)
    with pytest.raises(BrokenLog, match="tempat lain"):
        open_site(other)
