"""Frames: exact lengths, caps, and skeletons that come back."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_app.errors import DamagedBundle
from forms_app.storage.chain import Entry
from forms_app.transfer.frames import frame, read_frame, read_skeleton, skeleton


def test_a_frame_comes_back():
    """Frames stand one after another; at the end of the file a frame is missing, not empty."""
    file = io.BytesIO(frame(b"one") + frame(b""))
    assert (read_frame(file, 3), read_frame(file, 3)) == (b"one", b"")
    with pytest.raises(DamagedBundle):
        read_frame(file, 3)


@pytest.mark.parametrize("data", [b"", b"\0\0\0", b"\0\0\0\2x", b"\xff\xff\xff\xff"])
def test_short_and_long_frames_are_refused(data: bytes):
    """A frame that ends early or announces more than its cap raises DamagedBundle before anything is read."""
    with pytest.raises(DamagedBundle):
        read_frame(io.BytesIO(data), 1000)


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**63), st.integers(0, 2**16 - 1), st.binary(max_size=50))
def test_a_skeleton_comes_back(epoch: int, seq: int, day: int, record: bytes):
    """Everything but the record and the previous hash stands in the skeleton."""
    entry = Entry(epoch, seq, "record", day, bytes(16), b"h" * 32, b"p" * 32, b"o" * 32, record or None)
    bare = Entry(epoch, seq, "record", day, bytes(16), b"h" * 32, b"p" * 32, b"o" * 32)
    assert read_skeleton(skeleton(entry), b"p" * 32) == (bare, len(record))


@given(st.binary(max_size=100))
def test_junk_is_damaged(data: bytes):
    """Bytes that are no skeleton raise DamagedBundle and nothing else."""
    with pytest.raises(DamagedBundle):
        read_skeleton(data, bytes(32))
