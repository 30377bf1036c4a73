"""What the operations on texts do; a text is counted and cut in characters, not in bytes or halves of characters."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from forms_app.specs.expressions.evaluation import text_of


def flat(arguments: tuple[Any, ...]) -> list[Any]:
    """Return what is filled in, of single values and of lists."""
    lists = (part if isinstance(part, list) else [part] for part in arguments)
    return [value for part in lists for value in part if value is not None]


def substr(text: str | None, *bounds: float | None) -> str | None:
    """Return the part from one place up to another; places before 0 count from the end."""
    if None in bounds:
        return None
    return (text or "")[slice(*(int(bound or 0) for bound in bounds), *([None] if len(bounds) == 1 else []))]


def join(mark: str | None, *parts: Any) -> str:
    """Return what is filled in, with the mark between."""
    return (mark or "").join(map(text_of, flat(parts)))


def normalize_space(text: str | None) -> str:
    """Return the text without spaces around, and with single ones within."""
    return " ".join(part for part in re.split("[ \t\r\n]+", text or "") if part)


def translate(text: str | None, old: str | None, new: str | None) -> str:
    """Return the text with each character of `old` replaced by the one at its place in `new`, or by none."""
    signs: dict[str, str] = {}
    for place, sign in enumerate(old or ""):
        signs.setdefault(sign, (new or "")[place : place + 1])
    return "".join(signs.get(sign, sign) for sign in text or "")


def choice_name(chosen: list[str] | str, question: str, labels: Mapping[str, Mapping[str, str]]) -> str:
    """Return the labels of what was picked; a choice without a label stands under its name."""
    names = chosen if isinstance(chosen, list) else [one for one in chosen.split(" ") if one]
    known = labels.get(question, {})
    return ", ".join(known.get(name) or name for name in names)


def digest(text: str, algorithm: str, encoding: str = "base64") -> str:
    """Return the digest of the text's UTF-8 bytes, as ODK writes it."""
    name = algorithm.replace("-", "").lower()
    digested = hashlib.new(name, text.encode(errors="replace"), usedforsecurity=False).digest()
    return digested.hex() if encoding == "hex" else base64.b64encode(digested).decode()
