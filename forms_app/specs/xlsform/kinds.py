"""What each part of an ODK expression gives, and the conversions that typed expressions need where ODK needs none.

Everything in ODK is text that is read as a number where one is needed. Only what means the same for every answer is
converted; the rest stays as it is, and the reader of forms refuses it at its cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from forms_app.specs.expressions.functions import REGISTER
from forms_app.specs.types import TYPES
from forms_app.specs.xlsform.formulas import Part

_SUPPLIED = frozenset({"scores", "day", "now", "labels", "seed", "place", "entry_number"})
_NUMBERS = frozenset({"number", "numbers", "digits"})
_CLASSES = {"\\w": "A-Za-z0-9_", "\\s": " \t", "\\d": "0-9"}
_TRUE, _FALSE = ("1", "true", "OK"), ("0", "false")


@dataclass(frozen=True)
class Symbol:
    """One question as expressions see it: type, repeat around it, choices, and its calculation's kind."""

    type: str
    repeat: str = ""
    choices: tuple[str, ...] | None = None
    kind: Callable[[], str] = field(default=lambda: "string", compare=False)


@dataclass(frozen=True)
class Sense:
    """Where an expression stands: the questions of its form, the repeat around it, and what `.` is."""

    symbols: Mapping[str, Symbol]
    repeat: str = ""
    this: str = ""

    def symbol(self, part: Part) -> Symbol | None:
        """Return the question that a part names, through brackets."""
        if part.form == "brackets":
            return self.symbol(part.parts[0])
        return self.symbols.get(self.this if part.form == "this" else reference(part))

    def settle(self, part: Part) -> str:
        """Give each part its kind, converting what needs it; return the whole's kind, '' when nobody knows it."""
        for one in part.parts:
            self.settle(one)
        part.kind = self._kind(part)
        return part.kind

    def _kind(self, part: Part) -> str:
        if part.form in ("number", "word"):
            return "number" if part.form == "number" else "string"
        if part.form == "text":
            return "string" if part.text[1:-1] else "empty"
        if part.form in ("name", "path", "this"):
            return self._answer(self.symbol(part))
        if part.form == "brackets":
            return part.parts[0].kind
        return self._operation(part)

    def _answer(self, symbol: Symbol | None) -> str:
        if symbol is None:
            return ""
        known = TYPES.get(symbol.type)
        kind = symbol.kind() if symbol.type == "calculate" else known.value if known else "string"
        outside = symbol.repeat and symbol.repeat != self.repeat
        return f"list:{kind}" if outside and kind != "rows" else kind

    def _operation(self, part: Part) -> str:
        operation = REGISTER.get(part.text)
        if operation is None:
            return ""
        if part.text == "-" and {one.kind for one in part.parts} <= {"date", "dateTime"}:
            return "number"
        wanted = [one for one in operation.parameters if one not in _SUPPLIED]
        kinds = [one.rstrip("?+") for one in wanted]
        kinds += kinds[-1:] * (len(part.parts) - len(kinds))
        for one, kind in zip(part.parts, kinds, strict=False):
            self.want(one, kind)
        shared = [one for one, kind in zip(part.parts, kinds, strict=False) if kind in ("same", "order")]
        kind = self._unite(part, shared) if shared else ""
        item = part.parts[0].kind.removeprefix("list:") if part.parts else ""
        return {"same": kind, "item": item}.get(operation.result, operation.result)

    def want(self, part: Part, wanted: str) -> None:
        """Convert a part to the kind that is wanted, where ODK would do so without being asked."""
        kind = part.kind
        if wanted in _NUMBERS and kind in ("string", "boolean"):
            _to_number(part)
        elif wanted == "boolean" and kind == "number":
            part.wrap("boolean(")
        elif wanted == "boolean" and kind in ("string", "date", "time", "dateTime"):
            part.wrap("(", " != '')")
        elif wanted == "boolean" and kind == "set":
            part.wrap("(count-selected(", ") > 0)")
        elif wanted == "text" and kind in ("number", "date", "time", "dateTime", "boolean", "set"):
            part.wrap("string(")
        elif wanted == "pattern" and part.form == "text":
            part.instead = _pattern(part.text)
            return
        elif wanted == "word" and part.form == "number":
            part.instead = f"'{part.text}'"
        else:
            return
        part.kind = wanted if wanted != "numbers" else "number"

    def _unite(self, operation: Part, parts: list[Part]) -> str:
        """Bring parts that are compared, or of which one is taken, to one kind as ODK would; return that kind."""
        stated = [part for part in parts if part.kind not in ("empty", "any", "")]
        kinds = {part.kind for part in stated}
        ordered = operation.text in ("<", "<=", ">", ">=")
        if kinds == {"string"} and ordered and not any(part.form == "text" for part in stated):
            for part in stated:
                _to_number(part)
        elif kinds == {"number", "string"}:
            self._numbers_and_texts(operation, stated, ordered=ordered)
        elif kinds in ({"boolean", "string"}, {"boolean", "number"}):
            _flags(stated)
        elif "set" in kinds and len(stated) > 1 and operation.text in ("=", "!="):
            for part in stated:
                if part.kind == "set":
                    part.wrap("string(")
                    part.kind = "string"
        return next((part.kind for part in stated), "any")

    def _numbers_and_texts(self, operation: Part, parts: list[Part], *, ordered: bool) -> None:
        numbers = [part for part in parts if part.kind == "number"]
        texts = [part for part in parts if part.kind == "string"]
        if operation.form == "operator":
            if not ordered and len(numbers) == len(texts) == 1 and self._as_choice(numbers[0], texts[0]):
                return
            for part in texts:
                _to_number(part)
        elif all(_is_number(part) for part in texts):
            for part in texts:
                _to_number(part)
        else:
            for part in numbers:
                part.wrap("string(")
                part.kind = "string"

    def _as_choice(self, number: Part, question: Part) -> bool:
        """Write a number as the choice that it is compared with: `${a} = 1` is `${a} = '1'`."""
        symbol = self.symbol(question)
        if number.form != "number" or symbol is None or symbol.choices is None:
            return False
        same = [one for one in symbol.choices if _is_digits(one) and float(one) == float(number.text)]
        if len(same) != 1:
            return False
        number.instead, number.kind = f"'{same[0]}'", "string"
        return True


def _pattern(text: str) -> str:
    r"""Return a pattern with `\w`, `\s` and their opposites written out, as ODK means them; ours know them not."""
    inside, written = False, ""
    for sign in re.findall(r"\\.|.", text, re.DOTALL):
        if sign in "[]":
            inside = sign == "["
        if inside and sign == "-" and written.endswith(tuple(_CLASSES.values())):
            sign = "\\-"  # noqa: PLW2901 - behind a class the sign means itself
        members, opposite = _CLASSES.get(sign), _CLASSES.get(sign.lower())
        if members is not None:
            written += members if inside else f"[{members}]"
        else:
            written += f"[^{opposite}]" if opposite and not inside else sign
    return written


def reference(part: Part) -> str:
    """Return the name that a `${name}` or a path leads to, without what stands before it; '' for any other part."""
    if part.form == "path":
        return part.text.rpartition("/")[2]
    return part.text[2:-1].strip().rpartition("/")[2] if part.form == "name" else ""


def _to_number(part: Part) -> None:
    if _is_number(part):
        part.instead = part.text[1:-1].strip()
    else:
        part.wrap("number(")
    part.kind = "number"


def _is_number(part: Part) -> bool:
    return part.form == "text" and _is_digits(part.text[1:-1])


def _is_digits(text: str) -> bool:
    digits = text.strip().replace(".", "", 1)
    return digits.isascii() and digits.isdigit()


def _flags(parts: list[Part]) -> None:
    """Write what a yes or no is compared with as true() or false(): ODK knows them as texts or as 1 and 0."""
    for part in parts:
        word = part.text.strip("'\"") if part.form in ("text", "number") else ""
        if part.kind != "boolean" and word in (*_TRUE, *_FALSE):
            part.instead, part.kind = "true()" if word in _TRUE else "false()", "boolean"
