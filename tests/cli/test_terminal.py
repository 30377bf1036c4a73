"""What all commands share: exit statuses, messages in the user's language, passphrases, files and times."""

from __future__ import annotations

import errno
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from forms_app.cli.terminal import Commands, Moment, OutFile, passphrase, report, trouble
from forms_app.errors import PeksosError, SettingsError
from forms_app.specs.problems import SpecErrors, SpecProblem
from forms_app.translation import catalogue


def ends(raised: BaseException) -> Result:
    """Return how a command ends that raises this."""

    @click.group(cls=Commands)
    def cli() -> None:
        """Do nothing."""

    @cli.command()
    def go() -> None:
        """Fail."""
        raise raised

    return CliRunner(env={"PEKSOS_LANGUAGE": "id"}).invoke(cli, ["go"])


@pytest.mark.parametrize(
    ("raised", "message"),
    [
        (PeksosError("Folder {folder} kosong.", folder="x"), "Folder x kosong.\n"),
        (click.Abort(), "Dibatalkan.\n"),
        (KeyboardInterrupt(), "Dibatalkan.\n"),
        (FileNotFoundError(errno.ENOENT, "no", "/x/a.csv"), "/x/a.csv tidak ada. Periksa nama berkas dan foldernya.\n"),
        (SpecErrors([SpecProblem("a.yaml", 3, 1, "x", "Salah.")]), "a.yaml:3:1: x: Salah.\nAda 1 kesalahan"),
    ],
)
def test_a_refusal_is_told_on_stderr(raised: BaseException, message: str) -> None:
    """What the house, the user or the system refuses ends with 1 and its reason, without a traceback."""
    found = ends(raised)
    assert (found.exit_code, found.stdout) == (1, "")
    assert found.stderr.startswith(message)
    assert "Traceback" not in found.output


def test_a_mistake_in_the_program_is_not_hidden() -> None:
    """An error that nobody expected is not called a refusal."""
    assert isinstance(ends(RuntimeError("bug")).exception, RuntimeError)


@pytest.mark.parametrize("words", [[], ["nothing"], ["go", "--wrong"]])
def test_wrong_usage_ends_with_two(words: list[str]) -> None:
    """An unknown command or option, or none at all, is told on stderr."""
    cli = Commands("peksos", commands=[click.Command("go")])
    found = CliRunner().invoke(cli, words)
    assert (found.exit_code, found.stdout) == (2, "")
    assert "Usage" in found.stderr


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.EACCES, "boleh"),
        (errno.EPERM, "boleh"),
        (errno.EROFS, "terkunci"),
        (errno.ENOSPC, "Disk penuh"),
        (errno.EDQUOT, "Disk penuh"),
        (errno.ENOTDIR, "bukan folder"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_the_system_is_translated(number: int, message: str) -> None:
    """Each common trouble says what to do, and names the file that was meant, not the one written aside."""
    error = OSError(number, "Input/output error", "/stik/.paket.peksos.0123abcd.part")
    assert message in trouble(error)
    assert ".part" not in trouble(error)


@pytest.mark.parametrize("content", [b"rahasia benar\nlain", b"\xef\xbb\xbfrahasia benar\r\n", b"rahasia benar"])
def test_the_first_line_is_the_passphrase(tmp_path: Path, content: bytes) -> None:
    """Files from Windows, with mark and line end, hold the same passphrase."""
    (tmp_path / "sandi").write_bytes(content)
    assert passphrase(tmp_path / "sandi", twice=True) == "rahasia benar"


def test_a_passphrase_file_that_is_no_text(tmp_path: Path) -> None:
    """A file in another encoding is refused with the remedy."""
    (tmp_path / "sandi").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="UTF-8"):
        passphrase(tmp_path / "sandi")


def test_a_new_passphrase_is_not_too_short(tmp_path: Path) -> None:
    """Seven letters are refused where a key is made, and only there."""
    (tmp_path / "sandi").write_text("pendek7", encoding="utf-8")
    assert passphrase(tmp_path / "sandi") == "pendek7"
    with pytest.raises(SettingsError, match="Paling sedikit 8"):
        passphrase(tmp_path / "sandi", twice=True)


def convert(kind: click.ParamType[Any], value: str) -> Any:
    """Return what a parameter makes of a word."""
    return kind.convert(value, None, None)


def test_times_are_meant_in_wib() -> None:
    """A time without a zone is Kota Metro's; one with a zone is what it says."""
    assert convert(Moment(), "2026-11-23T07:00") == datetime(2026, 11, 23, tzinfo=UTC)
    assert convert(Moment(), "2026-11-23T07:00+00:00") == datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert convert(Moment(), "2026-11-23") == datetime(2026, 11, 22, 17, tzinfo=UTC)


@pytest.mark.parametrize("value", ["besok", "", "2026-13-01", "0001-01-01"])
def test_what_is_no_time_is_wrong_usage(value: str) -> None:
    """The message shows how a time is written."""
    with pytest.raises(click.BadParameter, match="2026-11-23T07:00"):
        convert(Moment(), value)


def test_a_file_to_write_is_checked_first(tmp_path: Path) -> None:
    """A wrong ending or a folder that is not there is noticed before anything is asked or opened."""
    assert convert(OutFile(".csv"), str(tmp_path / "a.CSV")) == tmp_path / "a.CSV"
    with pytest.raises(click.BadParameter, match=r"akhiran: \.csv"):
        convert(OutFile(".csv"), str(tmp_path / "a.xls"))
    with pytest.raises(click.BadParameter, match="belum ada"):
        convert(OutFile(), str(tmp_path / "tidak" / "ada" / "a.csv"))


def test_a_report_in_json_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON keeps signs beyond ASCII; otherwise the lines for people are printed."""
    report({"a": "é"}, as_json=True, lines=lambda: click.echo("orang"))
    report({"a": "é"}, as_json=False, lines=lambda: click.echo("orang"))
    assert capsys.readouterr().out == '{"a": "é"}\norang\n'


def test_messages_come_in_english_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """PEKSOS_LANGUAGE chooses the catalogue."""
    monkeypatch.setenv("PEKSOS_LANGUAGE", "en")
    told = trouble(OSError(errno.ENOSPC, "", "x"))
    assert told == catalogue("messages", "en")("Disk penuh. Kosongkan ruang, lalu ulangi.")
