"""Passwords of desk accounts, and the Argon2id settings that passwords and key files share (RFC 9106)."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

SALT_SIZE = 16  # bytes
HASH_SIZE = 32  # bytes


@dataclass(frozen=True)
class Cost:
    """What one guess costs: memory in KiB, passes, lanes. The default is RFC 9106's second choice with one lane."""

    memory: int = 65_536
    iterations: int = 3
    lanes: int = 1

    def derivation(self, salt: bytes) -> Argon2id:
        """Return Argon2id at this cost; each object derives once."""
        return Argon2id(
            salt=salt, length=HASH_SIZE, iterations=self.iterations, lanes=self.lanes, memory_cost=self.memory
        )


STANDARD = Cost()


def hash_password(password: str, cost: Cost = STANDARD) -> str:
    """Return the PHC string to keep: salt and cost stand in it, the password does not.

    For a name nobody has, call this too and throw it away: then unknown names and wrong passwords take equally long.
    """
    return cost.derivation(os.urandom(SALT_SIZE)).derive_phc_encoded(typed(password))


def verify_password(phc: str, password: str) -> bool:
    """Tell whether this is the password that the PHC string was made from; False for a damaged string too."""
    try:
        Argon2id.verify_phc_encoded(typed(password), phc)
    except InvalidKey:
        return False
    return True


def typed(password: str) -> bytes:
    """Return the same bytes for the same password from every keyboard (Unicode NFKC)."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
