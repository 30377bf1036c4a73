"""The site's signed acknowledgement: that a record stands durably in its log, and where.

DSSE envelope by the site's key over {format, site, record, hash, head, day}: the record's id, SHA-256 of its bytes, the
end of the chain right after it, and the day on which it arrived. Each one carries a head away, so that a log that is
rewritten later no longer agrees with what phones hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from forms_app.sealing.canonical import dump, load
from forms_app.sealing.signing import SigningKey, bad_signature, signer_id, verify
from forms_app.storage.chain import FIRST_EPOCH, LAST_DAY, RECORD, Entry, Head

ACKNOWLEDGEMENT_TYPE = "application/vnd.peksos.ack+json"
FORMAT = "peksos/ack/1"
FIELDS = {"format", "site", "record", "hash", "head", "day"}
HEXADECIMAL = re.compile(r"(?:[0-9a-f]{2})+\Z")


@dataclass(frozen=True)
class Acknowledgement:
    """What a site has signed about one record. `day` counts days since 1970-01-01, as the log does."""

    site: str
    record_id: bytes
    record_hash: bytes
    head: Head
    day: int


def make_acknowledgement(key: SigningKey, site: str, entry: Entry) -> bytes:
    """Return the signed line for an entry that is on the disk: always the same one for the same entry."""
    if entry.type != RECORD:
        raise ValueError("only a record is acknowledged")
    value: dict[str, Any] = {"format": FORMAT, "site": site, "day": entry.day}
    value |= {"record": entry.record_id.hex(), "hash": entry.record_hash.hex()}
    return key.sign(ACKNOWLEDGEMENT_TYPE, dump(value | {"head": [entry.epoch, entry.seq, entry.hash.hex()]}))


def read_acknowledgement(data: bytes, site: str, public: bytes) -> Acknowledgement:
    """Return what this site has signed with this key; raises BadSignature for every cause alike.

    Whoever sent a record compares `record_hash` with SHA-256 of the bytes sent: another one means that the site holds
    other bytes under the same id.
    """
    _, payload = verify(data, ACKNOWLEDGEMENT_TYPE, {signer_id(public): public})
    try:
        value = load(payload)
        if value.keys() != FIELDS or (value["format"], value["site"]) != (FORMAT, site):
            raise bad_signature()
        epoch, seq, digest = value["head"]
        head = Head(_number(epoch, FIRST_EPOCH, 1 << 32), _number(seq, 1, 1 << 63), _bytes(digest, 32))
        record = _bytes(value["record"], 16), _bytes(value["hash"], 32)
        return Acknowledgement(site, *record, head, _number(value["day"], 0, LAST_DAY + 1))
    except (ValueError, KeyError, TypeError):
        raise bad_signature() from None


def _number(value: Any, least: int, end: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value < end:
        raise ValueError("no number")
    return value


def _bytes(value: Any, size: int) -> bytes:
    if not HEXADECIMAL.match(value) or len(value) != 2 * size:
        raise ValueError("no bytes")
    return bytes.fromhex(value)
