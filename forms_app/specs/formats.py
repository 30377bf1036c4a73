"""Formats of Indonesia that an answer may have to follow (domain.md section 3.5)."""

from __future__ import annotations

import re
from datetime import date

from forms_app.errors import N_

_SEPARATORS = str.maketrans("", "", " .-()\u00a0")
_MOBILE = re.compile(r"8[1-35-9]\d{7,10}", re.ASCII)
_LANDLINE = re.compile(r"725\d{5,8}", re.ASCII)
_NPSN = re.compile(r"\d{8}|[PK]\d{7}", re.ASCII)
_NISN = re.compile(r"\d{10}", re.ASCII)
_NIK = re.compile(r"\d{16}", re.ASCII)


def phone(text: str) -> str | None:
    """Return the number as +62…, or None when it is neither an Indonesian mobile nor a Metro landline number."""
    digits = text.translate(_SEPARATORS)
    for prefix in ("+62", "62", "0"):
        if digits.startswith(prefix):
            national = digits.removeprefix(prefix)
            return f"+62{national}" if _MOBILE.fullmatch(national) or _LANDLINE.fullmatch(national) else None
    return None


def receipt(text: str) -> str | None:
    """Return a receipt code as ten digits, or None when its check digit is wrong (a misread or mistyped code)."""
    digits = text.translate(_SEPARATORS)
    if len(digits) != 10 or not digits.isascii() or not digits.isdigit():
        return None
    return digits if check_digit(digits[:-1]) == digits[-1] else None


def npsn(text: str) -> str | None:
    """Return a school's number: eight digits, or P or K and seven for PKBM, SKB and courses."""
    number = text.translate(_SEPARATORS).upper()
    return number if _NPSN.fullmatch(number) else None


def nisn(text: str) -> str | None:
    """Return a pupil's number of ten digits, kept as text for its leading zeros."""
    number = text.translate(_SEPARATORS)
    return number if _NISN.fullmatch(number) else None


def nik(text: str) -> str | None:
    """Return a person's number of 16 digits when its day of birth is one that a calendar has, and its serial is not 0.

    Of a woman the day stands with 40 added. Of the year only two digits stand there, so either century will do.
    """
    number = text.translate(_SEPARATORS)
    if not _NIK.fullmatch(number) or number.endswith("0000"):
        return None
    day, month, year = int(number[6:8]), int(number[8:10]), int(number[10:12])
    born = day - 40 if day > 40 else day
    return number if any(_is_day(century + year, month, born) for century in (1900, 2000)) else None


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


def check_digit(digits: str) -> str:
    """Return the check digit that catches every single wrong digit and every swap of neighbours.

    Damm, *Total anti-symmetrische Quasigruppen* (2004): the quasigroup of order 10 printed there.
    """
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)

# What the phone checks at once, as an input's `pattern`: the rough shape only, the server has the last word.
# Browsers read it with the flag v (older ones u), under which brackets in a class must be escaped.
PATTERNS = {
    "phone": r"[+ .\(\)\-]*(\d[ .\(\)\-]*){9,14}",
    "receipt": r"(\d[ .\-]*){10}",
    "npsn": r"[PKpk\d][ .\-]*(\d[ .\-]*){7}",
    "nisn": r"(\d[ .\-]*){10}",
    "nik": r"(\d[ .\-]*){16}",
}

FORMATS = {
    "phone": (phone, N_("Nomor HP belum sesuai. Contoh: 0812-3456-7890.")),
    "receipt": (receipt, N_("Kode bukti belum sesuai. Periksa lagi angkanya. Contoh: 41729 03855.")),
    "npsn": (npsn, N_("NPSN belum sesuai. Contoh: 10807123.")),
    "nisn": (nisn, N_("NISN harus 10 angka. Contoh: 0141234567.")),
    "nik": (nik, N_("NIK belum sesuai. Periksa 16 angkanya. Contoh: 1872991708850001.")),
}
