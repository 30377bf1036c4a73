"""The types whose answer is typed as text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from forms_app.errors import N_
from forms_app.specs.formats import FORMATS, PATTERNS
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types.base import ASKED, Answer, Cleaner, Problem, QuestionType, problem

_FORMATTED = 20  # signs that a number written with spaces and a country code needs
_INPUT_MODES = {"tel": "tel", "email": "email", "numbers": "numeric"}
_LONG = N_("Terlalu panjang. Paling banyak {limit} huruf.")


class Typed(QuestionType):
    """Shared by text and barcode: a text of at most `limit` code points after NFC."""

    columns = ASKED | {"default", "read_only"}

    def limit(self, question: Question) -> int:
        """Return the longest answer in code points after NFC."""
        return int(question.parameter("max") or 200)

    def attributes(self, question: Question) -> dict[str, str]:
        """Return the length, and the keyboard that the appearance asks for."""
        mode = next((_INPUT_MODES[one] for one in question.appearance if one in _INPUT_MODES), "")
        return {"maxlength": str(self.limit(question)), **({"inputmode": mode} if mode else {})}

    def cleaner(self, question: Question, spec: FormSpec) -> Cleaner:
        """Return the function that keeps a text as it was typed, but for line ends and a single line's outer spaces."""
        limit, several = self.limit(question), "multiline" in question.appearance
        finish = self._finish(question)

        def clean(raw: Sequence[str]) -> Answer | Problem:
            text = raw[-1] if raw else ""
            if text.isascii() and text.isprintable() and len(text) <= limit:  # nearly every answer
                kept = text if several else text.strip()
                return (finish(kept) if finish else kept) if kept.strip() else None
            text = text.replace("\r\n", "\n").replace("\r", "\n")
            kept = text if several else text.strip()
            if not kept.strip():
                return None
            found = _refused(kept, limit)
            return found or (finish(kept) if finish else kept)

        return clean

    def _finish(self, question: Question) -> Callable[[str], Answer | Problem] | None:
        """Return what is done to a text that is short enough; None for nothing."""
        return None

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Four bytes for each code point; what JSON spells with two signs is counted, control signs are refused."""
        return 4 * self.limit(question) + 2


class Text(Typed):
    """Free text, one line or many; normalised only where the question asks for it (`format`, `case`)."""

    name = "text"
    promise = N_("Teks bebas, satu baris atau lebih.")
    example = "{name: full_name, type: text, label: Nama lengkap, parameters: max=80}"
    answer = ("Sulastri Contoh",)
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

    def attributes(self, question: Question) -> dict[str, str]:
        """Return the length, the keyboard, and the rough shape of a format, which the phone checks at once."""
        shape = question.parameter("format")
        return {**super().attributes(question), **({"pattern": PATTERNS[shape]} if shape else {})}

    def _finish(self, question: Question) -> Callable[[str], Answer | Problem] | None:
        limit, upper, shape = self.limit(question), question.parameter("case") == "upper", question.parameter("format")
        if shape:
            form, message = FORMATS[shape]
            return lambda text: form(text) or problem("format", message)
        return (lambda text: _refused(text.upper(), limit) or text.upper()) if upper else None


class Barcode(Typed):
    """The text of a barcode or QR code: read by the camera where the phone can, else typed."""

    name = "barcode"
    promise = N_("Isi kode batang atau kode QR: dipindai bila HP bisa, atau diketik.")
    example = "{name: card, type: barcode, label: Kode pada kartu}"
    answer = ("8991234567890",)
    widget = "barcode"
    parameters: ClassVar[Mapping[str, str]] = {"max": "count"}


def _refused(text: str, limit: int) -> Problem | None:
    """Return why a text cannot be kept: too long in code points or in bytes, or signs that no text has."""
    # The bound on raw signs comes first: NFC of a long run of combining signs takes quadratic time.
    if len(text) > 4 * limit or len(unicodedata.normalize("NFC", text)) > limit:
        return problem("too-long", _LONG, limit=limit)
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in text):
        return problem("sign", N_("Ada tanda yang tidak dapat disimpan. Hapus tanda itu dan ketik ulang."))
    if len(text.encode()) + sum(map(text.count, '"\\\n\t')) > 4 * limit:
        return problem("too-long", _LONG, limit=limit)
    return None
