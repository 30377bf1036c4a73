"""What all commands share: messages in the user's language, exit statuses, passphrases, times."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from forms_app.answers.submission import WIB
from forms_app.errors import N_, PeksosError, SettingsError
from forms_app.translation import catalogue, command_language

MIN_PASSPHRASE = 8


def say(message: str, **places: object) -> str:
    """Return a message in the user's language, with its places filled in."""
    return catalogue("messages", command_language())(message).format(**places)


def tell(message: str, **places: object) -> None:
    """Print a message in the user's language."""
    click.echo(say(message, **places))


def report(values: Mapping[str, Any], *, as_json: bool, lines: Callable[[], None]) -> None:
    """Print values as flat JSON, or as the lines that people read."""
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False))
    else:
        lines()


def run(group: click.Group) -> None:
    """Run a command: exit 0 done, 1 refused with the reason on stderr, 2 wrong usage."""
    try:
        group.main(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        click.echo(say(N_("Dibatalkan.")), err=True)
        sys.exit(1)
    except PeksosError as error:
        click.echo(error.text(catalogue("messages", command_language())), err=True)
        sys.exit(1)
    except OSError as error:
        # strerror names the cause ("No space left on device"), filename the place; neither holds an answer.
        message = N_("Tidak bisa membaca atau menulis {place}: {reason}.")
        click.echo(say(message, place=error.filename or "?", reason=error.strerror or type(error).__name__), err=True)
        sys.exit(1)


def passphrase(file: Path | None, *, twice: bool = False, prompt: str = N_("Kata sandi")) -> str:
    """Return the passphrase from a file's first line, or typed in without showing it."""
    if file is not None:
        text = file.read_text(encoding="utf-8").split("\n", 1)[0].rstrip("\r")
    else:
        text = click.prompt(say(prompt), hide_input=True, confirmation_prompt=twice)
    if twice and len(text) < MIN_PASSPHRASE:
        raise SettingsError(N_("Kata sandi terlalu pendek. Paling sedikit {count} huruf."), count=MIN_PASSPHRASE)
    return str(text)


class Moment(click.ParamType[datetime]):
    """A point in time: `2026-11-23T07:00` is meant in WIB unless it names another zone."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the time in UTC."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value).strip())
        except ValueError:
            self.fail(say(N_("Tulis waktu seperti 2026-11-23T07:00 (WIB).")), param, ctx)
        return (moment if moment.tzinfo else moment.replace(tzinfo=WIB)).astimezone(UTC)
