"""A real inbox on a real port, a line that is cut wherever it is told, a site with records, and its office."""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest
from flask import Flask
from waitress.server import create_server

from forms_app.answers.submission import Nonce
from forms_app.inbox.app import create_inbox_app
from forms_app.inbox.members import Members, create_inbox, open_members
from forms_app.inbox.store import Caps, Store
from forms_app.office.household import Household
from forms_app.sealing.records import Header, seal
from forms_app.site.intake import Intake, Receipt
from forms_app.site.services import Services
from forms_app.storage.log import NewRecord
from forms_app.transfer.wire import Patience, Wire
from tests.conftest import TODAY
from tests.office.conftest import REGISTRATION, posted

HURRY = Patience(tries=200, sleep=lambda _seconds: None)
CAPS = Caps(reserve=1)


@contextmanager
def served(store: Store) -> Iterator[int]:
    """Serve an inbox in this process and lend its port."""
    with serving(create_inbox_app(store)) as port:
        yield port


@contextmanager
def serving(app: Flask) -> Iterator[int]:
    """Serve an application in this process until the block ends, and lend its port."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            server.asyncore.loop(timeout=0.05, map=server._map, count=1)
        server.task_dispatcher.shutdown()
        server.close()
        server.asyncore.close_all(server._map, ignore_all=True)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield int(server.effective_port)
    finally:
        stop.set()
        thread.join(10)


@dataclass
class Cutter:
    """A TCP line to a port that is cut after as many bytes as `budget` says, in either direction; None: never."""

    port: int
    budget: Callable[[], int | None]
    cuts: int = 0
    passed: int = 0
    _socket: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def url(self) -> str:
        """Return the address of the near end."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._socket.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._socket.accept()
                far = socket.create_connection(("127.0.0.1", self.port))
                left = [self.budget()]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(source, target, left), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, left: list[int | None]) -> None:
        with suppress(OSError):
            while data := source.recv(8_192):
                budget = left[0]
                if budget is not None and len(data) >= budget:
                    target.sendall(data[:budget])
                    self.passed += budget
                    self.cuts += 1
                    break
                target.sendall(data)
                self.passed += len(data)
                left[0] = None if budget is None else budget - len(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@pytest.fixture
def members(folder: Path) -> Members:
    """Return the members of a new inbox: the world's office and site."""
    create_inbox(folder / "titipan", (folder / "office" / "office.pub").read_bytes())
    members = open_members(folder / "titipan")
    members.enrol((folder / "instance" / "site.pub").read_bytes().strip())
    return members


@pytest.fixture
def store(members: Members) -> Store:
    """Return its store."""
    return Store(members.folder, members, CAPS)


@pytest.fixture
def port(store: Store) -> Iterator[int]:
    """Return the port on which it is served."""
    with served(store) as port:
        yield port


@pytest.fixture
def url(port: int) -> str:
    """Return its address."""
    return f"http://127.0.0.1:{port}"


@pytest.fixture
def wire(url: str) -> Iterator[Wire]:
    """Return a line to it."""
    with Wire(url, timeout=20) as wire:
        yield wire


@pytest.fixture
def office_wire(url: str, members: Members) -> Iterator[Wire]:
    """Return the office's line to it, with the token."""
    with Wire(url, timeout=20, token=members.new_token()) as wire:
        yield wire


def register(services: Services, count: int = 1) -> None:
    """Put registrations through the real intake."""
    spec = services.library.by_id("event_registration")
    for _ in range(count):
        taken = Intake(services, spec, None, Nonce.fresh(TODAY), "id").take(posted(REGISTRATION))
        assert isinstance(taken, Receipt)


def fill_log(services: Services, count: int, size: int = 32_000) -> None:
    """Put so many large sealed records into the log, quickly."""
    key = services.office.term_key(TODAY, "90d")
    for _ in range(count):
        identity = secrets.token_bytes(16)
        record = seal(Header(identity, services.site), b"x", [key], size).to_bytes()
        services.log.append([NewRecord(identity, record)], 20_780)


def report_secretly(services: Services) -> None:
    """Put one secret report through the real intake."""
    spec = services.library.by_id("sos_report")
    taken = Intake(services, spec, None, Nonce.fresh(TODAY), "id").take(posted(dict(spec.sample)))
    assert isinstance(taken, Receipt), taken.problems


def packages(store: Store) -> list[Path]:
    """Return the packages that lie in the inbox."""
    return sorted((store.folder / "bundles").glob("*/*.peksos"))


__all__ = ["HURRY", "Cutter", "Household", "fill_log", "packages", "register", "report_secretly", "served"]
