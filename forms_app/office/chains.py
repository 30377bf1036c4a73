"""How the office holds a site's log: up to where without a gap, what is missing, and what a restored site has lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from forms_app.storage.chain import FIRST_EPOCH, Head, opening
from forms_app.storage.ledger import CarriedBundle, Ledger, Place

Run = tuple[int, int, int]  # epoch, first, last


@dataclass(frozen=True)
class Gap:
    """Entries that never came, and the numbers of the packages in which they left their site (0: not to be told)."""

    first: int
    last: int
    packages: tuple[int, int] = (0, 0)

    @property
    def entries(self) -> int:
        """Return how many entries are missing."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class ChainState:
    """A site's log at the office.

    `path` are the stretches, from the beginning and without a gap, of the line that ends at `head`; `tails` what an
    older epoch has beyond the entry that a later one continues: a site that was restored does not have these any more.
    """

    site: str
    head: Head
    path: tuple[Run, ...]
    gaps: tuple[Gap, ...]
    tails: tuple[Run, ...]

    @property
    def restored(self) -> int:
        """Return how often the site began a new epoch, as far as this line knows."""
        return max(len(self.path) - 1, 0)


def chain_state(ledger: Ledger, site: str) -> ChainState:
    """Return how the office holds a site's log. Of several lines the one of the newest epoch that is whole counts."""
    runs, beginnings = ledger.runs(site), ledger.beginnings(site)
    parents = {epoch: ledger.parent(site, beginning) for epoch, beginning in beginnings.items()}
    path: tuple[Run, ...] = ()
    for epoch in sorted({epoch for epoch, _, _ in runs}, reverse=True):
        path = _line(epoch, runs, beginnings, parents)
        if path:
            break
    head = ledger.head(site, path[-1][0], path[-1][2]) if path else opening(site)
    gaps = tuple(_gaps(runs, beginnings, parents, ledger.bundles(site)))
    return ChainState(site, head, path, gaps, tuple(_tails(path, runs)))


def places(ledger: Ledger, state: ChainState) -> Iterator[Place]:
    """Yield the records' places on the line that counts, in order."""
    for run in state.path:
        yield from ledger.places(state.site, *run)


def _line(epoch: int, runs: list[Run], beginnings: dict[int, Head], parents: dict[int, int | None]) -> tuple[Run, ...]:
    """Return the line of an epoch from the very first entry on, or () where a piece of it is missing."""
    found: list[Run] = []
    end: int | None = None  # None: as far as it goes
    while True:
        start = 1 if epoch == FIRST_EPOCH else beginnings[epoch].seq if epoch in beginnings else 0
        run = next((one for one in runs if one[0] == epoch and one[1] <= start <= one[2]), None)
        if not start or run is None or (end is not None and run[2] < end):
            return ()
        found.insert(0, (epoch, start, run[2] if end is None else end))
        if epoch == FIRST_EPOCH:
            return tuple(found)
        parent = parents[epoch]
        if parent is None:
            return ()
        epoch, end = parent, start - 1


def _gaps(
    runs: list[Run], beginnings: dict[int, Head], parents: dict[int, int | None], bundles: list[CarriedBundle]
) -> Iterator[Gap]:
    """Yield what is missing, epoch by epoch."""
    for epoch in sorted({epoch for epoch, _, _ in runs}):
        mine = [run for run in runs if run[0] == epoch]
        start = 1 if epoch == FIRST_EPOCH else beginnings[epoch].seq if epoch in beginnings else 0
        older = [last for each, _, last in runs if each < epoch]
        if epoch != FIRST_EPOCH and parents.get(epoch) is None:
            # Where the missing piece begins is not known: at the earliest behind the last entry known before it.
            until = (start or mine[0][1]) - 1
            before = max((last for last in older if last <= until), default=0)
            yield from _gap(min(before + 1, until), until, bundles)
        known = start - 1 if start else mine[0][1] - 1
        for _, first, last in mine:
            yield from _gap(known + 1, first - 1, bundles)
            known = last


def _gap(first: int, last: int, bundles: Iterable[CarriedBundle]) -> Iterator[Gap]:
    """Yield the gap between two places, if there is one, with the packages between the known ones around it."""
    if first > last:
        return
    known = list(bundles)
    lower = max((one.number for one in known if one.last < first), default=0)
    upper = min((one.number for one in known if one.first > last), default=0)
    yield Gap(first, last, (lower + 1, upper - 1) if lower + 1 <= upper - 1 else (0, 0))


def _tails(path: tuple[Run, ...], runs: list[Run]) -> Iterator[Run]:
    """Yield what lies in older epochs behind the entries that newer ones continue."""
    for epoch, _, last in path[:-1]:
        yield from ((epoch, max(first, last + 1), end) for each, first, end in runs if each == epoch and end > last)
