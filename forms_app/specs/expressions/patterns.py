r"""Patterns of form authors: RE2, in linear time, and only what RE2 and JavaScript read alike.

Allowed are plain characters, `[classes]`, `\d`, groups, `|`, and the quantifiers `* + ? {2} {2,} {2,5}`. A pattern
matches the whole answer, so `^` may only begin it and `$` may only end it.

The phone's engine goes back and forth: `(a+)+` or `(a|aa)*` freeze a page on thirty letters. So the ways in which a
pattern can divide an answer are counted while it is read, from above, and what has too many is refused.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import re2

from forms_app.errors import N_, ExpressionError

_SYNTAX = frozenset("^$\\.*+?()[]{}|/")
_QUANTIFIER = re.compile(r"[*+?]|\{[0-9]{1,3}(?:,(?:[0-9]{1,3})?)?\}")
_NESTING = 40
_BOUNDS = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_LONGEST = 200  # of an answer, in letters, when ways are counted
_MOST_WAYS = 10_000_000
_SLOW = N_("Pengulangan di dalam pengulangan terlalu lambat. Beri batas, misalnya {{1,30}}.")


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text has this pattern's form; half of a character has none."""
    try:
        return _compiled(pattern).fullmatch(text) is not None
    except UnicodeEncodeError:
        return False


def check_pattern(pattern: str) -> None:
    """Raise ExpressionError at the first character that the two engines do not read alike, or that RE2 refuses."""
    end = len(pattern) - (pattern.endswith("$") and not pattern.endswith("\\$"))
    place, ways = _alternatives(pattern, int(pattern.startswith("^")), end)
    if place < end:
        raise ExpressionError(N_("Kurung tutup ini tidak punya pasangan. Tulis \\) bila itu tandanya."), place)
    if ways > _MOST_WAYS:
        raise ExpressionError(_SLOW)
    try:
        _compiled(pattern)
    except (re2.error, UnicodeEncodeError) as error:
        raise ExpressionError(N_("Pola ini tidak dapat dibaca atau terlalu besar. Sederhanakan.")) from error


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def _alternatives(pattern: str, place: int, end: int, nesting: int = 0) -> tuple[int, int]:
    """Read up to an unpaired `)` or the end; return the place, and in how many ways it can match at most."""
    others, ways = 0, 1
    while place < end and pattern[place] != ")":
        if pattern[place] == "|":
            others, ways, place = others + ways, 1, place + 1
            continue
        place, inner = _item(pattern, place, end, nesting)
        if quantifier := _QUANTIFIER.match(pattern, place, end):
            inner, place = _repeated(inner, quantifier[0], place), quantifier.end()
        ways = min(ways * inner, _MOST_WAYS + 1)
    return place, min(others + ways, _MOST_WAYS + 1)


def _repeated(ways: int, quantifier: str, place: int) -> int:
    """Return in how many ways something can stand so often."""
    low, high = _BOUNDS.get(quantifier) or _bounds(quantifier)
    if high is None:
        if ways > 1:
            raise ExpressionError(_SLOW, place)
        return _LONGEST
    if ways == 1:
        return max(high - low + 1, 1)
    total = 0
    for times in range(low, high + 1):
        total += ways**times
        if total > _MOST_WAYS:
            break
    return total


def _bounds(quantifier: str) -> tuple[int, int | None]:
    low, comma, high = quantifier.strip("{}").partition(",")
    return int(low), (int(high) if high else None) if comma else int(low)


def _item(pattern: str, place: int, end: int, nesting: int) -> tuple[int, int]:
    """Read one character, class or group; return the place behind it, and in how many ways it can match."""
    sign = pattern[place]
    if sign == "(":
        if nesting >= _NESTING:
            raise ExpressionError(N_("Terlalu banyak kurung bertumpuk. Sederhanakan polanya."), place)
        start = place + (3 if pattern.startswith("(?:", place) else 1)
        inside, ways = _alternatives(pattern, start, end, nesting + 1)
        if inside >= end:
            raise ExpressionError(N_("Kurung buka ini belum ditutup. Tambahkan )."), place)
        return inside + 1, ways
    if sign == "[":
        return _class(pattern, place, end), 1
    if sign == "\\":
        return _escape(pattern, place, end, _SYNTAX | {"d"}), 1
    if sign in "^$.*+?{}]":
        _refuse(sign, place)
    return place + 1, 1


def _class(pattern: str, opening: int, end: int) -> int:
    """Read `[...]` and return the place behind it."""
    place = start = opening + (2 if pattern.startswith("[^", opening) else 1)
    while place < end and pattern[place] != "]":
        low, place = _member(pattern, place, end)
        if pattern.startswith("-", place) and place + 1 < end and pattern[place + 1] != "]":
            high, place = _member(pattern, place + 1, end)
            if "\\d" in (low, high) or low[-1] > high[-1]:
                raise ExpressionError(N_("Rentang ini terbalik atau bukan huruf. Contoh: [a-z]."), place - 1)
    if place >= end or place == start:
        raise ExpressionError(N_("Kelas ini kosong atau belum ditutup. Contoh: [a-z]."), opening)
    return place + 1


def _member(pattern: str, place: int, end: int) -> tuple[str, int]:
    """Read one character of a class; return it and the place behind it."""
    if pattern[place] == "[":
        _refuse("[", place)
    behind = _escape(pattern, place, end, _SYNTAX | {"d", "-"}) if pattern[place] == "\\" else place + 1
    return pattern[place:behind], behind


def _escape(pattern: str, place: int, end: int, allowed: frozenset[str]) -> int:
    if place + 1 >= end or pattern[place + 1] not in allowed:
        _refuse(pattern[place : place + 2], place)
    return place + 2


def _refuse(sign: str, place: int) -> None:
    raise ExpressionError(
        N_("Tanda {sign} tidak dipakai di sini. Pakai kelas seperti [a-z], atau \\ di depannya."), place, sign=sign
    )
