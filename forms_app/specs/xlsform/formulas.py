"""An ODK expression as parts that know where they stand, so that single words of it can be changed and no others."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<path>(?:current\(\)/)?\.\.(?:/\.\.)*(?:/[\w.-]+)+ | /[\w.-]+(?:/[\w.-]+)+)
    | (?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+) | (?P<text>'[^']*'|"[^"]*")
    | (?P<name>\$\{\s*(?:[\w.-]+/)*[\w.-]+\s*\}) | (?P<word>[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)
    | (?P<sign>!=|<=|>=|\.\.|[=<>+*(),.-]) | (?P<end>\Z) )""",
    re.VERBOSE,
)
_LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
_NESTING = 60


class Unreadable(Exception):
    """The expression is none that could be translated; the reader of forms says what is wrong with it."""


@dataclass
class Part:
    """One part: `kind` says what it gives once that is known, `text` is the name, word or literal that it is."""

    form: str  # number text name path word this parent call operator brackets
    text: str
    start: int
    end: int
    parts: list[Part] = field(default_factory=list)
    kind: str = ""
    instead: str | None = None
    around: list[tuple[str, str]] = field(default_factory=list)

    def wrap(self, before: str, after: str = ")") -> None:
        """Put this part between two texts, such as `number(` and `)`."""
        self.around.append((before, after))

    def written(self, source: str) -> str:
        """Return the part as it stands after the changes; what was not changed is as the author wrote it."""
        text, place = "", self.start
        for part in self.parts:
            text += source[place : part.start] + part.written(source)
            place = part.end
        text += source[place : self.end]
        if self.instead is not None:
            text = self.instead
        for before, after in self.around:
            text = before + text + after
        return text


def read_formula(source: str) -> Part:
    """Return the expression's parts; raise Unreadable for paths, predicates, and what is no expression at all."""
    reader = _Reader(source)
    part = reader.level(0)
    if reader.group != "end":
        raise Unreadable
    return part


class _Reader:
    """Reads one token after the other."""

    def __init__(self, source: str) -> None:
        self._source, self._end, self._nesting = source, 0, 0
        self._advance()

    def _advance(self) -> None:
        match = _TOKEN.match(self._source, self._end)
        if match is None:
            raise Unreadable
        self.group = str(match.lastgroup)
        self.sign = match[self.group]
        self.start, self._end = match.start(self.group), match.end()

    def _at(self, *tokens: str) -> bool:
        return self.group in ("sign", "word") and self.sign in tokens

    def level(self, number: int) -> Part:
        """Read operators of one level of precedence and those that bind tighter."""
        if number == len(_LEVELS):
            return self._unary()
        left = self.level(number + 1)
        while self._at(*_LEVELS[number]):
            operator = self.sign
            self._advance()
            right = self.level(number + 1)
            left = Part("operator", operator, left.start, right.end, [left, right])
        return left

    def _unary(self) -> Part:
        if not self._at("-"):
            return self._value()
        start = self.start
        self._advance()
        part = self._deeper(self._unary)
        return Part("operator", "neg", start, part.end, [part])

    def _value(self) -> Part:
        group, sign, start, end = self.group, self.sign, self.start, self._end
        if group == "end" or (group == "sign" and sign not in ("(", ".", "..")):
            raise Unreadable
        self._advance()
        if group in ("number", "text", "name", "path"):
            return Part(group, sign, start, end)
        if sign in (".", ".."):
            return Part("this" if sign == "." else "parent", sign, start, end)
        if sign == "(":
            inner = self._deeper(lambda: self.level(0))
            return Part("brackets", "", start, self._close(), [inner])
        return self._call(sign, start) if self._at("(") else Part("word", sign, start, end)

    def _call(self, name: str, start: int) -> Part:
        self._advance()
        parts: list[Part] = []
        while not self._at(")"):
            if parts:
                if not self._at(","):
                    raise Unreadable
                self._advance()
            parts.append(self._deeper(lambda: self.level(0)))
        return Part("call", name, start, self._close(), parts)

    def _close(self) -> int:
        """Step over a closing bracket and return the place behind it."""
        if not self._at(")"):
            raise Unreadable
        end = self._end
        self._advance()
        return end

    def _deeper(self, read: Callable[[], Part]) -> Part:
        self._nesting += 1
        if self._nesting > _NESTING:
            raise Unreadable
        part = read()
        self._nesting -= 1
        return part
