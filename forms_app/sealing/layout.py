"""The sealed record as bytes: header, wraps, commitment, body. Knows no key; reads nothing that is sealed.

record  = pack(header, wraps, commit, body)
header  = pack("peksos/record/1", suite, record id, site, kind, keys, form, digest, event, ticket)
keys    = pack(role, key id, role, key id ...)        bound to the body, since the header is its associated data
wraps   = pack(content key sealed to the first of keys, to the second ...)
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

from forms_app.errors import N_, SealingError
from forms_app.sealing.fields import LENGTH, damaged, pack, text, unpack

FORMAT = b"peksos/record/1"
SUITE = "MLKEM768_X25519,HKDF-SHA256,AES-256-GCM"
ROLES = ("office", "event")
OPAQUE = "s"
NAMED = "p"

MAX_RECORD = 65_536  # bytes of a whole record
MAX_HEADER = 1_024  # bytes
WRAP_SIZE = 1_168  # bytes: ML-KEM-768 ciphertext 1088, X25519 share 32, content key 32, tag 16
COMMIT_SIZE = 32  # bytes
TAG_SIZE = 16  # bytes that AES-GCM adds to the padded text
OVERHEAD = 4  # bytes of the text's own length within the padded text

PLAIN_WORD = re.compile(r"[!-~]{0,100}\Z")  # what stands open in a header goes into logs, addresses and databases
KEY_ID = re.compile(r"[0-9a-f]{16}\Z")


@dataclass(frozen=True)
class Header:
    """What the site may see of a record; for the secret kind nothing but that it is one."""

    record_id: bytes
    site: str
    kind: str = NAMED
    form: str = ""
    digest: str = ""
    event: str = ""
    ticket: str = ""

    def __post_init__(self) -> None:
        """Refuse a secret record that names its form, and whatever no site writes (SealingError)."""
        words = (self.site, self.form, self.digest, self.event, self.ticket)
        right = len(self.record_id) == 16 and self.kind in (OPAQUE, NAMED) and bool(self.site)
        if not right or not all(map(PLAIN_WORD.match, words)):
            raise SealingError(N_("Kepala catatan tidak sesuai aturan."))
        if self.kind == OPAQUE and (self.form or self.digest or self.event or self.ticket):
            raise SealingError(N_("Kepala catatan rahasia tidak boleh menyebut formulir."))

    def to_bytes(self, keys: tuple[tuple[str, str], ...]) -> bytes:
        """Return the header's exact bytes, with the (role, key id) pairs the record is sealed to."""
        names = pack(*[part.encode() for pair in keys for part in pair])
        tail = (self.form, self.digest, self.event, self.ticket)
        start = (FORMAT, SUITE.encode(), self.record_id, self.site.encode(), self.kind.encode(), names)
        return pack(*start, *[part.encode() for part in tail])


@dataclass(frozen=True)
class Wrap:
    """The content key, sealed to one reader."""

    role: str
    key_id: str
    sealed: bytes


@dataclass(frozen=True)
class SealedRecord:
    """A record that only its readers can open: the exact bytes that are stored, carried and hashed."""

    header_bytes: bytes
    header: Header
    wraps: tuple[Wrap, ...]
    commit: bytes
    body: bytes

    def to_bytes(self) -> bytes:
        """Return the bytes that `from_bytes` reads back, always the same ones."""
        return pack(self.header_bytes, pack(*[wrap.sealed for wrap in self.wraps]), self.commit, self.body)

    @classmethod
    def from_bytes(cls, data: bytes) -> SealedRecord:
        """Read a record without opening it; only the one spelling that `to_bytes` gives is accepted.

        Raises CannotOpen for every cause alike: another format or suite, wrong lengths, bytes left over, too large.
        """
        if len(data) > MAX_RECORD:
            raise damaged()
        header_bytes, sealed, commit, body = unpack(data, 4)
        header, keys = read_header(header_bytes)
        wraps = tuple(Wrap(*pair, wrap) for pair, wrap in zip(keys, unpack(sealed, len(keys)), strict=True))
        right_sizes = len(commit) == COMMIT_SIZE and all(len(wrap.sealed) == WRAP_SIZE for wrap in wraps)
        if not right_sizes or len(body) < OVERHEAD + TAG_SIZE:
            raise damaged()
        return cls(header_bytes, header, wraps, commit, body)

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of the whole record: what the log chains and the receipt names."""
        return hashlib.sha256(self.to_bytes()).digest()

    @property
    def size(self) -> int:
        """Bytes of the padded text: what `seal` was given as `size`."""
        return len(self.body) - TAG_SIZE


def record_size(header: bytes, readers: int, body: bytes) -> int:
    """Return how many bytes a record with so many readers has."""
    return 4 * LENGTH + len(header) + readers * (LENGTH + WRAP_SIZE) + COMMIT_SIZE + len(body)


def read_header(data: bytes) -> tuple[Header, tuple[tuple[str, str], ...]]:
    """Return the header and its (role, key id) pairs; raises CannotOpen for every cause alike."""
    if len(data) > MAX_HEADER:
        raise damaged()
    form, suite, record_id, site, kind, names, *tail = unpack(data, 10)
    if form != FORMAT or suite != SUITE.encode():
        raise damaged()
    try:
        header = Header(record_id, text(site), text(kind), *(text(part) for part in tail))
    except SealingError:
        raise damaged() from None
    return header, read_keys(names)


def read_keys(data: bytes) -> tuple[tuple[str, str], ...]:
    """Return the (role, key id) pairs of a header: at least one, known roles, each once."""
    names = [text(name) for name in unpack(data)]
    keys = tuple(zip(names[::2], names[1::2], strict=False))
    roles = [role for role, _ in keys]
    known = all(role in ROLES and KEY_ID.match(key_id) for role, key_id in keys)
    if not keys or len(names) % 2 or not known or len(set(roles)) != len(roles):
        raise damaged()
    return keys
