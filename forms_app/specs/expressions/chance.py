"""Chance that can be worked out again: a filling draws the same numbers on the phone, at the site, at the office.

Nothing secret may depend on it.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from forms_app.specs.expressions.evaluation import text_of

_BITS = 0xFFFFFFFF


def random(seed: str | None, place: str, entry: float | None) -> float:
    """Return a number from 0 up to 1, drawn for this filling, this place in the form and this entry of a repeat."""
    mixed = 2166136261
    for sign in _source(seed, place, entry):
        mixed = (mixed ^ ord(sign)) * 16777619 & _BITS  # FNV-1a, then half of what MurmurHash3 ends with
    mixed = (mixed ^ mixed >> 16) * 2246822507 & _BITS
    mixed = (mixed ^ mixed >> 13) * 3266489909 & _BITS
    return mixed / 2**32


def unique(seed: str | None, place: str, entry: float | None) -> str:
    """Return a UUID in the shape of version 4, which nobody can tell without the filling's seed."""
    digest = hashlib.sha256(f"uuid {_source(seed, place, entry)}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def _source(*parts: Any) -> str:
    return " ".join(map(text_of, parts))
