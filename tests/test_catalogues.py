"""The catalogues are whole: every text has its English, nothing is left over, and places stay places."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from forms_app.specs.library import read_library, texts
from forms_app.specs.model import FormSpec
from forms_app.specs.positions import read_tree
from forms_app.specs.readability import MOST_WORDS, hurtful, length, longest

ROOT = Path(__file__).parents[1]
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None}
MARKED = {"N_", "_", "gettext"}
SHOWN_TO_RESPONDENTS = re.compile(
    r"forms_app/(answers|specs/types|specs/formats\.py|site/(?!desk|templates/desk|enrol))"
)


@cache
def extracted() -> dict[str, set[str]]:
    """Return every message of the code with the files it stands in, as `make catalogues` finds them."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found: dict[str, set[str]] = {}
    for name, _line, message, _comments, _context in extract_from_dir(ROOT, methods, options, KEYWORDS):
        found.setdefault(message[0] if isinstance(message, tuple) else message, set()).add(name)
    return found


@cache
def catalogue(language: str, domain: str) -> Catalog:
    """Return one catalogue as its translators wrote it."""
    with (ROOT / "translations" / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        return read_po(file)


def entries(language: str, domain: str) -> dict[str, list[str]]:
    """Return the translations by message; both forms of a plural."""
    found = {}
    for one in catalogue(language, domain):
        if one.id:
            key = one.id[0] if isinstance(one.id, tuple) else one.id
            found[key] = list(one.string) if isinstance(one.string, tuple) else [one.string]
    return found


@cache
def forms() -> tuple[FormSpec, ...]:
    """Return the shipped forms."""
    return tuple(read_library(ROOT / "form_specs"))


def form_texts() -> Iterator[str]:
    """Yield the Indonesian source of every text of the shipped forms and of what they share."""
    yield from (text.source for spec in forms() for text in texts(spec) if text)
    for path in (ROOT / "form_specs").glob("*/*.yaml"):
        lists = read_tree(path.read_text(encoding="utf-8"), path.name).mapping.get("choices")
        for rows in lists.mapping.values() if lists else ():
            yield from (row.mapping["label"].text for row in rows.items)


def places(text: str) -> list[str]:
    """Return the places of a message, {brace} and %(percent)s."""
    braces = [name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None]
    return sorted(braces + re.findall(r"%\((\w+)\)s", text))


def test_every_message_is_in_english() -> None:
    """No message of the code lacks its English, or waits for a translator as fuzzy."""
    english = entries("en", "messages")
    missing = sorted(message for message in extracted() if not all(english.get(message, [""])))
    assert missing == []
    assert [one.id for one in catalogue("en", "messages") if one.id and one.fuzzy] == []


@pytest.mark.parametrize("language", ["en", "jv"])
def test_no_entry_is_left_over(language: str) -> None:
    """A catalogue translates nothing that the code and the forms no longer say."""
    assert sorted(set(entries(language, "messages")) - set(extracted())) == []
    assert sorted(set(entries(language, "forms")) - set(form_texts())) == []


@pytest.mark.parametrize("domain", ["messages", "forms"])
@pytest.mark.parametrize("language", ["en", "jv"])
def test_translations_keep_their_places(language: str, domain: str) -> None:
    """A translation has exactly the places of its source, so that filling them in never fails."""
    for source, translations in entries(language, domain).items():
        for translation in translations:
            assert not translation or places(translation) == places(source), source


def test_no_message_hides_inside_an_f_string() -> None:
    """Every marked text is a plain literal where the extractor finds it."""
    marked = set()
    for path in (ROOT / "forms_app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKED:
                marked |= {one.value for one in node.args[:1] if isinstance(one, ast.Constant)}
    assert sorted(marked - set(extracted())) == []


def test_forms_have_the_languages_that_they_promise() -> None:
    """Every text of every form stands in each promised language, beside the text or in the catalogue."""
    for spec in forms():
        for language in spec.languages[1:]:
            known = {source for source, (text, *_) in entries(language, "forms").items() if text}
            missing = {one.source for one in texts(spec) if one and language not in dict(one.inline)} - known
            assert missing == set(), f"{spec.form_id} in {language}"


def test_respondents_read_short_sentences_that_judge_nobody() -> None:
    """What parents and teachers read keeps to short sentences and to words that hurt no child."""
    shown = [text for text, files in extracted().items() if any(map(SHOWN_TO_RESPONDENTS.match, files))]
    for text in shown:
        assert length(longest(text)) <= MOST_WORDS, text
    for text in (*shown, *form_texts()):
        assert hurtful(text) == [], text
