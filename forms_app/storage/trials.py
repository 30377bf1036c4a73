"""Which of the office's keys were tried at this site."""

from __future__ import annotations

from tinydb import TinyDB

from forms_app.storage.codes import word_number
from forms_app.storage.documents import Shelf
from forms_app.storage.kinds import Tried


class Trials(Shelf[Tried]):
    """Which of the office's keys were tried, by key id."""

    table = "trials"
    kind = Tried

    def __init__(self, database: TinyDB) -> None:
        super().__init__(database)
        self._proven: set[str] = set()

    def get(self, key_id: str) -> Tried | None:
        """Return what is known of a key, or None."""
        return self._look_up(word_number(key_id))

    def is_proven(self, key_id: str) -> bool:
        """Whether the challenge of a key has come back. What was proven once stays so, and is not looked up again."""
        if key_id not in self._proven:
            tried = self.get(key_id)
            if tried and tried.proven:
                self._proven.add(key_id)
        return key_id in self._proven

    def keep(self, tried: Tried) -> None:
        """Keep what is known of a key; a newer trial takes the place of one that never came back."""
        if not self._replace(word_number(tried.key_id), tried):
            self._insert(word_number(tried.key_id), tried)
