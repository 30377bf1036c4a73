"""How a site stands: what it keeps, whether its log is whole, and how long it can still seal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forms_app.answers.submission import WIB
from forms_app.errors import BrokenLog
from forms_app.site.carriage import Carriage, carriage
from forms_app.site.keys import keyless, keys_last
from forms_app.site.proof import Proof
from forms_app.site.services import Services
from forms_app.site.trials import untried
from forms_app.storage.chain import Head
from forms_app.storage.log import OPAQUE


@dataclass(frozen=True)
class Standing:
    """What one look found; `broken` is why the log does not verify.

    `untried` are the keys that the office never showed to open.
    `until` is the last day on which all can still be sealed that can be today; `keyless` are the forms that cannot.
    `receipt` is the number of the newest receipt, and `counts` are those of proof.py.
    """

    site: str
    records: int
    secret: int
    events: int
    packages: int
    head: Head
    until: date | None
    keyless: tuple[str, ...]
    untried: tuple[str, ...]
    broken: BrokenLog | None
    carriage: Carriage
    receipt: int
    counts: Mapping[str, int]


def standing(services: Services) -> Standing:
    """Walk the whole log and return how the site stands."""
    proof, broken = Proof(services), None
    try:
        proof.verify()
    except BrokenLog as error:
        broken = error
    today = services.clock().astimezone(WIB).date()
    package = services.packages.last()
    return Standing(
        site=services.site,
        records=services.log.count(),
        secret=services.log.count(kind=OPAQUE),
        events=len(services.events.all()),
        packages=package.number if package else 0,
        head=services.log.head(),
        until=keys_last(services.office, services.library, today),
        keyless=tuple(keyless(services.office, services.library, today)),
        untried=tuple(term.key_id for term in untried(services)),
        broken=broken,
        carriage=carriage(services),
        receipt=proof.newest.number if proof.newest else 0,
        counts=proof.counts,
    )
