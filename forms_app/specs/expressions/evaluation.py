"""What expressions are worked out from: values, how answers are read as such, and the context of a filling.

A value is a text, a number (an IEEE double), a boolean, or None: the empty value. A text without characters and a
number that is not finite are empty, so `1 div 0` is empty. static/expressions.js does the same on the phone.
"""

from __future__ import annotations

import math
import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

Tree = Any
Value = str | float | bool | None

WIB = timedelta(hours=7)
_NUMBER = re.compile(r"[ \t\r\n]*(-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))[ \t\r\n]*")
_DAY = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Context:
    """Where and when a form is filled in: what an expression may ask for beside the answers.

    `day` is YYYY-MM-DD and `now` YYYY-MM-DDTHH:MM, both in WIB; `seed` is the filling's own text, from which chance is
    drawn; `labels` holds, for each question, the label of each choice in the language of the filling.
    """

    day: str = ""
    now: str = ""
    seed: str = ""
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)

    @classmethod
    def current(cls, today: date | None = None) -> Context:
        """Return this moment in WIB, or of the day given, for a filling that nobody else knows of."""
        moment = datetime.now(UTC) + WIB
        day = (today or moment.date()).isoformat()
        return cls(day, f"{day}T{moment:%H:%M}", secrets.token_urlsafe(12))


def settled(value: Any) -> Any:
    """Return the value in its one form: empty text and infinity become None, whole numbers become doubles."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return settled(_double(value))
    return None if value == "" else value


def tidy(text: str) -> str:
    """Return the text as it is counted and compared everywhere: NFC, with LF as the only line end."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n"))


def text_of(value: Any) -> str:
    """Return the text of a value: `2.0` is "2", an empty value is "", chosen names stand with spaces between."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return " ".join(text_of(part) for part in value if not isinstance(part, list | tuple))
    return _digits(_double(value)) if isinstance(value, int | float) else str(value)


def number_of(value: Any) -> float | None:
    """Return the number that a value stands for, or None. Only plain digits, a sign and a point are a number."""
    if isinstance(value, float | int | Decimal):
        number = _double(value)
    else:
        match = _NUMBER.fullmatch(text_of(value))
        number = float(match[1]) if match else math.nan
    return number if math.isfinite(number) else None


def is_day(text: str) -> bool:
    """Whether a text is a day that the calendar has, of the years 1000 to 2999, written YYYY-MM-DD."""
    try:
        return _DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _double(number: float | Decimal) -> float:
    """Return a number of any kind as a double; what is too large for one is infinite."""
    try:
        return float(number)
    except OverflowError:
        return math.inf


def _digits(number: float) -> str:
    """Return the shortest decimal that reads back as this double, as ECMAScript's Number::toString writes it."""
    if number == 0 or not math.isfinite(number):
        return "0" if number == 0 else ""
    digits = Decimal(repr(number))
    if 1e-6 <= abs(number) < 1e21:
        text = f"{digits:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa, _, exponent = f"{digits.normalize():e}".partition("e")
    return f"{mantissa}e{int(exponent):+d}"


def _read_text(value: Any) -> str | None:
    if type(value) is str and value.isascii() and "\r" not in value:
        return value or None
    return tidy(text_of(value)) or None


def _read_flag(value: Any) -> bool | None:
    text = text_of(value)
    return text != "false" if text else None


def _read_set(value: Any) -> list[str] | None:
    if type(value) is str and " " not in value:
        return [value] if value else None
    names = value if isinstance(value, list | tuple) else text_of(value).split(" ")
    return [text_of(name) for name in names if name] or None


def _read_any(value: Any) -> Any:
    return value if isinstance(value, bool) else settled(value if isinstance(value, int | float) else _read_text(value))


def _read_all(entries: Any, inner: str = "", reader: str = "") -> list[Any]:
    """Return the entries of a repeat, or what they answer to `inner`; without `inner` the entries are the answers."""
    listed: list[Any] = list(entries) if isinstance(entries, list | tuple) else []
    if not reader:
        return listed
    answers = [entry.get(inner) if isinstance(entry, dict) else None for entry in listed] if inner else listed
    return [READERS[reader](answer) for answer in answers]


READERS: dict[str, Callable[..., Any]] = {
    "ref": _read_text,
    "num": number_of,
    "flag": _read_flag,
    "set": _read_set,
    "raw": _read_any,
    "all": _read_all,
}
"""How an answer is read, by the kind that its question promises; whatever stands there, the kind comes out."""


def questions(reading: Tree) -> list[str]:
    """Return the questions that one reading asks for; ".." and "@column" are no questions."""
    return [name for name in reading[1:3] if name and name[0] not in ".@"]
