"""How the office holds a site's log: up to where without a gap, what is missing, and what a restored site has lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from forms_app.storage.chain import FIRST_EPOCH, Head, opening
from forms_app.storage.ledger import CarriedBundle, Ledger, Place, Run


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

    `path` are the stretches, from the beginning and without a gap, of the chain that ends at `head`; `tails` what lies
    beside it: entries behind the one that a later epoch continues. A site that was restored does not have these.
    """

    site: str
    head: Head
    path: tuple[Run, ...]
    gaps: tuple[Gap, ...]
    tails: tuple[Run, ...]

    @property
    def restored(self) -> int:
        """Return how often the site began a new epoch, as far as this chain knows."""
        return max(len(self.path) - 1, 0)


@dataclass(frozen=True)
class _Lines:
    """What is known of a site's lines: their stretches, where they begin, and which line each continues."""

    runs: list[Run]
    beginnings: dict[int, Head]
    parents: dict[int, int | None]
    bundles: list[CarriedBundle]

    def start(self, line: int) -> int:
        """Return the first place of a line, 0 where that is not known."""
        if line == FIRST_EPOCH:
            return 1
        return self.beginnings[line].seq if line in self.beginnings else 0

    def newest_first(self) -> list[int]:
        """Return the lines, those of the newest epoch first; of two, the one that the later package ended on."""
        latest = {one.line: one.number for one in self.bundles}  # in the order of their numbers
        epochs = {run.line: run.epoch for run in self.runs}
        return sorted(epochs, key=lambda line: (epochs[line], latest.get(line, 0), line), reverse=True)


def chain_state(ledger: Ledger, site: str) -> ChainState:
    """Return how the office holds a site's log. Of several lines the newest one that is whole counts."""
    beginnings = ledger.beginnings(site)
    parents = {line: ledger.parent(site, beginning) for line, beginning in beginnings.items()}
    lines = _Lines(ledger.runs(site), beginnings, parents, ledger.bundles(site))
    path = next(filter(None, (_path(line, lines) for line in lines.newest_first())), ())
    head = ledger.head(site, path[-1].line, path[-1].last) if path else opening(site)
    return ChainState(site, head, path, tuple(_gaps(lines)), tuple(_tails(path, lines)))


def places(ledger: Ledger, state: ChainState) -> Iterator[Place]:
    """Yield the records' places on the chain that counts, in order."""
    for run in state.path:
        yield from ledger.places(state.site, run)


def _path(line: int, lines: _Lines) -> tuple[Run, ...]:
    """Return the way to a line from the very first entry on, or () where a piece of it is missing."""
    found: list[Run] = []
    end: int | None = None  # None: as far as it goes
    while True:
        start = lines.start(line)
        run = next((one for one in lines.runs if one.line == line and one.first <= start <= one.last), None)
        if not start or run is None or (end is not None and run.last < end):
            return ()
        found.insert(0, Run(line, start, run.last if end is None else end))
        if line == FIRST_EPOCH:
            return tuple(found)
        parent = lines.parents[line]
        if parent is None:
            return ()
        line, end = parent, start - 1


def _gaps(lines: _Lines) -> Iterator[Gap]:
    """Yield what is missing, line by line."""
    for line in sorted({run.line for run in lines.runs}):
        mine = [run for run in lines.runs if run.line == line]
        start = lines.start(line)
        if line != FIRST_EPOCH and lines.parents.get(line) is None:
            # Where the missing piece begins is not known: at the earliest behind the last entry known before it.
            until = (start or mine[0].first) - 1
            older = (run.last for run in lines.runs if run.epoch < mine[0].epoch and run.last <= until)
            yield from _gap(min(max(older, default=0) + 1, until), until, lines.bundles)
        known = (start or mine[0].first) - 1
        for run in mine:
            yield from _gap(known + 1, run.first - 1, lines.bundles)
            known = run.last


def _gap(first: int, last: int, bundles: Iterable[CarriedBundle]) -> Iterator[Gap]:
    """Yield the gap between two places, if there is one, with the packages between the known ones around it."""
    if first > last:
        return
    known = list(bundles)
    lower = max((one.number for one in known if one.last < first), default=0)
    upper = min((one.number for one in known if one.first > last), default=0)
    yield Gap(first, last, (lower + 1, upper - 1) if lower + 1 <= upper - 1 else (0, 0))


def _tails(path: tuple[Run, ...], lines: _Lines) -> Iterator[Run]:
    """Yield what lies behind the entries that later epochs continue, and lines that a further restore has left."""
    ends = {run.line: run.last for run in path[:-1]}
    current = path[-1].line if path else 0
    for run in lines.runs:
        left = run.line in lines.parents and lines.parents[run.line] is not None
        end = ends.get(run.line, 0 if left and run.line != current else run.last)
        if run.last > end:
            yield Run(run.line, max(run.first, end + 1), run.last)


def backward(bundles: Iterable[CarriedBundle]) -> list[CarriedBundle]:
    """Return the packages that an honest log does not make: they show that an older copy of it was put back.

    On one line numbers and places only grow. A second package of one number, or one that reaches less far than an
    earlier one did, comes from a database that has forgotten the other. A restored site is on a line of its own.
    """
    found, furthest = [], dict[int, tuple[int, int]]()
    for one in sorted(bundles, key=lambda bundle: (bundle.number, bundle.last, bundle.at)):
        number, last = furthest.get(one.line, (0, 0))
        if one.number == number or one.last < last:
            found.append(one)
        furthest[one.line] = one.number, max(last, one.last)
    return found
