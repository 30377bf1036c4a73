"""JSON objects as bytes: one spelling when written, no surprises when read."""

from __future__ import annotations

import json
from typing import Any


def dump(value: dict[str, Any]) -> bytes:
    """Return the object as UTF-8 JSON on one line: keys sorted, no spaces; equal objects give equal bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def load(data: bytes | str) -> dict[str, Any]:
    """Return the JSON object in `data`; ValueError when it is none, repeats a key or nests too deeply."""
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("no object")  # noqa: TRY004  (callers treat every malformed text alike)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key stands twice")
    return value


def _refuse(_constant: str) -> None:
    raise ValueError("NaN and Infinity are no JSON")
