"""The outbox file: frames one after another, and where it was cut."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_app.errors import DamagedBundle, NotABundle
from forms_app.transfer.outbox import MAGIC, read_outbox, write_outbox


def written(records: list[bytes]) -> bytes:
    """Return the file of these records."""
    file = BytesIO()
    write_outbox(file, records)
    return file.getvalue()


@given(records=st.lists(st.binary(min_size=1, max_size=300), max_size=9))
def test_what_is_written_is_read(records: list[bytes]) -> None:
    """Every frame, in order; an empty outbox too."""
    assert list(read_outbox(BytesIO(written(records)))) == records


def test_the_format_is_as_documented() -> None:
    """Magic line, then length and bytes: what the browser writes without this code."""
    assert written([b"ab", b"c"]) == b"peksos-outbox/1\n\0\0\0\2ab\0\0\0\1c"


def test_a_cut_file_gives_what_is_whole() -> None:
    """Wherever it was cut, the frames before are yielded and the cut is told, but for a cut between two frames."""
    records = [b"first", b"second!"]
    data = written(records)
    ends = [len(MAGIC), len(MAGIC) + 9, len(data)]
    for end in range(len(MAGIC), len(data) + 1):
        file, found = read_outbox(BytesIO(data[:end])), list[bytes]()
        whole = sum(one <= end for one in ends) - 1
        found.extend(next(file) for _ in range(whole))
        assert found == records[:whole]
        if end in ends:
            assert next(file, None) is None
        else:
            with pytest.raises(DamagedBundle, match="terpotong"):
                next(file)


@pytest.mark.parametrize("data", [b"", b"peksos-outbox/2\n", b"peksos-outbox/1", b"\0" * 40])
def test_another_file_is_no_outbox(data: bytes) -> None:
    """It is refused before anything of it is taken."""
    with pytest.raises(NotABundle):
        list(read_outbox(BytesIO(data)))


@pytest.mark.parametrize("size", [0, 65_537, 0xFFFFFFFF])
def test_an_impossible_length_ends_the_file(size: int) -> None:
    """No frame is empty, or larger than a record can be; nothing that large is read."""
    with pytest.raises(DamagedBundle):
        list(read_outbox(BytesIO(MAGIC + size.to_bytes(4, "big") + bytes(100))))
