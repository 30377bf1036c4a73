"""A serving command starts itself anew with a memory that forgets."""

from __future__ import annotations

import platform

import pytest

from forms_app.cli import forgetting
from forms_app.cli.forgetting import OVERWRITING, forget_what_is_freed

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc overwrites what is freed")


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Return the environments of the commands that were started anew, instead of starting them."""
    found: list[dict[str, str]] = []
    monkeypatch.setattr(forgetting.os, "execve", lambda _program, _words, environment: found.append(environment))
    return found


@pytest.mark.parametrize("words", [["serve"], ["--instance", "x", "serve", "--port", "0"], ["demo"]])
def test_a_server_begins_anew(begun: list[dict[str, str]], words: list[str]) -> None:
    """What serves is started once more, with the variables and all that it was given."""
    forget_what_is_freed(words, {"PEKSOS_LANGUAGE": "en"})
    assert begun == [{**OVERWRITING, "PEKSOS_LANGUAGE": "en"}]


def test_a_server_begins_anew_only_once(begun: list[dict[str, str]]) -> None:
    """With the variables there, the command goes on."""
    forget_what_is_freed(["serve"], {**OVERWRITING, "PEKSOS_LANGUAGE": "en"})
    assert begun == []


def test_what_the_operator_set_is_left(begun: list[dict[str, str]]) -> None:
    """A variable that is set already keeps its value."""
    forget_what_is_freed(["serve"], {"MALLOC_PERTURB_": "90"})
    assert begun[0]["MALLOC_PERTURB_"] == "90"


def test_other_commands_go_on_as_they_are(begun: list[dict[str, str]]) -> None:
    """What reads no answers needs no such memory."""
    forget_what_is_freed(["export", "--out", "x.peksos"], {})
    assert begun == []
