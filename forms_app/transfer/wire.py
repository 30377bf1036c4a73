"""Talking to an inbox: HTTP over verified TLS, plain only on this machine itself; what fails on the way is one error.

Errors of the inbox come as JSON {code, text} and are shown as they are.
"""

from __future__ import annotations

import json
import secrets
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Self
from urllib.parse import urlsplit

from forms_app.errors import N_, SettingsError, TransferError
from forms_app.translation import command_language

TIMEOUT = 120  # seconds without a word
LOOPBACK = ("127.0.0.1", "::1", "localhost")
BUSY = (408, 429, 500, 502, 503, 504)
MAX_TEXT = 16 * 1024 * 1024  # bytes of an answer that is no package
JSON_TYPE = "application/json"


class InboxAway(TransferError):
    """The inbox does not answer; what is to be carried waits here."""

    code = "inbox-away"
    status = 503


@dataclass(frozen=True)
class Answer:
    """What the inbox said: status, and the body of everything that is no package."""

    status: int
    body: bytes = b""

    @property
    def json(self) -> dict[str, Any]:
        """Return the JSON object; raises InboxAway when something else answers at this address."""
        try:
            value = json.loads(self.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise InboxAway(N_("Alamat itu bukan kotak titipan Peksos Forms. Periksa PEKSOS_INBOX_URL."))
        return value

    def refuse(self) -> TransferError:
        """Return the inbox's refusal, in its own words."""
        text = str(self.json.get("text", ""))[:500].replace("{", "(").replace("}", ")")
        error = TransferError(text or N_("Kotak titipan menolak. Tanyakan ke pengelolanya."))
        error.code = str(self.json.get("code", error.code))[:40]
        return error


@dataclass(frozen=True)
class Patience:
    """How often and how long to wait before trying again: doubling, with full jitter so that sites do not come at once.

    `sleep` waits so many seconds; it may raise to end the trying.
    """

    tries: int = 8
    first: float = 0.5
    longest: float = 30.0
    sleep: Callable[[float], object] = time.sleep

    def wait(self, failures: int) -> None:
        """Wait after the so-many-th failure in a row."""
        most = min(self.longest, self.first * 2 ** (failures - 1))
        self.sleep(most * secrets.randbelow(1_000) / 1_000)

    def through(self, action: Callable[[], Answer]) -> Answer:
        """Return what the action returns, tried again while the inbox does not answer; raises the last InboxAway."""
        for failures in range(1, self.tries):
            try:
                return action()
            except InboxAway:
                self.wait(failures)
        return action()


@dataclass
class Wire:
    """One inbox, reached over one connection at a time. Raises SettingsError for an address that is not safe."""

    url: str
    timeout: float = TIMEOUT
    token: str = field(default="", repr=False)
    _connection: HTTPConnection | None = None

    def __post_init__(self) -> None:
        """Refuse plain http to anywhere but this machine."""
        refuse_unsafe(self.url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def call(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer; raises InboxAway when none comes, TransferError when the certificate is not good."""
        with self.opened(method, path, body, headers) as response:
            return Answer(response.status, self._read(response))

    def opened(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> HTTPResponse:
        """Return a response whose body is still to be read."""
        named = {"Content-Type": "application/octet-stream", "Accept-Language": command_language(), **(headers or {})}
        if self.token:
            named["Authorization"] = f"Bearer {self.token}"
        try:
            connection = self._connection = self._connection or self._connect()
            connection.request(method, path, body=body or None, headers=named)
            response = connection.getresponse()
        except ssl.SSLCertVerificationError as error:
            self.close()
            raise TransferError(
                N_("Sertifikat kotak titipan tidak sah: {reason}. Jangan kirim. Tanyakan ke pengelolanya."),
                reason=error.verify_message,
            ) from None
        except (OSError, HTTPException):
            self.close()
            raise away() from None
        if response.status in BUSY:
            self.close()
            raise away()
        return response

    def _read(self, response: HTTPResponse) -> bytes:
        try:
            return response.read(MAX_TEXT)
        except (OSError, HTTPException):
            self.close()
            raise away() from None

    def _connect(self) -> HTTPConnection:
        parts = urlsplit(self.url)
        if parts.scheme == "https":
            context = ssl.create_default_context()
            return HTTPSConnection(parts.hostname or "", parts.port, timeout=self.timeout, context=context)
        return HTTPConnection(parts.hostname or "", parts.port, timeout=self.timeout)


def refuse_unsafe(url: str) -> None:
    """Raise SettingsError for what is no https address; plain http is for this machine itself."""
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_fits = urlsplit(""), False
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    more = parts.path.rstrip("/") or parts.query or parts.fragment or parts.username
    if not (safe and parts.hostname and port_fits) or more:
        raise SettingsError(N_("Alamat kotak titipan harus https, tanpa jalur. Contoh: https://titipan.example.id"))


def away() -> InboxAway:
    """Return the error of an inbox that does not answer."""
    return InboxAway(N_("Kotak titipan tidak menjawab. Data tetap di sini dan dikirim lagi nanti."))
