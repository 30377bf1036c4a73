"""The types whose answer is a number."""

from __future__ import annotations

import decimal
from collections.abc import Mapping
from typing import ClassVar

from forms_app.errors import N_
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types.base import ASKED, Answer, Cleaner, Problem, QuestionType, problem, typed

_SHOWN = 11  # values of a range that fit one row of buttons on a phone
_MOST_STEPS = 10_000
RANGE: Mapping[str, str] = {"start": "0", "end": "10", "step": "1"}
"""XLSForm's bounds of a range that states none."""


class Number(QuestionType):
    """Shared by integer and decimal: range from `min` and `max`, decimal comma or dot."""

    value = "number"
    widget = "number"
    columns = ASKED | {"default", "read_only"}
    appearances = frozenset({"numbers"})
    parameters: ClassVar[Mapping[str, str]] = {"min": "number", "max": "number"}

    def attributes(self, question: Question) -> dict[str, str]:
        """Return the bounds, and the number keyboard where it is asked for."""
        bounds = {name: question.parameter(name) for name in ("min", "max") if question.parameter(name)}
        return {**bounds, **({"inputmode": "numeric"} if "numbers" in question.appearance else {})}

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """Return what 15 digits, a sign, a point and an exponent take."""
        return 20


class Integer(Number):
    """A whole number."""

    name = "integer"
    promise = N_("Angka bulat.")
    example = "{name: adults, type: integer, label: Jumlah dewasa, appearance: counter, parameters: min=0 max=10}"
    answer = ("2",)
    appearances = frozenset({"counter", "numbers"})
    widgets: ClassVar[Mapping[str, str]] = {"counter": "counter"}

    def cleaner(self, question: Question, spec: FormSpec) -> Cleaner:
        """Return the function that makes an int."""
        low, high = _bounds(question)

        def read(text: str) -> Answer | Problem:
            digits = text.removeprefix("-")
            if not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
                return problem("integer", N_("Isi dengan angka bulat. Contoh: 2."))
            number = int(text)
            return _outside(question, low, high) if _is_outside(number, low, high) else number

        return typed(read)


class Decimal(Number):
    """A number with a decimal comma (Indonesian) or point."""

    name = "decimal"
    promise = N_("Angka dengan koma desimal.")
    example = '{name: hours, type: decimal, label: Berapa jam tidur?, hint: "Contoh: 7,5.", parameters: min=0 max=24}'
    answer = ("7,5",)
    widget = "decimal"

    def cleaner(self, question: Question, spec: FormSpec) -> Cleaner:
        """Return the function that makes a float, which has at most 15 significant digits."""
        low, high = _bounds(question)

        def read(text: str) -> Answer | Problem:
            number = _decimal(text)
            if number is None:
                return problem("decimal", N_("Isi dengan angka. Contoh: 3,5."))
            return _outside(question, low, high) if _is_outside(number, low, high) else number

        return typed(read)

    def show(self, answer: Answer) -> str:
        """Show the decimal comma, and never an exponent, which nobody types."""
        return shown_number(answer) if isinstance(answer, int | float) else super().show(answer)


class Range(QuestionType):
    """One of the numbers from `start` to `end`, `step` apart; whole steps give ints, others floats."""

    name = "range"
    promise = N_("Satu angka dari deretan: start, end, dan step.")
    example = "{name: pain, type: range, label: Seberapa sakit?, parameters: start=0 end=10 step=1}"
    answer = ("3",)
    value = "number"
    widget = "number"
    columns = ASKED | {"default"}
    parameters: ClassVar[Mapping[str, str]] = {"start": "number", "end": "number", "step": "number"}

    def kind(self, question: Question, spec: FormSpec) -> str:
        """Return a row of buttons for a few values: a slider would hold an answer that nobody gave."""
        return "range" if len(self.values(question)) <= _SHOWN else "number"

    def attributes(self, question: Question) -> dict[str, str]:
        """Return bounds and step."""
        start, end, step = _steps(question)
        return {"min": f"{start:f}", "max": f"{end:f}", "step": f"{step:f}"}

    def values(self, question: Question) -> list[str]:
        """Return every number that can be picked, as it is shown; none for steps that lead nowhere."""
        start, end, step = _steps(question)
        if is_endless(start, end, step):
            return []
        return [f"{start + step * number:f}".replace(".", ",") for number in range(int((end - start) / step) + 1)]

    def cleaner(self, question: Question, spec: FormSpec) -> Cleaner:
        """Return the function that makes the number, which must be one of the steps."""
        start, end, step = _steps(question)
        whole = all(one == one.to_integral_value() for one in (start, step))

        def read(text: str) -> Answer | Problem:
            number = _decimal(text)
            exact = decimal.Decimal(repr(number)) if number is not None else None
            if number is None or exact is None or not start <= exact <= end or (exact - start) % step:
                message = N_("Pilih angka dari {low} sampai {high}.")
                return problem("range", message, low=shown_number(float(start)), high=shown_number(float(end)))
            return int(number) if whole else number

        return typed(read)

    def show(self, answer: Answer) -> str:
        """Show the decimal comma."""
        return shown_number(answer) if isinstance(answer, int | float) else super().show(answer)

    def worst_bytes(self, question: Question, spec: FormSpec) -> int:
        """As for other numbers."""
        return 20


def is_endless(start: decimal.Decimal, end: decimal.Decimal, step: decimal.Decimal) -> bool:
    """Whether these steps are no range: backwards, without end, or not meeting the end."""
    return step <= 0 or end <= start or (end - start) / step > _MOST_STEPS or (end - start) % step != 0


def shown_number(number: float) -> str:
    """Return a number with a decimal comma and no exponent, as Indonesia writes it."""
    return f"{decimal.Decimal(repr(number)):f}".removesuffix(".0").replace(".", ",")


def _steps(question: Question) -> tuple[decimal.Decimal, decimal.Decimal, decimal.Decimal]:
    start, end, step = (decimal.Decimal(question.parameter(name, default)) for name, default in RANGE.items())
    return start, end, step


def _decimal(text: str) -> float | None:
    text = text.replace(",", ".")
    digits = text.removeprefix("-").replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
        return None
    return float(text) or 0.0  # never -0.0


def _bounds(question: Question) -> tuple[float | None, float | None]:
    low, high = question.parameter("min"), question.parameter("max")
    return (float(low) if low else None), (float(high) if high else None)


def _is_outside(number: float, low: float | None, high: float | None) -> bool:
    return (low is not None and number < low) or (high is not None and number > high)


def _outside(question: Question, low: float | None, high: float | None) -> Problem:
    """Return what to say of a number outside its bounds."""
    places = {"low": question.parameter("min"), "high": question.parameter("max")}
    if low is None:
        return problem("range", N_("Isi angka {high} atau kurang."), high=places["high"])
    if high is None:
        return problem("range", N_("Isi angka {low} atau lebih."), low=places["low"])
    return problem("range", N_("Isi angka dari {low} sampai {high}."), **places)
