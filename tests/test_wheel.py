"""The wheel stands alone: forms, translations and static files come with it, and it serves a page."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
SHIPPED = ("forms_app", "form_specs", "translations", "static")
SOURCES = ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", ".gitignore")
PASSPHRASE = "kertas batu gunting"
OPENER = build_opener(ProxyHandler({}))


def copied(folder: Path, *without: str) -> Path:
    """Return a copy of the tree that lacks what is never shipped, and these."""
    tree = folder / "peksos"
    unshipped = shutil.ignore_patterns("__pycache__", "node_modules", *without)
    for name in SHIPPED:
        shutil.copytree(ROOT / name, tree / name, ignore=unshipped)
    for name in SOURCES:
        shutil.copy(ROOT / name, tree)
    return tree


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the tree that holds no compiled catalogue; the builder is the one installed."""
    tree = copied(tmp_path_factory.mktemp("tree"), "*.mo")
    out = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--wheel-dir", str(out), str(tree)], check=True)
    return next(out.glob("peksos_forms-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of commands of an environment that has the wheel.

    The libraries it depends on are lent by the environment that runs the tests: its folder stands in a .pth file, and
    .pth files inside that folder are not read, so that an editable install there stays out of sight.
    """
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, symlinks=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(home / "bin" / "python")]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    lent = sysconfig.get_path("purelib")
    next(home.glob("lib/python*/site-packages")).joinpath("lent.pth").write_text(f"{lent}\n", encoding="utf-8")
    return home / "bin"


def run(commands: Path, folder: Path, *words: str) -> str:
    """Run a command of the wheel in a folder that holds nothing of ours; return what it prints."""
    done = subprocess.run(
        [str(commands / words[0]), *words[1:]],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _environment() -> dict[str, str]:
    """Return the environment without anything that points back to the checkout."""
    strangers = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in strangers}
    return {name: value for name, value in kept.items() if not name.startswith("PEKSOS_")} | {"LC_ALL": "C.UTF-8"}


def test_the_wheel_holds_forms_translations_and_static_files(wheel: Path) -> None:
    """All that the repository ships is in the wheel, and every catalogue is compiled."""
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in SHIPPED[1:]:
        files = [file for file in (ROOT / folder).rglob("*") if file.is_file() and file.suffix != ".mo"]
        files = [file for file in files if not file.is_relative_to(ROOT / "static/phone")]  # of which vendor is made
        assert files
        assert {f"forms_app/shipped/{file.relative_to(ROOT)}" for file in files} <= names
    catalogues = {name.removesuffix(".po") for name in names if name.endswith(".po")}
    assert catalogues
    assert {name.removesuffix(".mo") for name in names if name.endswith(".mo")} == catalogues
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert any(name.startswith("forms_app/site/templates/") for name in names)


def test_everything_is_read_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    """Module, forms, translations and static files are those of the new environment, not of the checkout."""
    script = (
        "import json, forms_app; from forms_app.translation import shipped;"
        "print(json.dumps([forms_app.__file__, *(str(shipped(name)) for name in"
        " ('form_specs', 'translations', 'static'))]))"
    )
    places = json.loads(run(installed, tmp_path, "python", "-c", script))
    assert all(Path(place).is_relative_to(installed.parent) for place in places)
    assert not any(Path(place).is_relative_to(ROOT) for place in places)


def test_translations_work_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    """Each catalogue of the repository translates its first message as written there."""
    for file in sorted((ROOT / "translations" / "en").rglob("*.po")):
        with file.open("rb") as text:
            message = next(entry for entry in read_po(text) if entry.id and entry.string and not entry.fuzzy)
        script = f"from forms_app.translation import catalogue; print(catalogue({file.stem!r}, 'en')({message.id!r}))"
        assert run(installed, tmp_path, "python", "-c", script) == str(message.string).strip()


def test_the_command_knows_its_version(installed: Path, tmp_path: Path) -> None:
    """`peksos --version` tells the version of the checkout."""
    text = (ROOT / "forms_app" / "__init__.py").read_text(encoding="utf-8")
    version = re.search(r'__version__ = "(.+)"', text)
    assert version
    assert version[1] in run(installed, tmp_path, "peksos", "--version")


def test_the_shipped_forms_pass_their_check(installed: Path, tmp_path: Path) -> None:
    """`peksos check` finds the forms inside the wheel."""
    assert run(installed, tmp_path, "peksos", "check")


def test_the_wheel_serves_a_form(installed: Path, tmp_path: Path) -> None:
    """Office, site and event are set up by command, and the event's page is served with its style and script."""
    (tmp_path / "passphrase").write_text(PASSPHRASE, encoding="utf-8")
    run(installed, tmp_path, "peksos-office", "init", "office", "--passphrase-file", "passphrase")
    run(installed, tmp_path, "peksos", "init", "instance", "--office", "office/office.pub")
    run(installed, tmp_path, "peksos-office", "enrol", "instance/site.pub")
    run(installed, tmp_path, "peksos", "trial", "--out", "coba.trial")
    secret = ("--passphrase-file", "passphrase")
    run(installed, tmp_path, "peksos-office", "trial", "coba.trial", "--out", "jawaban.trial", *secret)
    run(installed, tmp_path, "peksos", "trial", "--accept", "jawaban.trial")
    about = ("--title", "Hari Anak", "--opens", "2020-01-01T07:00", "--closes", "2099-01-01T07:00", "--json")
    added = run(installed, tmp_path, "peksos", "event", "add", "--form", "event_registration", *about)
    with served(installed, tmp_path) as address:
        page = _get(f"{address}/e/{json.loads(added)['code']}")
        assert "Hari Anak" in page
        assert "<style>" in page
        assert "peksosExpressions" in page
        script = re.search(r"/static/vendor/page\.[0-9a-f]{12}\.js", page)
        assert script
        assert _get(f"{address}{script[0]}") == (ROOT / script[0][1:]).read_text(encoding="utf-8")
        assert 'lang="en"' in _get(f"{address}/bantuan?lang=en")


def test_an_editable_installation_needs_no_scripts_yet(tmp_path: Path) -> None:
    """Where nothing is bundled the product can be installed from its checkout, which `make setup` does first."""
    tree = copied(tmp_path, "vendor")
    build = "import sys; from hatchling.build import build_editable; build_editable(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=tree, check=True, capture_output=True)
    assert list(tmp_path.glob("peksos_forms-*.whl"))
    assert not (tree / "static" / "vendor").exists()


@pytest.mark.parametrize("there", ["nothing", "older scripts"])
def test_no_wheel_is_made_without_its_scripts(tmp_path: Path, there: str) -> None:
    """Without Node, and with no scripts or those of other sources, the build stops and says what to install."""
    tree = copied(tmp_path, *(["vendor"] if there == "nothing" else []))
    (tree / "static" / "phone" / "record.js").touch()
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "dirname"):
        (tools / name).symlink_to(shutil.which(name) or name)
    build = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    command = [sys.executable, "-c", build, str(tmp_path)]
    around = {"PATH": str(tools), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=tree, env=around, check=False, capture_output=True, text=True)
    assert done.returncode
    assert "install Node.js 18" in done.stderr
    assert not list(tmp_path.glob("*.whl"))


@contextmanager
def served(commands: Path, folder: Path) -> Iterator[str]:
    """Serve the instance in a folder on a free port of this machine, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(commands / "peksos"), "serve", "--port", str(port)]
    log = folder / "serve.log"
    with log.open("wb") as output, subprocess.Popen(command, cwd=folder, env=_environment(), stderr=output) as process:
        try:
            _wait(f"http://127.0.0.1:{port}/", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a page is served, at most 20 seconds."""
    for _ in range(100):
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            _get(address)
        except URLError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"nothing was served: {log.read_text(encoding='utf-8')}")


def _get(address: str) -> str:
    with OPENER.open(address, timeout=10) as answer:
        return str(answer.read().decode())
