"""Retention classes: one list, and every record in the class of its own promise."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms_app.errors import SettingsError
from forms_app.specs.library import read_library
from forms_app.specs.retention import CLASSES, classes_needed, classes_of, days_kept, read_class, retention_class

LIBRARY = read_library(Path(__file__).parents[2] / "form_specs")


def test_the_list_is_what_the_shipped_forms_need() -> None:
    """A form with another period cannot be shipped without its class; no class is made for nothing."""
    assert set(CLASSES) == set(classes_needed(LIBRARY))
    assert {name: days_kept(name) for name in CLASSES} == CLASSES


def test_all_secret_forms_are_one_class() -> None:
    """No key tells one secret form from another, and a secret case is kept as long as the longest of them."""
    secret = [spec for spec in LIBRARY if spec.secret]
    assert {classes_of(spec) for spec in secret} == {("s",)}
    assert CLASSES["s"] == max(spec.retention.office for spec in secret)


def test_a_part_has_the_class_of_its_own_period() -> None:
    """What is promised to end after a week does not hang on the key of the rest."""
    spec = LIBRARY.by_id("event_registration")
    assert (retention_class(spec), retention_class(spec, "access")) == ("90d", "7d")
    assert classes_of(spec) == ("90d", "7d")


@pytest.mark.parametrize(("text", "name"), [("s", "s"), (" 12M ", "360d"), ("1y", "1y"), ("365d", "1y"), ("2w", "14d")])
def test_one_period_has_one_name(text: str, name: str) -> None:
    """However a period is written, its key is the same."""
    assert read_class(text) == name


@pytest.mark.parametrize("text", ["", "standard", "0d", "1", "d", "-1y", "../x"])
def test_what_is_no_class_is_refused(text: str) -> None:
    """The message gives examples."""
    with pytest.raises(SettingsError, match="90d"):
        read_class(text)


def test_an_unknown_class_is_kept_as_long_as_any() -> None:
    """A key from before there were classes is never destroyed early."""
    assert days_kept("standard") == max(CLASSES.values())
