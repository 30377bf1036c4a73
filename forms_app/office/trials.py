"""Answering a site's trial: each record is opened with its key, and what stood in it goes back signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forms_app.errors import N_, CannotOpen, KeyRefused
from forms_app.office.household import Household
from forms_app.sealing.keys import Identity
from forms_app.sealing.signing import SigningKey
from forms_app.transfer.trial import make_reply, read_challenge, read_trial, statement_digest


@dataclass(frozen=True)
class Answered:
    """What a trial gave: the reply, the keys that opened their record, and those that did not."""

    site: str
    reply: bytes
    opened: tuple[str, ...]
    failed: tuple[str, ...]


def answer_trial(household: Household, identities: Mapping[str, Identity], root: SigningKey, data: bytes) -> Answered:
    """Open a site's trial and return what to send back; keys that do not open are left out of the reply and named.

    Raises TransferError or BadSignature for what is no trial of an enrolled site, KeyRefused when the site has other
    keys than this office announces now.
    """
    trial = read_trial(data, household.enrolled())
    if trial.statement != statement_digest(household.statement):
        message = N_("Tempat ini punya berkas kunci lain. Beri {file}, lalu di sana: peksos keys accept {file}")
        raise KeyRefused(message, file="office.pub")
    challenges: dict[str, bytes] = {}
    failed = []
    for record in trial.records:
        key_id = record.wraps[0].key_id
        try:
            challenges[key_id] = read_challenge(identities[key_id].open(record))
        except (KeyError, CannotOpen):
            failed.append(key_id)
    return Answered(trial.site, make_reply(root, trial.site, challenges), tuple(challenges), tuple(failed))
