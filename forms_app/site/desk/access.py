"""Who may enter the desk: sign-in with Argon2id, sessions kept at the site, tokens on every form.

The cookie holds a random session id and nothing else; the site keeps its SHA-256. Sessions end after a quiet hour, and
in any case after a school day.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from threading import BoundedSemaphore
from typing import ParamSpec, TypeVar

from flask import Flask, Request, g, redirect, request, session, url_for
from flask import Response as FlaskResponse
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from forms_app.errors import N_, Refused, SignInFailed
from forms_app.sealing.passwords import hash_password, verify_password
from forms_app.site.services import Services, services
from forms_app.storage.documents import Session, StaffMember

QUIET = timedelta(hours=1)
LONGEST = timedelta(hours=12)
_P = ParamSpec("_P")
_R = TypeVar("_R")
csrf = CSRFProtect()
# Each check takes 64 MiB and a thread: a crowd at the desk's door must leave memory and threads to the parents.
_DOOR = BoundedSemaphore(2)


def init_app(app: Flask, site: Services) -> None:
    """Set up the session cookie and the tokens; only the desk's own views ask for them."""
    app.config.update(
        SECRET_KEY=hashlib.sha256(b"peksos/cookie/1" + site.secret).digest(),
        SESSION_COOKIE_NAME="__Host-peksos" if site.settings.secure else "peksos",
        SESSION_COOKIE_SECURE=site.settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.session_interface = _DeskCookie()
    csrf.init_app(app)


class _DeskCookie(SecureCookieSessionInterface):
    """Reads and writes the cookie only where there is one or the desk made one: respondents have none."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: FlaskResponse) -> None:
        if session.accessed or session.modified:
            super().save_session(app, session, response)


def signed_in(view: Callable[_P, _R]) -> Callable[_P, _R | Response]:
    """Let a view answer only to an account that is signed in; others go to the sign-in page."""

    @wraps(view)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> _R | Response:
        member = current()
        if member is None:
            return redirect(url_for("desk.sign_in", next=request.path), 303)
        g.staff = member
        if request.method == "POST":
            csrf.protect()
        return view(*args, **kwargs)

    return guarded


def need_role(*roles: str) -> None:
    """Raise Refused unless the account that is signed in has one of these roles."""
    if g.staff.role not in roles:
        raise Refused(N_("Akun ini tidak boleh membuka halaman ini. Tanya pengelola."))


def sign_in(name: str, password: str) -> StaffMember:
    """Begin a session; raise SignInFailed with the same words and the same work for a wrong name or password."""
    site = services()
    member = site.staff.get(name)
    right = _check(member, password)
    if member is None or not right:
        site.audit.write(site.clock().isoformat(), "-", "sign-in-failed")
        raise SignInFailed(N_("Nama akun atau kata sandi belum cocok. Coba lagi."))
    token, moment = secrets.token_urlsafe(32), site.clock()
    session.clear()
    session["id"] = token
    session["since"] = moment.isoformat()
    site.sessions.remove_expired(moment.isoformat())
    site.sessions.add(Session(_hash(token), member.name, "", (moment + QUIET).isoformat()))
    site.audit.write(moment.isoformat(), member.name, "sign-in")
    return member


def _check(member: StaffMember | None, password: str) -> bool:
    """Tell whether the password is right, with the same work for a name that nobody has."""
    if not _DOOR.acquire(blocking=False):
        raise SignInFailed(N_("Terlalu banyak yang masuk sekarang. Tunggu sebentar, lalu coba lagi."))
    try:
        return verify_password(member.password, password) if member else bool(hash_password(password) and False)
    finally:
        _DOOR.release()


def sign_out() -> None:
    """End the session, at the site and in the browser."""
    services().sessions.remove(_hash(session.get("id", "")))
    session.clear()


def current() -> StaffMember | None:
    """Return the account that is signed in, and keep its session alive for another quiet hour."""
    site, token = services(), session.get("id", "")
    moment = site.clock()
    found = site.sessions.get(_hash(token), moment.isoformat()) if token else None
    oldest = (moment - LONGEST).isoformat()
    if found is None or session.get("since", "") < oldest:
        return None
    if found.expires < (moment + QUIET - timedelta(minutes=5)).isoformat():
        site.sessions.update(Session(found.id_hash, found.staff, found.csrf, (moment + QUIET).isoformat()))
    return site.staff.get(found.staff)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
