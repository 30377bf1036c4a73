"""What a preview knows of one form file: the last good form, what is wrong now, what the last filling became."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Any
from wsgiref.types import WSGIApplication

from forms_app.answers.recheck import as_posted, recheck
from forms_app.answers.submission import WIB, Nonce, Submission
from forms_app.cli.check import Verdict, verdict_of
from forms_app.cli.rehearsal import Rehearsal, open_rehearsal
from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.site.intake import Intake
from forms_app.site.pages import address
from forms_app.specs.library import say
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.problems import SpecProblem

_BESIDE = ("blocks/*.yaml", "choices/*.yaml", "choices/*.csv")
_LEFT = 36  # characters of a line that are shown before the place of a problem
Row = tuple[str, str, str]  # the question's name, its label, what is kept


@dataclass(frozen=True)
class Kept:
    """One record that a filling on trial would have become, opened as the office opens it."""

    part: str
    readers: tuple[str, ...]
    days: tuple[int, int]
    sealed: int
    answers: tuple[Row, ...]
    calculated: tuple[Row, ...]
    level: str = ""
    cards: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stand:
    """One good state of the form: the form, the site that shows it, and its address there."""

    spec: FormSpec
    rehearsal: Rehearsal
    app: WSGIApplication
    address: str


@dataclass(frozen=True)
class Look:
    """What a preview shows now. `number` grows with every change.

    `stand` is the last good form, `fresh` says whether that is the file as it is.
    """

    number: int = 0
    verdict: Verdict = field(default_factory=Verdict)
    stand: Stand | None = None
    fresh: bool = False
    kept: tuple[Kept, ...] = ()


@dataclass
class Workshop:
    """The form file of a preview, read again whenever it or what it takes in has changed. Threads may share it."""

    path: Path
    settings: Settings
    now: Look = field(default_factory=Look)
    _state: object = None
    _rehearsals: list[Rehearsal] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def look(self) -> Look:
        """Return what there is to show, of the files as they are now."""
        with self._lock:
            state = tuple(self._files())
            if state != self._state:
                self._state = state
                self.now = self._read()
            return self.now

    def note(self, stand: Stand, after: int) -> None:
        """Show what a filling on trial became: the records that its site has taken in after this one."""
        site = stand.rehearsal
        found = tuple(_kept(stand, entry.record or b"", site.open(entry)) for entry in site.after(after))
        with self._lock:
            if found and self.now.stand is stand:
                self.now = replace(self.now, number=self.now.number + 1, kept=found)

    def try_sample(self) -> None:
        """Send the form's own sample, as if somebody had filled it in; why it is not taken is among the problems."""
        stand = self.look().stand
        if stand is not None:
            site = stand.rehearsal.services
            before, nonce = site.log.head().seq, Nonce.fresh(site.clock().astimezone(WIB).date())
            intake = Intake(site, stand.spec, stand.rehearsal.event(stand.spec), nonce, "id")
            intake.take(as_posted(stand.spec, dict(stand.spec.sample)))
            self.note(stand, before)

    def close(self) -> None:
        """Forget all that was tried."""
        for site in self._rehearsals:
            site.services.close()

    def _files(self) -> Iterator[tuple[str, int, int]]:
        """Yield name, time and size of each file that the form can be made of."""
        folder = self.path.parent
        for path in (self.path, *(one for pattern in _BESIDE for one in sorted(folder.glob(pattern)))):
            if path.is_file():
                found = path.stat()
                yield str(path), found.st_mtime_ns, found.st_size

    def _read(self) -> Look:
        verdict, before = verdict_of(self.path, self.settings), self.now
        number, spec = before.number + 1, verdict.spec
        if spec is None:
            return replace(before, number=number, verdict=verdict, fresh=False)
        if before.stand and before.stand.spec.digest == spec.digest:  # only what is no part of the form has changed
            return replace(before, number=number, verdict=verdict, fresh=True)
        site = open_rehearsal([spec], self.settings)
        self._rehearsals.append(site)
        for old in self._rehearsals[:-2]:  # the last but one may still be answering
            old.services.close()
        del self._rehearsals[:-2]
        return Look(number, verdict, Stand(spec, site, assemble(site.services), address(spec, site.event(spec))), True)


def excerpt(problem: SpecProblem) -> tuple[str, str]:
    """Return the line of a problem, and blanks up to its column; of a long line only what stands around it."""
    try:
        lines = Path(problem.file).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:  # gone, or never there
        lines = []
    line = lines[problem.line - 1].replace("\t", " ") if problem.line <= len(lines) else ""
    column = min(problem.column - 1, len(line))
    if column > _LEFT:
        line, column = f"…{line[column - _LEFT :]}", _LEFT + 1
    return line, " " * column


def _kept(stand: Stand, record: bytes, submission: Submission) -> Kept:
    spec, whole = stand.spec, not submission.part
    owner = spec if whole else spec.part(submission.part)
    filled = recheck(spec, submission)
    cards = [filled.card, *filled.notes] if whole and filled.card else []
    return Kept(
        part=submission.part,
        readers=owner.readers,
        days=(owner.retention.site, owner.retention.office),
        sealed=len(record),
        answers=tuple(_rows(spec, submission.answers)),
        calculated=tuple(_rows(spec, submission.calculated)),
        level=submission.level,
        cards=tuple(say(one.title, "id") for one in cards if one),
    )


def _rows(spec: FormSpec, answers: Mapping[str, Any]) -> Iterator[Row]:
    """Yield what is kept in the order of the form, choices with their labels."""
    for question in spec.questions():
        if question.name in answers:
            yield question.name, say(question.label, "id"), _shown(spec, question, answers[question.name])


def _shown(spec: FormSpec, question: Question, answer: Any) -> str:
    if question.children:
        asked = [[one for one in question.children if one.name in entry] for entry in answer]
        told = [
            ", ".join(f"{one.name}: {_shown(spec, one, entry[one.name])}" for one in children)
            for children, entry in zip(asked, answer, strict=True)
        ]
        return "\n".join(f"{number}. {entry}" for number, entry in enumerate(told, 1))
    if isinstance(answer, list):
        return ", ".join(_shown(spec, question, one) for one in answer)
    if isinstance(answer, bool):
        return "true" if answer else "false"
    choice = spec.listed(question.list_name).get(answer) if question.list_name else None
    return f"{answer} ({say(choice.label, 'id')})" if choice else str(answer)
