"""Event codes: six signs that a poster shows and a thumb types, such as K7Q2MX."""

from __future__ import annotations

import secrets
from hashlib import sha256

SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 or O, no 1, I or L, no U: nothing to confuse
CODE_LENGTH = 6


def new_code() -> str:
    """Return a fresh event code, to be read from a poster and typed on a phone."""
    return "".join(secrets.choice(SIGNS) for _ in range(CODE_LENGTH))


def tidy_code(typed: str) -> str:
    """Return a code as it is stored (`k7q-2mx` is K7Q2MX), or "" if it cannot be one."""
    code = "".join(typed.split()).replace("-", "").upper()
    return code if len(code) == CODE_LENGTH and all(sign in SIGNS for sign in code) else ""


def code_number(code: str) -> int:
    """Return the number under which an event lies. Raises ValueError for what is no code."""
    if tidy_code(code) != code:
        raise ValueError("not an event code")
    number = 0
    for sign in code:
        number = number * len(SIGNS) + SIGNS.index(sign)
    return number + 1


def word_number(word: str) -> int:
    """Return the number under which a word's document lies: 62 bits of its hash."""
    return int.from_bytes(sha256(word.encode()).digest()[:8], "big") >> 2
