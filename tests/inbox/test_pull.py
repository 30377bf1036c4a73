"""Pulling: the office gets every package once, and the inbox forgets none before it is kept there."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from forms_app.errors import PeksosError, SettingsError, TransferError
from forms_app.inbox.members import Members
from forms_app.inbox.store import Store
from forms_app.office import pulling
from forms_app.office.household import Household
from forms_app.office.importing import ImportReport
from forms_app.office.pulling import pull
from forms_app.sealing.keyfiles import read_key_file
from forms_app.sealing.signing import SigningKey
from forms_app.site.pushing import push
from forms_app.site.services import Services
from forms_app.storage.chain import opening
from forms_app.transfer.pull import fetch_file, fetch_list, read_token, release, send_receipt
from forms_app.transfer.push import fetch_receipt
from forms_app.transfer.receipt import RECEIPT_TYPE, Receipt
from forms_app.transfer.wire import InboxAway, Patience, Wire
from tests.conftest import PASSPHRASE
from tests.inbox.conftest import HURRY, Cutter, fill_log, packages, register

ONCE = Patience(tries=1)


def test_the_office_gets_everything_and_the_inbox_keeps_nothing(
    services: Services, household: Household, wire: Wire, office_wire: Wire, store: Store
) -> None:
    """Two packages, imported in the order in which they came; another pull finds nothing."""
    for count in (3, 2):
        register(services, count)
        push(services, wire, HURRY)
    done = [report for _, report in pull(household, office_wire, HURRY)]
    assert [report.new for report in done if isinstance(report, ImportReport)] == [3, 2]
    assert household.archive.count() == 5
    assert packages(store) == []
    assert list(pull(household, office_wire, HURRY)) == []
    assert list((household.folder / "inbox").iterdir()) == []


def test_a_cut_line_is_continued_to_the_same_bytes(
    services: Services, wire: Wire, port: int, members: Members, store: Store, tmp_path: Path
) -> None:
    """Fifty cuts at random places, and the file that arrives is the one that was left; what came is not sent again."""
    fill_log(services, 40)
    push(services, wire, HURRY)
    (left,) = packages(store)
    size, rolls = left.stat().st_size, random.Random(11)  # noqa: S311 - a test's dice
    cutter = Cutter(port, lambda: rolls.randint(200, size // 25) if cutter.cuts < 50 else None)
    with cutter, Wire(cutter.url, timeout=20, token=members.new_token()) as line:
        (one,) = fetch_list(line, HURRY)
        fetched = fetch_file(line, one, tmp_path, HURRY)
        assert fetched.read_bytes() == left.read_bytes()
    assert cutter.cuts >= 20
    assert cutter.passed < 1.5 * size + 100_000


def test_nothing_is_forgotten_before_it_is_kept(
    services: Services,
    household: Household,
    wire: Wire,
    office_wire: Wire,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When the import does not end, the package still lies at the inbox, and the next pull brings it."""
    register(services)
    push(services, wire, HURRY)

    def fails(*_: object) -> ImportReport:
        raise OSError(28, "no room")

    with monkeypatch.context() as patch:
        patch.setattr(pulling, "import_bundle", fails)
        with pytest.raises(OSError, match="no room"):
            list(pull(household, office_wire, HURRY))
    assert len(packages(store)) == 1
    assert household.archive.count() == 0
    list(pull(household, office_wire, HURRY))
    assert (household.archive.count(), packages(store)) == (1, [])


def test_a_release_that_did_not_arrive_is_repeated(
    services: Services,
    household: Household,
    wire: Wire,
    office_wire: Wire,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Imported, but the line broke before the inbox knew: the next pull imports it again, which changes nothing."""
    register(services, 2)
    push(services, wire, HURRY)

    def away(*_: object) -> None:
        raise InboxAway("away")

    with monkeypatch.context() as patch:
        patch.setattr(pulling, "release", away)
        with pytest.raises(InboxAway):
            list(pull(household, office_wire, HURRY))
    assert len(packages(store)) == 1
    ((_, done),) = pull(household, office_wire, HURRY)
    assert isinstance(done, ImportReport)
    assert (done.new, done.known, packages(store)) == (0, 2, [])
    (one,) = [path.stem for path in (store.folder / "bundles").glob("*/*.json")]
    release(office_wire, one, HURRY)


def test_what_the_office_refuses_stays_at_the_inbox(
    services: Services, household: Household, wire: Wire, office_wire: Wire, store: Store
) -> None:
    """A site that only the inbox knows: the package waits until the office enrols it."""
    register(services)
    push(services, wire, HURRY)
    for document in household.sites.all():
        statement = household.sites.all()[document]
    household.sites._table.truncate()
    ((_, done),) = pull(household, office_wire, HURRY)
    assert isinstance(done, PeksosError)
    assert done.code == "foreign-bundle"
    assert len(packages(store)) == 1
    household.enrol(statement)
    list(pull(household, office_wire, HURRY))
    assert (household.archive.count(), packages(store)) == (1, [])


@pytest.mark.parametrize("token", ["", "0" * 64, "x", "Ü"])
def test_a_wrong_token_learns_nothing(
    services: Services, wire: Wire, url: str, members: Members, store: Store, tmp_path: Path, token: str
) -> None:
    """Neither the list nor a file, nor may it delete or leave anything."""
    register(services)
    push(services, wire, HURRY)
    members.new_token()
    (left,) = packages(store)
    with Wire(url, token=token.encode().decode("latin-1")) as stranger:
        for method, path in (
            ("GET", "/v1/bundles"),
            ("GET", f"/v1/bundles/{left.stem}"),
            ("DELETE", f"/v1/bundles/{left.stem}"),
            ("POST", "/v1/receipts"),
        ):
            answer = stranger.call(method, path)
            assert (answer.status, answer.json["code"]) == (401, "sign-in")
            assert left.stem.encode() not in answer.body
    assert packages(store) == [left]


def test_a_new_token_ends_the_old_one(url: str, members: Members) -> None:
    """The inbox keeps one hash, of the newest."""
    old, new = members.new_token(), members.new_token()
    with Wire(url, token=old) as wire, pytest.raises(TransferError, match="tidak cocok"):
        fetch_list(wire, ONCE)
    with Wire(url, token=new) as wire:
        assert fetch_list(wire, ONCE) == []
    kept = (members.folder / "token.hash").read_text()
    assert old not in kept
    assert new not in kept


def test_without_a_token_nobody_is_the_office(members: Members) -> None:
    """A new inbox lets nobody fetch, not even with an empty token."""
    assert not members.is_office("")


@pytest.mark.parametrize("content", ["", "x", "AB" * 32, "é" * 64])
def test_another_file_is_no_token(tmp_path: Path, content: str) -> None:
    """It is named, and its content is not shown."""
    (tmp_path / "token").write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match="Berkas token bukan kunci"):
        read_token(tmp_path / "token")


def receipt(key: SigningKey, site: str, number: int) -> bytes:
    """Return a receipt that says nothing but whose it is, and its number."""
    return key.sign(RECEIPT_TYPE, Receipt(site, number, opening(site)).to_bytes())


def test_only_what_the_root_signed_is_a_receipt(services: Services, office_wire: Wire) -> None:
    """The token alone does not make one: a stranger's signature is refused."""
    with pytest.raises(TransferError) as refused:
        send_receipt(office_wire, receipt(SigningKey(bytes([6]) * 32), services.site, 1), ONCE)
    assert refused.value.code == "bad-signature"


def test_a_receipt_travels_back(
    services: Services, folder: Path, wire: Wire, office_wire: Wire, tmp_path: Path
) -> None:
    """The site gets the newest one, and an older one never takes its place."""
    root = SigningKey(read_key_file(folder / "office" / "keys" / "root.key", PASSPHRASE, "root"))
    second, first = (receipt(root, services.site, number) for number in (2, 1))
    assert fetch_receipt(wire, services.site_key, services.site, 0, ONCE) is None
    for one in (second, first):
        send_receipt(office_wire, one, ONCE)
    assert fetch_receipt(wire, services.site_key, services.site, 0, ONCE) == second
    assert fetch_receipt(wire, services.site_key, services.site, 2, ONCE) is None
    with pytest.raises(TransferError, match="belum terdaftar"):
        send_receipt(office_wire, receipt(root, "0" * 16, 1), ONCE)
    stranger = SigningKey(bytes([5]) * 32)
    with pytest.raises(TransferError, match="tidak mengenal"):
        fetch_receipt(wire, stranger, services.site, 0, ONCE)


@pytest.mark.parametrize("data", [b"", b"x", b"{}"])
def test_other_bytes_are_no_receipt(office_wire: Wire, data: bytes) -> None:
    """They are refused, not kept."""
    with pytest.raises(TransferError):
        send_receipt(office_wire, data, ONCE)
