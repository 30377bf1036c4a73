"""Records: sealed to exactly their readers, and checked by the site without being opened (DESIGN, section 5)."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping, Sequence
from ssl import RAND_bytes

from forms_app.errors import N_, KeyRefused
from forms_app.sealing.content import bound, lock, reader_info
from forms_app.sealing.fields import damaged, pack
from forms_app.sealing.keys import Identity, Recipient, seal_to
from forms_app.sealing.layout import (
    MAX_HEADER,
    MAX_RECORD,
    NAMED,
    OPAQUE,
    ROLES,
    SUITE,
    Header,
    SealedRecord,
    Wrap,
    record_size,
)

__all__ = [
    "MAX_RECORD",
    "NAMED",
    "OPAQUE",
    "SUITE",
    "Header",
    "Identity",
    "Recipient",
    "SealedRecord",
    "Wrap",
    "check_structure",
    "record_id",
    "seal",
    "seal_to",
]

CONTENT_KEY_SIZE = 32  # bytes


def seal(header: Header, plaintext: bytes, recipients: Sequence[Recipient], size: int) -> SealedRecord:
    """Seal a text, padded to exactly `size` bytes (4 of them its length), to every recipient and nobody else.

    Raises SealingError when it does not fit, KeyRefused when the recipients are not what the kind of record allows,
    CannotOpen when no reader would take so large a record.
    """
    keys = tuple([(each.role, each.key_id) for each in recipients])
    _refuse_readers(keys, header.kind)
    header_bytes = header.to_bytes(keys)
    content_key = RAND_bytes(CONTENT_KEY_SIZE)  # as good as urandom, and no other thread goes first
    commit, body = lock(content_key, header_bytes, plaintext, size)
    shared = bound(header_bytes, commit, body)
    wraps = tuple(
        [
            Wrap(to.role, to.key_id, to.encrypt(content_key, reader_info(to.role, to.key_id, shared)))
            for to in recipients
        ]
    )
    if len(header_bytes) > MAX_HEADER or record_size(header_bytes, len(wraps), body) > MAX_RECORD:
        raise damaged()
    return SealedRecord(header_bytes, header, wraps, commit, body)


def check_structure(record: SealedRecord, allowed: Mapping[str, Collection[str]], size: int | None = None) -> None:
    """Accept a record at the site only if it is sealed to exactly one allowed key of each role in `allowed`.

    `allowed` maps a role to the key ids accepted for it; `size`, when given, is the padded size (bytes) it must have.
    A reader too many would be a stranger reading, a reader too few a record that is lost. Raises KeyRefused.
    """
    keys = [(wrap.role, wrap.key_id) for wrap in record.wraps]
    _refuse_readers(keys, record.header.kind)
    known = all(key_id in allowed.get(role, ()) for role, key_id in keys)
    if {role for role, _ in keys} != set(allowed) or not known:
        raise KeyRefused(N_("Catatan ini tersegel untuk kunci yang tidak dikenal."))
    if size is not None and record.size != size:
        raise KeyRefused(N_("Ukuran catatan ini tidak sesuai."))


def record_id(day: int, nonce: bytes, answers: bytes) -> bytes:
    """Return the 16 bytes that name a record: the same page and answers give the same id, on both sides.

    `day` counts days since 1970-01-01 UTC and is fixed with the page's `nonce`; `answers` are canonical bytes of what
    was entered, without calculated values (DESIGN, section 4).
    """
    written = day.to_bytes(2, "big")
    return written + hmac.digest(nonce, pack(b"peksos/id/1", written, answers), "sha256")[:14]


def _refuse_readers(keys: Sequence[tuple[str, str]], kind: str) -> None:
    roles = [role for role, _ in keys]
    if not roles or len(set(roles)) != len(roles) or not set(roles) <= set(ROLES):
        raise KeyRefused(N_("Catatan memerlukan satu kunci untuk tiap pembaca."))
    if kind == OPAQUE and roles != ["office"]:
        raise KeyRefused(N_("Catatan rahasia hanya boleh tersegel untuk kantor."))
