"""The paper forms that a site printed, and which of them have been typed in. No document here holds an answer.

Envelopes (secret forms) leave nothing here: what was printed would say at the school what is reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, replace

from tinydb import TinyDB, where
from tinydb.table import Document

from forms_app.errors import N_, NotFound
from forms_app.storage.documents import Shelf
from forms_app.storage.kinds import Paper, PaperBatch, kept


class _Batches(Shelf[PaperBatch]):
    """The batches, by number."""

    table = "paper_batches"
    kind = PaperBatch

    def add(self, batch: PaperBatch) -> PaperBatch:
        """Store a new batch and return it with its number."""
        return replace(batch, number=self._table.insert(asdict(batch)))

    def all(self) -> list[PaperBatch]:
        """Return all of them, the oldest first."""
        return [replace(kept(self.kind, document), number=document.doc_id) for document in self._table]

    def get(self, number: int) -> PaperBatch | None:
        """Return a batch, or None."""
        found = self._look_up(number)
        return replace(found, number=number) if found else None

    def remove(self, number: int) -> None:
        """Take a batch away."""
        self._table.remove(doc_ids=[number])


class Papers(Shelf[Paper]):
    """The printed papers, each under its serial, and their batches."""

    table = "papers"
    kind = Paper

    def __init__(self, database: TinyDB) -> None:
        super().__init__(database)
        self._batches = _Batches(database)

    def add(self, batch: PaperBatch, draw: Callable[[], str]) -> list[Paper]:
        """Store a new batch with a paper for each copy and return them; `draw` is asked again for a serial in use.

        Inside a transaction batch and papers are stored together or not at all.
        """
        known = self._batches.add(batch)
        serials: dict[str, None] = {}
        while len(serials) < batch.copies:
            serial = draw()
            if not self._table.contains(doc_id=int(serial)):
                serials[serial] = None
        form = (batch.form, batch.digest, batch.language, batch.event, known.number)
        papers = [Paper(serial, *form) for serial in serials]
        self._table.insert_multiple(Document(asdict(paper), doc_id=int(paper.serial)) for paper in papers)
        return papers

    def remove_batch(self, number: int) -> None:
        """Forget a batch that never reached paper."""
        self._table.remove(where("batch") == number)
        self._batches.remove(number)

    def get(self, serial: str) -> Paper | None:
        """Return the paper with this serial, or None."""
        return self._look_up(int(serial))

    def keep(self, paper: Paper) -> None:
        """Write a paper anew, or for the first time."""
        if not self._replace(int(paper.serial), paper):
            self._insert(int(paper.serial), paper)

    def of(self, number: int) -> list[Paper]:
        """Return the papers of one batch."""
        return [kept(self.kind, document) for document in self._table.search(where("batch") == number)]

    def batch(self, number: int) -> PaperBatch:
        """Return a batch; raise NotFound."""
        found = self._batches.get(number)
        if found is None:
            raise NotFound(N_("Cetakan ini tidak ada. Kembali ke daftar kertas."))
        return found

    def typed_in(self, number: int) -> int:
        """Return how many papers of a batch have been typed in."""
        return sum(bool(paper.records) for paper in self.of(number))

    def batches(self) -> list[tuple[PaperBatch, int]]:
        """Return all batches, the newest first, each with how many of its papers have been typed in."""
        typed = Counter(document["batch"] for document in self._table if document["records"])
        return [(batch, typed[batch.number]) for batch in reversed(self._batches.all())]
