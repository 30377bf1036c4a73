"""The shelf: a form that was read before comes back the same without YAML, and nothing else ever comes back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from forms_app.specs import shelf
from forms_app.specs.library import Library, read_library
from forms_app.specs.model import FormSpec
from forms_app.specs.shelf import Shelf

ROOT = Path(__file__).parents[2]
ENTRY = "event_registration.yaml.json"


def everything(spec: FormSpec) -> dict[str, object]:
    """Return all that a form holds; forms themselves are compared by identity."""
    return {one.name: getattr(spec, one.name) for one in fields(spec)}


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    """Return a folder of the shipped forms that may be changed."""
    return shutil.copytree(ROOT / "form_specs", tmp_path / "form_specs")


@pytest.fixture
def cache(tmp_path: Path, forms: Path) -> Path:
    """Return a folder in which these forms are kept."""
    read_library(forms, tmp_path / "cache")
    return tmp_path / "cache"


def line_of(library: Library) -> int:
    """Return the line of the first question of the registration."""
    return next(library.by_id("event_registration").questions()).line


def mark(cache: Path) -> None:
    """Make an entry tell a line that no file has, by which it is known again."""
    head, form, _ = (cache / ENTRY).read_text(encoding="utf-8").split("\n")
    known = json.loads(head)
    known["lines"][0] = 7777
    (cache / ENTRY).write_text(f"{json.dumps(known)}\n{form}\n", encoding="utf-8")


def test_every_shipped_form_comes_back_whole(forms: Path, cache: Path, shipped_forms: Library):
    """Digest, order, trees, sample, vectors, texts and lines are those of the form read from YAML."""
    again = read_library(forms, cache)
    assert [everything(one) for one in again] == [everything(one) for one in shipped_forms]
    assert {path.name for path in cache.iterdir()} == {f"{path.name}.json" for path in forms.glob("*.yaml")}


def test_what_is_kept_is_used(forms: Path, cache: Path):
    """A form comes from its entry as long as nothing has changed."""
    mark(cache)
    assert line_of(read_library(forms, cache)) == 7777
    assert line_of(read_library(forms)) != 7777


@pytest.mark.parametrize(
    "file", ["event_registration.yaml", "blocks/participant.yaml", "choices/shared.yaml", "choices/kelurahan.csv"]
)
def test_a_change_of_anything_it_uses_makes_it_read_anew(file: str, forms: Path, cache: Path):
    """The form, a block, a shared list or a list of its own: the old entry is not used, and is replaced."""
    mark(cache)
    (forms / file).write_bytes((forms / file).read_bytes() + b"\n")
    assert line_of(read_library(forms, cache)) != 7777
    assert "7777" not in (cache / ENTRY).read_text(encoding="utf-8").partition("\n")[0]


def test_another_reader_reads_anew(forms: Path, cache: Path, monkeypatch: pytest.MonkeyPatch):
    """What an older program kept is not used by a newer one."""
    mark(cache)
    monkeypatch.setattr(shelf, "__version__", "999")
    shelf._reader.cache_clear()
    try:
        assert line_of(read_library(forms, cache)) != 7777
    finally:
        shelf._reader.cache_clear()


def replaced(key: str, value: object) -> Callable[[str], str]:
    """Return what gives one value of an entry's first line another."""

    def work(text: str) -> str:
        head, _, form = text.partition("\n")
        return json.dumps({**json.loads(head), key: value}) + "\n" + form

    return work


@pytest.mark.parametrize(
    "tamper",
    [
        lambda _text: "",
        lambda text: text[:-100],
        lambda text: text.partition("\n")[2],
        lambda text: text.replace("Nama", "Sandi"),
        lambda text: text.replace('"secret":', '"secret"', 1).replace('"required"', '"requiredd"'),
        lambda text: text.partition("\n")[0] + "\n" + "[" * 100_000 + "\n",
        lambda text: text.partition("\n")[0] + "\n" + '{"a":' * 100_000 + "\n",
        lambda text: text.partition("\n")[0] + "\ncos\nsystem\n(S'true'\ntR.",
        lambda text: text.partition("\n")[0] + '\n!!python/object/apply:os.system ["true"]\n',
        replaced("digest", "0" * 64),
        replaced("digest", None),
        replaced("lines", []),
        replaced("lines", ["satu"] * 100),
        replaced("lines", 7),
        replaced("key", {}),
        lambda text: "[" * 100_000 + text,
        lambda text: "null\n" + text.partition("\n")[2],
    ],
)
def test_a_spoilt_entry_is_ignored_and_replaced(tamper: Callable[[str], str], forms: Path, cache: Path):
    """Whatever an entry was made into, the form is the file's, and the entry is written again."""
    good = (cache / ENTRY).read_text(encoding="utf-8")
    spoilt = tamper(good)
    assert spoilt != good
    (cache / ENTRY).write_text(spoilt, encoding="utf-8")
    spec = read_library(forms, cache).by_id("event_registration")
    assert everything(spec) == everything(read_library(forms).by_id("event_registration"))
    assert (cache / ENTRY).read_text(encoding="utf-8") == good


def test_bytes_that_are_no_text_are_ignored(forms: Path, cache: Path):
    """An entry need not even be UTF-8."""
    (cache / ENTRY).write_bytes(b"\x80\x04\x95\xff\n\n")
    assert line_of(read_library(forms, cache)) == line_of(read_library(forms))


def test_a_folder_that_cannot_be_written_is_no_mistake(forms: Path, tmp_path: Path):
    """A file where the folder should be, no place for it, a folder where an entry should be: nothing is kept."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "taken" / ENTRY).mkdir(parents=True)
    for cache in (tmp_path / "file", tmp_path / "file" / "cache", tmp_path / "no" / "cache", tmp_path / "taken"):
        assert len(read_library(forms, cache).specs) == len(read_library(forms).specs)
    assert not [path.name for path in (tmp_path / "taken").iterdir() if path.name.startswith(".")]
    assert not (tmp_path / "no").exists()


def test_a_block_that_changes_while_a_form_is_read_keeps_nothing(forms: Path, tmp_path: Path):
    """An entry never joins a new form to the digest of an old block."""
    kept = Shelf.beside(forms, tmp_path / "cache")
    (spec,) = [one for one in read_library(forms) if one.form_id == "event_registration"]
    text = (forms / "event_registration.yaml").read_text(encoding="utf-8")
    block = forms / "blocks" / "participant.yaml"
    block.write_bytes(block.read_bytes() + b"\n")
    kept.keep("event_registration.yaml", text, spec)
    assert not (tmp_path / "cache").exists()
    Shelf.beside(forms, tmp_path / "cache").keep("event_registration.yaml", text, spec)
    assert (tmp_path / "cache" / ENTRY).is_file()


def test_cards_and_notes_keep_their_order(small: str, tmp_path: Path):
    """What stands in a mapping is shown in the file's order, from the shelf too."""
    card = "{title: T, body: B}"
    outcome = (
        "outcome: {show: respondent, rules: [{level: low, when: 'true()', card: z}], "
        f"cards: {{z: {card}, a: {card}}}, notes: {{y: {card}, b: {card}}}}}\n"
    )
    (tmp_path / "small.yaml").write_text(outcome + small, encoding="utf-8")
    for _time in range(2):
        (spec,) = read_library(tmp_path, tmp_path / "cache")
        assert spec.outcome
        assert [one.name for one in (*spec.outcome.cards, *spec.outcome.notes)] == ["z", "a", "y", "b"]
    assert (tmp_path / "cache" / "small.yaml.json").is_file()
