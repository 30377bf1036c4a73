"""What the office signs for a site: never more than it keeps, has opened, and has in a verified backup."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from forms_app.errors import BadSignature, NotFound, TransferError
from forms_app.office.household import Household
from forms_app.office.importing import import_bundle
from forms_app.office.opening import open_all
from forms_app.office.receipts import issue, site_of
from forms_app.sealing.content import wrap_info
from forms_app.sealing.keys import Identity
from forms_app.sealing.layout import SealedRecord, Wrap
from forms_app.sealing.signing import SigningKey
from forms_app.site.packing import make_package
from forms_app.site.services import Services
from forms_app.transfer.lettered import from_qr, qr_text
from forms_app.transfer.reading import begin_bundle
from forms_app.transfer.receipt import read_receipt
from tests.conftest import PASSPHRASE
from tests.office.carrying import HandSite, hand_site
from tests.office.conftest import Answers, Sender

Identities = dict[str, Identity]


@pytest.fixture
def root(household: Household) -> SigningKey:
    """Return the office's root."""
    return household.root(PASSPHRASE)


def back_up(household: Household, made: str = "2026-11-24") -> None:
    """Note a verified backup of everything there is, as the backup itself does."""
    note = {"made": made, "digest": "ab" * 32, "upto": household.verdicts.last()}
    household.verdicts._backups.insert(note)


@pytest.fixture
def site(services: Services, send: Sender, checklist: Answers, household: Household, tmp_path: Path) -> str:
    """Return a site of which four records are at the office, unopened."""
    send()
    send(access="alergi")
    send("detection_checklist_teacher", checklist)
    make_package(services, tmp_path / "a.peksos")
    import_bundle(household, tmp_path / "a.peksos")
    return services.site


def test_what_is_unopened_or_not_backed_up_is_not_called_opened(
    site: str, household: Household, identities: Identities, root: SigningKey, send: Sender, services: Services
) -> None:
    """First only kept; opened still only kept; opened and backed up both; what came later is not."""
    first = issue(household, root, site).receipt
    assert (first.kept(4), first.opened(1), first.opened_to) == (True, False, 0)
    assert first.head == services.log.head()
    open_all(household, identities)
    assert not issue(household, root, site).receipt.opened(1)
    back_up(household)
    assert all(issue(household, root, site).receipt.opened(seq) for seq in range(1, 5))
    send(full_name="Yang Kelima")
    path = household.folder / "b.peksos"
    make_package(services, path)
    import_bundle(household, path)
    open_all(household, identities)
    later = issue(household, root, site)
    assert [later.receipt.opened(seq) for seq in range(1, 7)] == [True, True, True, True, False, False]
    assert (later.records, later.kept, later.opened, later.receipt.kept(5)) == (5, 5, 4, True)


def test_a_record_that_does_not_open_is_an_exception(
    household: Household, identities: Identities, root: SigningKey, tmp_path: Path
) -> None:
    """What is sealed to a lost key, or is no submission, is kept but never called opened, however often it is tried."""
    hand = hand_site(household)
    hand.enrol(household)
    hand.add(2)
    hand.pack(tmp_path / "a.peksos")
    import_bundle(household, tmp_path / "a.peksos")
    assert open_all(household, identities).locked == 2
    back_up(household)
    issued = issue(household, root, hand.name)
    assert (issued.kept, issued.opened, issued.receipt.opened(1)) == (2, 0, False)


def test_everything_in_quarantine_or_missing_is_an_exception(
    household: Household, root: SigningKey, tmp_path: Path
) -> None:
    """Damaged, out of scope, carried without its record, and meant for a stranger: none of them is called kept."""
    hand = hand_site(household)
    hand.enrol(household, forms=("event_registration",))
    hand.add(1)
    hand.add(1, form="training_feedback_pre")
    hand.add(1, site="asing-1")
    hand.add(3)
    hand.pack(tmp_path / "a.peksos", without=(4,))
    whole = (tmp_path / "a.peksos").read_bytes()
    (tmp_path / "b.peksos").write_bytes(whole[:-10] + bytes(10))
    import_bundle(household, tmp_path / "b.peksos")
    found = issue(household, root, hand.name).receipt
    assert found.kept_but == ((2, 4), (6, 6))
    assert [found.kept(seq) for seq in range(1, 7)] == [True, False, False, False, True, False]


def test_a_receipt_ends_where_the_chain_has_its_first_gap(
    household: Household, root: SigningKey, tmp_path: Path
) -> None:
    """What lies behind a gap is kept at the office, but no receipt speaks of it; without a beginning there is none."""
    hand = hand_site(household)
    hand.enrol(household)
    hand.add(6)
    for number, first, last in ((1, 5, 6), (2, 1, 2)):
        hand.pack(tmp_path / f"{number}.peksos", first, last)
    import_bundle(household, tmp_path / "1.peksos")
    with pytest.raises(TransferError, match="lengkap sejak awal"):
        issue(household, root, hand.name)
    import_bundle(household, tmp_path / "2.peksos")
    assert issue(household, root, hand.name).receipt.head == hand.entries[1].head


def test_after_a_restore_the_receipt_speaks_of_the_new_line(
    household: Household, root: SigningKey, tmp_path: Path
) -> None:
    """Places are those of the chain that the site has now; its lost tail is in no receipt."""
    hand = hand_site(household)
    hand.enrol(household)
    hand.add(5)
    hand.pack(tmp_path / "a.peksos")
    import_bundle(household, tmp_path / "a.peksos")
    hand.restore(3)
    hand.add(2)
    hand.pack(tmp_path / "b.peksos", without=(6,))
    import_bundle(household, tmp_path / "b.peksos")
    issued = issue(household, root, hand.name)
    assert (issued.receipt.head, issued.receipt.kept_but, issued.records) == (hand.head, ((6, 6),), 5)


def test_numbers_grow_and_only_the_office_signs(
    site: str, household: Household, root: SigningKey, services: Services
) -> None:
    """The site takes each receipt once, and none that another key signed; the QR code says the same."""
    first, second = issue(household, root, site), issue(household, root, site)
    assert second.receipt.number > first.receipt.number
    assert read_receipt(first.line, services.office, site) == first.receipt
    assert read_receipt(from_qr(qr_text(second.small)), services.office, site) == second.receipt
    assert second.small == second.line, "where all fits, both are one receipt, and either may come first"
    with pytest.raises(TransferError):
        read_receipt(first.line, services.office, site, after=second.receipt.number)
    forged = issue(household, SigningKey.generate(), site)
    with pytest.raises(BadSignature):
        read_receipt(forged.line, services.office, site)


def test_a_qr_code_with_little_room_claims_less_never_more(
    household: Household, root: SigningKey, tmp_path: Path, services: Services
) -> None:
    """With a thousand exceptions the file names them all; the code says nothing of what it cannot name."""
    hand = hand_site(household)
    hand.enrol(household)
    hand.add(1500)
    hand.pack(tmp_path / "a.peksos", without=range(2, 1500, 2))
    import_bundle(household, tmp_path / "a.peksos")
    issued = issue(household, root, hand.name)
    small = read_receipt(from_qr(qr_text(issued.small)), services.office, hand.name)
    kept = [seq for seq in range(1, 1501) if small.kept(seq)]
    assert len(qr_text(issued.small)) <= 1200
    assert 0 < len(kept) < 200
    assert all(seq == 1500 or seq % 2 for seq in kept)
    assert len(issued.receipt.kept_but) == 749
    assert small.number < issued.receipt.number, "after the scanned code the file still tells more, and is taken"


def test_a_site_is_named_by_id_name_or_package(site: str, household: Household, tmp_path: Path) -> None:
    """Whatever somebody has at hand; what is unknown names those there are."""
    assert site_of(household, site) == site_of(household, "Sekolah Contoh") == site
    assert site_of(household, str(tmp_path / "a.peksos")) == site
    with pytest.raises(NotFound, match="Sekolah Contoh"):
        site_of(household, "SD Lain")


def test_a_substituted_wrap_opens_nothing_and_is_no_opened_record(
    services: Services,
    send: Sender,
    household: Household,
    identities: Identities,
    root: SigningKey,
    tmp_path: Path,
) -> None:
    """A site that puts one record's wrap, or a fresh one of its own, on another gains nothing: it counts as locked."""
    for name in ("Satu", "Dua"):
        send(full_name=name)
    one, two = (SealedRecord.from_bytes(entry.record or b"") for entry in services.log.entries())
    office = household.statement.terms[0].recipient
    info = wrap_info("office", office.key_id, one.header_bytes, one.commit, one.body)
    fresh = Wrap("office", office.key_id, office.encrypt(bytes(32), info))
    hand = HandSite(services.site, services.site_key, office)
    for wrap in (two.wraps[0], fresh):
        hand.arrive(replace(one, wraps=(wrap, *one.wraps[1:])).to_bytes())
    make_package(services, tmp_path / "forms.peksos")
    hand.pack(tmp_path / "a.peksos", specs=list(begin_bundle(tmp_path / "forms.peksos", household.enrolled()).specs()))
    assert import_bundle(household, tmp_path / "a.peksos").twins == 1
    found = open_all(household, identities)
    assert (found.opened, found.locked) == (0, 1)
    back_up(household)
    assert not any(issue(household, root, services.site).receipt.opened(seq) for seq in (1, 2))
