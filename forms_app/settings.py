"""Settings: one frozen value, built from a mapping (PEKSOS_* names), then `settings.toml`, then defaults."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from forms_app.errors import N_, SettingsError
from forms_app.translation import LANGUAGES, shipped

# Checked national numbers (domain.md 3.1), the defaults; local ones are empty until Dinas Sosial supplies them.
NATIONAL_NUMBERS = {"sapa": "129", "darurat": "112", "polisi": "110", "medis": "119", "tepsa": "1500-771"}
LOCAL_NAMES = ("peksos", "uptd_ppa", "dinsos", "pokja", "puspaga")
HELP_NAMES = (*NATIONAL_NUMBERS, *LOCAL_NAMES)
BODIES = tuple(f"{what}_{one}" for what in ("help", "name", "hours") for one in HELP_NAMES)
"""What a site may say of each body that helps: its number, its name, and the hours when somebody answers."""
HOLDS = ("child_reports",)
"""Settings that a form may wait for: while one is empty, those whom the form's `held` is about cannot send it."""
_PREFIX = "PEKSOS_"


@dataclass(frozen=True)
class Settings:
    """Everything that a running site may be told.

    instance: the site's folder: keys, database, packages.
    database_url: SQLAlchemy address; empty means SQLite in the instance folder.
    public_url: the address on posters, without a slash at its end.
    forms: the folder of form files.
    help_peksos, help_uptd_ppa, help_dinsos: local help numbers as they are dialled; empty until known.
    bodies: what else is set of the bodies that help: help_X, name_X and hours_X for each X of HELP_NAMES.
    child_reports: who signed that a child may report alone, and when; while empty, a child is told to call.
    language: the language of a page when the browser names none that we have.
    sample: True puts DATA CONTOH on every page and marks every record.
    office_site: True at the office's own site, and nowhere else: envelopes are opened and typed in there.
    max_body: most bytes that one POST may have.
    reserve: bytes that are kept free on the disk for the desk, packages and backups when it is full; 0 for none.
    threads: how many requests the embedded server answers at once.
    proxies: how many reverse proxies of our own stand in front; only then is what they say of scheme and host believed.
    inbox_url: where packages are pushed to, https; empty: nowhere.
    sealed_origin: the one address, https, that serves forms sealed on the phone; empty: every address of the site does.
    push_minutes: how often `peksos serve` pushes what is not secret; secret records go at once.
    """

    instance: Path = Path("instance")
    database_url: str = ""
    public_url: str = "http://127.0.0.1:8000"
    forms: Path = field(default_factory=lambda: shipped("form_specs"))
    help_peksos: str = ""
    help_uptd_ppa: str = ""
    help_dinsos: str = ""
    bodies: Mapping[str, str] = field(default_factory=dict)
    child_reports: str = ""
    language: str = "id"
    sample: bool = False
    office_site: bool = False
    max_body: int = 256 * 1024
    reserve: int = 16 * 1024 * 1024
    threads: int = 8
    proxies: int = 0
    inbox_url: str = ""
    push_minutes: int = 15
    sealed_origin: str = ""

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Self:
        """Return the settings of PEKSOS_* names, completed from the instance's `settings.toml` and the defaults.

        Raises SettingsError naming the setting, never its value.
        """
        given = {key.removeprefix(_PREFIX).lower(): value for key, value in mapping.items() if key.startswith(_PREFIX)}
        instance = Path(given.get("instance") or "instance")
        values = {**_from_file(instance / "settings.toml"), **given, "instance": instance}
        known = [one.name for one in fields(cls) if one.name != "bodies"]
        settings = {name: _convert(name, values[name]) for name in known if name in values}
        bodies = {name: str(values[name]).strip() for name in BODIES if name not in known and name in values}
        return cls(**settings, bodies={name: text for name, text in bodies.items() if text})

    @property
    def database(self) -> str:
        """Return the database's address."""
        return self.database_url or f"sqlite:///{self.instance / 'peksos.sqlite'}"

    @property
    def secure(self) -> bool:
        """Whether the site is reached over https."""
        return self.public_url.startswith("https://")

    def lifts(self, hold: str) -> bool:
        """Whether the setting that a form waits for is set."""
        return hold in HOLDS and bool(str(getattr(self, hold)).strip())

    def number(self, name: str) -> str:
        """Return the number to dial for a name of a card, '' when it is not set; digits are themselves."""
        own = {"peksos": self.help_peksos, "uptd_ppa": self.help_uptd_ppa, "dinsos": self.help_dinsos}
        unset = "" if name in LOCAL_NAMES else NATIONAL_NUMBERS.get(name, name)
        return own.get(name, "").strip() or self.bodies.get(f"help_{name}", unset)


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        message = N_("Berkas {path} tidak dapat dibaca. Periksa penulisan TOML-nya.")
        raise SettingsError(message, path=path) from None


def _convert(name: str, value: Any) -> Any:
    """Return a setting in its own type; refuse what cannot be meant."""
    if name in ("instance", "forms") and isinstance(value, str | Path):
        return Path(value)
    if name in ("sample", "office_site"):
        return str(value).lower() in ("1", "true", "yes", "ya")
    text = str(value)
    if name in ("max_body", "threads", "proxies", "reserve", "push_minutes"):
        if not (text.isascii() and text.isdigit() and (int(text) or name in ("proxies", "reserve"))):
            raise _wrong(name, "8")
        return int(text)
    if name == "public_url":
        return _address(name, text)
    if name in ("inbox_url", "sealed_origin"):
        return text and (_address if name == "inbox_url" else _origin)(name, text)
    if name in ("instance", "forms") or (name == "language" and text not in LANGUAGES):
        raise _wrong(name, "form_specs" if name == "forms" else LANGUAGES[0])
    return text


def _address(name: str, text: str) -> str:
    """Return an address without its path, which must be empty."""
    try:
        parts = urlsplit(text)
    except ValueError:  # half of an IPv6 address
        parts = urlsplit("")
    more = parts.path.rstrip("/") or parts.query or parts.fragment
    if parts.scheme not in ("http", "https") or not parts.netloc or more:
        raise _wrong(name, "https://formulir.example.id")
    return f"{parts.scheme}://{parts.netloc}"


def _origin(name: str, text: str) -> str:
    """Return an https address as browsers write it: in small letters, and without the port that https has anyway."""
    address = _address(name, text).lower()
    if not address.startswith("https:"):
        raise _wrong(name, "https://formulir.example.id")
    return address.removesuffix(":443")


def _wrong(name: str, example: str) -> SettingsError:
    message = N_("Setelan PEKSOS_{name} belum benar. Contoh: {example}")
    return SettingsError(message, name=name.upper(), example=example)
