"""What a site says to the inbox: signed, so that the inbox keeps nothing and tells nothing to strangers.

offer  DSSE application/vnd.peksos.push+json by the site's key over {format, site, file, size}: "take this file from me"
ask    DSSE application/vnd.peksos.ask+json by the site's key over {format, site, after}: "my newest receipt, if its
       number is higher"

`file` is SHA-256 of the whole package file: the name under which it is sent, continued and fetched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms_app.errors import N_, BadSignature, ForeignBundle
from forms_app.sealing.canonical import dump, load
from forms_app.sealing.signing import SigningKey, bad_signature, verify
from forms_app.sealing.statements import SiteStatement

OFFER_TYPE = "application/vnd.peksos.push+json"
OFFER_FORMAT = "peksos/push/1"
ASK_TYPE = "application/vnd.peksos.ask+json"
ASK_FORMAT = "peksos/ask/1"
FILE = re.compile(r"[0-9a-f]{64}\Z")

Sites = Mapping[str, SiteStatement]


@dataclass(frozen=True)
class Offer:
    """A file that a site wants to leave: whose, SHA-256 of it and its length (bytes)."""

    site: SiteStatement
    file: str
    size: int


def make_offer(key: SigningKey, site: str, file: str, size: int) -> bytes:
    """Return the signed offer of a file."""
    return key.sign(OFFER_TYPE, dump({"format": OFFER_FORMAT, "site": site, "file": file, "size": size}))


def read_offer(data: bytes, sites: Sites) -> Offer:
    """Return an offer that one of the sites (key id -> statement) signed; raises ForeignBundle or BadSignature."""
    site, value = _signed(data, OFFER_TYPE, OFFER_FORMAT, sites)
    file, size = value.get("file"), value.get("size")
    if value.keys() != {"format", "site", "file", "size"} or not isinstance(file, str) or not FILE.match(file):
        raise bad_signature()
    return Offer(site, file, _number(size))


def make_ask(key: SigningKey, site: str, after: int) -> bytes:
    """Return the signed question for the site's newest receipt, if its number is higher than `after`."""
    return key.sign(ASK_TYPE, dump({"format": ASK_FORMAT, "site": site, "after": after}))


def read_ask(data: bytes, sites: Sites) -> tuple[SiteStatement, int]:
    """Return who asks, and the number after which a receipt is new to them; raises ForeignBundle or BadSignature."""
    site, value = _signed(data, ASK_TYPE, ASK_FORMAT, sites)
    if value.keys() != {"format", "site", "after"}:
        raise bad_signature()
    return site, _number(value["after"])


def _signed(data: bytes, kind: str, form: str, sites: Sites) -> tuple[SiteStatement, dict[str, Any]]:
    keys = {key_id: site.public for key_id, site in sites.items()}
    try:
        key_id, payload = verify(data, kind, keys)
    except BadSignature:
        message = N_("Kotak titipan ini tidak mengenal tempat ini. Kirim berkas site.pub ke pengelolanya.")
        raise ForeignBundle(message) from None
    try:
        value = load(payload)
    except ValueError:
        raise bad_signature() from None
    if (value.get("format"), value.get("site")) != (form, sites[key_id].site):
        raise bad_signature()
    return sites[key_id], value


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 63:
        raise bad_signature()
    return value
