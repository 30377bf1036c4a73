"""Settings: one frozen value from PEKSOS_* names, settings.toml and defaults; a wrong one is named, never shown."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any

import pytest

from forms_app.errors import SettingsError
from forms_app.settings import HELP_NAMES, NATIONAL_NUMBERS, Settings


def test_nothing_needs_to_be_set():
    """The defaults serve a laptop at a school."""
    settings = Settings.from_mapping({})
    assert settings == Settings()
    assert settings.database == f"sqlite:///{Path('instance/peksos.sqlite')}"
    assert (settings.forms / "event_registration.yaml").is_file()


def test_the_environment_wins_over_the_file(tmp_path: Path):
    """PEKSOS_* first, then instance/settings.toml, then the default; other names are nobody's."""
    (tmp_path / "settings.toml").write_text('help_peksos = "0725-1"\nthreads = 3\nsample = true\n', encoding="utf-8")
    settings = Settings.from_mapping(
        {"PEKSOS_INSTANCE": str(tmp_path), "PEKSOS_THREADS": "5", "THREADS": "9", "PEKSOS_X": "y"}
    )
    assert (settings.instance, settings.help_peksos, settings.threads, settings.sample) == (tmp_path, "0725-1", 5, True)
    assert settings.max_body == Settings().max_body


def test_settings_are_frozen():
    """Nobody changes a running site's settings."""
    with pytest.raises(FrozenInstanceError):
        Settings().threads = 1  # type: ignore[misc]  # that is the point


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", True), ("true", True), ("Ya", True), (True, True), ("0", False), ("", False), (False, False)],
)
def test_a_switch_is_on_by_a_clear_word(text: Any, value: bool):
    """Anything else is off."""
    assert Settings.from_mapping({"PEKSOS_SAMPLE": text}).sample is value
    assert Settings.from_mapping({"PEKSOS_OFFICE_SITE": text}).office_site is value


@pytest.mark.parametrize(
    ("given", "url", "secure"),
    [
        ("https://formulir.example.id/", "https://formulir.example.id", True),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", False),
    ],
)
def test_the_public_address_has_no_slash(given: str, url: str, secure: bool):
    """It is put before paths."""
    settings = Settings.from_mapping({"PEKSOS_PUBLIC_URL": given})
    assert (settings.public_url, settings.secure) == (url, secure)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("THREADS", "many"),
        ("THREADS", "0"),
        ("THREADS", "²"),
        ("MAX_BODY", "-1"),
        ("MAX_BODY", ""),
        ("LANGUAGE", "klingon"),
        ("PUBLIC_URL", "formulir.example.id"),
        ("PUBLIC_URL", "ftp://example.id"),
        ("PUBLIC_URL", "https://example.id/forms"),
        ("PUBLIC_URL", "https://example.id/?secret=1"),
        ("PUBLIC_URL", "https://[::1"),
        ("PUBLIC_URL", ""),
        ("FORMS", 5),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_shown(name: str, value: Any):
    """The message says which setting and what to write."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_mapping({f"PEKSOS_{name}": value})
    text = caught.value.text()
    assert f"PEKSOS_{name}" in text
    assert not value or str(value) not in text.replace("Contoh: https://formulir.example.id", "")


@pytest.mark.parametrize("content", [b"threads = ", b'name = "\xff"'])
def test_a_file_that_is_no_toml_is_named(content: bytes, tmp_path: Path):
    """The path is told, not what stands in it."""
    (tmp_path / "settings.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"settings\.toml"):
        Settings.from_mapping({"PEKSOS_INSTANCE": str(tmp_path)})


def test_help_numbers():
    """National numbers are known, local ones are set, digits are themselves; an unset one is empty, never its name."""
    settings = Settings(help_peksos="0725-1", help_dinsos="0725-3")
    assert [settings.number(one) for one in ("darurat", "peksos", "uptd_ppa", "dinsos", "0812")] == [
        "112",
        "0725-1",
        "",
        "0725-3",
        "0812",
    ]
    assert all(Settings().number(one) != one for one in HELP_NAMES)
    assert set(NATIONAL_NUMBERS) < set(HELP_NAMES)


def test_every_setting_is_described():
    """The docstring names each setting."""
    described = {line.split(":")[0].strip() for line in (Settings.__doc__ or "").splitlines() if ":" in line}
    names = {name.strip() for one in described for name in one.split(",")}
    assert {one.name for one in fields(Settings)} <= names


@pytest.mark.parametrize("given", ["", "https://titipan.example.id/", "http://127.0.0.1:8070"])
def test_the_address_of_the_inbox_may_be_left_out(given: str):
    """Empty means that nothing is pushed."""
    assert Settings.from_mapping({"PEKSOS_INBOX_URL": given}).inbox_url == given.rstrip("/")


@pytest.mark.parametrize("given", ["titipan", "https://a.id/x", "ftp://a.id"])
def test_what_is_no_address_of_an_inbox_is_refused(given: str):
    """The setting is named."""
    with pytest.raises(SettingsError, match="PEKSOS_INBOX_URL"):
        Settings.from_mapping({"PEKSOS_INBOX_URL": given})
