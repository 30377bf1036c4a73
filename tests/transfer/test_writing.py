"""Writing a bundle: whole or absent, and nothing that the log does not hold."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from forms_app.errors import BrokenLog, TransferError
from forms_app.storage.chain import Entry
from forms_app.transfer.bundle import BundleInfo
from forms_app.transfer.frames import MAX_SPEC

Writer = Callable[..., BundleInfo]


def test_the_file_is_for_its_owner_and_alone(write: Writer, path: Path):
    """The bundle has mode 0600 and nothing is left beside it."""
    write()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_log_that_does_not_reach_its_head_gives_no_file(write: Writer, path: Path, entries: list[Entry]):
    """Entries missing at the end, in the middle or at the start leave no file behind, nor do they replace one."""
    path.write_bytes(b"the bundle before")
    for given, error in (
        (entries[:-1], TransferError),
        (entries[1:], BrokenLog),
        (entries[:2] + entries[3:], BrokenLog),
    ):
        with pytest.raises(error):
            write(entries=given)
    with pytest.raises(TransferError):
        write(head_after=replace_hash(entries[-1]))
    assert path.read_bytes() == b"the bundle before"
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def replace_hash(entry: Entry) -> object:
    """Return the head of the entry with another hash."""
    return entry._replace(hash=bytes(32)).head


def test_what_exceeds_its_cap_is_refused(write: Writer, path: Path, entries: list[Entry]):
    """A record, a form file or a library that no office would take is not written."""
    for changes in (
        {"entries": [entries[0]._replace(record=bytes(65_537)), *entries[1:]]},
        {"specs": [("ab" * 32, bytes(MAX_SPEC + 1))]},
        {"specs": [("ab" * 32, b"")] * 1001},
        {"specs": [("../etc", b"")]},
        {"site": "Not A Site"},
        {"previous_digest": "none"},
    ):
        with pytest.raises(TransferError):
            write(**changes)
    assert not path.exists()


def test_the_line_holds_any_count(write: Writer, path: Path, entries: list[Entry]):
    """The first line has room for the count of records, however many turn out to be carried."""
    write(entries=[entry._replace(record=None) for entry in entries])
    line, _, _ = path.read_bytes().partition(b"\n")
    assert line.rstrip().endswith(b"}")
