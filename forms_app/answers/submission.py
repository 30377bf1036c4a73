"""A finished filling: its canonical bytes both ways, its identity, and the receipt that a person writes down."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import zip_longest
from types import UnionType
from typing import Any, Self

from forms_app.errors import N_, CannotOpen
from forms_app.specs.formats import check_digit

FORMAT = "peksos/submission/1"
WIB = timezone(timedelta(hours=7), "WIB")
RECEIPT_DIGITS = 10
PHONE = "phone"
"""The channel of what was sealed on the phone."""
_EPOCH = date(1970, 1, 1)
_RARE: Mapping[str, Any] = {"partial": False, "follows": ""}
_write = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True)
class Submission:
    """What is sealed: the answers, and what the office needs to read them years later. Times are UTC, ISO 8601.

    `partial`: sent before it was finished, so required answers may be missing. `follows`: the receipt code of what was
    sent before, to which this is an addition. Both stand in the bytes only where they say something.
    """

    form_id: str
    version: str
    digest: str
    nonce: str
    answers: dict[str, Any]
    calculated: dict[str, Any]
    event: str = ""
    event_data: dict[str, str] | None = None
    part: str = ""
    language: str = "id"
    filled_at: str = ""
    channel: str = "web"
    filled_by: str = "self"
    level: str = ""
    level_shown: bool = False
    sample: bool = False
    partial: bool = False
    follows: str = ""

    def to_bytes(self) -> bytes:
        """Return the canonical bytes: sorted keys, no spaces, UTF-8."""
        said = {name: value for name, value in self.__dict__.items() if value or name not in _RARE}
        return canonical({"format": FORMAT, **said})

    @classmethod
    def from_bytes(cls, text: bytes) -> Self:
        """Return the submission of these bytes; raise CannotOpen for anything that is none.

        Anyone can seal to the office, so nothing in them may be trusted but their types.
        """
        try:
            plain = text.decode("utf-8")
            values = _STRICT.decode(plain)
            if values.pop("format") != FORMAT or not all(values.get(name, True) for name in _RARE):
                raise ValueError(FORMAT)
            values = {**_RARE, **values}
            if values.keys() != _KINDS.keys():
                raise ValueError(FORMAT)
            for name, kind in _KINDS.items():
                if not isinstance(values[name], kind):
                    raise TypeError(name)
            found = cls.__new__(cls)
            vars(found).update(values)  # all of them, checked above: `__init__` would set sixteen one by one
            found.refuse_nonsense()
            if "\\u" in plain:
                found.to_bytes()  # a lone surrogate is no text
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            raise CannotOpen(N_("Isi catatan ini tidak dikenal.")) from None
        return found

    def refuse_nonsense(self) -> None:
        """Raise ValueError, TypeError or OverflowError when data of the event or the time are none."""
        words = all(isinstance(value, str) for value in (self.event_data or {}).values())
        if not words or not datetime.fromisoformat(self.filled_at).tzinfo or self.day < _EPOCH:
            raise ValueError(FORMAT)
        if self.follows and (len(self.follows) != RECEIPT_DIGITS or not self.follows.isdecimal()):
            raise ValueError(FORMAT)

    def values(self) -> dict[str, Any]:
        """Return everything by name, entered and calculated, the entries of a repeat put together one by one."""
        found = {**self.answers, **self.calculated}
        for name in self.answers.keys() & self.calculated.keys():
            entered, calculated = self.answers[name], self.calculated[name]
            if isinstance(entered, list) and isinstance(calculated, list):
                found[name] = [_joined(*pair) for pair in zip_longest(entered, calculated)]
        return found

    @property
    def day(self) -> date:
        """Return the calendar day of filling in Kota Metro (WIB)."""
        return datetime.fromisoformat(self.filled_at).astimezone(WIB).date()


_OTHER_KINDS: Mapping[str, type | UnionType] = {
    "answers": dict,
    "calculated": dict,
    "event_data": dict | None,
    "level_shown": bool,
    "sample": bool,
    "partial": bool,
}
_KINDS = {field.name: _OTHER_KINDS.get(field.name, str) for field in fields(Submission)}


def _joined(entered: Any, calculated: Any) -> dict[str, Any]:
    """Return one entry of a repeat; what is no entry adds nothing."""
    return {key: value for one in (entered, calculated) if isinstance(one, dict) for key, value in one.items()}


def _refuse(constant: str) -> None:
    raise ValueError(constant)


_STRICT = json.JSONDecoder(parse_constant=_refuse)


def canonical(value: Any) -> bytes:
    """Return JSON with sorted keys, no spaces and no escapes beyond those that JSON demands, in UTF-8."""
    return _write(value).encode()


def day_number(day: date) -> int:
    """Return the day as days since 1970, which fits 16 bits until 2149."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """Return the calendar day of a day number."""
    return _EPOCH + timedelta(days=number)


@dataclass(frozen=True)
class Nonce:
    """What one opened page carries: its day and 128 random bits. The same page sent again is the same record."""

    day: int
    secret: bytes

    @classmethod
    def fresh(cls, today: date) -> Self:
        """Draw a new one."""
        return cls(day_number(today), os.urandom(16))

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the nonce that a page sent back, or None when it is no nonce."""
        try:
            raw = base64.urlsafe_b64decode(text.encode("ascii"))
        except (ValueError, binascii.Error):
            return None
        return cls(int.from_bytes(raw[:2], "big"), raw[2:]) if len(raw) == 18 and len(text) == 24 else None

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(self.day.to_bytes(2, "big") + self.secret).decode()

    def for_part(self, name: str, pepper: bytes) -> Nonce:
        """Return the nonce of a part, which nobody without the site's pepper can link to the page's."""
        secret = hmac.digest(pepper, self.secret + name.encode(), hashlib.sha256)[:16]
        return Nonce(self.day, secret)


def receipt_code(identity: bytes) -> str:
    """Return the ten digits that a person writes down: nine of the identity and a check digit."""
    digits = f"{int.from_bytes(identity[2:10], 'big') % 10**9:09d}"
    return digits + check_digit(digits)


def show_receipt(code: str) -> str:
    """Return the receipt in two groups, easy to read aloud."""
    return f"{code[:5]} {code[5:]}"


def now() -> datetime:
    """Return the present moment in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
