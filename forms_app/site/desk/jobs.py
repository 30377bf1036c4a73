"""Work that takes longer than a page may: one thread for each, with its progress to look at."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from forms_app.errors import N_, PeksosError
from forms_app.transfer.writing import Progress

_KEPT = 32


@dataclass
class Job:
    """One piece of work: `state` is working, done or failed; then `message` says why."""

    name: str
    done: int = 0
    total: int = 0
    state: str = "working"
    message: PeksosError | None = None

    def advance(self, done: int, total: int) -> None:
        """Note how far the work has come."""
        self.done, self.total = done, total


@dataclass
class Jobs:
    """The jobs of this process, the oldest forgotten first."""

    found: dict[str, Job] = field(default_factory=dict)

    def start(self, work: Callable[[Progress], object]) -> Job:
        """Begin work in a thread of its own and return its job at once."""
        job = Job(secrets.token_hex(8))
        while len(self.found) >= _KEPT:
            self.found.pop(next(iter(self.found)))
        self.found[job.name] = job
        threading.Thread(target=_run, args=(job, work), daemon=True).start()
        return job


def _run(job: Job, work: Callable[[Progress], object]) -> None:
    try:
        work(job.advance)
    except PeksosError as error:
        job.message, job.state = error, "failed"
    except OSError:
        job.message = PeksosError(N_("Berkas tidak bisa ditulis. Periksa ruang dan izin folder."))
        job.state = "failed"
    else:
        job.state = "done"
