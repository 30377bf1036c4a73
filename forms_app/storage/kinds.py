"""What the small documents hold. Times are ISO 8601 in UTC, all written alike, so that they sort as text."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any, TypedDict, TypeVar


class EventKeys(TypedDict, total=False):
    """The key pair of an event: its seed only ever sealed, to the staff who may read."""

    key_id: str
    public: str  # base64
    seeds: dict[str, str]  # staff name -> sealed seed, base64


@dataclass(frozen=True)
class Event:
    """One visit to a school: what its poster opens, from when until when."""

    code: str
    title: str
    forms: tuple[str, ...]
    opens: str
    closes: str
    school: str = ""
    jenjang: str = ""
    place: str = ""
    topic: str = ""
    date: str = ""
    expected: int | None = None
    keys: EventKeys = field(default_factory=EventKeys)
    sample: bool = False
    created: str = ""

    @property
    def public_key(self) -> bytes:
        """Return the event's own public key, or nothing if only the office reads."""
        return b64decode(self.keys.get("public", ""))


@dataclass(frozen=True)
class StaffMember:
    """An account of the desk: the password as a PHC string, the private half of the key under that password."""

    name: str
    role: str  # coordinator | admin
    password: str
    public: str = ""
    sealed_seed: str = ""  # a key file, JSON
    created: str = ""


@dataclass(frozen=True)
class Session:
    """A desk session; `id_hash` is the SHA-256 (hex) of what the cookie holds."""

    id_hash: str
    staff: str
    csrf: str
    expires: str


@dataclass(frozen=True)
class Package:
    """A package that was made: its number, its digest and that of the one before, and the log it reaches to.

    `head` is the hash (hex) of the log's end then, empty in packages of the first version. `carried` is False while it
    is being pushed, and for ever if that never ended.
    """

    number: int
    digest: str
    previous: str
    path: str
    records: int
    epoch: int
    seq: int
    created: str
    head: str = ""
    carried: bool = True


@dataclass(frozen=True)
class Leave:
    """A line that the office signed: a receipt, or an order to erase. `number` is the one that stands in it."""

    number: int
    line: str
    created: str


@dataclass(frozen=True)
class Push:
    """How an inbox stands: the end of the chain that it has, the forms it was told, and what went wrong last.

    `pending` is the package on its way, a file. `library` is a digest over the digests of the forms that it has.
    `failure` is the code of the last error, empty after a success.
    """

    url: str
    epoch: int = 0
    seq: int = 0
    hash: str = ""
    library: str = ""
    pending: str = ""
    pushed_at: str = ""
    failed_at: str = ""
    failure: str = ""


@dataclass(frozen=True)
class Tried:
    """One of the office's keys at this site: the hash (hex) of the challenge sealed to it, and when it came back."""

    key_id: str
    challenge: str
    made: str
    proven: str = ""


@dataclass(frozen=True)
class AuditLine:
    """Who did what to what, and when. `about` names things, never what anybody answered."""

    at: str
    actor: str
    action: str
    about: str = ""


@dataclass(frozen=True)
class PaperBatch:
    """Paper forms that were printed together. `number` counts the batches of this site."""

    form: str
    version: str
    digest: str
    language: str
    copies: int
    created: str
    event: str = ""
    number: int = 0


@dataclass(frozen=True)
class Paper:
    """One printed paper and what became of it: nothing yet, or the ids (hex) of the records typed in from it.

    `day` is the day on the paper, fixed by the first typing, since it is part of the paper's nonce; `batch` is 0 for a
    paper of which only its serial is known.
    """

    serial: str
    form: str
    digest: str
    language: str
    event: str = ""
    batch: int = 0
    day: str = ""
    records: tuple[str, ...] = ()
    typed_at: str = ""
    typed_by: str = ""


Kept = TypeVar("Kept", Event, StaffMember, Session, Package, Leave, AuditLine, Paper, PaperBatch, Push, Tried)


def kept(kind: type[Kept], document: Mapping[str, Any]) -> Kept:
    """Return the value of a document, without fields that a later version may have added."""
    known = {one.name for one in fields(kind)} & document.keys()
    values: dict[str, Any] = {name: document[name] for name in known}
    values |= {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return kind(**values)


@lru_cache(maxsize=64)
def event_of(text: str) -> Event:
    """Return the event of a document's text: read once, however many fill in its forms."""
    return kept(Event, json.loads(text))
