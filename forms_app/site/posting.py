"""How the body of a form becomes texts: what is no text must not turn into another text that nobody typed."""

from __future__ import annotations

import re
from string import printable
from typing import IO
from urllib.parse import parse_qsl, quote
from wsgiref.types import WSGIEnvironment

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
        body = quote(stream.read(), safe=printable)
        pairs = parse_qsl(body, keep_blank_values=True, errors="surrogateescape")
        return stream, self.cls([(_text(name), _text(value)) for name, value in pairs]), self.cls()


class FormRequest(Request):
    """A request whose fields are texts, and that is gone with its answers as soon as it is answered."""

    form_data_parser_class = FieldsParser

    def __init__(self, environ: WSGIEnvironment) -> None:
        # Werkzeug would put the request into its own environ: a circle, in which answers wait for the collector.
        super().__init__(environ, populate_request=False)


def _text(decoded: str) -> str:
    return decoded if decoded.isascii() else _NO_TEXT.sub("\0", decoded)
