"""Numbers, digests and heads as they stand in what sites and office sign: read strictly, written one way."""

from __future__ import annotations

import re
from typing import Any

from forms_app.storage.chain import Head

DIGEST = re.compile(r"[0-9a-f]{64}\Z")


def from_head(head: Head) -> list[int | str]:
    """Return a head as it stands in a signed statement."""
    return [head.epoch, head.seq, head.hash.hex()]


def read_head(value: Any) -> Head:
    """Return the head in a statement; raises ValueError or TypeError."""
    epoch, seq, digest = value
    if not DIGEST.match(digest):
        raise ValueError("no hash")
    return Head(read_number(epoch), read_number(seq), bytes.fromhex(digest))


def read_number(value: Any) -> int:
    """Return a number from 0 on that fits 63 bits; raises ValueError for anything else, `true` too."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 63:
        raise ValueError("no number")
    return value
