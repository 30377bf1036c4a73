"""The embedded server: one process, several threads, stopped by Ctrl-C or SIGTERM. The keeper of waitress."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from wsgiref.types import WSGIApplication

from waitress import serve

from forms_app.cli.status import OVERDUE
from forms_app.cli.terminal import tell, warn
from forms_app.cli.tls import run_tls, tls_adapter
from forms_app.errors import N_, SettingsError
from forms_app.site.app import assemble
from forms_app.site.courier import Courier
from forms_app.site.daily import daily
from forms_app.site.forgetting import keep_what_lasts
from forms_app.site.purging import purge
from forms_app.site.services import Services
from forms_app.transfer.wire import refuse_unsafe
from forms_app.translation import catalogue, command_language

BACKLOG = 1024


def serve_site(services: Services, host: str, port: int, pair: tuple[Path, Path] | None = None) -> None:
    """Serve until stopped, over https where `pair` has a certificate and its key (PEM files).

    Raises SettingsError when the port is taken, the address is not this machine's, or the certificate is none.
    """
    adapter = tls_adapter(*pair) if pair else None
    sock = listen(host, port)
    scheme, shown = "https" if pair else "http", f"[{host}]" if ":" in host else host
    message = N_("Situs berjalan di {scheme}://{host}:{port}. Berhenti dengan Ctrl-C.")
    tell(message, scheme=scheme, host=shown, port=sock.getsockname()[1])
    _tell_shut(services)
    settings, app = services.settings, assemble(services)
    keep_what_lasts()
    with courier(services), daily(lambda: _purge(services)):
        if adapter:
            stop_by_signal()
            address = sock.getsockname()[:2]
            sock.close()  # cheroot makes its own
            run_tls(app, address, adapter, threads=settings.threads, max_body=settings.max_body)
        else:
            run(app, sock, threads=settings.threads, max_body=settings.max_body)


def _purge(services: Services) -> None:
    """Drop what is past its time and may go; say on stderr what may not go yet."""
    if overdue := purge(services).overdue:
        warn(OVERDUE, overdue=overdue)


@contextmanager
def courier(services: Services) -> Iterator[None]:
    """Push in the background while the block runs, where an inbox is set; raise SettingsError for a bad address."""
    if not services.settings.inbox_url:
        yield
        return
    refuse_unsafe(services.settings.inbox_url)
    found = Courier(services)
    found.start()
    try:
        yield
    finally:
        found.stop()


def _tell_shut(services: Services) -> None:
    """Say which secret forms are not open, and what to do about it, each thing once."""
    if services.shut:
        translate = catalogue("messages", command_language())
        warn(N_("Formulir rahasia ini belum dibuka: {forms}."), forms=", ".join(services.shut))
        lacks = (translate(one.message).format(**dict(one.places)) for each in services.shut.values() for one in each)
        for text in dict.fromkeys(lacks):
            warn("{text}", text=text)


def run(app: WSGIApplication, sock: socket.socket, *, threads: int, max_body: int) -> None:
    """Answer requests on a listening socket until stopped."""
    stop_by_signal()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    serve(
        app,
        sockets=[sock],
        threads=threads,
        ident=None,
        max_request_body_size=max_body + 1,
        connection_limit=1000,
        clear_untrusted_proxy_headers=False,  # nobody reads them but ProxyFix, as many as PEKSOS_PROXIES says
    )


def stop_by_signal() -> None:
    """Let SIGINT and SIGTERM end the server, where this is the thread that can."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _stop)


def _stop(_number: int, _frame: FrameType | None) -> None:
    """End the server as Ctrl-C does: also for a service manager, and where a script started us deaf to Ctrl-C."""
    raise KeyboardInterrupt


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; raise SettingsError saying what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            message = N_("Port {port} sudah dipakai program lain. Hentikan program itu, atau pilih --port lain.")
        else:
            message = N_("Tidak bisa memakai alamat {host}:{port}. Periksa --host dan --port.")
        raise SettingsError(message, host=host, port=port) from None
    return sock
