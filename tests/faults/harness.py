"""What all faults share: a real site in a process of its own, a storm of phones, and the office that counts afterwards.

A phone writes a receipt down only when it has read the whole answer; what has no receipt it sends again.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from forms_app.office.household import STATEMENT, create_household, open_household
from forms_app.office.importing import import_bundle
from forms_app.office.opening import Specs, open_archived
from forms_app.settings import Settings
from forms_app.site.enrolment import SITE_FILE, add_event, create_site
from forms_app.site.packing import make_package
from forms_app.site.services import Services, open_site
from forms_app.storage.documents import Event
from tests.conftest import CHEAP, PASSPHRASE, nonce_of, try_keys

ROOT = Path(__file__).parents[2]
FULL = os.environ.get("PEKSOS_FAULTS") == "full"
CODE = "K7Q2MX"
PATIENCE = 60  # seconds, on a busy machine
RECEIPT = re.compile(r"/r/([a-z2-7]{26})")
ANSWERS = {"reg_kind": "guru", "photo_ok": "tidak", "agree": "true"}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def sized(name: str, full: int, light: int) -> int:
    """Return how often to try: `make faults` tries often, `make test` a few times; PEKSOS_FAULTS_<name> wins."""
    return int(os.environ.get(f"PEKSOS_FAULTS_{name}") or (full if FULL else light))


def make_place(folder: Path, **more: str) -> None:
    """Make an office, a site that it knows, and an event that is open, with the one form that the storm fills in."""
    today = datetime.now(UTC).date()
    forms = shutil.copytree(ROOT / "form_specs", folder / "forms")
    for other in forms.glob("*.yaml"):
        if other.stem != "event_registration":
            other.unlink()
    first, last = today - timedelta(days=30), today + timedelta(days=300)
    create_household(folder / "office", "Kantor Contoh", PASSPHRASE, first, last, CHEAP)
    make_site(folder, "instance", today, **more)


def make_site(folder: Path, name: str, today: date, **more: str) -> None:
    """Make one site more of the same office, and the event that is open there."""
    create_site(folder / name, (folder / "office" / STATEMENT).read_bytes(), "Sekolah Contoh")
    household = open_household(folder / "office")
    household.enrol((folder / name / SITE_FILE).read_bytes().strip())
    household.close()
    services = open_site(settings(folder, name, **more))
    try_keys(folder / "office", services)
    opens, closes = (f"{today + timedelta(days=days)}T00:00:00+00:00" for days in (-2, 300))
    add_event(services, Event(CODE, "Hari Anak", ("event_registration",), opens, closes, date=opens))
    services.close()


def settings(folder: Path, name: str = "instance", **more: str) -> Settings:
    """Return the settings of a site in a place."""
    mapping = {"PEKSOS_INSTANCE": str(folder / name), "PEKSOS_FORMS": str(folder / "forms")}
    return Settings.from_mapping(mapping | more)


@dataclass
class Site:
    """The site of a place, served by a process of its own as `peksos serve` does."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    restarts: list[float] = field(default_factory=list)
    _process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        """Return the id of the serving process."""
        assert self._process
        return self._process.pid

    def start(self) -> None:
        """Serve, and return when the site answers; an earlier process must have ended."""
        began = time.monotonic()
        command = [sys.executable, "-m", "forms_app.cli", "--instance", str(self.folder / "instance")]
        told = {"PEKSOS_FORMS": str(self.folder / "forms"), "PEKSOS_LANGUAGE": "id", "PYTHONUNBUFFERED": "1"}
        environment = os.environ | {"PYTHONPATH": str(ROOT)} | told | self.environment
        with (self.folder / "serve.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=log, text=True, env=environment
            )
        assert self._process.stdout
        line = self._process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        assert address, f"the site did not start: {(self.folder / 'serve.log').read_text()[-2000:]}"
        self.port = int(address[1])
        with urlopen(f"{address[0]}/readyz", timeout=PATIENCE) as answer:  # noqa: S310 - our own server
            assert answer.status == 200
        self.restarts.append(time.monotonic() - began)

    def kill(self) -> None:
        """End the process with SIGKILL: it gets no chance to put anything in order."""
        if self._process:
            self._process.kill()
            self._end()

    def stop(self) -> None:
        """End the process as Ctrl-C does."""
        if self._process:
            self._process.terminate()
            self._end()

    def _end(self) -> None:
        assert self._process
        assert self._process.stdout
        self._process.wait(PATIENCE)
        self._process.stdout.close()
        self._process = None


@dataclass(frozen=True)
class Filling:
    """One person's registration: a name that nobody else has, and the body of the POST, the page's nonce in it."""

    name: str
    body: str


def person(number: int) -> str:
    """Return the name of a person: no other number has it."""
    letters = ""
    for _ in range(5):
        number, letter = divmod(number, len(LETTERS))
        letters += LETTERS[letter]
    return f"Ibu {letters.capitalize()}"


def open_page(line: HTTPConnection, path: str, name: str) -> Filling:
    """Fetch the form's page and fill it in."""
    line.request("GET", path)
    answer = line.getresponse()
    page = answer.read().decode()
    if answer.status != 200:
        raise HTTPException(f"no page: {answer.status}")
    return Filling(name, urlencode({**ANSWERS, "full_name": name, "_nonce": nonce_of(page)}))


def post(line: HTTPConnection, path: str, filling: Filling) -> str:
    """Send a filling and return the record's id (hex), if the whole receipt was read; raises HTTPException if not."""
    begin_post(line, path, filling)
    return read_receipt(line)


def begin_post(line: HTTPConnection, path: str, filling: Filling) -> None:
    """Send a filling, and do not wait for what comes back."""
    line.request("POST", path, filling.body, {"Content-Type": "application/x-www-form-urlencoded"})


def read_receipt(line: HTTPConnection) -> str:
    """Return the record's id (hex) from a whole 303 answer; a part of an answer is none."""
    answer = line.getresponse()
    body, length = answer.read(), answer.headers["Content-Length"]
    found = RECEIPT.fullmatch(answer.headers["Location"] or "")
    if answer.status != 303 or found is None or length is None or len(body) != int(length):
        raise HTTPException(f"no receipt: {answer.status}")
    return base64.b32decode(found[1].upper() + "======").hex()


class Storm:
    """Phones that register people, one after another and all at once, for as long as the site answers.

    `acknowledged` has the id of each record by its person's name; `sent` counts the POSTs.
    """

    path = f"/e/{CODE.lower()}"

    def __init__(self, clients: int) -> None:
        self.acknowledged: dict[str, str] = {}
        self.sent = 0
        self.refused: Counter[str] = Counter()
        self._numbers = count()
        self._lock = threading.Lock()
        self._open = threading.Event()
        self._ending = False
        self._port = 0
        self._threads = [threading.Thread(target=self._client, daemon=True) for _ in range(clients)]
        for thread in self._threads:
            thread.start()

    def open(self, port: int) -> None:
        """Tell the phones where the site is now."""
        self._port = port
        self._open.set()

    def shut(self) -> None:
        """Tell the phones that there is nobody to talk to."""
        self._open.clear()

    def wait(self, more: int) -> None:
        """Return when so many receipts more have come."""
        wanted, until = len(self.acknowledged) + more, time.monotonic() + PATIENCE
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < until, f"no receipts any more: {self.refused.most_common(3)}"
            time.sleep(0.002)

    def finish(self, port: int) -> None:
        """Let each phone send what it still holds, and end."""
        self._ending = True
        self.open(port)
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive(), f"a phone got no receipt: {self.refused.most_common(3)}"

    def _client(self) -> None:
        held: Filling | None = None
        while not self._ending or held:
            self._open.wait(0.05)
            line = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
            try:
                while self._open.is_set() and (held or not self._ending):
                    held = held or self._fresh(line)
                    with self._lock:
                        self.sent += 1
                    identity = post(line, self.path, held)
                    self.acknowledged[held.name] = identity
                    held = None
            except (OSError, HTTPException) as error:
                self.refused[f"{type(error).__name__} {error}"] += 1
                time.sleep(0.005)
            finally:
                line.close()

    def _fresh(self, line: HTTPConnection) -> Filling:
        with self._lock:
            number = next(self._numbers)
        return open_page(line, self.path, person(number))


@dataclass(frozen=True)
class Found:
    """What the office found: the ids (hex) of the records, and whose they are."""

    names: dict[str, list[str]]
    log_ids: Counter[str]

    @property
    def doubled(self) -> int:
        """Return how many records there are beyond one for each person, and ids beyond one for each record."""
        return sum(len(ids) - 1 for ids in self.names.values()) + self.log_ids.total() - len(self.log_ids)

    def lost(self, acknowledged: Mapping[str, str]) -> list[str]:
        """Return the names whose receipt names a record that is not there, or is another person's."""
        return [name for name, identity in acknowledged.items() if identity not in self.names.get(name, [])]


def carry(folder: Path, **more: str) -> Found:
    """Verify the site's log, carry all of it to the office, open everything there, and return what was found."""
    services = open_site(settings(folder, **more))
    ids = _whole_log(services)
    package = folder / "paket.peksos"
    package.unlink(missing_ok=True)
    make_package(services, package)
    services.close()
    household = open_household(folder / "office")
    report = import_bundle(household, package)
    assert report.whole
    identities, specs = household.unlock(PASSPHRASE), Specs(household.archive)
    names: dict[str, list[str]] = {}
    for archived in household.archive.records():
        opened = open_archived(archived, identities, specs)
        assert not opened.flaws
        names.setdefault(str(opened.submission.answers["full_name"]), []).append(archived.record_id.hex())
    household.close()
    assert Counter(one for found in names.values() for one in found) == ids, "the office has what the site has"
    return Found(names, ids)


def _whole_log(services: Services) -> Counter[str]:
    """Return how often each record id stands in the log, whose chain must verify to its end."""
    head = services.log.verify()
    ids = Counter(entry.record_id.hex() for entry in services.log.entries() if entry.record)
    assert head.seq == ids.total() == services.log.count()
    return ids
