"""Group commit: who comes at the same time shares one commit, and its fate."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import pytest

from forms_app.storage.groups import GroupCommit

THREADS = 8


def bring_all(group: GroupCommit[int], items: Sequence[int]) -> list[int]:
    """Bring each item from a thread of its own; return those whose thread saw an error."""
    failed: list[int] = []

    def work(item: int) -> None:
        try:
            group.bring(item)
        except OSError:
            failed.append(item)

    threads = [threading.Thread(target=work, args=(item,)) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def test_one_alone_is_committed_at_once() -> None:
    """A thread that comes alone commits what it brought."""
    groups: list[list[int]] = []
    GroupCommit(lambda items: groups.append(list(items))).bring(7)
    assert groups == [[7]]


def test_what_waits_is_committed_together() -> None:
    """While one commit runs the others gather, and the next commit takes them all."""
    groups: list[list[int]] = []

    def commit(items: Sequence[int]) -> None:
        time.sleep(0.1)
        groups.append(list(items))

    assert bring_all(GroupCommit(commit), range(THREADS)) == []
    assert sorted(item for items in groups for item in items) == list(range(THREADS))
    assert len(groups) <= 3


def test_nobody_returns_before_the_commit() -> None:
    """Every thread finds its own item committed when it returns."""
    done: set[int] = set()
    missing: list[int] = []

    def commit(items: Sequence[int]) -> None:
        time.sleep(0.001)
        done.update(items)

    group = GroupCommit(commit)

    def work(start: int) -> None:
        for item in range(start, start + 50):
            group.bring(item)
            if item not in done:
                missing.append(item)

    threads = [threading.Thread(target=work, args=(number * 50,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (missing, len(done)) == ([], THREADS * 50)


def test_a_failed_commit_fails_for_all_of_its_group_only() -> None:
    """Each thread of a failed group sees the error; later ones are served."""

    def commit(items: Sequence[int]) -> None:
        time.sleep(0.05)
        if 0 in items:
            raise OSError("disk")

    group = GroupCommit(commit)
    assert 0 in bring_all(group, range(THREADS))
    assert bring_all(group, range(1, THREADS)) == []
    with pytest.raises(OSError, match="disk"):
        group.bring(0)
