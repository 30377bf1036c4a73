"""The types whose answer is typed: text, numbers, dates and times."""

from __future__ import annotations

import decimal
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar

import re2

from forms_app.errors import N_
from forms_app.specs.formats import FORMATS
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types.base import Answer, Problem, QuestionType, one_line, problem

_DAY = re2.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
_CLOCK = re2.compile(r"([01]?[0-9]|2[0-3])[.:]([0-5][0-9])(?:[.:][0-5][0-9])?")
_FORMATTED = 20  # signs that a number written with spaces and a country code needs


class Text(QuestionType):
    """Free text, one line or many; kept exactly as typed, but for line ends (LF) and a single line's outer spaces."""

    name = "text"
    widgets: ClassVar[Mapping[str, str]] = {"multiline": "multiline", "tel": "tel"}
    appearances = frozenset({"multiline", "tel", "email", "numbers"})
    parameters: ClassVar[Mapping[str, str]] = {
        "max": "count",
        "format": "format",
        "case": "case",
        "autocomplete": "word",
    }

    def limit(self, question: Question) -> int:
        """Return the longest answer in code points after NFC; a format has its own length."""
        if question.parameter("format"):
            return _FORMATTED
        return int(question.parameter("max") or (1000 if "multiline" in question.appearance else 200))

    def clean(self, raw: Sequence[str], question: Question, spec: FormSpec) -> Answer | Problem:
        """Return the text, normalised only where the question asks for it (`format`, `case`)."""
        text = (raw[-1] if raw else "").replace("\r\n", "\n").replace("\r", "\n")
        if not text.strip():
            return None
        if "multiline" not in question.appearance:
            text = text.strip()
        if question.parameter("case") == "upper":
            text = text.upper()
        limit = self.limit(question)
        # The bound on raw signs comes first: NFC of a long run of combining signs takes quadratic time.
        if len(text) > 4 * limit or len(unicodedata.normalize("NFC", text)) > limit:
            return problem("too-long", N_("Terlalu panjang. Paling banyak {limit} huruf."), limit=limit)
        if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in text):
            return problem("sign", N_("Ada tanda yang tidak dapat disimpan. Hapus tanda itu dan ketik ulang."))
        if len(text.encode()) + sum(map(text.count, '"\\\n\t')) > 4 * limit:
            return problem("too-long", N_("Terlalu panjang. Paling banyak {limit} huruf."), limit=limit)
        if question.parameter("format"):
            form, message = FORMATS[question.parameter("format")]
            return form(text) or problem("format", message)
        return text

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Four bytes for each code point; `clean` counts what JSON spells with two signs, and refuses control signs."""
        return 4 * self.limit(question) + 2


class Number(QuestionType):
    """Shared by integer and decimal: range from `min` and `max`, decimal comma or dot."""

    widget = "number"
    appearances = frozenset({"numbers"})
    parameters: ClassVar[Mapping[str, str]] = {"min": "number", "max": "number"}

    def within(self, value: float, question: Question) -> Problem | None:
        """Return the Problem when the number lies outside its range."""
        low, high = question.parameter("min"), question.parameter("max")
        if (low and value < float(low)) or (high and value > float(high)):
            if low and high:
                return problem("range", N_("Isi angka dari {low} sampai {high}."), low=low, high=high)
            if low:
                return problem("range", N_("Isi angka {low} atau lebih."), low=low)
            return problem("range", N_("Isi angka {high} atau kurang."), high=high)
        return None

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Return what 15 digits, a sign, a point and an exponent take."""
        return 20


class Integer(Number):
    """A whole number."""

    name = "integer"
    appearances = frozenset({"counter", "numbers"})
    widgets: ClassVar[Mapping[str, str]] = {"counter": "counter"}

    def clean(self, raw: Sequence[str], question: Question, spec: FormSpec) -> Answer | Problem:
        """Return the int."""
        text = one_line(raw)
        if not text:
            return None
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
            return problem("integer", N_("Isi dengan angka bulat. Contoh: 2."))
        return self.within(int(text), question) or int(text)


class Decimal(Number):
    """A number with a decimal comma (Indonesian) or point."""

    name = "decimal"
    widget = "decimal"

    def clean(self, raw: Sequence[str], question: Question, spec: FormSpec) -> Answer | Problem:
        """Return the float, which has at most 15 significant digits."""
        text = one_line(raw).replace(",", ".")
        if not text:
            return None
        digits = text.removeprefix("-").replace(".", "", 1)
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
            return problem("decimal", N_("Isi dengan angka. Contoh: 3,5."))
        number = float(text) or 0.0  # never -0.0
        return self.within(number, question) or number

    def show(self, answer: Answer) -> str:
        """Show the decimal comma, and never an exponent, which nobody types."""
        if not isinstance(answer, int | float):
            return super().show(answer)
        return f"{decimal.Decimal(repr(answer)):f}".removesuffix(".0").replace(".", ",")


class Date(QuestionType):
    """A calendar day, kept as ISO 8601."""

    name = "date"
    widget = "date"
    parameters: ClassVar[Mapping[str, str]] = {"min": "date", "max": "date"}

    def clean(self, raw: Sequence[str], question: Question, spec: FormSpec) -> Answer | Problem:
        """Return YYYY-MM-DD; DD/MM/YYYY is understood where no date picker exists."""
        text = one_line(raw)
        if not text:
            return None
        pieces = text.replace("-", "/").split("/")
        if len(pieces) == 3 and len(pieces[2]) == 4:
            text = "-".join(piece.zfill(2) for piece in reversed(pieces))
        try:
            if not _DAY.fullmatch(text):
                raise ValueError
            day = date.fromisoformat(text)
        except ValueError:
            return problem("date", N_("Tanggal belum sesuai. Contoh: 22/11/2026."))
        return self.within(day, question) or day.isoformat()

    def within(self, day: date, question: Question) -> Problem | None:
        """Return the Problem when the day lies outside `min` and `max`."""
        low, high = (question.parameter(one) and date.fromisoformat(question.parameter(one)) for one in ("min", "max"))
        if low and day < low:
            return problem("range", N_("Isi tanggal {day} atau sesudahnya."), day=f"{low:%d/%m/%Y}")
        if high and day > high:
            return problem("range", N_("Isi tanggal {day} atau sebelumnya."), day=f"{high:%d/%m/%Y}")
        return None

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Ten signs and two quotes."""
        return 12


class Time(QuestionType):
    """A time of day, kept as HH:MM."""

    name = "time"
    widget = "time"

    def clean(self, raw: Sequence[str], question: Question, spec: FormSpec) -> Answer | Problem:
        """Return HH:MM; a dot between the two is understood, as Indonesia writes it."""
        text = one_line(raw)
        if not text:
            return None
        clock = _CLOCK.fullmatch(text) if text.isascii() else None
        if not clock:
            return problem("time", N_("Jam belum sesuai. Contoh: 08.30."))
        return f"{clock[1].zfill(2)}:{clock[2]}"

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Five signs and two quotes."""
        return 7
