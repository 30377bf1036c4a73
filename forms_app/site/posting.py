"""How the body of a form becomes texts: what is no text must not turn into another text that nobody typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO
from urllib.parse import unquote_to_bytes

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser

_NO_TEXT = re.compile("[\udc80-\udcff]+")


class FieldsParser(FormDataParser):
    """Reads fields as browsers send them; bytes that are no UTF-8 become NUL, which every question refuses.

    Werkzeug would keep them in their percent encoding: `%ED%A0%80` would be stored as if somebody had typed it.
    """

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        """Return (stream, fields, files) of a body."""
        if mimetype != "application/x-www-form-urlencoded":
            return super().parse(stream, mimetype, content_length, options)
        return stream, self.cls(_fields(stream.read())), self.cls()


class FormRequest(Request):
    """A request whose fields are texts."""

    form_data_parser_class = FieldsParser


def _fields(body: bytes) -> Iterator[tuple[str, str]]:
    """Yield the names and texts of a body, in its order; a name without a sign = has an empty text."""
    for field in body.split(b"&"):
        if field:
            name, _, value = field.partition(b"=")
            yield _text(name), _text(value)


def _text(sent: bytes) -> str:
    """Return what a name or text means; most say it in plain letters."""
    if b"%" in sent or b"+" in sent:
        sent = unquote_to_bytes(sent.replace(b"+", b" "))
    return sent.decode() if sent.isascii() else _NO_TEXT.sub("\0", sent.decode(errors="surrogateescape"))
