"""The part of static/expressions.js that one page needs."""

from __future__ import annotations

import re
from collections.abc import Collection

_OPERATION = re.compile(r'    "([^"]+)": ')
_NAME = re.compile(r"  const (\w+) = ")


def needed(script: str, functions: Collection[str]) -> str:
    """Return the script with only these operations (`Expression.functions` of the page), without comments and spaces.

    The script keeps to one operation or helper per line; helpers that nothing names any more go too.
    """
    lines = [line for line in script.splitlines() if line.strip() and not line.lstrip().startswith("//")]
    lines = [line for line in lines if not line.startswith("if (typeof module")]
    lines = [line for line in lines if not (match := _OPERATION.match(line)) or match[1] in functions]
    while (kept := [line for line in lines if _is_named(line, lines)]) != lines:
        lines = kept
    return "\n".join(line.strip() for line in lines)


def _is_named(line: str, lines: Collection[str]) -> bool:
    """Whether a line is no helper, or one that another line names."""
    match = _NAME.match(line)
    return match is None or any(re.search(rf"\b{match[1]}\b", other) for other in lines if other != line)
