"""The courier of `peksos serve`: a thread that pushes secret records at once, and the rest from time to time.

It looks at the log instead of being called, so that no POST waits for it, whichever process took the record in.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field

from forms_app.errors import PeksosError
from forms_app.site.pushing import collect_receipt, push
from forms_app.site.services import Services
from forms_app.transfer.wire import InboxAway, Patience, Wire


@dataclass(frozen=True)
class Pace:
    """How the courier goes about it, in seconds.

    look: how often it looks. rest: how long a secret record rests, so that others may come along.
    first, longest: how long it waits after the first failure, and at most.
    """

    look: float = 2.0
    rest: float = 3.0
    first: float = 15.0
    longest: float = 900.0


@dataclass
class Courier:
    """One site's courier; failures are silent here and stand in `peksos status`."""

    services: Services
    pace: Pace = field(default_factory=Pace)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, in a thread that ends with the process."""
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; what is on its way is cut off and continued at the next start."""
        self._stopped.set()
        if self._thread:
            self._thread.join()

    def _run(self) -> None:
        failures, due = 0, time.monotonic()
        while not self._stopped.wait(self.pace.look):
            try:
                urgent = self._urgent()
                if (failures or not urgent) and time.monotonic() < due:
                    continue
                if urgent and self._stopped.wait(_jitter(self.pace.rest)):
                    return
                self._push()
                failures, wait = 0, self.services.settings.push_minutes * 60.0
            except (PeksosError, OSError):
                failures += 1
                wait = _jitter(min(self.pace.longest, self.pace.first * 2 ** min(failures - 1, 16)))
            due = time.monotonic() + wait

    def _urgent(self) -> bool:
        """Whether a secret record is here that the inbox does not have."""
        state = self.services.pushes.get(self.services.settings.inbox_url)
        return self.services.pushes.secret_after(state.seq if state.hash else 0)

    def _push(self) -> None:
        patience = Patience(tries=4, sleep=self._sleep)
        with Wire(self.services.settings.inbox_url) as wire:
            push(self.services, wire, patience)
            collect_receipt(self.services, wire, patience)

    def _sleep(self, seconds: float) -> None:
        if self._stopped.wait(seconds):
            raise InboxAway("")


def _jitter(seconds: float) -> float:
    """Return between half of the time and all of it: sites that lost the line together do not come back together."""
    return seconds * (0.5 + secrets.randbelow(1_000) / 2_000)
