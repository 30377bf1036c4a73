"""What an expression may name: questions, groups and repeats by name or by path, choices, columns of choices."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from forms_app.errors import N_
from forms_app.specs.expressions.kinds import QUESTION_KINDS, Node, nearest, refuse

_READERS = {"number": "num", "boolean": "flag", "set": "set", "any": "raw"}
_QUOTED = re.compile(r"\s*\$\{\s*([\w./-]+)\s*\}\s*", re.ASCII)


@dataclass(frozen=True)
class Names:
    """The names of one form, as one of its expressions sees them.

    `this` is the question that the expression stands at, `paths` the groups and the repeat around each question.
    """

    types: Mapping[str, str]
    choices: Mapping[str, Mapping[str, float | None]]
    this: str = ""
    columns: Collection[str] | None = None
    paths: Mapping[str, Sequence[str]] | None = None

    def reference(self, path: str, position: int) -> Node:
        """Return the answer to a question as a part; ExpressionError when there is no such question."""
        name = self._resolved(path, position)
        kind, reader = self._kind(name)
        stated, _, repeat = self.types[name].partition("@")
        if kind == "group":
            refuse(N_("{name} adalah grup. Pakai nama pertanyaan di dalamnya."), position, name=name)
        if kind == "rows":
            return Node(["all", name], kind, position, name)
        if stated.endswith("*"):
            return Node(["all", repeat or name, name if repeat else "", reader], "list:" + kind, position, name)
        return Node([reader, name], kind, position, name)

    def itself(self, _sign: str, position: int) -> Node:
        """Return what `.` or `current()` stands for."""
        if not self.this:
            refuse(N_("Titik berarti jawaban itu sendiri, hanya dalam constraint. Pakai ${{nama}}."), position)
        return self.reference(self.this, position)

    def steps(self, path: str, position: int) -> Node:
        """Return what a path like `..`, `../name` or `../../group/name` leads to."""
        if not self.this:
            refuse(N_("Tanda .. hanya dipakai pada pertanyaan. Pakai ${{nama}}."), position)
        steps = path.split("/")
        up, down = steps.count(".."), [step for step in steps if step != ".."]
        around = list(self._path(self.this))
        if not down:
            return self._entry(around, up, position)
        place = [*around[: max(0, len(around) + 1 - up)], *down]
        if down[-1] in self.types and (up > len(around) + 1 or [*self._path(down[-1]), down[-1]] != place):
            refuse(N_("{name} tidak ada di tempat itu. Tulis ${{{name}}} saja."), position, name=down[-1])
        return self.reference(down[-1], position)

    def column(self, word: str, position: int) -> Node:
        """Return a bare word as a part: in a choice_filter a column of the choices, elsewhere a mistake."""
        if self.columns is None:
            refuse(N_("Kata {name} perlu tanda kutip, atau ditulis ${{{name}}}."), position, name=word)
        if word != "name" and word not in self.columns:
            known = ", ".join(dict.fromkeys(["name", *self.columns]))
            refuse(N_("Kolom {name} tidak ada pada pilihan. Yang ada: {known}."), position, name=word, known=known)
        return Node(["ref", "@" + word], "string", position)

    def scores(self, node: Node) -> Node:
        """Return the scores of a choice question as a part; ExpressionError when a choice has none."""
        scores = {
            name: _short(score) for name, score in self.choices.get(node.question, {}).items() if score is not None
        }
        if not scores or len(scores) < len(self.choices[node.question]):
            refuse(N_("Setiap pilihan pada {name} perlu score."), node.position, name=node.question)
        return Node(scores, "scores", node.position)

    def check_word(self, question: Node, word: Node) -> None:
        """Raise ExpressionError when a question is compared with a choice that its list does not have."""
        choices = self.choices.get(question.question)
        if choices is not None and word.word and word.word not in choices:
            near = nearest(word.word, choices)
            message = N_("Pilihan {word} tidak ada pada {name}. {near}")
            refuse(message, word.position, word=word.word, name=question.question, near=near)

    def as_set(self, node: Node) -> Node:
        """Return a choice question, of one answer or several, read as the set of what was picked."""
        if node.kind in ("string", "any") and node.question and (self._chooses(node.question) or node.kind == "any"):
            return replace(node, tree=["set", node.question], kind="set")
        return node

    def quoted(self, node: Node) -> Node:
        """Return the choice question that the author wrote as a text, as ODK wants it: '${name}'."""
        match = _QUOTED.fullmatch(node.word or "")
        if match is None:
            refuse(N_("Tulis nama pertanyaan dalam tanda kutip. Contoh: '${{pilihan}}'."), node.position)
        name = self._resolved(match[1], node.position + 1)
        if not self._chooses(name):
            refuse(N_("Pertanyaan {name} tidak punya pilihan."), node.position + 1, name=name)
        return Node(name, "string", node.position)

    def listed(self, node: Node, repeat: Node) -> Node:
        """Return a question of a repeat as the list of its answers, seen from outside or from within the repeat."""
        outside = node.kind.startswith("list:") and node.tree[1] == repeat.question
        if not outside and (node.kind.startswith("list:") or repeat.question not in self._path(node.question)):
            refuse(N_("Di sini harus pertanyaan di dalam {name}."), node.position, name=repeat.question)
        kind, reader = self._kind(node.question)
        return replace(node, tree=["all", repeat.question, node.question, reader], kind="list:" + kind)

    def _resolved(self, path: str, position: int) -> str:
        """Return the name at the end of a path, each part of which encloses the next."""
        *around, name = path.split("/")
        if name not in self.types:
            refuse(N_("Nama {name} tidak ada. {near}"), position, name=name, near=nearest(name, self.types))
        enclosing = iter(self._path(name))
        for group in around:
            if group not in enclosing:  # takes from the iterator up to the group: the order counts
                message = N_("{name} tidak ada di dalam {group}. Tulis ${{{name}}} saja.")
                refuse(message, position, name=name, group=group)
        return name

    def _entry(self, around: Sequence[str], up: int, position: int) -> Node:
        """Return the number of the entry that the question stands in, for `position(..)`."""
        repeats = [
            place
            for place, name in enumerate(reversed(around), 1)
            if name in self.types and self._kind(name)[0] == "rows"
        ]
        if self.paths is not None and up not in repeats:
            if not repeats:
                refuse(N_("Tanda .. di sini hanya untuk pertanyaan berulang."), position)
            refuse(N_("Pengulangannya ditulis {path}."), position, path="/".join([".."] * repeats[0]))
        return Node(["num", ".."], "entry", position)

    def _path(self, name: str) -> Sequence[str]:
        return (self.paths or {}).get(name, ())

    def _kind(self, name: str) -> tuple[str, str]:
        """Return the kind of a question's single answer, and how it is read."""
        word = self.types[name].partition("@")[0].rstrip("*").split()[0]
        kind = QUESTION_KINDS.get(word.partition(":")[2] or word, "string")
        return kind, _READERS.get(kind, "ref")

    def _chooses(self, name: str) -> bool:
        return name in self.choices or self.types[name].startswith("select_") or self._kind(name)[0] == "set"


def _short(number: float) -> float:
    """Return a whole number as an integer, which is shorter in the page."""
    return int(number) if number == int(number) else number
