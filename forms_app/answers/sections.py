"""The pages of a form as they are shown: fields in their groups and entries, with what was typed and what is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from forms_app.answers.filled import FieldProblem, Filled
from forms_app.answers.filling import Posted, fill
from forms_app.answers.forms import SpecField, SpecForm, form_class
from forms_app.answers.recheck import as_posted
from forms_app.answers.searching import find
from forms_app.answers.spoken import Spoken
from forms_app.errors import Translate
from forms_app.specs.expressions import Context
from forms_app.specs.library import say
from forms_app.specs.model import FormSpec
from forms_app.translation import catalogue

FIND, FOUND, MORE, LESS, SEEN, MARK = "_find-", "_found-", "_more", "_less", "_seen", "_"
"""Names by which a page asks for its next state, tells what it has shown, and marks its entries; none is an answer."""


@dataclass(frozen=True)
class Section:
    """One page of the spec as shown."""

    name: str
    label: str
    fields: list[SpecField]
    relevant: bool

    def walk(self) -> Iterator[SpecField]:
        """Yield every field of the page in the order of the page, those in groups and entries too."""
        yield from _walk(self.fields)


@dataclass(frozen=True)
class _Page:
    """One showing of a form: what was posted, what became of it, and where in time."""

    form: SpecForm
    posted: Posted | None
    filled: Filled | None
    context: Context
    lists: Mapping[str, str]
    event: Mapping[str, str]
    relevant: Collection[str]
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    warnings: Mapping[str, list[str]] = field(default_factory=dict)


def sections(
    spec: FormSpec,
    language: str,
    posted: Posted | None = None,
    filled: Filled | None = None,
    *,
    context: Context | None = None,
    lists: Mapping[str, str] | None = None,
    event: Mapping[str, str] | None = None,
) -> list[Section]:
    """Return the pages of a fresh form, or of one with what was posted and what is wrong with it.

    `context` is where and when filters are worked out, `lists` are the addresses of long lists,
    `event` the event's data for texts that name it.
    """
    page = _Page(
        form_class(spec, language)(posted),
        posted,
        filled,
        context or Context.current(),
        lists or {},
        event or {},
        _relevant(spec, filled, event or {}, (context or Context.current()).day),
        messages_of(filled.problems, language) if filled else {},
        messages_of(filled.warnings, language) if filled else {},
    )
    return [
        Section(
            name=one.name,
            label=say(one.label, language),
            fields=_nested(page.form.fields_of(one.questions), page, filled.values if filled else {}),
            relevant=one.relevant is not None,
        )
        for one in spec.pages
    ]


def _relevant(spec: FormSpec, filled: Filled | None, event: Mapping[str, str], day: str) -> Collection[str]:
    """Return what is asked now; on a fresh page what its defaults ask for."""
    defaults = {one.name: one.default for one in spec.questions() if one.default}
    return filled.relevant if filled else fill(spec, as_posted(spec, defaults), event, date.fromisoformat(day)).relevant


def _nested(fields: Iterable[SpecField], page: _Page, values: Mapping[str, Any]) -> list[SpecField]:
    """Return the fields with what belongs to them, the members of groups inside their group."""
    groups: dict[str, SpecField] = {}
    outer: list[SpecField] = []
    spoken = Spoken(page.form.spec, page.form.language, {**values, **page.event})
    for one in fields:
        one.speak(spoken)
        one.off = bool(one.condition) and one.name == one.question.name and one.name not in page.relevant
        one.errors = [spoken.text(text) for text in page.errors.get(one.name, [])]
        one.warnings = [spoken.text(text) for text in page.warnings.get(one.name, [])]
        if one.kind == "group":
            groups[one.question.name] = one
        elif one.kind == "repeat":
            _repeat(one, page, values)
        elif one.kind == "search":
            _search(one, page, values)
        inside = groups.get(one.question.groups[-1]) if one.question.groups else None
        (inside.members if inside else outer).append(one)
    return outer


def _repeat(repeat: SpecField, page: _Page, values: Mapping[str, Any]) -> None:
    """Give a repeat its entries: as many as it had, one on a fresh page."""
    if page.posted is not None:
        less = page.posted.getlist(LESS)
        repeat.focus = "more" if repeat.name in page.posted.getlist(MORE) else "less" if _names(less, repeat) else ""
    counts = page.filled.counts if page.filled else {}
    known = {str(one.number): one.own for one in page.filled.entries.get(repeat.name, ())} if page.filled else {}
    repeat.template_entry = _nested(page.form.entry(repeat, "__n__"), page, values)
    for number in map(str, range(counts.get(repeat.name, 1))):
        fields = list(page.form.entry(repeat, number))
        for one in fields:
            if page.posted is not None:
                one.process_formdata(list(page.posted.getlist(one.name)))
        repeat.entries.append(_nested(fields, page, {**values, **known.get(number, {})}))


def _search(search: SpecField, page: _Page, values: Mapping[str, Any]) -> None:
    """Give a search the address of its list, and what it found if it was asked."""
    search.list_url = page.lists.get(search.question.list_name, "")
    if page.posted is None:
        return
    text = " ".join(page.posted.getlist(FIND + search.name)).strip()
    if text or search.name in page.posted.getlist(MORE):
        found = find(search.spec, search.question, text, values, page.context, search.language)
        search.searched, (search.found, search.found_more) = text, found
        search.focus = "" if text == " ".join(page.posted.getlist(FOUND + search.name)).strip() else "found"


def _names(entries: Iterable[str], repeat: SpecField) -> bool:
    """Whether one of these is an entry of the repeat: `children-1`."""
    return any(one.rpartition("-")[0] == repeat.name for one in entries)


def _walk(fields: Iterable[SpecField]) -> Iterator[SpecField]:
    for one in fields:
        yield one
        yield from _walk(one.members)
        for entry in one.entries:
            yield from _walk(entry)


def messages_of(problems: Iterable[FieldProblem], language: str) -> dict[str, list[str]]:
    """Return each field's messages in the page's language; the spec's own words win."""
    translate: Translate = catalogue("messages", language)
    messages: dict[str, list[str]] = {}
    for one in problems:
        own = say(one.own, language)
        text = own or translate(one.problem.message).format(**dict(one.problem.places))
        messages.setdefault(one.field, []).append(text)
    return messages


@dataclass(frozen=True)
class Told:
    """One line of a summary: the control it leads to, the question, the message."""

    id: str
    label: str
    message: str


def error_summary(pages: Sequence[Section]) -> list[Told]:
    """Return every error in the order of the form, for the list at the top."""
    return [Told(one.id, one.label.text, text) for page in pages for one in page.walk() for text in one.errors]


def warning_summary(pages: Sequence[Section]) -> list[Told]:
    """Return every warning in the order of the form."""
    return [Told(one.id, one.label.text, text) for page in pages for one in page.walk() for text in one.warnings]
