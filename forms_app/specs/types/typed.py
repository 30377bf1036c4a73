"""The types whose answer is typed: text, numbers, dates and times."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import ClassVar

from forms_app.errors import N_
from forms_app.specs.formats import FORMATS
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types.base import Answer, Problem, QuestionType, one_line, problem


class Text(QuestionType):
    """Free text, one line or many; kept exactly as typed, but for line ends (LF) and a single line's outer spaces."""

    name = "text"
    widgets: ClassVar[Mapping[str, str]] = {"multiline": "multiline", "tel": "tel"}
    appearances = frozenset({"multiline", "tel", "email", "numbers"})
    parameters: ClassVar[Mapping[str, str]] = {
        "max": "number",
        "format": "word",
        "case": "word",
        "autocomplete": "word",
    }

    def limit(self, question: Question) -> int:
        """Return the longest answer in code points after NFC."""
        return int(question.parameter("max") or (1000 if "multiline" in question.appearance else 200))

    def clean(self, raw: Sequence[str], question: Question, spec: FormSpec) -> Answer | Problem:  # noqa: ARG002
        """Return the text, normalised only where the question asks for it (`format`, `case`)."""
        text = (raw[-1] if raw else "").replace("\r\n", "\n").replace("\r", "\n")
        if not text.strip():
            return None
        if "multiline" not in question.appearance:
            text = text.strip()
        limit = self.limit(question)
        if len(unicodedata.normalize("NFC", text)) > limit or len(text) > 4 * limit:
            return problem("too-long", N_("Terlalu panjang. Paling banyak {limit} huruf."), limit=limit)
        if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in text):
            return problem("sign", N_("Ada tanda yang tidak dapat disimpan. Hapus tanda itu dan ketik ulang."))
        if len(text.encode()) > 4 * limit:
            return problem("too-long", N_("Terlalu panjang. Paling banyak {limit} huruf."), limit=limit)
        if question.parameter("case") == "upper":
            text = text.upper()
        if question.parameter("format"):
            form, message = FORMATS[question.parameter("format")]
            return form(text) or problem("format", message)
        return text

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:  # noqa: ARG002
        """Four bytes for each code point: control signs, which JSON would spell longer, are refused."""
        return 4 * self.limit(question) + 2


class Number(QuestionType):
    """Shared by integer and decimal: range from `min` and `max`, decimal comma or dot."""

    widget = "number"
    appearances = frozenset({"counter", "numbers"})
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

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:  # noqa: ARG002
        """Return what 15 digits, a sign, a point and an exponent take."""
        return 20


class Integer(Number):
    """A whole number."""

    name = "integer"
    widgets: ClassVar[Mapping[str, str]] = {"counter": "counter"}

    def clean(self, raw: Sequence[str], question: Question, spec: FormSpec) -> Answer | Problem:  # noqa: ARG002
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

    def clean(self, raw: Sequence[str], question: Question, spec: FormSpec) -> Answer | Problem:  # noqa: ARG002
        """Return the float, which has at most 15 significant digits."""
        text = one_line(raw).replace(",", ".")
        if not text:
            return None
        digits = text.removeprefix("-").replace(".", "", 1)
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
            return problem("decimal", N_("Isi dengan angka. Contoh: 3,5."))
        return self.within(float(text), question) or float(text)

    def show(self, answer: Answer) -> str:
        """Show the decimal comma."""
        return "" if answer is None else str(answer).replace(".", ",")


class Date(QuestionType):
    """A calendar day, kept as ISO 8601."""

    name = "date"
    widget = "date"
    parameters: ClassVar[Mapping[str, str]] = {"min": "date", "max": "date"}

    def clean(self, raw: Sequence[str], question: Question, spec: FormSpec) -> Answer | Problem:  # noqa: ARG002
        """Return YYYY-MM-DD; DD/MM/YYYY is understood where no date picker exists."""
        text = one_line(raw)
        if not text:
            return None
        pieces = text.replace("-", "/").split("/")
        if len(pieces) == 3 and len(pieces[2]) == 4:
            text = "-".join(piece.zfill(2) for piece in reversed(pieces))
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            return problem("date", N_("Tanggal belum sesuai. Contoh: 22/11/2026."))

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:  # noqa: ARG002
        """Ten signs and two quotes."""
        return 12


class Time(QuestionType):
    """A time of day, kept as HH:MM."""

    name = "time"
    widget = "time"

    def clean(self, raw: Sequence[str], question: Question, spec: FormSpec) -> Answer | Problem:  # noqa: ARG002
        """Return HH:MM; a dot between the two is understood, as Indonesia writes it."""
        text = one_line(raw).replace(".", ":")
        if not text:
            return None
        try:
            return time.fromisoformat(text.zfill(5)).strftime("%H:%M")
        except ValueError:
            return problem("time", N_("Jam belum sesuai. Contoh: 08.30."))

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:  # noqa: ARG002
        """Five signs and two quotes."""
        return 7
