"""The embedded server over https, with a certificate of the site's own. The keeper of cheroot."""

from __future__ import annotations

import ssl
from contextlib import suppress
from pathlib import Path
from wsgiref.types import WSGIApplication

from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Server

from forms_app.errors import N_, SettingsError

_BACKLOG = 1024
_OLDEST = ssl.TLSVersion.TLSv1_2  # what Android 5 speaks


def tls_adapter(certificate: Path, key: Path) -> BuiltinSSLAdapter:
    """Return what speaks TLS with a certificate and its key, PEM files both; raise SettingsError for what is none."""
    try:
        adapter = BuiltinSSLAdapter(str(certificate), str(key))
        adapter.context.minimum_version = _OLDEST
    except (OSError, ssl.SSLError):
        raise SettingsError(N_("Sertifikat tidak bisa dipakai. Periksa --tls-cert dan --tls-key.")) from None
    return adapter


def run_tls(
    app: WSGIApplication, address: tuple[str, int], adapter: BuiltinSSLAdapter, *, threads: int, max_body: int
) -> None:
    """Answer requests over https at an address until stopped."""
    server = Server(address, app, numthreads=threads, request_queue_size=_BACKLOG)
    server.max_request_body_size = max_body + 1
    server.ssl_adapter = adapter
    try:
        with suppress(KeyboardInterrupt):
            server.safe_start()
    finally:
        server.stop()
