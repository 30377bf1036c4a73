"""How a site stands: what it keeps, whether its log is whole, and how long it can still seal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forms_app.answers.submission import WIB
from forms_app.errors import N_, BrokenLog
from forms_app.site.keys import keyless, keys_last
from forms_app.site.services import Services
from forms_app.site.trials import untried
from forms_app.storage.chain import Head


@dataclass(frozen=True)
class Standing:
    """What one look found; `broken` is why the log does not verify.

    `untried` are the keys that the office never showed to open.
    `until` is the last day on which all can still be sealed that can be today; `keyless` are the forms that cannot.
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


def standing(services: Services) -> Standing:
    """Walk the whole log and return how the site stands."""
    last = services.packages.last()
    head, broken = services.log.head(), None
    try:
        services.log.verify()
        if last and last.seq > head.seq:
            raise BrokenLog(N_("Catatan berakhir sebelum nomor {seq}, yang sudah pernah dibawa."), seq=last.seq)
    except BrokenLog as error:
        broken = error
    today = services.clock().astimezone(WIB).date()
    return Standing(
        site=services.site,
        records=services.log.count(),
        secret=services.log.count(kind="s"),
        events=len(services.events.all()),
        packages=last.number if last else 0,
        head=head,
        until=keys_last(services.office, services.library, today),
        keyless=tuple(keyless(services.office, services.library, today)),
        untried=tuple(term.key_id for term in untried(services)),
        broken=broken,
    )
