"""Group commit: threads that come at the same time share one trip to the disk."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")


class _Ticket(Generic[Item]):
    """What one thread brought, and what became of it."""

    __slots__ = ("done", "error", "item", "turn")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.done = False
        self.error: BaseException | None = None
        self.turn = threading.Lock()  # held until the thread is done, or is to lead
        self.turn.acquire()


class GroupCommit(Generic[Item]):
    """Hands all that is waiting to one `commit`, called by one of the waiting threads.

    While one commit is under way the next group gathers, so a slow disk makes larger groups, not a longer queue.
    """

    def __init__(self, commit: Callable[[Sequence[Item]], None]) -> None:
        self._commit = commit
        self._gate = threading.Lock()
        self._waiting: list[_Ticket[Item]] = []
        self._led = False

    def bring(self, item: Item) -> None:
        """Return when the commit that holds `item` has returned; raises what that commit raised."""
        ticket = _Ticket(item)
        with self._gate:
            self._waiting.append(ticket)
            follows, self._led = self._led, True
        if follows:
            ticket.turn.acquire()
        if not ticket.done:
            self._lead()
        if ticket.error is not None:
            raise ticket.error

    def _lead(self) -> None:
        """Commit all that waits, this thread's own included, tell those threads, and let another one lead on."""
        with self._gate:
            group, self._waiting = self._waiting, []
        error: BaseException | None = None
        try:
            self._commit([ticket.item for ticket in group])
        except BaseException as raised:  # noqa: BLE001 - bring() raises it in every thread of the group
            error = raised
        with self._gate:
            following = self._waiting[0] if self._waiting else None
            self._led = following is not None
        for ticket in group:
            ticket.error, ticket.done = error, True
            ticket.turn.release()
        if following is not None:
            following.turn.release()
