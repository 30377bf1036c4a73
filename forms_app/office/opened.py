"""One sealed record in the clear, in memory: what it says, and whether it keeps its form's rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import NamedTuple, Protocol

from forms_app.answers.sizes import SCHOOL
from forms_app.answers.submission import Submission
from forms_app.errors import N_, UnknownForm
from forms_app.office.judging import judge
from forms_app.office.scope import Scope, inside
from forms_app.sealing.keys import Identity
from forms_app.sealing.outline import Outline, open_quickly
from forms_app.specs.model import FormSpec
from forms_app.specs.problems import SpecErrors
from forms_app.specs.reader import read_spec
from forms_app.storage.archive import ArchivedRecord

OUT_OF_SCOPE = "scope"


@dataclass(frozen=True)
class Opened:
    """One record in the clear, in memory only; `flaws` says what is wrong with it, in codes."""

    archived: ArchivedRecord
    submission: Submission
    spec: FormSpec
    level: str
    flaws: tuple[str, ...] = ()
    key_id: str = ""

    @property
    def form(self) -> str:
        """Return the form's id, with the part behind a slash if it is one."""
        return named(self.spec.form_id, self.submission.part)

    @property
    def school(self) -> str:
        """Return the school of the record's event, where the form keeps it."""
        return (self.submission.event_data or {}).get(SCHOOL, "")


class Sources(Protocol):
    """Where the forms lie that came with the bundles (the archive is one)."""

    def spec_source(self, digest: str, /) -> str | None:
        """Return the form of a digest, or None."""

    def spec_sources(self) -> Iterable[str]:
        """Return all forms."""


@dataclass
class Specs:
    """The forms that came with the bundles, each read when a record first needs it."""

    archive: Sources
    known: dict[str, FormSpec | None] = field(default_factory=dict)

    def get(self, digest: str) -> FormSpec:
        """Return the form of a digest; raise UnknownForm when none came, or one that this version cannot read."""
        if digest not in self.known:
            source = self.archive.spec_source(digest)
            self.known[digest] = _readable(source) if source is not None else None
        spec = self.known[digest]
        if spec is None:
            raise UnknownForm(N_("Formulir untuk catatan ini belum ada di kantor. Minta paket baru."))
        return spec

    def sources(self) -> Iterator[tuple[str, str]]:
        """Yield digest and text of every form that there is."""
        for source in self.archive.spec_sources():
            yield sha256(source.encode()).hexdigest(), source

    def versions(self, form: str) -> list[FormSpec]:
        """Return every version of a form (`form_id` or `form_id/part`); raise UnknownForm naming those there are."""
        specs = [spec for spec in map(_readable, self.archive.spec_sources()) if spec is not None]
        found = [spec for spec in specs if form in _names(spec)]
        if not found:
            known = ", ".join(sorted({name for spec in specs for name in _names(spec)})) or "-"
            raise UnknownForm(N_("Formulir {form} tidak ada. Yang ada: {known}."), form=form, known=known)
        return found


def named(form_id: str, part: str) -> str:
    """Return how the office names a form, or a part of one."""
    return f"{form_id}/{part}" if part else form_id


class Unsealed(NamedTuple):
    """A record out of its seal, in memory: the key that opened it, its outside, and its text, not yet read."""

    archived: ArchivedRecord
    key_id: str
    header: Outline
    text: bytes


class Understood(NamedTuple):
    """A record that was read, beside the form it was filled in by; not yet judged."""

    unsealed: Unsealed
    submission: Submission
    spec: FormSpec


def open_archived(
    archived: ArchivedRecord,
    identities: Mapping[str, Identity],
    specs: Specs,
    allowed: Mapping[str, Scope] | None = None,
) -> Opened:
    """Return one record in the clear; raise CannotOpen, or UnknownForm when its form never came with a bundle.

    What opens but breaks its form's rules is kept and flagged, never refused (DESIGN section 7); with `allowed`, also
    what its site may not send.
    """
    opened = judged(understand(unseal(archived, identities), specs))
    if allowed is not None and not inside(allowed, archived.site, opened.form, opened.school):
        return replace(opened, flaws=(OUT_OF_SCOPE, *opened.flaws))
    return opened


def unseal(archived: ArchivedRecord, identities: Mapping[str, Identity]) -> Unsealed:
    """Take a record out of its seal: the first step of `open_archived`; raise CannotOpen."""
    return Unsealed(archived, *open_quickly(archived.record, identities))


def understand(unsealed: Unsealed, specs: Specs) -> Understood:
    """Read what came out of the seal: the second step; raise CannotOpen, or UnknownForm."""
    submission = Submission.from_bytes(unsealed.text)
    return Understood(unsealed, submission, specs.get(submission.digest))


def judged(read: Understood, *, recompute: bool = True) -> Opened:
    """Judge what was read: the last step. Without `recompute` the rules of the form are not applied."""
    archived, key_id, header, _ = read.unsealed
    found = judge(read.spec, read.submission, header, archived, recompute=recompute)
    return Opened(archived, found.submission, read.spec, found.level, found.flaws, key_id)


def _readable(source: str) -> FormSpec | None:
    try:
        return read_spec(source, "bundle")
    except SpecErrors:
        return None


def _names(spec: FormSpec) -> list[str]:
    return [spec.form_id, *(named(spec.form_id, part.name) for part in spec.parts)]
