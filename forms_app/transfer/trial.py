"""The trial of keys: a site seals a record to each of the office's keys, and the office says which of them it opened.

trial  DSSE envelope signed by the site over {format, site, statement, records}: `statement` is the SHA-256 of the keys
       that the site has, `records` are sealed records, each to one key
reply  DSSE envelope signed by the office root over {format, site, opened}: key id -> SHA-256 of the challenge that
       stood in the record

Only who opened the record can know its challenge, so a reply shows that the office still holds the key, that it is the
key which the site seals to, and that a record survives the way from one to the other.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms_app.errors import N_, CannotOpen, TransferError
from forms_app.sealing.canonical import dump, load
from forms_app.sealing.layout import SealedRecord
from forms_app.sealing.signing import SigningKey, bad_signature, signer_id, verify
from forms_app.sealing.statements import OfficeStatement, SiteStatement

TRIAL_TYPE, REPLY_TYPE = "application/vnd.peksos.trial+json", "application/vnd.peksos.trial-reply+json"
TRIAL_FORMAT, REPLY_FORMAT = "peksos/trial/1", "peksos/trial-reply/1"
MARK = b"peksos/trial/1: TRIAL, NO ANSWER OF ANYBODY"
SIZE = 512  # bytes of the padded text of a trial's record
CHALLENGE_SIZE = 32  # bytes
MOST = 1_000  # records of one trial

_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_KEY_ID = re.compile(r"[0-9a-f]{16}\Z")


@dataclass(frozen=True)
class Trial:
    """What a site asks the office to open: its id, the digest of the keys it has, and one record for each key."""

    site: str
    statement: str
    records: tuple[SealedRecord, ...]

    def sign(self, key: SigningKey) -> bytes:
        """Return the file to carry."""
        records = [b64encode(one.to_bytes()).decode() for one in self.records]
        value = {"format": TRIAL_FORMAT, "site": self.site, "statement": self.statement, "records": records}
        return key.sign(TRIAL_TYPE, dump(value))


def statement_digest(statement: OfficeStatement) -> str:
    """Return the SHA-256 (hex) of which keys a statement announces for what, so that an older one shows."""
    terms = [(one.key_id, one.first.isoformat(), one.last.isoformat(), one.retention) for one in statement.terms]
    revoked = sorted(statement.revoked)
    return hashlib.sha256(dump({"number": statement.number, "terms": terms, "revoked": revoked})).hexdigest()


def read_trial(data: bytes, sites: Mapping[str, SiteStatement]) -> Trial:
    """Return a site's trial, if an enrolled site signed it (`sites`: key id -> statement).

    Raises TransferError for any other file or an unknown site, BadSignature when it was altered.
    """
    key_id, payload = verify(data, TRIAL_TYPE, {key_id: one.public for key_id, one in sites.items()})
    try:
        value = load(payload)
        records = tuple(SealedRecord.from_bytes(b64decode(one, validate=True)) for one in value["records"])
        trial = Trial(value["site"], value["statement"], records)
        right = value["format"] == TRIAL_FORMAT and len(records) <= MOST and _DIGEST.match(trial.statement)
        if not right or trial.site != sites[key_id].site or any(one.header.site != trial.site for one in records):
            raise bad_signature()
    except (ValueError, KeyError, TypeError, CannotOpen):
        raise bad_signature() from None
    return trial


def plaintext(challenge: bytes) -> bytes:
    """Return what is sealed: words that say it is a trial, and the challenge."""
    return MARK + challenge


def read_challenge(text: bytes) -> bytes:
    """Return the challenge of an opened record; raise TransferError when it is no trial's."""
    challenge = text.removeprefix(MARK)
    if not text.startswith(MARK) or len(challenge) != CHALLENGE_SIZE:
        raise TransferError(N_("Catatan di berkas ini bukan catatan uji coba."))
    return challenge


def make_reply(root: SigningKey, site: str, challenges: Mapping[str, bytes]) -> bytes:
    """Return what the office answers: for each key id the hash of the challenge it read."""
    opened = {key_id: hashlib.sha256(one).hexdigest() for key_id, one in challenges.items()}
    return root.sign(REPLY_TYPE, dump({"format": REPLY_FORMAT, "site": site, "opened": opened}))


def read_reply(data: bytes, office: OfficeStatement, site: str) -> dict[str, str]:
    """Return the hashes by key id, if this office signed them for this site.

    Raises BadSignature, or TransferError for another site's reply.
    """
    _, payload = verify(data, REPLY_TYPE, {signer_id(office.root): office.root})
    try:
        value = load(payload)
        opened: dict[str, Any] = value["opened"]
        right = value["format"] == REPLY_FORMAT and all(map(_KEY_ID.match, opened))
        if not right or not all(isinstance(one, str) and _DIGEST.match(one) for one in opened.values()):
            raise bad_signature()
        if value["site"] != site:
            raise TransferError(N_("Jawaban uji coba ini untuk tempat lain. Minta yang untuk tempat ini."))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise bad_signature() from None
    return dict(opened)
