"""Pushing: whatever happens to the line, the inbox ends up with exactly the file, once."""

from __future__ import annotations

import random
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep

import pytest
from flask import Flask

from forms_app.errors import ForeignBundle, SettingsError, TransferError
from forms_app.inbox.store import Caps, Store
from forms_app.office.household import Household
from forms_app.office.importing import import_bundle
from forms_app.sealing.signing import SigningKey
from forms_app.site.courier import Courier, Pace
from forms_app.site.packing import make_package
from forms_app.site.pushing import Pushed, push
from forms_app.site.services import Services
from forms_app.transfer.push import push_file
from forms_app.transfer.wire import InboxAway, Patience, Wire, refuse_unsafe
from tests.inbox.conftest import HURRY, Cutter, fill_log, packages, register, report_secretly, served, serving


def cut_at(rolls: random.Random, least: int, most: int, times: int) -> Cutter:
    """Return nothing yet: a budget for so many cut connections, then none."""
    left = [times]

    def budget() -> int | None:
        left[0] -= 1
        return rolls.randint(least, most) if left[0] >= 0 else None

    return Cutter(0, budget)


def test_what_is_pushed_is_what_was_made(services: Services, wire: Wire, store: Store, tmp_path: Path) -> None:
    """The file at the inbox is byte for byte the package."""
    register(services, 3)
    path = tmp_path / "a.peksos"
    make_package(services, path)
    stored = push_file(wire, services.site_key, services.site, path, HURRY)
    assert (stored.size, stored.joined) == (path.stat().st_size, True)
    (kept,) = packages(store)
    assert kept.read_bytes() == path.read_bytes()
    assert kept.stem == stored.file == sha256(path.read_bytes()).hexdigest()


def test_fifty_cuts_at_random_places_change_nothing(
    services: Services, port: int, store: Store, tmp_path: Path
) -> None:
    """The line breaks fifty times, in requests and in answers; the upload goes on and the file is identical."""
    fill_log(services, 40)
    path = tmp_path / "a.peksos"
    make_package(services, path)
    cutter = cut_at(random.Random(7), 1, 60_000, 50)  # noqa: S311 - a test's dice
    cutter.port = port
    with cutter, Wire(cutter.url, timeout=20) as wire:
        push_file(wire, services.site_key, services.site, path, HURRY)
    assert cutter.cuts >= 50
    (kept,) = packages(store)
    assert kept.read_bytes() == path.read_bytes()
    assert list((store.folder / "arriving").iterdir()) == []


def test_what_arrived_is_not_sent_again(services: Services, port: int, tmp_path: Path) -> None:
    """A new process continues where the last one was cut off."""
    fill_log(services, 40)
    path = tmp_path / "a.peksos"
    make_package(services, path)
    size = path.stat().st_size
    cutter = Cutter(port, lambda: 900_000 if cutter.cuts == 0 else None)
    with cutter:
        with Wire(cutter.url, timeout=20) as wire, pytest.raises(InboxAway):
            push_file(wire, services.site_key, services.site, path, Patience(tries=1))
        before = cutter.passed
        with Wire(cutter.url, timeout=20) as wire:
            push_file(wire, services.site_key, services.site, path, HURRY)
        assert cutter.passed - before < size - 200_000


def test_pushed_again_nothing_is_sent(services: Services, port: int, store: Store, tmp_path: Path) -> None:
    """A package that the inbox has, or had until the office took it, is acknowledged without a byte of it."""
    fill_log(services, 10)
    path = tmp_path / "a.peksos"
    make_package(services, path)
    with Cutter(port, lambda: None) as line, Wire(line.url, timeout=20) as wire:
        first = push_file(wire, services.site_key, services.site, path, HURRY)
        for _ in range(2):
            before = line.passed
            assert push_file(wire, services.site_key, services.site, path, HURRY) == first
            assert line.passed - before < 5_000
            if packages(store):
                store.release(first.file)
    assert packages(store) == []


def test_only_what_is_new_is_pushed(
    services: Services, wire: Wire, store: Store, household: Household, tmp_path: Path
) -> None:
    """Each push carries what came since the last one, and the office gets all of it together."""
    register(services, 3)
    first = push(services, wire, HURRY)
    register(services, 2)
    second = push(services, wire, HURRY)
    assert (first.records, second.records, push(services, wire, HURRY)) == (3, 2, Pushed())
    assert second.size < first.size / 4, "the forms travel once"
    for path in packages(store):
        import_bundle(household, path)
    assert household.archive.count() == 5
    assert list((services.settings.instance / "push").glob("*.peksos")) == []


def test_what_is_pushed_counts_as_carried(services: Services, wire: Wire) -> None:
    """A package counts once it is at the inbox, not when it is made."""
    register(services)
    with pytest.raises(InboxAway):
        push(services, Wire("http://127.0.0.1:9"), Patience(tries=1))
    assert [one.carried for one in services.packages.all()] == [False]
    push(services, wire, HURRY)
    assert [(one.carried, one.seq) for one in services.packages.all()] == [(False, 1), (True, 1)]


def test_a_failure_is_noted_and_forgotten(services: Services, wire: Wire, url: str) -> None:
    """What went wrong last stands where `peksos status` looks, until a push succeeds."""
    register(services)
    dead = Wire("http://127.0.0.1:9")
    with pytest.raises(InboxAway):
        push(services, dead, Patience(tries=2, sleep=lambda _seconds: None))
    assert (services.pushes.get(dead.url).failure, services.pushes.get(dead.url).pushed_at) == ("inbox-away", "")
    push(services, wire, HURRY)
    state = services.pushes.get(url)
    assert (state.failure, state.seq, state.pending) == ("", 1, "")
    assert state.pushed_at


def test_a_package_half_sent_is_continued_before_anything_else(services: Services, port: int, store: Store) -> None:
    """What was on its way comes first, then what arrived meanwhile: two packages, nothing twice."""
    fill_log(services, 40)
    cutter = Cutter(port, lambda: 700_000 if cutter.cuts == 0 else None)
    with cutter:
        with Wire(cutter.url, timeout=20) as wire, pytest.raises(InboxAway):
            push(services, wire, Patience(tries=1))
        fill_log(services, 2)
        with Wire(cutter.url, timeout=20) as wire:
            assert push(services, wire, HURRY).packages == 2
    assert [one.records for one in services.packages.all()] == [40, 2]
    assert len(packages(store)) == 2


def test_an_inbox_that_lost_everything_gets_everything_again(
    services: Services, wire: Wire, store: Store, household: Household
) -> None:
    """Its disk was replaced: what follows on nothing is kept all the same, and then all comes anew."""
    register(services, 2)
    push(services, wire, HURRY)
    for path in (store.folder / "bundles").glob("*/*"):
        path.unlink()
    register(services)
    done = push(services, wire, HURRY)
    assert (done.packages, done.records) == (2, 1 + 3)
    for path in packages(store):
        import_bundle(household, path)
    assert household.archive.count() == 3
    register(services)
    assert push(services, wire, HURRY) == Pushed(1, 1, packages_size(store))


def packages_size(store: Store) -> int:
    """Return the size of the newest package."""
    return max(packages(store), key=lambda path: path.stat().st_mtime_ns).stat().st_size


def test_a_log_that_was_restored_is_pushed_anew(services: Services, wire: Wire, url: str) -> None:
    """What the inbox has is not on our chain any more: the whole log goes again."""
    register(services, 2)
    push(services, wire, HURRY)
    state = services.pushes.get(url)
    services.pushes.keep(replace(state, hash="ab" * 32))
    register(services)
    assert push(services, wire, HURRY).records == 3


def test_whole_begins_at_the_beginning(services: Services, wire: Wire) -> None:
    """Asked for everything, everything goes again, with the forms."""
    register(services, 2)
    first = push(services, wire, HURRY)
    again = push(services, wire, HURRY, whole=True)
    assert (again.records, again.packages) == (2, 1)
    assert again.size >= first.size


def test_two_at_once_are_one_too_many(services: Services, wire: Wire) -> None:
    """While one push is at work another one is refused, and nothing is sent twice."""
    from forms_app.site.alone import alone

    register(services)
    folder = services.settings.instance / "push"
    folder.mkdir()
    with alone(folder / "lock"), pytest.raises(TransferError, match="sedang berjalan"):
        push(services, wire, HURRY)
    assert push(services, wire, HURRY).records == 1


def test_a_site_that_is_not_enrolled_is_refused(services: Services, wire: Wire, store: Store, tmp_path: Path) -> None:
    """Neither its offer nor anything else of it is kept."""
    register(services)
    path = tmp_path / "a.peksos"
    make_package(services, path)
    stranger = SigningKey(bytes([5]) * 32)
    with pytest.raises(TransferError, match="tidak mengenal") as refused:
        push_file(wire, stranger, stranger.key_id, path, HURRY)
    assert refused.value.code == ForeignBundle.code
    assert list((store.folder / "arriving").iterdir()) == packages(store) == []


def test_too_large_a_file_is_refused_before_it_is_sent(
    services: Services, members: object, folder: Path, tmp_path: Path
) -> None:
    """The cap of a file and that of a site."""
    fill_log(services, 4)
    path = tmp_path / "a.peksos"
    make_package(services, path)
    size = path.stat().st_size
    for caps in (Caps(file=size - 1, reserve=1), Caps(site=size - 1, reserve=1)):
        store = Store(folder / "titipan", members, caps)  # type: ignore[arg-type]  # the fixture's Members
        with (
            served(store) as port,
            Wire(f"http://127.0.0.1:{port}") as wire,
            pytest.raises(TransferError, match="sebesar ini") as refused,
        ):
            push_file(wire, services.site_key, services.site, path, HURRY)
        assert refused.value.code == "too-large"
        assert list((store.folder / "arriving").iterdir()) == []


def test_a_disk_without_room_is_told(services: Services, members: object, folder: Path, url: str) -> None:
    """507 with its code; the package waits at the site and goes when there is room, without being made anew."""
    register(services)
    full = Store(folder / "titipan", members, Caps(reserve=1 << 60))  # type: ignore[arg-type]  # the fixture's Members
    with served(full) as port, Wire(f"http://127.0.0.1:{port}") as wire:
        with pytest.raises(TransferError, match="Kotak titipan penuh") as refused:
            push(services, wire, HURRY)
        assert refused.value.code == "storage-full"
        assert services.pushes.get(wire.url).pending
        full.caps = Caps(reserve=1)
        push(services, wire, HURRY)
    assert [one.number for one in services.packages.all()] == [1]


@pytest.mark.parametrize(
    "url",
    ["http://titipan.example.id", "ftp://127.0.0.1", "https://", "https://a.id/x", "http://127.0.0.1.evil.id", "x", ""],
)
def test_only_https_leaves_the_machine(url: str) -> None:
    """Plain http is for this machine itself."""
    with pytest.raises(SettingsError, match="harus https"):
        refuse_unsafe(url)


def test_something_else_at_the_address_is_no_inbox(services: Services, app: Flask, tmp_path: Path) -> None:
    """A site's own web, for instance: nothing is believed that does not speak like an inbox."""
    register(services)
    path = tmp_path / "a.peksos"
    make_package(services, path)
    with (
        serving(app) as port,
        Wire(f"http://127.0.0.1:{port}") as wire,
        pytest.raises(InboxAway, match="bukan kotak"),
    ):
        push_file(wire, services.site_key, services.site, path, Patience(tries=1))


def test_the_courier_brings_a_secret_report_at_once(services: Services, url: str, store: Store) -> None:
    """Soon after it came in it lies at the inbox, without anybody having asked."""
    site = replace(services, settings=replace(services.settings, inbox_url=url, push_minutes=600))
    courier = Courier(site, Pace(look=0.05, rest=0.1))
    register(site)
    courier.start()
    try:
        until = monotonic() + 20
        while not packages(store) and monotonic() < until:
            sleep(0.02)
        assert len(packages(store)) == 1, "what lay there goes at the start"
        sleep(0.5)
        register(site)
        sleep(0.5)
        assert len(packages(store)) == 1, "what is not secret waits for its time"
        began = monotonic()
        report_secretly(site)
        while len(packages(store)) == 1 and monotonic() < until:
            sleep(0.02)
        assert len(packages(store)) == 2
        assert monotonic() - began < 10
    finally:
        courier.stop()
    assert services.pushes.get(url).seq == 3


def test_the_courier_waits_for_the_line_in_silence(services: Services, store: Store) -> None:
    """Without a line it notes the failure, goes on trying, and stops when it is told to."""
    site = replace(services, settings=replace(services.settings, inbox_url="http://127.0.0.1:9"))
    report_secretly(site)
    courier = Courier(site, Pace(look=0.02, rest=0.01, first=0.05))
    courier.start()
    until = monotonic() + 20
    while not services.pushes.get("http://127.0.0.1:9").failure and monotonic() < until:
        sleep(0.02)
    courier.stop()
    assert services.pushes.get("http://127.0.0.1:9").failure == "inbox-away"
    assert services.pushes.get("http://127.0.0.1:9").pending
