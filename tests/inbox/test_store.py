"""What the inbox lets in: whole, verified packages of its own sites, and nothing that others would leave."""

from __future__ import annotations

import json
import random
from hashlib import sha256
from pathlib import Path

import pytest

from forms_app.errors import BadSignature, ForeignBundle, KeyRefused, SettingsError, StorageFull
from forms_app.inbox import files
from forms_app.inbox.members import Members, create_inbox, open_members
from forms_app.inbox.store import Store
from forms_app.sealing.canonical import dump
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import make_site_statement
from forms_app.site.packing import make_package
from forms_app.site.services import Services
from forms_app.transfer.offers import ASK_TYPE, OFFER_TYPE, make_ask, make_offer, read_ask, read_offer
from forms_app.transfer.wire import Wire
from tests.inbox.conftest import packages, register


def leave(wire: Wire, services: Services, data: bytes, name: str = "") -> tuple[int, dict[str, object]]:
    """Offer these bytes as the site does and send them in one piece; return the last answer."""
    file = name or sha256(data).hexdigest()
    offered = wire.call("POST", "/v1/offers", make_offer(services.site_key, services.site, file, len(data)))
    if offered.status != 200:
        return offered.status, offered.json
    answer = wire.call("PATCH", f"/v1/files/{file}", data, {"Upload-Offset": "0"})
    return answer.status, answer.json


@pytest.fixture
def package(services: Services, tmp_path: Path) -> bytes:
    """Return the bytes of a package."""
    register(services, 2)
    make_package(services, tmp_path / "a.peksos")
    return (tmp_path / "a.peksos").read_bytes()


def test_every_mutated_package_is_refused_as_a_whole(
    services: Services, wire: Wire, store: Store, package: bytes
) -> None:
    """Bits turned, bytes cut off or added at random places outside records: nothing of it stays."""
    rolls = random.Random(3)  # noqa: S311 - a test's dice
    head = package.index(b"\n")
    for number in range(40):
        changed = bytearray(package)
        if number % 4 == 0:
            del changed[rolls.randrange(1, len(changed)) :]
        elif number % 4 == 1:
            changed += b"\0" * rolls.randint(1, 9)
        else:
            place = rolls.randrange(head) if number % 4 == 2 else head + 1 + rolls.randrange(4)
            changed[place] ^= 1 << rolls.randrange(8)
        status, told = leave(wire, services, bytes(changed))
        assert (status, told["code"] in ("damaged-bundle", "not-a-bundle")) == (400, True), (number, told)
        assert packages(store) == list((store.folder / "arriving").iterdir()) == []
    assert leave(wire, services, package)[1]["stored"] is True


def test_a_rotten_record_does_not_keep_the_others_out(services: Services, wire: Wire, package: bytes) -> None:
    """As at the office: it is stored whole, and set aside there."""
    changed = package[:-1] + bytes([package[-1] ^ 1])
    assert leave(wire, services, changed)[1]["stored"] is True


def test_other_bytes_than_were_offered_are_refused(
    services: Services, wire: Wire, store: Store, package: bytes
) -> None:
    """The name of a file is its digest."""
    status, told = leave(wire, services, package, "0" * 64)
    assert (status, told["code"]) == (400, "damaged-bundle")
    assert packages(store) == []


def test_another_sites_package_is_not_left_under_our_name(
    services: Services, wire: Wire, store: Store, members: Members, package: bytes
) -> None:
    """Who signs the offer must have signed the package: found sticks are not for strangers to leave."""
    other = SigningKey(bytes([4]) * 32)
    members.enrol(make_site_statement(other, other.key_id, "SD Lain"))
    file = sha256(package).hexdigest()
    assert wire.call("POST", "/v1/offers", make_offer(other, other.key_id, file, len(package))).status == 200
    answer = wire.call("PATCH", f"/v1/files/{file}", package, {"Upload-Offset": "0"})
    assert (answer.status, packages(store)) == (400, [])


def test_an_old_package_left_again_changes_nothing(
    services: Services, wire: Wire, store: Store, package: bytes, tmp_path: Path
) -> None:
    """Replayed after a newer one, and after the office took it, it is known and not kept again."""
    leave(wire, services, package)
    register(services)
    make_package(services, tmp_path / "b.peksos")
    leave(wire, services, (tmp_path / "b.peksos").read_bytes())
    old = sha256(package).hexdigest()
    store.release(old)
    offer = make_offer(services.site_key, services.site, old, len(package))
    assert wire.call("POST", "/v1/offers", offer).json["stored"] is True
    assert len(packages(store)) == 1


def test_strangers_learn_nothing(wire: Wire, store: Store) -> None:
    """Whatever address they try, and whatever they sign."""
    stranger = SigningKey(bytes([5]) * 32)
    offer = make_offer(stranger, stranger.key_id, "0" * 64, 5)
    for method, path, body, status in (
        ("POST", "/v1/offers", offer, 400),
        ("POST", "/v1/offers", b"{}", 400),
        ("POST", "/v1/receipts/ask", make_ask(stranger, stranger.key_id, 0), 400),
        ("PATCH", "/v1/files/" + "0" * 64, b"x", 404),
        ("PATCH", "/v1/files/..%2f..%2foffice.pub", b"x", 404),
        ("GET", "/v1/files/" + "0" * 64, b"", 405),
        ("GET", "/v1/bundles", b"", 401),
        ("GET", "/", b"", 404),
        ("GET", "/sites/", b"", 404),
        ("GET", "/office.pub", b"", 404),
    ):
        answer = wire.call(method, path, body)
        assert (answer.status, set(answer.json)) == (status, {"code", "text"}), path
    assert list((store.folder / "arriving").iterdir()) == []


@pytest.mark.parametrize("offset", ["", "-1", "x", "1e3", "9" * 30, "٣"])
def test_an_impossible_offset_is_refused(services: Services, wire: Wire, package: bytes, offset: str) -> None:
    """It is no number of bytes."""
    file = sha256(package).hexdigest()
    wire.call("POST", "/v1/offers", make_offer(services.site_key, services.site, file, len(package)))
    headers = {"Upload-Offset": offset.encode().decode("latin-1")}
    assert wire.call("PATCH", f"/v1/files/{file}", b"x", headers).status == 404


def test_a_piece_that_does_not_follow_is_told_where_to_go_on(services: Services, wire: Wire, package: bytes) -> None:
    """409 with the offset, and the file is as it was; more than was offered is refused."""
    file = sha256(package).hexdigest()
    wire.call("POST", "/v1/offers", make_offer(services.site_key, services.site, file, len(package)))
    assert wire.call("PATCH", f"/v1/files/{file}", package[:100], {"Upload-Offset": "0"}).json["offset"] == 100
    for offset in (0, 99, 101, len(package)):
        answer = wire.call("PATCH", f"/v1/files/{file}", b"x", {"Upload-Offset": str(offset)})
        assert (answer.status, answer.json["offset"]) == (409, 100)
    assert wire.call("PATCH", f"/v1/files/{file}", package, {"Upload-Offset": "100"}).status == 413
    done = wire.call("PATCH", f"/v1/files/{file}", package[100:], {"Upload-Offset": "100"})
    assert done.json["stored"] is True


def test_a_disk_that_fills_while_a_piece_is_written_is_told(
    services: Services, wire: Wire, store: Store, package: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """507, the file stays as long as it was, and goes on when there is room."""
    file = sha256(package).hexdigest()
    wire.call("POST", "/v1/offers", make_offer(services.site_key, services.site, file, len(package)))

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", full)
        answer = wire.call("PATCH", f"/v1/files/{file}", package[:500], {"Upload-Offset": "0"})
    assert (answer.status, answer.json["code"]) == (507, StorageFull.code)
    assert (store.folder / "arriving" / f"{file}.part").stat().st_size == 0
    assert wire.call("PATCH", f"/v1/files/{file}", package, {"Upload-Offset": "0"}).json["stored"] is True


def test_a_power_cut_while_releasing_leaves_no_package(
    services: Services, wire: Wire, store: Store, package: bytes
) -> None:
    """Noted as taken but not deleted yet: it is deleted with the next look, and never handed out again."""
    leave(wire, services, package)
    (left,) = packages(store)
    note = files.read_note(left.with_suffix(".json"))
    assert note is not None
    files.write_note(left.with_suffix(".json"), note | {"pulled": "2026-11-23"})
    assert (store.waiting(), packages(store)) == ([], [])


def test_a_crash_before_the_end_is_made_up_for(services: Services, wire: Wire, store: Store, package: bytes) -> None:
    """The last piece was written, but the process died before it verified: the next offer does it."""
    file = sha256(package).hexdigest()
    offer = make_offer(services.site_key, services.site, file, len(package))
    wire.call("POST", "/v1/offers", offer)
    (store.folder / "arriving" / f"{file}.part").write_bytes(package)
    assert wire.call("POST", "/v1/offers", offer).json["stored"] is True
    assert [path.read_bytes() for path in packages(store)] == [package]


def test_unfinished_files_do_not_pile_up(services: Services, wire: Wire, store: Store) -> None:
    """A site has at most four on their way; the oldest gives way."""
    for number in range(9):
        file = sha256(bytes([number])).hexdigest()
        assert wire.call("POST", "/v1/offers", make_offer(services.site_key, services.site, file, 9)).status == 200
    assert len(list((store.folder / "arriving").glob("*.part"))) == 4


def test_the_inbox_holds_no_private_key(services: Services, wire: Wire, store: Store, package: bytes) -> None:
    """In its whole folder stands no seed of site or office, only what they signed."""
    leave(wire, services, package)
    found = b"".join(path.read_bytes() for path in store.folder.rglob("*") if path.is_file())
    assert services.site_key.seed not in found
    assert services.site_key.seed.hex().encode() not in found
    assert services.secret not in found


OFFER = {"format": "peksos/push/1", "site": "x", "file": "0" * 64, "size": 5}


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "peksos/push/2"},
        {"site": "y"},
        {"file": "0" * 63},
        {"file": "A" * 64},
        {"file": 1},
        {"size": -1},
        {"size": True},
        {"size": "5"},
        {"size": 1 << 63},
        {"more": 1},
        *({name: None} for name in OFFER),
    ],
)
def test_every_field_of_an_offer_is_checked(services: Services, members: Members, changes: dict[str, object]) -> None:
    """A good signature does not help."""
    value = {**OFFER, "site": services.site, **changes}
    signed = services.site_key.sign(OFFER_TYPE, dump({name: one for name, one in value.items() if one is not None}))
    with pytest.raises(BadSignature):
        read_offer(signed, members.sites())
    asked = services.site_key.sign(ASK_TYPE, dump({"format": "peksos/ask/1", "site": services.site, **changes}))
    with pytest.raises(BadSignature):
        read_ask(asked, members.sites())


def test_an_offer_is_no_question(services: Services, members: Members) -> None:
    """What was signed for one is worth nothing for the other."""
    with pytest.raises(ForeignBundle):
        read_ask(make_offer(services.site_key, services.site, "0" * 64, 1), members.sites())
    with pytest.raises(ForeignBundle):
        read_offer(make_ask(services.site_key, services.site, 1), members.sites())


def test_a_site_is_known_as_soon_as_it_is_enrolled(members: Members) -> None:
    """While the inbox runs; and gone when its file goes."""
    other = SigningKey(bytes([4]) * 32)
    members.enrol(make_site_statement(other, other.key_id, "SD Lain"))
    assert other.key_id in members.sites()
    (members.folder / "sites" / f"{other.key_id}.pub").unlink()
    assert other.key_id not in members.sites()


def test_enrolling_compares_words_and_names(services: Services, members: Members) -> None:
    """Other words, or a second key under a known name, are refused."""
    other = SigningKey(bytes([4]) * 32)
    with pytest.raises(KeyRefused):
        members.enrol(make_site_statement(other, other.key_id, "SD Lain"), "lusab-babad-gutih")
    with pytest.raises(KeyRefused, match="kunci lain"):
        members.enrol(make_site_statement(other, services.site, "SD Lain"))


def test_an_inbox_is_made_once(folder: Path, members: Members) -> None:
    """A second one in the same folder is refused, and a folder without one says what to do."""
    office = (folder / "office" / "office.pub").read_bytes()
    with pytest.raises(SettingsError, match="sudah ada kotak"):
        create_inbox(members.folder, office)
    with pytest.raises(SettingsError, match="peksos-inbox init"):
        open_members(folder)
    (members.folder / "sites" / "x.pub").write_text("x")
    with pytest.raises(SettingsError, match="rusak"):
        open_members(members.folder)
    assert oct(members.folder.stat().st_mode & 0o777) == "0o700"


def test_a_note_that_cannot_be_read_counts_as_none(tmp_path: Path) -> None:
    """Half a note, or another kind of JSON."""
    for content in (b"{", json.dumps([1]).encode(), b"\xff"):
        (tmp_path / "n").write_bytes(content)
        assert files.read_note(tmp_path / "n") is None
