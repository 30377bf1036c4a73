"""The short way in for what nearly every POST is: a form that belongs here, filled in well, to be answered by a 303.

On a busy morning the time of the processor goes into this, so it runs in front of Flask and without it. It takes only
what it takes as a whole; whatever is unusual in any way (another address, a foreign page, a secret form, a mistake, a
warning, a wish) goes on to Flask untouched, and is judged there from the beginning: nothing has been stored then. The
views in `respondent.py` say what is right; a test sends everything both ways.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, request

from forms_app.answers.sections import LESS, MORE
from forms_app.answers.submission import Nonce
from forms_app.errors import Held
from forms_app.site.headers import asks_for_json, from_here
from forms_app.site.i18n import wished
from forms_app.site.intake import Intake, Receipt
from forms_app.site.kiosk import QUERY
from forms_app.site.posting import FIELDS, Sent
from forms_app.site.services import Services
from forms_app.specs.model import FormSpec
from forms_app.storage.documents import Event

RAISED = "peksos.raised"
"""Under this name the environment tells Flask what went wrong while storing: it is told, and not tried again."""
_PLACE = re.compile(r"/(?:f/([a-z0-9_]+)|[eE]/([A-Za-z0-9]{6})(?:/([a-z0-9_]+))?)\Z")
_EMPTY = (("Content-Type", "text/html; charset=utf-8"), ("Content-Length", "0"))
_TONGUES = {"": "", "lang=id": "id", "lang=en": "en"}
_LANGUAGES = _TONGUES | {f"{query}&{QUERY}".lstrip("&"): tongue for query, tongue in _TONGUES.items()}


def init_app(app: Flask) -> None:
    """Put the lane in front of what answers so far."""
    app.wsgi_app = Lane(app, app.wsgi_app)  # type: ignore[method-assign]  # Flask's own way

    @app.before_request
    def tell() -> None:
        if RAISED in request.environ:
            raise request.environ.pop(RAISED)  # an error that its environ names would keep answers in memory


class Lane:
    """Stands in front of a Flask application."""

    def __init__(self, app: Flask, inner: WSGIApplication) -> None:
        self._app, self._inner = app, inner
        self._most: int = app.config["MAX_CONTENT_LENGTH"]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer by the receipt's address, or hand the request on."""
        if environ["REQUEST_METHOD"] == "POST":
            receipt = None
            try:
                receipt = self._take(environ)
            except Exception as error:  # noqa: BLE001 - Flask has a page for each
                environ[RAISED] = error
            if receipt is not None:
                query = environ.get("QUERY_STRING", "")
                where = f"{receipt.path}?{query}" if query else receipt.path
                if asks_for_json(environ):
                    start_response("200 OK", [("Content-Type", "application/json")])
                    return [json.dumps({"receipt": where}).encode()]
                start_response("303 SEE OTHER", [("Location", where), *_EMPTY])
                return [b""]
        return self._inner(environ, start_response)

    def _take(self, environ: WSGIEnvironment) -> Receipt | None:
        """Return the receipt of what was stored; None where the views have to look. Raises what storing raised."""
        place = _PLACE.match(environ.get("PATH_INFO", ""))
        tongue = _LANGUAGES.get(environ.get("QUERY_STRING", ""))
        size = environ.get("CONTENT_LENGTH") or ""
        plain = environ.get("CONTENT_TYPE") == FIELDS and size.isdigit() and int(size) <= self._most
        if place is None or tongue is None or not plain or not from_here(environ):
            return None
        site: Services = self._app.extensions["peksos"]
        if not site.has_room:
            return None
        moment = site.clock()
        event = site.events.get(place[2]) if place[2] else None
        spec = _form(site, place[1], place[3], event, moment)
        if spec is None:
            return None
        body = environ["wsgi.input"].read(int(size))
        environ["wsgi.input"] = BytesIO(body)
        posted = Sent.read(body)
        nonce = Nonce.parse(posted.one("_nonce"))
        if nonce is None or posted.one(LESS) or posted.one(MORE) or len(body) != int(size):
            return None
        language = tongue or wished(environ) or site.settings.language
        return _keep(Intake(site, spec, event, nonce, language), posted, moment)


def _keep(intake: Intake, posted: Sent, moment: datetime) -> Receipt | None:
    """Return the receipt of a filling that nothing is wrong with."""
    try:
        filled, ready = intake.judge(posted, moment, warn=True)
    except Held:
        return None
    return intake.keep(filled, moment) if ready else None


def _form(
    site: Services, slug: str | None, other: str | None, event: Event | None, moment: datetime
) -> FormSpec | None:
    """Return the form at an address, if it is open now and answered by a 303; None where anything else is the case."""
    if slug is None:
        if event is None or not datetime.fromisoformat(event.opens) <= moment <= datetime.fromisoformat(event.closes):
            return None
        spec = site.library.at(other) if other else site.library.get(event.forms[0])
        if spec is not None and spec.form_id not in event.forms:
            return None
    else:
        spec = site.library.at(slug)
    usual = spec is not None and not spec.secret and spec.outcome is None and spec.form_id not in site.shut
    return spec if usual else None
