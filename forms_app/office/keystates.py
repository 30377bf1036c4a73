"""How the office's keys stand: what the statement announces, what lies here, and what people did with them.

What was done stands in the audit lines of the office: which key was proved by two sheets, which one was destroyed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from forms_app.answers.submission import WIB, now
from forms_app.errors import N_, KeyRefused
from forms_app.office.household import Household
from forms_app.office.keyfolder import ROOT_FILE, term_file
from forms_app.sealing.signing import signer_id
from forms_app.sealing.statements import OfficeStatement, Term
from forms_app.specs.retention import days_kept

MADE, SHEETS, PROVED, REVOKED = "key-new", "recovery-sheets", "recovery-proved", "key-revoke"
RECOVERED, DESTROYED, CHANGED = "key-recover", "key-destroy", "key-passphrase"
_LATEST = date(9000, 1, 1)  # a term may be announced as endless


@dataclass(frozen=True)
class KeyStanding:
    """How one key stands; the root has no class and no days. `proved` is the day on which two sheets gave it back."""

    key_id: str
    retention: str
    state: str
    first: date | None = None
    last: date | None = None
    destroy_after: date | None = None
    here: bool = False
    proved: str = ""


def standings(household: Household, today: date) -> list[KeyStanding]:
    """Return the root and every term key, the oldest first, each with its state.

    States: root, waiting, current, ended, revoked, destroyed, and missing where the file is gone but not destroyed.
    """
    proved, destroyed = history(household)
    root, here = root_id(household.statement), (household.keys / ROOT_FILE).is_file()
    found = [KeyStanding(root, "", "root" if here else "missing", here=here, proved=proved.get(root, ""))]
    for term in household.statement.terms:
        here = (household.keys / term_file(term.key_id)).is_file()
        state = "destroyed" if term.key_id in destroyed else _state(term, today) if here else "missing"
        days = (term.first, term.last, kept_until(term))
        found.append(KeyStanding(term.key_id, term.retention, state, *days, here, proved.get(term.key_id, "")))
    return found


def unproved(household: Household, today: date) -> list[KeyStanding]:
    """Return the keys that may be lost with this computer, as far as anybody has tried."""
    return [one for one in standings(household, today) if not one.proved and one.state != "destroyed"]


def kept_until(term: Term) -> date:
    """Return the last day on which the office keeps what may have been sealed to a key."""
    return min(term.last, _LATEST) + timedelta(days=days_kept(term.retention))


def root_id(statement: OfficeStatement) -> str:
    """Return 16 hexadecimal digits that name the office's root."""
    return signer_id(statement.root)


def term_of(statement: OfficeStatement, key_id: str) -> Term:
    """Return a term by its key's id, with or without the spaces of the sheets; raise KeyRefused."""
    wanted = key_id.replace(" ", "").lower()
    found = next((term for term in statement.terms if term.key_id == wanted), None)
    if found is None:
        raise KeyRefused(N_("Kunci {key_id} tidak ada. Lihat: peksos-office key list"), key_id=key_id)
    return found


def note(household: Household, action: str, key_ids: Iterable[str], reason: str = "") -> None:
    """Write down what was done with these keys, a line for each."""
    for key_id in key_ids:
        household.audit.write(now().isoformat(), "office", action, f"{key_id} {reason}".strip())


def history(household: Household) -> tuple[dict[str, str], set[str]]:
    """Return the day on which each key was proved, and which ones were destroyed.

    Sheets of a new series are not proved by what was proved of older ones.
    """
    proved: dict[str, str] = {}
    destroyed: set[str] = set()
    for line in household.audit.lines():
        key_id = line.about.split(" ")[0]
        if line.action == PROVED:
            proved[key_id] = datetime.fromisoformat(line.at).astimezone(WIB).date().isoformat()
        elif line.action == SHEETS:
            proved.pop(key_id, None)
        elif line.action == DESTROYED:
            destroyed.add(key_id)
    return proved, destroyed


def _state(term: Term, today: date) -> str:
    if term.revoked:
        return "revoked"
    if today < term.first:
        return "waiting"
    return "current" if today <= term.last else "ended"
