"""What one submission costs: the whole path, beside a bare Flask POST in the same run.

Both run in one waitress process with 8 threads. Rounds are interleaved; CPU is the server process's own, which a busy
neighbour hardly disturbs. Quote the ratios, not the rates:

    .venv/bin/python benchmarks/submission.py [--rounds 5] [--posts 200] [--clients 8] [--remember] [--postgresql]

`--remember` leaves freed memory as it is (docs/decisions/0014: what overwriting costs). `--postgresql` measures one and
two web processes on a PostgreSQL server of its own instead, which confirms every commit from its disk.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from world import CHEAP, PASSPHRASE, REGISTRATION, set_up

from forms_app.site.enrolment import add_event, add_staff
from forms_app.storage.documents import Event

BARE = "bare Flask POST"
REMEMBERING = {"PYTHONMALLOC": "pymalloc", "MALLOC_PERTURB_": "0", "GLIBC_TUNABLES": "glibc.malloc.arena_max=8"}


@dataclass(frozen=True)
class Server:
    """A process that answers on a port."""

    process: subprocess.Popen[bytes]
    port: int


Case = tuple[list[Server], str]
"""The servers that the clients are shared out to, and the address they post to."""


def main() -> None:
    """Measure and print one line per case."""
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--posts", type=int, default=200)
    options.add_argument("--clients", type=int, default=8)
    options.add_argument("--remember", action="store_true")
    options.add_argument("--postgresql", action="store_true")
    given = options.parse_args()
    if given.remember:
        os.environ.update(REMEMBERING)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        if given.postgresql:
            os.environ["PEKSOS_DATABASE_URL"] = stack.enter_context(postgresql())
        code = prepare(Path(folder))
        peksos = [sys.executable, "-m", "forms_app.cli", "--instance", f"{folder}/instance", "serve", "--port"]
        bare = stack.enter_context(running([sys.executable, str(Path(__file__).with_name("bare.py"))]))
        one = stack.enter_context(running(peksos))
        two = stack.enter_context(running(peksos)) if given.postgresql else None
        cases: dict[str, Case] = {BARE: ([bare], "/form"), "registration, one reader": ([one], "/f/1")}
        if two:
            cases["the same, two processes"] = ([one, two], "/f/1")
        else:
            cases["registration, two readers"] = ([one], f"/e/{code.lower()}/1")
        report(measure(cases, given), one.process)


def prepare(folder: Path) -> str:
    """Set an office, a site and an event up; return the event's code."""
    services = set_up(folder)
    add_staff(services, "bench", "coordinator", PASSPHRASE, CHEAP)
    opens, closes = "2020-01-01T00:00:00+00:00", "2099-01-01T00:00:00+00:00"
    wanted = Event(code="", title="Bench", forms=("event_registration",), opens=opens, closes=closes)
    event = add_event(services, wanted)
    services.close()
    return event.code


def measure(cases: dict[str, Case], given: argparse.Namespace) -> dict[str, list[tuple[float, float]]]:
    """Return (posts per second, CPU ms per post) of every round; the first round only warms up."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
    share = given.posts // given.clients
    for number in range(given.rounds + 1):
        for name, (servers, path) in cases.items():
            cpu, start_time = sum(map(cpu_seconds, servers)), time.perf_counter()
            with ThreadPoolExecutor(given.clients) as pool:
                ports = [servers[client % len(servers)].port for client in range(given.clients)]
                list(pool.map(partial(post_many, path=path, count=share), ports))
            elapsed, used = time.perf_counter() - start_time, sum(map(cpu_seconds, servers)) - cpu
            if number:
                done = share * given.clients
                found[name].append((done / elapsed, 1000 * used / done))
    return found


def report(found: dict[str, list[tuple[float, float]]], site: subprocess.Popen[bytes]) -> None:
    """Print medians, and the ratios to the bare POST."""
    base_rate, base_cpu = (statistics.median(column) for column in zip(*found[BARE], strict=True))
    print(f"{'case':28} {'posts/s':>8} {'CPU ms':>8} {'rate ratio':>11} {'CPU ratio':>10}")
    for name, rounds in found.items():
        rate, cpu = (statistics.median(column) for column in zip(*rounds, strict=True))
        print(f"{name:28} {rate:8.0f} {cpu:8.2f} {rate / base_rate:11.2f} {cpu / base_cpu:10.2f}")
    for line in Path(f"/proc/{site.pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            print(f"site process: {int(line.split()[1]) / 1024:.0f} MB PSS")


def post_many(port: int, *, path: str, count: int) -> None:
    """Post fresh pages over one connection; anything but success stops the run."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for _number in range(count):
        nonce = base64.urlsafe_b64encode(b"\x50\x9f" + os.urandom(16)).decode()
        connection.request("POST", path, urlencode({**REGISTRATION, "_nonce": nonce}), headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status not in (200, 303):
            raise SystemExit(f"{path} answered {answer.status}")
    connection.close()


def cpu_seconds(server: Server) -> float:
    """Return the CPU time that a process has used, to the nanosecond."""
    tasks = Path(f"/proc/{server.process.pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text(encoding="ascii").split()[0]) for task in tasks) / 1e9


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str]) -> Iterator[Server]:
    """Start a server on a free port, given as its last word; yield it once it listens."""
    port = free_port()
    process = subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL)
    try:
        for _attempt in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        else:
            raise SystemExit("a server did not start")
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def postgresql() -> Iterator[str]:
    """Start an empty PostgreSQL server that is as careful as one in use; yield its database's address."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
    folder = Path(tempfile.mkdtemp(prefix="peksos-bench-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")

    def run(*command: str | Path) -> None:
        prefix = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
        subprocess.run([*prefix, *map(str, command)], cwd=folder, check=True, stdout=subprocess.DEVNULL)

    try:
        run(programs / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8")
        options = f"-k {folder} -c listen_addresses=''"
        run(programs / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-o", options, "-w", "start")
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        run(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
