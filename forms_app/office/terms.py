"""The life of the office's keys: new terms, revocation, recovery from two sheets, and destruction.

Each step writes key files first and the statement last: what is announced can be opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from forms_app.errors import N_, KeyRefused, SettingsError, WrongPassphrase
from forms_app.office import keyfolder
from forms_app.office.household import STATEMENT, Household
from forms_app.office.keystates import (
    CHANGED,
    DESTROYED,
    MADE,
    PROVED,
    RECOVERED,
    REVOKED,
    history,
    kept_until,
    note,
    root_id,
    term_of,
)
from forms_app.sealing.durable import durable
from forms_app.sealing.keyfiles import Keyring
from forms_app.sealing.keys import Identity
from forms_app.sealing.passwords import STANDARD as STANDARD_COST
from forms_app.sealing.passwords import Cost
from forms_app.sealing.sheets import Sheet, pair_up
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import STANDARD, Term, make_office_statement, read_office_statement
from forms_app.specs.retention import CLASSES, read_class


def new_term(
    household: Household, passphrase: str, first: date, last: date, more: Sequence[str] = (), cost: Cost = STANDARD_COST
) -> tuple[Household, list[str]]:
    """Make and announce a key for every class there is, and for those named besides; return the office and the ids."""
    if first > last:
        raise SettingsError(N_("Hari terakhir kunci harus sesudah hari pertamanya."))
    root, keyring = household.root(passphrase), Keyring(passphrase, cost)
    _refuse_older(household)
    known = (term.retention for term in household.statement.terms if term.retention != STANDARD)
    classes = dict.fromkeys([*CLASSES, *known, *map(read_class, more)])
    made = [keyfolder.make_term(household.keys, keyring, one, first, last) for one in classes]
    changed = _announce(household, root, [*household.statement.terms, *made])
    note(household, MADE, [term.key_id for term in made])
    return changed, [term.key_id for term in made]


def revoke(
    household: Household, passphrase: str, key_id: str, today: date, cost: Cost = STANDARD_COST
) -> tuple[Household, str]:
    """Announce that nothing new is sealed to a key, and a new key for the rest of its term; return the new key's id.

    What was sealed to it is still accepted and opened. A term that has ended gets no new key ('').
    """
    (term,) = in_force(household, [key_id])
    root = household.root(passphrase)
    _refuse_older(household)
    terms = [replace(one, revoked=today) if one is term else one for one in household.statement.terms]
    made = ""
    if today <= term.last:
        first = max(today, term.first)
        following = keyfolder.make_term(household.keys, Keyring(passphrase, cost), term.retention, first, term.last)
        terms, made = [*terms, following], following.key_id
    changed = _announce(household, root, terms)
    note(household, REVOKED, [term.key_id])
    note(household, MADE, filter(None, [made]))
    return changed, made


def in_force(household: Household, key_ids: Iterable[str]) -> list[Term]:
    """Return the terms of keys, each once; raise KeyRefused for one that is unknown or revoked already."""
    found = {term.key_id: term for term in (term_of(household.statement, one) for one in key_ids)}
    for term in found.values():
        if term.revoked:
            raise KeyRefused(N_("Kunci {key_id} sudah dicabut."), key_id=term.key_id)
    return list(found.values())


def destroy(household: Household, key_id: str, today: date, reason: str = "") -> None:
    """Destroy a term key: whatever is sealed to it, its verdicts too, is unreadable from then on, wherever it lies.

    Without a reason only when its retention is over. Never while pages still seal to it: then it is revoked first.
    """
    term = term_of(household.statement, key_id)
    after = kept_until(term)
    if not term.revoked and today <= term.last:
        message = N_("Kunci {key_id} masih dipakai. Cabut dulu: peksos-office key revoke {key_id}")
        raise KeyRefused(message, key_id=key_id)
    if today <= after and not reason:
        message = N_("Isiannya harus disimpan sampai {day}. Sebelum itu perlu: --force --reason")
        raise KeyRefused(message, day=after)
    if term.key_id in history(household)[1]:
        raise KeyRefused(N_("Kunci {key_id} sudah dimusnahkan."), key_id=key_id)
    keyfolder.destroy_key(household.folder, term.key_id)
    note(household, DESTROYED, [term.key_id], reason)


def change_passphrase(household: Household, old: str, new: str, cost: Cost = STANDARD_COST) -> int:
    """Put root and all term keys under a new passphrase, all or none; return how many."""
    household.root(old)
    count = keyfolder.change_passphrase(household.folder, Keyring(old), Keyring(new, cost))
    note(household, CHANGED, [root_id(household.statement)])
    return count


def recover(
    household: Household, sheets: Iterable[Sheet], passphrase: str, cost: Cost = STANDARD_COST
) -> tuple[list[str], list[str]]:
    """Write the file of every key of which two sheets are here anew; return those, and the files that stay shut.

    A key of another office is refused. One that was destroyed stays so: its sheets should have been burnt. What two
    sheets gave back is proved as well.
    """
    found = _living(household, sheets)
    keyring, keys = Keyring(passphrase, cost), keyfolder.make_folder(household.folder)
    for key_id, seed in found.items():
        path = keys / _file(household, key_id)
        keyring.write(path, seed, keyfolder.purpose(path), replace=True)
        keyring.read(path, keyfolder.purpose(path))
    note(household, RECOVERED, found)
    note(household, PROVED, found)
    return list(found), [path.name for path in sorted(keys.glob("*.key")) if not _opens(path, keyring)]


def prove(household: Household, sheets: Iterable[Sheet]) -> list[str]:
    """Note that two sheets give back each of these keys, and return their ids; no seed is kept.

    A key that was destroyed is none any more.
    """
    found = list(_living(household, sheets))
    note(household, PROVED, found)
    return found


def to_burn(household: Household, sheets: Iterable[Sheet]) -> list[str]:
    """Return the ids of the keys whose sheets are still here, though they were destroyed."""
    destroyed = history(household)[1]
    return [key_id for key_id in _recognised(household, sheets) if key_id in destroyed]


def _announce(household: Household, root: SigningKey, terms: Sequence[Term]) -> Household:
    """Write the next statement, read it back as a site would, and return the office with it."""
    known = household.statement
    data = make_office_statement(root, known.office, known.number + 1, terms)
    statement = read_office_statement(data, known=known)
    with durable(household.folder / STATEMENT) as file:
        file.write(data + b"\n")
    household.numbers.reach(STATEMENT, statement.number)
    return replace(household, statement=statement)


def _refuse_older(household: Household) -> None:
    """Raise KeyRefused on an older statement than was announced: two of one number would part the sites."""
    number, highest = household.statement.number, household.numbers.last(STATEMENT)
    if number < highest:
        message = N_(
            "{file} nomor {number} sudah lama. Kantor ini pernah membuat nomor {highest}."
            " Ambil lagi dari cadangan atau dari sekolah."
        )
        raise KeyRefused(message, file=STATEMENT, number=number, highest=highest)


def _recognised(household: Household, sheets: Iterable[Sheet]) -> dict[str, bytes]:
    """Return the seeds that the sheets give, by key id; raise KeyRefused for one that is no key of this office."""
    found: dict[str, bytes] = {}
    for seed in pair_up(sheets):
        key_id = Identity("office", seed).recipient.key_id
        if SigningKey(seed).public == household.statement.root:
            key_id = root_id(household.statement)
        elif not household.statement.accepts(key_id):
            raise KeyRefused(N_("Lembar ini bukan dari kunci kantor ini. Cocokkan nama kantor di lembarnya."))
        found[key_id] = seed
    return found


def _living(household: Household, sheets: Iterable[Sheet]) -> dict[str, bytes]:
    """Return the seeds that the sheets give but of destroyed keys; raise KeyRefused when there is no other."""
    destroyed = history(household)[1]
    given = _recognised(household, sheets)
    found = {key_id: seed for key_id, seed in given.items() if key_id not in destroyed}
    if not found:
        raise KeyRefused(N_("Kunci {key_id} sudah dimusnahkan. Bakar halaman lembarnya."), key_id=next(iter(given)))
    return found


def _file(household: Household, key_id: str) -> str:
    is_root = key_id == root_id(household.statement)
    return keyfolder.ROOT_FILE if is_root else keyfolder.term_file(key_id)


def _opens(path: Path, keyring: Keyring) -> bool:
    try:
        keyring.read(path, keyfolder.purpose(path))
    except (WrongPassphrase, KeyRefused):
        return False
    return True
