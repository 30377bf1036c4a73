"""What is left of an answer where it must not stand: no byte on a disk, and none in the memory of the server."""

from __future__ import annotations

import http.client
import json
import os
import platform
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

from forms_app.office.household import open_household
from forms_app.office.importing import import_bundle
from forms_app.office.opening import open_all
from forms_app.specs.library import read_library
from forms_app.translation import shipped
from tests.conftest import NUMBERS, PASSPHRASE
from tests.phone import Phone, kit_of, typed_nonce

LIBRARY = read_library(shipped("form_specs"))
PARENT = {"reg_kind": "ortu", "phone": "0899-0000-0001", "rel": "ibu", "child_n": "1", "children-0-kelas": "1"}
PARENT |= {"photo_ok": "tidak", "agree": "true"}
TEACHER = {**dict(LIBRARY.by_id("detection_checklist_teacher").sample), "disclosed": "ya"}
FORM = "application/x-www-form-urlencoded"


@dataclass
class Server:
    """A site in a process of its own, and every word that was ever sent to it."""

    folder: Path
    process: subprocess.Popen[bytes]
    port: int
    words: list[str] = field(default_factory=list)

    def word(self) -> str:
        """Return a word that nobody has said before."""
        letters = secrets.token_hex(8).translate(str.maketrans("0123456789", "ghijklmnop"))  # names have no digits
        self.words.append(f"Kenari{letters}")
        return self.words[-1]

    def ask(self, method: str, path: str, body: str | bytes = "", kind: str = FORM) -> tuple[int, str]:
        """Return status and text of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, body or None, {"Content-Type": kind} if body else {})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def send(self, path: str, answers: Mapping[str, str]) -> int:
        """Open a form, send it plainly, and return the status."""
        nonce = typed_nonce(self.ask("GET", path)[1])
        return self.ask("POST", path, urlencode({**answers, "_nonce": nonce}, doseq=True))[0]

    def seal(self, phone: Phone, path: str, answers: Mapping[str, str]) -> list[int]:
        """Open a form, seal it on the phone, send what was sealed, and return the status of each record."""
        page = self.ask("GET", path)[1]
        kit = json.loads(self.ask("GET", kit_of(page))[1])
        records = phone.seal(kit, answers, typed_nonce(page), datetime.now(UTC))["records"]
        return [self.ask("POST", "/records", one["bytes"], "application/octet-stream")[0] for one in records]

    def memory(self) -> bytes:
        """Return all that the process can write to, as it is now."""
        found = b""
        process = Path("/proc", str(self.process.pid))
        with (process / "maps").open() as maps, (process / "mem").open("rb") as memory:
            for place, rights, *_rest in map(str.split, maps):
                first, last = (int(end, 16) for end in place.split("-"))
                if rights.startswith("rw"):
                    memory.seek(first)
                    found += memory.read(last - first)
        return found

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.wait(timeout=20)


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    """Start the site of a test's world as its command does."""
    command = [sys.executable, "-m", "forms_app.cli", "--instance", str(folder / "instance"), "serve", "--port", "0"]
    with (folder / "log").open("wb") as log:
        environment = {**os.environ, **NUMBERS, "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    started, port = time.monotonic(), None
    while port is None and time.monotonic() - started < 30:
        time.sleep(0.05)
        port = re.search(r"http://127\.0\.0\.1:(\d+)", (folder / "log").read_text())
    assert port, (folder / "log").read_text()
    running = Server(folder, process, int(port[1]))
    yield running
    running.stop()


def say_everything(server: Server, phone: Phone) -> None:
    """Send a public form and a secret one, well and wrongly, too much at once, and to addresses that do not exist."""
    named = {**PARENT, **{name: server.word() for name in ("full_name", "children-0-nick")}}
    assert server.send("/f/1", named) == 303
    assert server.send("/f/1", {**named, "reg_kind": server.word()}) == 422
    named = {**TEACHER, **{name: server.word() for name in ("staff_name", "child_name", "words")}}
    assert server.seal(phone, "/f/5", named) == [200]
    assert server.send("/f/5", {**named, "facts": server.word()}) == 403
    assert server.ask("POST", "/f/1", urlencode({"full_name": server.word() * 20_000}))[0] == 413
    assert server.ask("POST", "/f/99", urlencode({"full_name": server.word()}))[0] == 404


def left_in(data: bytes, words: list[str]) -> list[str]:
    """Return the words that stand in the data, as the web or as Python keeps texts."""
    ways = ("utf-8", "utf-16-le", "utf-32-le")
    return [word for word in words if any(word.encode(way) in data for way in ways)]


def left_under(folder: Path, words: list[str]) -> list[str]:
    """Return the files of a folder in which one of the words stands."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(str(path.relative_to(folder)) for path in files if left_in(path.read_bytes(), words))


def test_no_answer_stands_on_a_disk(server: Server, phone: Phone) -> None:
    """Not at the site that still serves, its log, its package or its backup, nor at the office, opened or not."""
    say_everything(server, phone)
    assert left_under(server.folder, server.words) == []  # the journal beside the database too
    server.stop()
    command = [sys.executable, "-m", "forms_app.cli", "--instance", str(server.folder / "instance")]
    subprocess.run([*command, "export", "--out", str(server.folder / "paket.peksos")], check=True, capture_output=True)
    subprocess.run([*command, "backup", str(server.folder / "situs.bak")], check=True, capture_output=True)
    household = open_household(server.folder / "office")
    report = import_bundle(household, server.folder / "paket.peksos")
    assert left_under(server.folder, server.words) == []
    opened = open_all(household, household.unlock(PASSPHRASE))
    household.close()
    assert (report.new, opened.opened) == (2, 2)
    assert left_under(server.folder, server.words) == []


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc overwrites what is freed")
def test_no_answer_stays_in_the_memory_of_the_server(server: Server, phone: Phone) -> None:
    """Once a form is answered, an image of the process holds nothing of it, though some was sealed there."""
    say_everything(server, phone)
    for _ in range(16):  # each thread answers once more: its last local names are gone then
        server.ask("GET", "/healthz")
    assert left_in(server.memory(), server.words) == []


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc overwrites what is freed")
def test_a_server_that_forgets_nothing_would_be_noticed(server: Server) -> None:
    """The look into the memory finds what is there: the address under which the site knows itself."""
    server.ask("GET", "/healthz")
    assert left_in(server.memory(), ["http://127.0.0.1:8000"]) != []
