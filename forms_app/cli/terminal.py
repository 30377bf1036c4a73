"""What all commands share: messages in the user's language, exit statuses, passphrases, files and times."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import click

from forms_app.answers.submission import WIB
from forms_app.errors import N_, PeksosError, SettingsError
from forms_app.settings import Settings
from forms_app.translation import catalogue, command_language

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")

MIN_PASSPHRASE = 8
OFFICE_PASSPHRASE = N_("Kata sandi kantor")
LAST_PORT = 65_535
_ASIDE = re.compile(r"\.(.+)\.[0-9a-f]{8}\.part\Z")  # sealing/durable.py writes under such a name first
_REASONS = {
    errno.ENOENT: N_("{place} tidak ada. Periksa nama berkas dan foldernya."),
    errno.EACCES: N_("{place} tidak boleh dibaca atau ditulis. Periksa izinnya, atau pilih tempat lain."),
    errno.EROFS: N_("{place} terkunci dan tidak bisa ditulis. Buka kuncinya, atau pilih tempat lain."),
    errno.ENOSPC: N_("Disk penuh. Kosongkan ruang, lalu ulangi."),
    errno.ENOTDIR: N_("{place} bukan folder. Pilih folder lain."),
}
_REASONS |= {errno.EPERM: _REASONS[errno.EACCES], errno.EDQUOT: _REASONS[errno.ENOSPC]}


class Refusal(click.ClickException):
    """Why something was not done: shown on stderr as it is; the exit status is 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Show the reason."""
        click.echo(self.message, file=file, err=file is None)


class Commands(click.Group):
    """Commands that end with 0 done, 1 refused with the reason on stderr, 2 wrong usage."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what the house refuses becomes a Refusal."""
        try:
            return super().invoke(ctx)
        except PeksosError as error:
            raise Refusal(error.text(catalogue("messages", command_language()))) from error
        except (click.Abort, KeyboardInterrupt, EOFError):
            raise Refusal(say(N_("Dibatalkan."))) from None
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read along has gone; click ends quietly
                raise
            raise Refusal(trouble(error)) from error

    def everywhere(self, name: str, but: Collection[str] = ()) -> None:
        """Let the option that names the folder stand after every command too, except those in `but`."""

        def remember(context: click.Context, _option: click.Parameter, value: Path | None) -> None:
            context.obj = value or context.obj

        option = click.Option([name], type=click.Path(path_type=Path), expose_value=False, callback=remember)
        for command in self.commands.values():
            inner = command.commands.values() if isinstance(command, click.Group) else [command]
            for each in inner:
                if each.name not in but:
                    each.params.append(option)


def settings_of(instance: Path) -> Settings:
    """Return the settings of an instance folder."""
    return Settings.from_mapping({**os.environ, "PEKSOS_INSTANCE": str(instance)})


def say(message: str, **places: object) -> str:
    """Return a message in the user's language, with its places filled in."""
    return catalogue("messages", command_language())(message).format(**places)


def tell(message: str, **places: object) -> None:
    """Print a message in the user's language."""
    click.echo(say(message, **places))


def warn(message: str, **places: object) -> None:
    """Print a message in the user's language on stderr, beside whatever the command reports."""
    click.echo(say(message, **places), err=True)


def report(values: Mapping[str, Any], *, as_json: bool, lines: Callable[[], None]) -> None:
    """Print values as flat JSON, or as the lines that people read."""
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False))
    else:
        lines()


def trouble(error: OSError) -> str:
    """Return what the system refused, where, and what to do; neither cause nor place holds an answer."""
    path = Path(str(error.filename or "?"))
    aside = _ASIDE.match(path.name)
    place = path.with_name(aside[1]) if aside else path
    message = _REASONS.get(error.errno or 0, N_("Tidak bisa membaca atau menulis {place}: {reason}."))
    return say(message, place=place, reason=error.strerror or type(error).__name__)


def passphrase(file: Path | None, *, twice: bool = False, prompt: str = N_("Kata sandi")) -> str:
    """Return the passphrase from a file's first line, or typed in without showing it."""
    if file is not None:
        text = _first_line(file)
    else:
        text = _typed_twice(prompt) if twice else str(click.prompt(say(prompt), hide_input=True))
    if twice and len(text) < MIN_PASSPHRASE:
        raise SettingsError(N_("Kata sandi terlalu pendek. Paling sedikit {count} huruf."), count=MIN_PASSPHRASE)
    return text


def _typed_twice(prompt: str) -> str:
    """Return what was typed twice alike, without showing it; a slip is asked again."""
    while True:
        text = str(click.prompt(say(prompt), hide_input=True))
        if str(click.prompt(say(N_("Ketik sekali lagi")), hide_input=True)) == text:
            return text
        warn(N_("Keduanya tidak sama. Ketik lagi dari awal."))


def _first_line(file: Path) -> str:
    """Return a file's first line, without the mark and the line end that Windows adds."""
    try:
        return file.read_text(encoding="utf-8-sig").split("\n", 1)[0].rstrip("\r")
    except UnicodeDecodeError:
        raise SettingsError(N_("Berkas {file} bukan teks UTF-8. Simpan ulang sebagai teks."), file=file) from None


class OutFile(click.Path):
    """A file to write, with one of the endings if there are any, in a folder that exists."""

    def __init__(self, *endings: str) -> None:
        super().__init__(dir_okay=False, path_type=Path)
        self.endings = endings

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path; fail before anything is asked, opened or written."""
        path = Path(str(super().convert(value, param, ctx)))
        if self.endings and path.suffix.lower() not in self.endings:
            self.fail(say(N_("Pakai salah satu akhiran: {endings}."), endings=" ".join(self.endings)), param, ctx)
        if not path.parent.is_dir():
            message = N_("Folder {folder} belum ada. Buat dulu, atau pilih tempat lain.")
            self.fail(say(message, folder=path.parent), param, ctx)
        return path


class Moment(click.ParamType[datetime]):
    """A point in time: `2026-11-23T07:00` is meant in WIB unless it names another zone."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the time in UTC."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value).strip())
            return (moment if moment.tzinfo else moment.replace(tzinfo=WIB)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(say(N_("Tulis waktu seperti 2026-11-23T07:00 (WIB).")), param, ctx)
