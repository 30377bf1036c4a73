"""What a bundle says about itself, signed by its site: the first line of the file."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from forms_app.errors import N_, BadSignature, DamagedBundle, ForeignBundle, NotABundle, TransferError
from forms_app.sealing.canonical import dump, load
from forms_app.sealing.signing import PUBLIC_SIZE, SigningKey, read_envelope, signer_id, verify
from forms_app.sealing.statements import SITE, SiteStatement
from forms_app.sealing.words import words
from forms_app.storage.chain import Head
from forms_app.transfer.values import DIGEST, from_head, read_head, read_number

BUNDLE_TYPE = "application/vnd.peksos.bundle+json"
FORMAT = "peksos/bundle/1"
BEGINNING = f'{{"payloadType":"{BUNDLE_TYPE}",'.encode()
MAX_ENTRIES = 10_000_000
MAX_SPECS = 1_000
MAX_COUNTS = 10_000


@dataclass(frozen=True)
class SpecLine:
    """One form file of the library as carried: its digest, and hash and length of its source."""

    digest: str
    source_hash: str
    size: int


@dataclass(frozen=True)
class BundleInfo:
    """What a bundle says about itself.

    It holds the chain of one site from `before` (the last entry not in it) to `after` (the last entry in it), and
    `records` of the sealed records of these entries. `previous` is the digest of the bundle before, empty at first.
    `skeletons` is SHA-256 over all entries without their records, so that none can be made to look as if it had none.
    """

    site: str
    public: bytes
    number: int
    previous: str
    before: Head
    after: Head
    records: int
    skeletons: str
    specs: tuple[SpecLine, ...]
    counts: tuple[tuple[str, int], ...] = ()

    @property
    def entries(self) -> int:
        """How many entries the bundle holds, with or without a record."""
        return self.after.seq - self.before.seq

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the signed manifest: the name of this bundle and everything in it, for the next one."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def to_bytes(self) -> bytes:
        """Return the payload that the site signs."""
        value: dict[str, Any] = {"format": FORMAT, "site": self.site, "public": b64encode(self.public).decode()}
        value |= {"number": self.number, "previous": self.previous, "records": self.records}
        value |= {"before": from_head(self.before), "after": from_head(self.after), "skeletons": self.skeletons}
        value |= {"specs": [[spec.digest, spec.source_hash, spec.size] for spec in self.specs]}
        return dump(value | {"counts": dict(self.counts)})

    @classmethod
    def from_bytes(cls, payload: bytes) -> BundleInfo:
        """Read a payload; raises DamagedBundle when a field is missing or out of range."""
        try:
            value = load(payload)
            if value["format"] != FORMAT:
                raise TransferError(N_("Paket ini dari versi program yang lain. Perbarui program kantor."))
            info = cls(
                site=value["site"],
                public=b64decode(value["public"], validate=True),
                number=read_number(value["number"]),
                previous=value["previous"],
                before=read_head(value["before"]),
                after=read_head(value["after"]),
                records=read_number(value["records"]),
                skeletons=value["skeletons"],
                specs=tuple(SpecLine(digest, source, read_number(size)) for digest, source, size in value["specs"]),
                counts=tuple((str(name), read_number(count)) for name, count in value["counts"].items()),
            )
            info.refuse_nonsense()
        except (ValueError, KeyError, TypeError, AttributeError):
            raise damaged() from None
        return info

    def refuse_nonsense(self) -> None:
        """Raise ValueError or TypeError when the values cannot belong together."""
        digests = [text for spec in self.specs for text in (spec.digest, spec.source_hash)]
        hashes = [*digests, self.skeletons, *([self.previous] if self.previous else [])]
        in_order = 0 <= self.entries <= MAX_ENTRIES and self.records <= self.entries
        few = len(self.specs) <= MAX_SPECS and len(self.counts) <= MAX_COUNTS
        named = bool(SITE.match(self.site)) and len(self.public) == PUBLIC_SIZE
        if not (in_order and few and named and all(DIGEST.match(text) for text in hashes)):
            raise ValueError("out of range")

    def sign(self, key: SigningKey) -> bytes:
        """Return the first line of the file, without its end."""
        return key.sign(BUNDLE_TYPE, self.to_bytes())

    def longest_line(self, key: SigningKey) -> int:
        """Return the length (bytes) that the line will not exceed once the records are counted."""
        return len(replace(self, records=self.entries).sign(key))


def read_manifest(line: bytes, sites: Mapping[str, SiteStatement]) -> BundleInfo:
    """Return what the bundle says, if an enrolled site signed it (`sites`: key id -> statement).

    Raises NotABundle for any other file, ForeignBundle with the words of a key that is not enrolled (or is enrolled for
    another site), DamagedBundle when the signature is not good.
    """
    if not line.startswith(BEGINNING):
        raise NotABundle(N_("Berkas ini bukan paket Peksos Forms."))
    try:
        claimed, _ = read_envelope(line, BUNDLE_TYPE)
        info = BundleInfo.from_bytes(claimed)
        key_id, signed = verify(line, BUNDLE_TYPE, {signer_id(info.public): info.public})
    except BadSignature:
        raise damaged() from None
    if info.to_bytes() != signed:
        raise damaged()
    enrolled = sites.get(key_id)
    if enrolled is None or enrolled.public != info.public or enrolled.site != info.site:
        raise ForeignBundle(
            N_("Tempat {site} belum terdaftar di kantor ini. Kata pengenalnya: {words}."),
            site=info.site,
            words=words(info.public),
        )
    return info


def damaged() -> DamagedBundle:
    """Return the error of a bundle that was cut short or altered, with its remedy."""
    return DamagedBundle(N_("Paket ini terpotong atau berubah. Minta paket baru dari sekolah."))
