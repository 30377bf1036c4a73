"""Catalogues: Indonesian stands in the source; other languages come from gettext and fall back to it."""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from forms_app.errors import Translate

SOURCE = "id"
LANGUAGES = ("id", "en")
NAMES = {"id": "Indonesia", "en": "English"}

_PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """Return a folder that comes with the product: inside the wheel, or beside the package in a checkout."""
    inside = _PACKAGE / "shipped" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


@cache
def catalogue(domain: str, language: str) -> Translate:
    """Return the translation of one domain (`messages` for the product, `forms` for the specs).

    What a language does not have stays Indonesian: nothing is ever blank.
    """
    if language == SOURCE:
        return str
    found = gettext.translation(domain, shipped("translations"), [language], fallback=True)
    return lambda message: (found.gettext(message) if message else "") or message


def is_translated(domain: str, language: str, message: str) -> bool:
    """Whether a language has this message of its own, be it spelt the same."""
    return translated(domain, language)(message)


def translated(domain: str, language: str) -> Callable[[str], bool]:
    """Return the question whether a language has a message of its own, for many messages."""
    if language == SOURCE:
        return lambda _message: True
    folder = shipped("translations")
    compiled = folder / language / "LC_MESSAGES" / f"{domain}.mo"
    own = _own(domain, language, folder, compiled.is_file()).gettext
    return lambda message: own(message) != _Nothing.MARK


@cache
def _own(domain: str, language: str, folder: Path, _compiled: bool) -> gettext.NullTranslations:
    """Return a catalogue that tells what it does not have."""
    found = gettext.translation(domain, folder, [language], fallback=True)
    found.add_fallback(_Nothing())
    return found


class _Nothing(gettext.NullTranslations):
    """Answers for what a catalogue does not have."""

    MARK = "\0"

    def gettext(self, message: str) -> str:  # noqa: ARG002 - the signature is gettext's
        """Return the mark."""
        return self.MARK


def command_language(environment: Mapping[str, str] = os.environ) -> str:
    """Return the language of the commands: PEKSOS_LANGUAGE, else English in an English shell, else Indonesian."""
    chosen = environment.get("PEKSOS_LANGUAGE", "")
    if chosen in LANGUAGES:
        return chosen
    shell = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "en" if shell.lower().startswith("en") else SOURCE
