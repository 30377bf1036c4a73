"""Printed papers: each serial once, what has been typed in, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, repeat

import pytest

from forms_app.errors import NotFound
from forms_app.storage.kinds import Paper, PaperBatch
from forms_app.storage.papers import Papers
from forms_app.storage.tables import open_database

BATCH = PaperBatch("event_registration", "1", "d" * 64, "id", 3, "2026-11-23T01:30:00+00:00", "K7Q2MX")


@pytest.fixture
def papers(address: str) -> Iterator[Papers]:
    """Return the papers of an empty database."""
    with open_database(address) as database:
        yield Papers(database)


def test_each_copy_is_a_paper_of_its_batch(papers: Papers) -> None:
    """A batch has a number, and its papers know it and their form."""
    drawn = iter(["1000000000001", "1000000000002", "8999999999999"])
    added = papers.add(BATCH, lambda: next(drawn))
    assert papers.of(added[0].batch) == added
    assert papers.batch(added[0].batch) == replace(BATCH, number=added[0].batch)
    assert papers.get("8999999999999") == Paper(
        "8999999999999", BATCH.form, BATCH.digest, "id", "K7Q2MX", added[0].batch
    )
    assert papers.get("8999999999998") is None


def test_a_serial_in_use_is_drawn_again(papers: Papers) -> None:
    """No two papers share a serial, neither within a batch nor across batches."""
    papers.add(replace(BATCH, copies=1), lambda: "1000000000001")
    drawn = chain(["1000000000001", "1000000000002", "1000000000002"], repeat("1000000000003"))
    second = papers.add(replace(BATCH, copies=2), lambda: next(drawn))
    assert [one.serial for one in second] == ["1000000000002", "1000000000003"]


def test_batches_tell_how_many_are_typed_in(papers: Papers) -> None:
    """The newest batch comes first; a paper counts once, whatever was typed in from it."""
    drawn = map(str, range(1000000000000, 1000000000010))
    first = papers.add(BATCH, lambda: next(drawn))
    papers.add(BATCH, lambda: next(drawn))
    papers.keep(replace(first[0], day="2026-11-22", records=("ab", "cd"), typed_at="x", typed_by="ani"))
    assert [(batch.number, typed) for batch, typed in papers.batches()] == [
        (first[0].batch + 1, 0),
        (first[0].batch, 1),
    ]
    assert papers.typed_in(first[0].batch) == 1
    assert papers.get(first[0].serial) == replace(
        first[0], day="2026-11-22", records=("ab", "cd"), typed_at="x", typed_by="ani"
    )


def test_a_paper_without_a_batch_can_be_noted(papers: Papers) -> None:
    """A paper of which only the serial is known is noted when it is typed in, and belongs to no batch."""
    paper = Paper("1000000000009", "f", "d", "id", records=("ab",))
    papers.keep(paper)
    assert papers.get(paper.serial) == paper
    assert papers.batches() == []


def test_a_batch_that_never_reached_paper_is_forgotten(papers: Papers) -> None:
    """Neither the batch nor its papers are left, and its number is not given again."""
    drawn = map(str, range(1000000000000, 1000000000010))
    number = papers.add(BATCH, lambda: next(drawn))[0].batch
    papers.remove_batch(number)
    assert papers.of(number) == []
    with pytest.raises(NotFound):
        papers.batch(number)
    assert papers.add(BATCH, lambda: next(drawn))[0].batch == number + 1
