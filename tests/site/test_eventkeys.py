"""The key of an event ends with the time of its records, or by command; what the office reads is untouched."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from forms_app.answers.submission import Nonce
from forms_app.cli.site import cli
from forms_app.errors import CannotOpen, UnknownEvent
from forms_app.site.enrolment import event_identity, staff_identity
from forms_app.site.eventkeys import destroy_event_key
from forms_app.site.intake import Intake
from forms_app.site.intake import Receipt as Slip
from forms_app.site.purging import Ceilings, purge
from forms_app.site.services import Services
from forms_app.storage.documents import Event, StaffMember
from tests.conftest import PASSWORD, TODAY
from tests.office.conftest import REGISTRATION, posted
from tests.site.receipts import files_with

SHORT, LONG = 89, 90  # days after its end: event_registration may stay for 90


def after_its_end(services: Services, event: Event, days: int) -> Services:
    """Return the same site some days after the event's last moment."""
    moment = datetime.fromisoformat(event.closes) + timedelta(days)
    return replace(services, clock=lambda: moment)


def test_it_stays_as_long_as_its_records_may(services: Services, event: Event, member: StaffMember) -> None:
    """Until then whoever was there when it was made can open it."""
    assert purge(after_its_end(services, event, SHORT)).keys == 0
    kept = services.events.get(event.code)
    assert kept is not None
    assert event_identity(kept, member, staff_identity(member, PASSWORD))


def test_after_that_a_purge_destroys_it_once(services: Services, event: Event, member: StaffMember) -> None:
    """Nobody opens it any more, the public half stays for records that come late, and the audit names the event."""
    late = after_its_end(services, event, LONG)
    assert (purge(late).keys, purge(late).keys) == (1, 0)
    bare = services.events.get(event.code)
    assert bare is not None
    assert bare.public_key == event.public_key
    with pytest.raises(CannotOpen):
        event_identity(bare, member, staff_identity(member, PASSWORD))
    assert [line.about for line in services.audit.all() if line.action == "event-key-destroyed"] == [event.code]


def test_a_form_that_is_gone_counts_with_its_parts(services: Services) -> None:
    """A form no longer in the folder is known by the version that was served, and its longest part decides."""
    source = services.library.by_id("event_registration").source
    gone = source.replace('"form_id":"event_registration"', '"form_id":"gone"').replace('"site":"90d"', '"site":"5d"')
    services.served.keep({"ab": gone})
    assert Ceilings(services).longest_of("gone") == 7


def test_its_sealed_seeds_are_in_no_file(services: Services, event: Event, folder: Path) -> None:
    """Neither the database nor what lies beside it holds them afterwards."""
    (seed, *_rest) = event.keys["seeds"].values()
    assert files_with(folder / "instance", seed.encode())
    purge(after_its_end(services, event, LONG))
    assert files_with(folder / "instance", seed.encode()) == []
    assert files_with(folder / "instance", b64decode(seed)[:32]) == []


def test_a_record_that_comes_late_is_still_taken(services: Services, event: Event) -> None:
    """It is sealed to the key that the page named; the office opens it."""
    destroy_event_key(services, event.code)
    bare = services.events.get(event.code)
    spec = services.library.by_id("event_registration")
    taken = Intake(services, spec, bare, Nonce.fresh(TODAY), "id").take(posted(REGISTRATION))
    assert isinstance(taken, Slip)


def test_by_command_it_ends_before_its_time(services: Services, event: Event, folder: Path) -> None:
    """A second time there is nothing left to destroy, and it says so."""
    services.close()
    command = ["--instance", str(folder / "instance"), "event", "destroy-key", event.code.lower()]
    done = CliRunner().invoke(cli, command)
    assert (done.exit_code, event.code in done.output) == (0, True)
    again = CliRunner().invoke(cli, command)
    assert again.exit_code == 1
    assert "sudah tidak ada" in again.output


def test_without_a_key_it_says_so(services: Services) -> None:
    """An unknown code is refused."""
    with pytest.raises(UnknownEvent, match="Periksa lagi kodenya"):
        destroy_event_key(services, "AAAAAA")
