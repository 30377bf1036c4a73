"""The folder of specs, read once: look a form up by id or slug, and show its texts in a language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from forms_app.errors import N_, UnknownForm
from forms_app.specs.model import FormSpec, Text
from forms_app.specs.positions import read_utf8
from forms_app.specs.problems import SpecErrors, SpecProblem
from forms_app.specs.reader import read_spec
from forms_app.specs.shelf import Shelf
from forms_app.translation import catalogue


@dataclass(frozen=True)
class Library:
    """All forms of one folder; their ids and slugs are unique."""

    specs: tuple[FormSpec, ...]

    def __iter__(self) -> Iterator[FormSpec]:
        return iter(self.specs)

    def get(self, form_id: str) -> FormSpec | None:
        """Return the form of that id, or None when it is no longer in the folder."""
        return next((spec for spec in self.specs if spec.form_id == form_id), None)

    def at(self, slug: str) -> FormSpec | None:
        """Return the form at /f/<slug>, or None."""
        return self._slugs.get(slug)

    @cached_property
    def _slugs(self) -> dict[str, FormSpec]:
        return {spec.slug: spec for spec in self.specs}

    def by_id(self, form_id: str) -> FormSpec:
        """Return the form of that id; raise UnknownForm."""
        return self._find("form_id", form_id)

    def by_slug(self, slug: str) -> FormSpec:
        """Return the form at /f/<slug>; raise UnknownForm."""
        return self._find("slug", slug)

    def _find(self, attribute: str, value: str) -> FormSpec:
        for spec in self.specs:
            if getattr(spec, attribute) == value:
                return spec
        raise UnknownForm(N_("Formulir ini tidak ada. Periksa lagi alamatnya, atau tanya petugas."))


def read_library(folder: Path, cache: Path | None = None) -> Library:
    """Return every form of the folder; raise SpecErrors with the problems of all files together.

    `cache` is a folder for forms that were read before; without it all are read anew.
    """
    shelf = Shelf.beside(folder, cache)
    named: list[tuple[str, FormSpec]] = []
    problems: list[SpecProblem] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            named.append((path.name, _read(path, folder, shelf)))
        except SpecErrors as error:
            problems.extend(error.problems)
    if problems := sorted(problems + twins(named), key=lambda one: one.file):
        raise SpecErrors(problems)
    return Library(tuple(spec for _name, spec in named))


def twins(named: Sequence[tuple[str, FormSpec]]) -> list[SpecProblem]:
    """Return a problem for each form, given with its file's name, that has the id or slug of one before it."""
    found = []
    for place, (file, spec) in enumerate(named):
        twin = next((one for _, one in named[:place] if spec.form_id == one.form_id or spec.slug == one.slug), None)
        if twin:
            message = N_("Formulir {form} sudah memakai form_id atau slug ini.")
            found.append(SpecProblem(file, 1, 1, "form.twin", message, (("form", twin.form_id),)))
    return found


def _read(path: Path, folder: Path, shelf: Shelf) -> FormSpec:
    text = read_utf8(path, path.name)
    known = shelf.find(path.name, text)
    if known:
        return known
    spec = read_spec(text, path.name, folder)
    shelf.keep(path.name, text, spec)
    return spec


def say(text: Text, language: str) -> str:
    """Return a form's text in a language: written beside it, else from the catalogue, else the Indonesian source."""
    return dict(text.inline).get(language) or catalogue("forms", language)(text.source)


def texts(spec: FormSpec) -> Iterator[Text]:
    """Yield every text of a form that people see, for translators and for the gate."""
    yield from (spec.title, spec.heading, spec.closing)
    for page in spec.pages:
        yield page.label
    for question in spec.questions():
        yield from (question.label, question.hint, question.guidance_hint)
        yield from (question.required_message, question.constraint_message, question.warn_message)
    for _name, choices in spec.choices:
        yield from (choice.label for choice in choices)
    cards = (spec.held,) if spec.held else ()
    if spec.outcome:
        yield spec.outcome.explanation
        cards = (*cards, *spec.outcome.cards, *spec.outcome.notes)
    for card in cards:
        yield from (card.title, card.body)
