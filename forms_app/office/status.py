"""How the office stands with each site: what is here, what is missing, what was refused, and what waits unopened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from forms_app.answers.submission import day_of
from forms_app.office.chains import ChainState, Gap, backward, chain_state
from forms_app.office.enrolling import sites
from forms_app.office.household import Household
from forms_app.storage.archive import ERASED, SAME
from forms_app.storage.ledger import CarriedBundle


@dataclass
class SiteStatus:
    """One site: `absent` entries came without their record, `aside` are records in quarantine by reason.

    `backward` packages came from an older copy of its database.
    """

    site: str
    name: str
    revoked: str
    chain: ChainState
    last: CarriedBundle | None
    forks: int
    backward: int
    aside: dict[str, int] = field(default_factory=dict)
    records: int = 0
    absent: int = 0
    erased: int = 0
    unopened: int = 0
    oldest: str = ""

    @property
    def quarantined(self) -> int:
        """Return how many records of the site are set aside."""
        return sum(self.aside.values())

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to ask the site for, and nothing to look into."""
        return not (self.chain.gaps or self.forks or self.backward or self.quarantined or self.absent)

    def values(self) -> dict[str, Any]:
        """Return the status as flat JSON values."""
        head, last = self.chain.head, self.last
        return {
            "site": self.site,
            "name": self.name,
            "revoked": self.revoked,
            "records": self.records,
            "absent": self.absent,
            "erased": self.erased,
            "head": [head.epoch, head.seq, head.hash.hex()],
            "gaps": [_gap(one) for one in self.chain.gaps],
            "forks": self.forks,
            "backward": self.backward,
            "restored": self.chain.restored,
            "tails": [[one.epoch, one.first, one.last] for one in self.chain.tails],
            "quarantined": self.quarantined,
            "reasons": self.aside,
            "last_package": last.number if last else 0,
            "last_at": last.at if last else "",
            "unopened": self.unopened,
            "oldest_unopened": self.oldest,
        }


def status(household: Household) -> list[SiteStatus]:
    """Return how the office stands with every site that was ever enrolled, by the names people know them by."""
    lines = [line.about.split() for line in household.audit.lines() if line.action == "fork"]
    known = sorted(sites(household).items(), key=lambda pair: pair[1][1].name)
    found = []
    for site, (enrolment, statement) in known:
        bundles = household.ledger.bundles(site)
        one = SiteStatus(
            site=site,
            name=statement.name,
            revoked=enrolment.revoked,
            chain=chain_state(household.ledger, site),
            last=max(bundles, key=lambda bundle: (bundle.number, bundle.at), default=None),
            forks=len({tuple(line) for line in lines if line[:1] == [site]}),
            backward=len(backward(bundles)),
        )
        _count(household, one)
        found.append(one)
    return found


def _count(household: Household, one: SiteStatus) -> None:
    """Count what the office has of every entry that it knows, on whatever line it lies."""
    oldest = None
    for run in household.ledger.runs(one.site):
        for place in household.ledger.places(one.site, run):
            one.records += place.aside in ("", SAME)
            one.absent += place.aside is None
            one.erased += place.aside == ERASED
            if place.aside == "" and place.verdict is None:
                one.unopened += 1
                oldest = place.day if oldest is None else min(oldest, place.day)
    one.oldest = day_of(oldest).isoformat() if oldest is not None else ""
    damaged = household.archive.missed(one.site)
    one.absent -= damaged  # their bytes are here, but not whole
    reasons = {**household.archive.reasons(one.site), "damaged": damaged}
    one.aside = {reason: count for reason, count in reasons.items() if count and reason not in (ERASED, SAME)}


def _gap(gap: Gap) -> dict[str, Any]:
    return {"first": gap.first, "last": gap.last, "entries": gap.entries, "packages": list(gap.packages)}
