"""`peksos check`: every mistake of every form file at once, each with its place."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from forms_app.cli import site
from forms_app.translation import shipped
from tests.cli.conftest import run

BROKEN = "form_id: contoh\nslug: 1\nversion: '1'\nnonsense: ya\n"


def test_the_shipped_forms_are_good() -> None:
    """Without a file all forms of the site are checked."""
    done = run(site.cli, "check")
    assert (done.exit_code, done.stderr) == (0, "")
    assert json.loads(run(site.cli, "check", "--json").stdout) == {"problems": []}


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    """Two broken files give all their mistakes on stderr, each as file:line:column, and the count."""
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(BROKEN, encoding="utf-8")
    done = run(site.cli, "check", tmp_path / "a.yaml", tmp_path / "b.yaml")
    assert (done.exit_code, done.stdout) == (1, "")
    places = [line.split(": ")[0] for line in done.stderr.splitlines()[:-1]]
    assert {place.rsplit(":", 2)[0] for place in places} == {str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml")}
    assert str(len(places)) in done.stderr.splitlines()[-1]


def test_mistakes_come_as_json_too(tmp_path: Path) -> None:
    """Programs get file, line, column, code and message of each."""
    (tmp_path / "a.yaml").write_text(BROKEN, encoding="utf-8")
    done = run(site.cli, "check", "--json", tmp_path / "a.yaml")
    assert done.exit_code == 1
    for one in json.loads(done.stdout)["problems"]:
        assert set(one) == {"file", "line", "column", "code", "message"}
        assert one["line"] >= 1
        assert "{" not in one["message"]


def test_a_secret_form_that_outgrows_its_padding_is_named(tmp_path: Path) -> None:
    """All secret records have one size; a form whose answers could be larger is refused before anybody meets it."""
    shutil.copytree(shipped("form_specs"), tmp_path / "forms")
    path = tmp_path / "forms" / "detection_checklist_teacher.yaml"
    large = "      - {name: more, type: text, label: Catatan, appearance: multiline, parameters: max=9000}\n"
    head, questions, rest = path.read_text(encoding="utf-8").partition("    questions:\n")
    path.write_text(head + questions + large + rest, encoding="utf-8")
    done = run(site.cli, "check", path)
    assert done.exit_code == 1
    assert "secret.size" in done.stderr


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    """A file in another encoding is a mistake with a place, not a crash."""
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe")
    done = run(site.cli, "check", tmp_path / "a.yaml")
    assert done.exit_code == 1
    assert f"{tmp_path / 'a.yaml'}:1:1: yaml.utf8" in done.stderr


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A mistyped name is wrong usage."""
    assert run(site.cli, "check", tmp_path / "a.yaml").exit_code == 2


@pytest.mark.parametrize("by", ["environment", "settings"])
def test_the_sites_own_forms_are_checked(tmp_path: Path, by: str) -> None:
    """Without a file it is the folder that this site serves, wherever that is set."""
    forms = tmp_path / "forms"
    shutil.copytree(shipped("form_specs"), forms)
    (forms / "rusak.yaml").write_text(BROKEN, encoding="utf-8")
    (tmp_path / "settings.toml").write_text(f'forms = "{forms}"\n' if by == "settings" else "", encoding="utf-8")
    environment = {"PEKSOS_FORMS": str(forms)} if by == "environment" else {}
    done = run(site.cli, "--instance", tmp_path, "check", **environment)
    assert done.exit_code == 1
    assert "rusak.yaml" in done.stderr
