"""What is wrong with form files: every mistake with its place, its code and its remedy."""

from __future__ import annotations

from dataclasses import dataclass

from forms_app.errors import N_, PeksosError, Translate


@dataclass(frozen=True)
class SpecProblem:
    """One mistake in a form file, with its place and its remedy."""

    file: str
    line: int
    column: int
    code: str
    message: str
    places: tuple[tuple[str, object], ...] = ()

    def text(self, translate: Translate = N_) -> str:
        """Return `file:line:column: code: message`, the form that editors can jump to."""
        message = translate(self.message).format(**dict(self.places))
        return f"{self.file}:{self.line}:{self.column}: {self.code}: {message}"


class SpecErrors(PeksosError):
    """Everything wrong with the form files that were read, at once."""

    code = "spec"

    def __init__(self, problems: list[SpecProblem]) -> None:
        super().__init__(N_("Ada {count} kesalahan pada berkas formulir."), count=len(problems))
        self.problems = tuple(problems)

    def text(self, translate: Translate = N_) -> str:
        """Return one line per problem, then the count."""
        lines = [problem.text(translate) for problem in self.problems]
        return "\n".join([*lines, super().text(translate)])
