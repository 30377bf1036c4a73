"""Translation: Indonesian stands in the source, other languages fall back to it, nothing is ever blank."""

from __future__ import annotations

import gettext
import string

import pytest

from forms_app.translation import LANGUAGES, NAMES, SOURCE, catalogue, command_language, is_translated, shipped


def test_the_source_is_itself():
    """Indonesian needs no catalogue."""
    assert catalogue("forms", SOURCE)("Ya") == "Ya"
    assert is_translated("forms", SOURCE, "belum pernah ditulis")


def test_english_comes_from_the_catalogue():
    """What is translated is shown so; what is not stays Indonesian; nothing stays nothing."""
    english = catalogue("forms", "en")
    assert english("Ya") == "Yes"
    assert english("belum pernah ditulis") == "belum pernah ditulis"
    assert english("") == ""


def test_what_has_no_catalogue_falls_back():
    """A domain or language that is not there is no error."""
    assert catalogue("nothing", "en")("Ya") == "Ya"
    assert catalogue("forms", "xx")("Ya") == "Ya"


def test_translated_is_told_from_fallen_back():
    """What a catalogue has is told from what it lacks, asked once or often."""
    assert [is_translated("forms", "en", one) for one in ("Ya", "belum pernah ditulis", "Ya")] == [True, False, True]
    assert not is_translated("forms", "xx", "Ya")


def test_every_language_has_a_name_of_its_own():
    """Each language is offered in its own words, the source first."""
    assert LANGUAGES[0] == SOURCE
    assert set(LANGUAGES) <= set(NAMES)


@pytest.mark.parametrize("domain", ["forms", "messages"])
def test_a_translation_has_the_places_of_its_source(domain: str):
    """A place that a translation misspells would crash the page that shows it."""
    found = gettext.translation(domain, shipped("translations"), ["en"], fallback=True)
    pairs = dict(getattr(found, "_catalog", {}))
    for source, translated in pairs.items():
        if isinstance(source, str) and source and "%(" not in source:
            assert places(translated) == places(source), source


def places(text: str) -> set[str]:
    """Return the names of a text's places."""
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "id"),
        ({"PEKSOS_LANGUAGE": "en"}, "en"),
        ({"PEKSOS_LANGUAGE": "id", "LANG": "en_GB.UTF-8"}, "id"),
        ({"PEKSOS_LANGUAGE": "xx", "LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "id_ID.UTF-8"}, "id"),
        ({"LC_MESSAGES": "en_US"}, "en"),
        ({"LANG": "C.UTF-8"}, "id"),
    ],
)
def test_commands_speak_the_shells_language(environment: dict[str, str], language: str):
    """PEKSOS_LANGUAGE first, then the shell's, else Indonesian."""
    assert command_language(environment) == language


def test_shipped_folders_are_there():
    """Forms and translations are found in a checkout as in a wheel."""
    assert (shipped("form_specs") / "event_registration.yaml").is_file()
    assert (shipped("translations") / "en").is_dir()
