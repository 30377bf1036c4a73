"""Work that a running site does at its start and then once a day, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from forms_app.errors import PeksosError

DAY = 24 * 60 * 60.0  # seconds

_log = logging.getLogger("peksos.daily")


@contextmanager
def daily(work: Callable[[], object], every: float = DAY) -> Iterator[None]:
    """Do the work while `with` lasts; at its end wait for what is under way, and begin no more.

    Trouble is logged by its kind alone, never with an answer, and the work is tried again the next day.
    """
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            try:
                work()
            except (PeksosError, OSError) as error:
                _log.warning("%s", type(error).__name__)
            stop.wait(every)

    thread = threading.Thread(target=run, name="daily", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
