"""What office and sites tell each other about their keys: signed, small, and compared by words read aloud.

office.pub  the office root signs its term keys         site.pub  a site signs its own name and key
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from forms_app.errors import N_, KeyRefused, SealingError
from forms_app.sealing.canonical import dump, load
from forms_app.sealing.keys import Recipient
from forms_app.sealing.signing import PUBLIC_SIZE, SigningKey, bad_signature, read_envelope, signer_id, verify
from forms_app.sealing.words import same_words, words

OFFICE_TYPE = "application/vnd.peksos.office+json"
SITE_TYPE = "application/vnd.peksos.site+json"
OFFICE_FORMAT = "peksos/office/1"
SITE_FORMAT = "peksos/site/1"
SITE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
NAME_SIZE = 200  # characters
STANDARD = "standard"  # the class of statements from before there were classes: it serves all
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Term:
    """A key that records are sealed to from the first day to the last (both included), and its retention class.

    From the day it is `revoked` on, no page seals to it any more; what was sealed to it is still accepted.
    """

    recipient: Recipient
    first: date
    last: date
    retention: str = STANDARD
    revoked: date | None = None

    @property
    def key_id(self) -> str:
        """16 hexadecimal digits that name the key."""
        return self.recipient.key_id

    def covers(self, day: date) -> bool:
        """Tell whether pages of this day may seal to it."""
        return self.first <= day <= self.last and self.revoked is None


@dataclass(frozen=True)
class OfficeStatement:
    """Every key that the office has ever signed, and which one new pages use on a day; `line` is what it signed."""

    office: str
    root: bytes
    number: int
    terms: tuple[Term, ...]
    line: bytes = field(default=b"", compare=False, repr=False)

    @property
    def words(self) -> str:
        """The eight words of the office root: on posters, and read aloud at the enrolment."""
        return words(self.root)

    def term_key(self, day: date, retention: str = STANDARD) -> Recipient:
        """Return the key that pages of this day seal to, the youngest of its class if several.

        Where the statement knows no classes yet, a key of the class "standard" serves all. Raises KeyRefused when
        there is none.
        """
        current = [term for term in self.terms if term.covers(day)]
        for name in (retention, STANDARD):
            mine = [(term.first, place) for place, term in enumerate(current) if term.retention == name]
            if mine:
                return current[max(mine)[1]].recipient
        raise KeyRefused(N_("Kunci kantor untuk hari ini belum ada. Minta berkas kunci baru dari kantor."))

    def lasts(self, day: date, retention: str) -> date | None:
        """Return the last day on which pages can still seal without a new statement; None when not even on `day`."""
        found: date | None = None
        mine = [one for one in self.terms if one.revoked is None and one.retention in (retention, STANDARD)]
        for one in sorted(mine, key=lambda term: term.first):
            if one.first <= (found + _DAY if found else day) and one.last >= (found or day):
                found = one.last
        return found

    @cached_property
    def key_ids(self) -> frozenset[str]:
        """The ids of all keys the office ever signed: records sealed to them are still accepted."""
        return frozenset(term.recipient.key_id for term in self.terms)

    @cached_property
    def revoked(self) -> frozenset[str]:
        """The ids of the keys that nothing new is sealed to."""
        return frozenset(term.recipient.key_id for term in self.terms if term.revoked)

    def follows(self, known: OfficeStatement) -> bool:
        """Tell whether this is the known statement or a later one of the same office: no key is ever taken away.

        A lower number would bring back what was given up, and so would a key that is no longer revoked.
        """
        later = self.number > known.number or self == known
        return later and self.root == known.root and known.key_ids <= self.key_ids and known.revoked <= self.revoked

    def accepts(self, key_id: str) -> bool:
        """Tell whether the office ever signed this key."""
        return key_id in self.key_ids


@dataclass(frozen=True)
class SiteStatement:
    """A site's name and public signing key, as the office enrols it, and the root of the office that it seals for."""

    site: str
    name: str
    public: bytes
    office: bytes = b""

    @property
    def key_id(self) -> str:
        """16 hexadecimal digits that name the key."""
        return signer_id(self.public)

    @property
    def words(self) -> str:
        """The eight words of the site's key."""
        return words(self.public)


def make_office_statement(root: SigningKey, office: str, number: int, terms: Sequence[Term]) -> bytes:
    """Return the line to keep as office.pub; `number` grows with every statement, and no term is ever left out."""
    announced = [_announced(term) for term in terms]
    value = {"format": OFFICE_FORMAT, "office": office, "root": _text(root.public), "number": number}
    return root.sign(OFFICE_TYPE, dump(value | {"terms": announced}))


def read_office_statement(data: bytes, *, spoken: str = "", known: OfficeStatement | None = None) -> OfficeStatement:
    """Return a verified statement.

    It must be signed by the root it names. `spoken` are the words heard from the office, `known` the statement that is
    replaced: then the root must be the same, the number higher (or nothing changed), no key missing and none revived.
    Without both, whoever made the file is believed. Raises BadSignature or KeyRefused.
    """
    value, root = _self_signed(data, OFFICE_TYPE, "root")
    try:
        if value["format"] != OFFICE_FORMAT:
            raise bad_signature()
        terms = tuple(_term(each) for each in value["terms"])
        statement = OfficeStatement(_name(value["office"]), root, int(value["number"]), terms, data.strip())
    except (ValueError, KeyError, TypeError):
        raise bad_signature() from None
    _refuse_other_words(spoken, root)
    if known and not statement.follows(known):
        raise KeyRefused(N_("Berkas kunci ini bukan lanjutan dari kantor yang sudah dikenal."))
    return statement


def make_site_statement(key: SigningKey, site: str, name: str, office: bytes = b"") -> bytes:
    """Return the line to keep as site.pub; the site's id is small letters, digits and hyphens (SealingError).

    With the root of its office in it, a file of another office is noticed: by the site, and when it is enrolled.
    """
    if not SITE.match(site):
        raise SealingError(N_("Kode tempat hanya boleh huruf kecil, angka, dan tanda hubung."))
    value = {"format": SITE_FORMAT, "site": site, "name": name, "public": _text(key.public)}
    return key.sign(SITE_TYPE, dump(value | ({"office": _text(office)} if office else {})))


def read_site_statement(data: bytes, *, spoken: str = "") -> SiteStatement:
    """Return a site's statement, signed by the very key it names; with `spoken`, only if the words are its own.

    Raises BadSignature or KeyRefused.
    """
    value, public = _self_signed(data, SITE_TYPE, "public")
    try:
        if value["format"] != SITE_FORMAT or not SITE.match(value["site"]):
            raise bad_signature()
        office = b64decode(value.get("office", ""), validate=True)
        statement = SiteStatement(value["site"], _name(value["name"]), public, office)
    except (ValueError, KeyError, TypeError):
        raise bad_signature() from None
    _refuse_other_words(spoken, public)
    return statement


def _self_signed(data: bytes, payload_type: str, place: str) -> tuple[dict[str, Any], bytes]:
    """Return the payload and the public key that stands at `place` in it and signed it."""
    claimed, _ = read_envelope(data, payload_type)
    try:
        public = b64decode(load(claimed)[place], validate=True)
        if len(public) != PUBLIC_SIZE:
            raise bad_signature()
        _, payload = verify(data, payload_type, {signer_id(public): public})
        return load(payload), public
    except (ValueError, KeyError, TypeError):
        raise bad_signature() from None


def _term(value: Any) -> Term:
    recipient = Recipient("office", b64decode(value["public"], validate=True))
    if recipient.key_id != value["key_id"]:
        raise bad_signature()
    first, last = date.fromisoformat(value["from"]), date.fromisoformat(value["until"])
    revoked = date.fromisoformat(value["revoked"]) if "revoked" in value else None
    return Term(recipient, first, last, _name(value["class"]), revoked)


def _announced(term: Term) -> dict[str, str]:
    value = {"key_id": term.key_id, "public": _text(term.recipient.public), "class": term.retention}
    value |= {"from": term.first.isoformat(), "until": term.last.isoformat()}
    return value | ({"revoked": term.revoked.isoformat()} if term.revoked else {})


def _refuse_other_words(spoken: str, public: bytes) -> None:
    if spoken and not same_words(spoken, public):
        raise KeyRefused(N_("Kata pengenal tidak cocok. Bacakan lagi, atau minta berkas yang baru."))


def _name(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= NAME_SIZE:
        raise bad_signature()
    return value


def _text(data: bytes) -> str:
    return b64encode(data).decode()
