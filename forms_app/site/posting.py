"""How the body of a form becomes texts: what is no text must not turn into another text that nobody typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from string import printable
from typing import IO, Self
from urllib.parse import quote_from_bytes, unquote_to_bytes
from wsgiref.types import WSGIEnvironment

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser

FIELDS = "application/x-www-form-urlencoded"
_NO_TEXT = re.compile("[\udc80-\udcff]+")


class FieldsParser(FormDataParser):
    """Reads fields as browsers send them; bytes that are no UTF-8 become NUL, which every question refuses.

    Werkzeug would keep them in their percent encoding: `%ED%A0%80` would be stored as if somebody had typed it.
    """

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        """Return (stream, fields, files) of a body."""
        if mimetype != FIELDS:
            return super().parse(stream, mimetype, content_length, options)
        return stream, self.cls(_fields(stream.read())), self.cls()


class FormRequest(Request):
    """A request whose fields are texts, and that is gone with its answers as soon as it is answered."""

    form_data_parser_class = FieldsParser

    def __init__(self, environ: WSGIEnvironment) -> None:
        # Werkzeug would put the request into its own environ: a circle, in which answers wait for the collector.
        super().__init__(environ, populate_request=False)


class Sent(dict[str, list[str]]):
    """The fields of a body by name, as `fill` reads them."""

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Return the fields of a body."""
        sent = cls()
        for name, text in _fields(body):
            sent.setdefault(name, []).append(text)
        return sent

    def getlist(self, key: str, /) -> Sequence[str]:
        """Return the texts of one name, none when it was not sent."""
        return self.get(key, ())

    def one(self, key: str) -> str:
        """Return the first text of one name, or nothing."""
        return self[key][0] if key in self else ""


def _fields(body: bytes) -> Iterator[tuple[str, str]]:
    """Yield the names and texts of a body, in its order; a name without a sign = has an empty text."""
    if not body.isascii():
        body = quote_from_bytes(body, printable).encode()
    for field in body.decode().split("&"):
        if field:
            name, _, value = field.partition("=")
            plain = "%" not in field and "+" not in field
            yield (name, value) if plain else (_text(name), _text(value))


def _text(sent: str) -> str:
    """Return what a name or text in percent encoding means."""
    decoded = unquote_to_bytes(sent.replace("+", " "))
    return decoded.decode() if decoded.isascii() else _NO_TEXT.sub("\0", decoded.decode(errors="surrogateescape"))
