"""The headers of every answer, and the gate that foreign pages do not pass."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wsgi import get_host

from forms_app.errors import N_, Refused

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}


def permissions(allowed: Collection[str]) -> str:
    """Return the Permissions-Policy that lets our own page ask for these, and for nothing else."""
    names = ("geolocation", "camera", "microphone")
    return ", ".join(f"{name}=({'self' if name in allowed else ''})" for name in names)


def policy(styles: Sequence[str], scripts: Sequence[str], *, works: bool = False, posts: bool = True) -> str:
    """Return the Content-Security-Policy that lets exactly these inline styles and scripts run.

    Where the page `works`, its script may fetch from here, load the product's other scripts, and start workers. Where
    it does not `posts`, no form on it can be sent, whatever happens to its script.
    """
    style = " ".join(map(_hash, styles)) or "'none'"
    script = " ".join(map(_hash, scripts)) or "'none'"
    more = " 'strict-dynamic'" if works else ""
    source = "'self'" if works else "'none'"
    action = "'self'" if posts else "'none'"
    return (
        f"default-src {source}; style-src {style}; script-src {script}{more}; img-src data:; "
        + ("worker-src 'self'; " if works else "")
        + f"form-action {action}; base-uri 'none'; frame-ancestors 'none'"
    )


def script_policy(styles: Sequence[str]) -> str:
    """Return the policy of a page around the forms that runs the product's own scripts, and sends no form."""
    return (
        f"default-src 'self'; script-src 'self'; style-src {' '.join(map(_hash, styles))}; img-src 'self' data:; "
        "worker-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def init_app(app: Flask, content_policy: str, *, secure: bool, proxies: int = 0) -> None:
    """Put the headers on every answer, and refuse what foreign pages send, before any view runs.

    Scheme and host are taken from `proxies` reverse proxies, and from nobody else's headers. What stands in front of
    Flask already stays behind these.
    """
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=0, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]  # Flask's own way
    fixed = {**_FIXED, "Content-Security-Policy": content_policy, "Cache-Control": "no-store"}
    if secure:
        fixed["Strict-Transport-Security"] = "max-age=31536000"
    app.wsgi_app = _Dressed(app.wsgi_app, fixed)  # type: ignore[method-assign]  # Flask's own way

    @app.before_request
    def refuse_foreign() -> None:
        if request.method == "POST" and not from_here(request.environ):
            raise Refused(N_("Permintaan ini datang dari halaman lain. Buka lagi formulirnya, lalu kirim."))


class _Dressed:
    """Adds to every answer the headers that it lacks. Outside Flask: nothing that goes wrong inside gets around it."""

    def __init__(self, app: WSGIApplication, fixed: dict[str, str]) -> None:
        self._app = app
        self._fixed = [(name, value, name.lower()) for name, value in fixed.items()]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            there = {name.lower() for name, _ in headers}
            more = [(name, value) for name, value, key in self._fixed if key not in there]
            return start_response(status, headers + more, *error)

        return self._app(environ, start)


def from_here(environ: WSGIEnvironment) -> bool:
    """Whether a POST comes from our own page, as far as the browser says; old browsers say nothing and pass."""
    site = environ.get("HTTP_SEC_FETCH_SITE")
    if site is not None:
        return site in ("same-origin", "none")
    origin = environ.get("HTTP_ORIGIN")
    return origin is None or urlsplit(origin).netloc == get_host(environ)


def asks_for_json(environ: WSGIEnvironment) -> bool:
    """Whether the page's script sent the answers, which reads the receipt's address and cannot follow to it."""
    return environ.get("HTTP_ACCEPT") == "application/json"
