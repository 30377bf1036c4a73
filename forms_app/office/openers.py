"""Opening many records: piece by piece, in this process or in several, with the same result.

A piece goes to a process as sealed bytes and comes back as sealed verdicts and counts; what was in between exists in
that process's memory only.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from typing import Any, TypeVar

from forms_app.errors import CannotOpen, UnknownForm
from forms_app.office.opened import OUT_OF_SCOPE, Opened, Specs, judged, named, understand, unseal
from forms_app.office.scope import Scope, inside
from forms_app.office.verdicts import Pen
from forms_app.sealing.keys import Identity
from forms_app.storage.archive import ArchivedRecord
from forms_app.storage.verdicts import Verdict

PIECE = 250  # records opened at once
AHEAD = 3  # pieces that wait for each process: what is held in memory does not grow with the archive

_Given = TypeVar("_Given")
_Found = TypeVar("_Found")


@dataclass
class OpenReport:
    """What one `open` found; counts only. Of these records `flawed` need a look."""

    opened: int = 0
    locked: int = 0
    flawed: int = 0
    forms: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)

    def count(self, found: Mapping[str, Any], flaws: tuple[str, ...]) -> None:
        """Count one verdict."""
        self.opened += 1
        self.flawed += bool(flaws)
        self.forms[named(found["form"], found["part"])] += 1
        if found["level"] and not found["part"]:
            self.levels[found["level"]] += 1

    def add(self, other: OpenReport) -> None:
        """Count what another report counts too."""
        self.opened += other.opened
        self.locked += other.locked
        self.flawed += other.flawed
        self.forms.update(other.forms)
        self.levels.update(other.levels)


@dataclass
class Piece:
    """What came of some records: their verdicts, their counts, and how many of them bear the id of another one."""

    report: OpenReport = field(default_factory=OpenReport)
    verdicts: list[Verdict] = field(default_factory=list)
    twins: int = 0


@dataclass(frozen=True)
class Sheaf:
    """Forms by digest, to be handed to another process."""

    sources: Mapping[str, str]

    def spec_source(self, digest: str, /) -> str | None:
        """Return the form of a digest, or None."""
        return self.sources.get(digest)

    def spec_sources(self) -> list[str]:
        """Return all forms."""
        return list(self.sources.values())


@dataclass(frozen=True)
class Opener:
    """All it takes to open records and to write down what was found."""

    identities: Mapping[str, Identity]
    specs: Specs
    allowed: Mapping[str, Scope]
    pen: Pen
    recompute: bool = True

    def open(self, records: Iterable[ArchivedRecord]) -> Piece:
        """Open some records, and count those that do not open; twins are judged, but not counted.

        Each step is taken for all of them before the next: going back and forth between steps, the processor loses from
        its caches what each works with, which costs a tenth.
        """
        given = list(records)
        unsealed = list(_what_opens(partial(unseal, identities=self.identities), given))
        read = list(_what_opens(partial(understand, specs=self.specs), unsealed))
        opened = [judged(one, recompute=self.recompute) for one in read]
        found = [(one, verdict_of(one)) for one in opened]
        piece = Piece(twins=sum(one.aside != "" for one in given))
        for one, verdict in found:
            if not one.archived.aside:
                piece.report.count(verdict, flaws_of(self.allowed, one.archived, verdict))
        piece.report.locked = len(given) - piece.twins - piece.report.opened
        write = partial(self.pen.write, judged=self.recompute)
        piece.verdicts.extend(write(one.key_id, one.archived, verdict) for one, verdict in found)
        return piece


def _what_opens(step: Callable[[_Given], _Found], given: Iterable[_Given]) -> Iterator[_Found]:
    """Yield what a step makes of each, but for those that do not open."""
    for one in given:
        try:
            yield step(one)
        except (CannotOpen, UnknownForm):
            continue


def open_pieces(opener: Opener, records: Iterator[ArchivedRecord], processes: int) -> Iterator[Piece]:
    """Yield what comes of the records, piece by piece and in their order; if there are many, in several processes."""
    pieces = iter(lambda: list(islice(records, PIECE)), [])
    first = list(islice(pieces, processes)) if processes > 1 else []
    if len(first) < max(processes, 2):  # few records: starting processes would take longer
        for piece in chain(first, pieces):
            yield opener.open(piece)
        return
    waiting: deque[Future[Piece]] = deque()
    with _pool(opener, processes) as pool:
        for piece in chain(first, pieces):
            waiting.append(pool.submit(_open, piece))
            if len(waiting) >= AHEAD * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def verdict_of(opened: Opened) -> dict[str, Any]:
    """Return what is kept of an opened record: enough to count it, and to judge anew what its site may send."""
    form = {"form": opened.spec.form_id, "part": opened.submission.part, "school": opened.school}
    return form | {"level": opened.level, "flaws": list(opened.flaws)}


def flaws_of(allowed: Mapping[str, Scope], archived: ArchivedRecord, found: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what is wrong by a verdict, and by what the site may send today."""
    within = inside(allowed, archived.site, found["form"], found["school"])
    return (*(() if within else (OUT_OF_SCOPE,)), *found["flaws"])


def processors() -> int:
    """Return how many processes can work at once here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_OPENER: list[Opener] = []  # of a process that does nothing else


@contextmanager
def _pool(opener: Opener, processes: int) -> Iterator[ProcessPoolExecutor]:
    """Start processes that hold the keys in memory; they end with the block, and never touch the database."""
    forks = "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if forks else "spawn")
    sources = Sheaf(dict(opener.specs.sources()))
    seeds = {key_id: (one.role, one.seed) for key_id, one in opener.identities.items()}
    given = seeds, sources, dict(opener.allowed), opener.pen, opener.recompute
    with ProcessPoolExecutor(processes, context, _begin, given) as pool:
        yield pool


def _begin(
    seeds: Mapping[str, tuple[str, bytes]], sources: Sheaf, allowed: Mapping[str, Scope], pen: Pen, recompute: bool
) -> None:
    identities = {key_id: Identity(*seed) for key_id, seed in seeds.items()}
    _OPENER.append(Opener(identities, Specs(sources), allowed, pen, recompute))


def _open(records: list[ArchivedRecord]) -> Piece:
    return _OPENER[-1].open(records)
