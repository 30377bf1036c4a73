"""Eight words that two people can read to each other over the telephone to know that they hold the same key.

Proquints (arXiv:0901.4016): five letters for 16 bits, consonants and vowels in turn, so that they can be pronounced.
Eight of them are the first 128 bits of SHA-256 over the public key: too many for anybody to find a second key.
"""

from __future__ import annotations

import hashlib
import re

CONSONANTS = "bdfghjklmnprstvz"
VOWELS = "aiou"
COUNT = 8  # words, of 16 bits each


def words(public: bytes) -> str:
    """Return the eight words of a public key, joined by hyphens."""
    digest = hashlib.sha256(public).digest()
    return "-".join(_word(int.from_bytes(digest[at : at + 2], "big")) for at in range(0, 2 * COUNT, 2))


def same_words(spoken: str, public: bytes) -> bool:
    """Tell whether what was typed or read aloud names this key: capitals, spaces, hyphens and dots do not matter."""
    return re.sub(r"[\s.,_\-‐-―]+", "", spoken.lower()) == words(public).replace("-", "")


def _word(bits: int) -> str:
    first, second, third = bits >> 12, bits >> 6 & 15, bits & 15
    return CONSONANTS[first] + VOWELS[bits >> 10 & 3] + CONSONANTS[second] + VOWELS[bits >> 4 & 3] + CONSONANTS[third]
