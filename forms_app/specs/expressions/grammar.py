"""The text of an expression, read into typed parts: XLSForm's subset of XPath, by recursive descent.

or < and < = != < comparisons < + - < * div mod < unary - < value
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from forms_app.errors import N_, ExpressionError
from forms_app.specs.expressions.calls import call
from forms_app.specs.expressions.evaluation import tidy
from forms_app.specs.expressions.functions import FUNCTIONS
from forms_app.specs.expressions.kinds import Node, nearest, refuse
from forms_app.specs.expressions.names import Names

_LONGEST = 5000
_NESTING = 40
_GREATEST = 1e21
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+) | (?P<text>'[^']*'|"[^"]*")
    | \$\{\s*(?P<name>[A-Za-z_][\w.-]*(?:/[A-Za-z_][\w.-]*)*)\s*\}
    | (?:current\(\)/)?(?P<steps>\.\.(?:/\.\.)*(?:/[A-Za-z_][\w.-]*)*) | (?P<this>current\(\)(?:/\.)?|\.)
    | (?P<word>(?:jr:)?[A-Za-z_][\w-]*) | (?P<sign>!=|<=|>=|[=<>+*(),-]) | (?P<end>\Z) )""",
    re.VERBOSE | re.ASCII,
)
_LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
_MANY = ("or", "and", "+")
"""Operators that take any number of parts at once, which keeps trees flat and pages small."""

_CONFUSED = {
    "$": N_("Nama ditulis ${{nama}}, dengan huruf, angka, atau garis bawah."),
    "'": N_("Tanda kutip ini belum ditutup."),
    '"': N_("Tanda kutip ini belum ditutup."),
    "‘": N_("Pakai tanda kutip lurus: 'ya'."),
    "’": N_("Pakai tanda kutip lurus: 'ya'."),
    "“": N_("Pakai tanda kutip lurus: 'ya'."),
    "”": N_("Pakai tanda kutip lurus: 'ya'."),
    "&": N_("Pakai kata and."),
    "|": N_("Pakai kata or."),
    "!": N_("Pakai not(...), atau != untuk tidak sama."),
    "/": N_("Pembagian ditulis div."),
    "%": N_("Sisa pembagian ditulis mod."),
}


@dataclass(frozen=True)
class Token:
    """One word or sign of an expression; `group` says which."""

    group: str
    text: str
    position: int


def read(text: str, names: Names) -> Node:
    """Return the typed tree of an expression; ExpressionError with the position of the first mistake."""
    if len(text) > _LONGEST:
        refuse(N_("Rumus ini terlalu panjang. Bagi menjadi beberapa calculate."), _LONGEST)
    reader = _Reader(list(_tokens(text)), names)
    node = reader.level()
    if reader.token.group != "end":
        reader.refuse_token()
    return node


def mentioned(text: str) -> set[str]:
    """Return the names that an expression asks for, as far as it can be read without knowing any."""
    found: set[str] = set()
    with suppress(ExpressionError):
        for token in _tokens(text):
            if token.group in ("name", "steps"):
                found.add(token.text.rpartition("/")[2])
    return found - {".."}


def _tokens(text: str) -> Iterator[Token]:
    place, group = 0, ""
    while group != "end":
        match = _TOKEN.match(text, place)
        if match is None:
            start = len(text) - len(text[place:].lstrip(" \t\n\r\f\v"))
            message = _CONFUSED.get(text[start], N_("Tanda {sign} tidak dikenal di sini."))
            refuse(message, start, sign=text[start])
        group = str(match.lastgroup)
        start = text.index("$", place) if group == "name" else match.start(group)
        yield Token(group, match[group], start)
        place = match.end()


class _Reader:
    """Reads tokens one after the other."""

    def __init__(self, tokens: list[Token], names: Names) -> None:
        self._tokens = tokens
        self._names = names
        self._place = 0
        self._nesting = 0

    @property
    def token(self) -> Token:
        return self._tokens[self._place]

    def level(self, number: int = 0) -> Node:
        """Read operators of one level of precedence and those that bind tighter."""
        if number == len(_LEVELS):
            return self._unary()
        left = self.level(number + 1)
        while self._at(*_LEVELS[number]):
            operator = self._next()
            parts = [left, self.level(number + 1)]
            while operator.text in _MANY and self._at(operator.text):
                self._next()
                parts.append(self.level(number + 1))
            name = operator.text
            if name == "-" and {"date", "dateTime"} & {part.kind for part in parts}:
                name = "days"
            left = call(name, parts, operator.position, self._names)
        return left

    def refuse_token(self) -> NoReturn:
        """Raise ExpressionError for a token that cannot stand where it does."""
        token = self.token
        if token.group == "end":
            refuse(N_("Rumus ini belum selesai. Lengkapi atau tutup kurungnya."), token.position)
        refuse(
            N_("Bagian {sign} tidak dapat berdiri di sini. Periksa yang di depannya."), token.position, sign=token.text
        )

    def _unary(self) -> Node:
        if not self._at("-"):
            return self._value()
        minus = self._next()
        node = self._deeper(self._unary, minus)
        if isinstance(node.tree, int | float) and node.kind == "number":
            return Node(-node.tree, "number", minus.position)
        return call("neg", [node], minus.position, self._names)

    def _value(self) -> Node:
        token = self.token
        if token.group in ("end", "sign") and token.text != "(":
            self.refuse_token()
        self._next()
        if token.group == "number":
            return _number(token)
        if token.group == "text":
            word = tidy(token.text[1:-1])
            return Node(word, "string" if word else "empty", token.position)
        names = self._names
        look_up = {"name": names.reference, "steps": names.steps, "this": names.itself}.get(token.group)
        if look_up:
            return look_up(token.text, token.position)
        if token.text == "(":
            node = self._deeper(self.level, token)
            self._expect(")")
            return node
        return self._function(token)

    def _function(self, word: Token) -> Node:
        if not self._at("("):
            return self._names.column(word.text, word.position)
        if word.text not in FUNCTIONS:
            near = nearest(word.text, FUNCTIONS)
            refuse(N_("Fungsi {name}() tidak ada di sini. {near}"), word.position, name=word.text, near=near)
        self._expect("(")
        arguments: list[Node] = []
        while not self._at(")"):
            if arguments:
                self._expect(",")
            arguments.append(self._deeper(self.level, word))
        self._next()
        return call(word.text, arguments, word.position, self._names)

    def _deeper(self, read: Callable[[], Node], token: Token) -> Node:
        """Read a part within a part, so deep and no deeper."""
        self._nesting += 1
        if self._nesting > _NESTING:
            refuse(N_("Terlalu banyak kurung bertumpuk. Bagi menjadi beberapa calculate."), token.position)
        node = read()
        self._nesting -= 1
        return node

    def _at(self, *texts: str) -> bool:
        return self.token.group in ("sign", "word") and self.token.text in texts

    def _next(self) -> Token:
        self._place += 1
        return self._tokens[self._place - 1]

    def _expect(self, sign: str) -> None:
        if not self._at(sign):
            self.refuse_token()
        self._next()


def _number(token: Token) -> Node:
    number = float(token.text)
    if number > _GREATEST:
        refuse(N_("Angka ini terlalu besar."), token.position)
    return Node(int(number) if number.is_integer() else number, "number", token.position)
