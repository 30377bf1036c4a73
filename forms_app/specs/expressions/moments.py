"""Dates (YYYY-MM-DD) and moments (YYYY-MM-DDTHH:MM), both as the clocks in Kota Metro show them (WIB)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from forms_app.specs.expressions.evaluation import WIB, is_day, text_of

DATE_CODES = "YymndeHhM"
"""The codes of format-date-time; those of format-date are the first six."""

_HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_EPOCH = date(1970, 1, 1)
_MIDNIGHT = "T00:00"


def is_hour(text: str) -> bool:
    """Whether a text is a time of the day, written HH:MM."""
    return _HOUR.fullmatch(text) is not None


def is_moment(text: str) -> bool:
    """Whether a text is a day and a time of it, written YYYY-MM-DDTHH:MM."""
    return is_day(text[:10]) and text[10:11] == "T" and is_hour(text[11:])


def day_of(value: Any) -> str | None:
    """Return the day of a date or of a moment."""
    text = text_of(value)
    return text[:10] if is_day(text) or is_moment(text) else None


def moment_of(value: Any) -> str | None:
    """Return the moment; a date stands for its midnight."""
    return (text_of(value) + _MIDNIGHT)[:16] if day_of(value) else None


def days_between(later: str, earlier: str) -> float | None:
    """Return how many days lie between two dates."""
    last, first = day_of(later), day_of(earlier)
    return float((date.fromisoformat(last) - date.fromisoformat(first)).days) if last and first else None


def decimal_days(value: str) -> float | None:
    """Return the days since 1970 began in UTC, with the time of the day as their fraction."""
    moment = moment_of(value)
    if moment is None:
        return None
    hours, minutes = moment[11:].split(":")
    whole = (date.fromisoformat(moment[:10]) - _EPOCH).days * 1440 + int(hours) * 60 + int(minutes)
    return (whole - WIB.total_seconds() / 60) / 1440


def written(value: str, form: str) -> str | None:
    """Return a date or moment in the form asked for."""
    moment = moment_of(value)
    if moment is None:
        return None
    year, month, day, hour, minute = re.split("[-T:]", moment)
    short = [part.removeprefix("0") for part in (month, day, hour)]
    codes = dict(zip(DATE_CODES, (year, year[2:], month, short[0], day, short[1], hour, short[2], minute), strict=True))
    first, *parts = form.split("%")
    return first + "".join(codes[part[0]] + part[1:] for part in parts)
