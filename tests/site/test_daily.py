"""Work that a running site does once a day."""

from __future__ import annotations

import logging
import threading

import pytest

from forms_app.errors import StorageError
from forms_app.site.daily import daily


def test_it_is_done_at_the_start_and_again_and_again() -> None:
    """Not only after the first day: a laptop is seldom on for one."""
    done = threading.Semaphore(0)
    with daily(done.release, every=0.01):
        assert all(done.acquire(timeout=5) for _ in range(3))


def test_it_ends_with_the_site() -> None:
    """Nothing begins any more once the site has stopped."""
    count = [0]

    def work() -> None:
        count[0] += 1

    with daily(work, every=0.01):
        pass
    ended = count[0]
    assert not any(thread.name == "daily" for thread in threading.enumerate())
    assert count[0] == ended


def test_trouble_is_told_by_its_kind_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    """A full disk today is no reason to give up for good."""
    done = threading.Semaphore(0)

    def work() -> None:
        done.release()
        raise StorageError("Sutinah")

    with caplog.at_level(logging.WARNING), daily(work, every=0.01):
        assert all(done.acquire(timeout=5) for _ in range(2))
    assert "StorageError" in caplog.text
    assert "Sutinah" not in caplog.text
