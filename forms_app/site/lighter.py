"""Pages around the forms, compressed as they go: a phone pays for every byte of help, receipt and ticket too.

Only what is asked for by GET: an answer to a POST may show what was typed, and is best gone at once.
"""

from __future__ import annotations

from flask import Flask, Response, request

from forms_app.site.window import squeezed

_SHOWN = {"respondent", "ticketing", "offline"}


def init_app(app: Flask) -> None:
    """Compress the pages that respondents are shown."""

    @app.after_request
    def lighten(response: Response) -> Response:
        plain = response.status_code == 200 and response.mimetype == "text/html" and not response.direct_passthrough
        if request.method == "GET" and request.blueprint in _SHOWN and plain and not response.content_encoding:
            body, encoding = squeezed(response.get_data(), request.headers.get("Accept-Encoding", ""))
            if encoding:
                response.set_data(body)
                response.content_encoding = encoding
                response.vary.add("Accept-Encoding")
        return response
