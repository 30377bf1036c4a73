"""Pieces on pages: nothing split, nothing lost, what belongs together on one page."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from forms_app.paper.sheet import Sheet
from forms_app.site.paper.flow import Piece, height_of, pages, written


def piece(height: float, *, keep: bool = False, before: float = 0, head: Piece | None = None) -> Piece:
    """Return a piece that draws nothing."""
    return Piece(height, _nothing, before, keep, head)


def _nothing(_sheet: Sheet, _x: float, _y: float) -> None:
    """Leave the space empty."""


heights = st.builds(piece, st.floats(1, 60), keep=st.booleans(), before=st.floats(0, 8))


@given(st.lists(heights, max_size=60))
def test_no_page_is_too_high_and_no_piece_is_lost(pieces: list[Piece]) -> None:
    """All pieces stand on the pages in their order, and no page is higher than there is room."""
    found = pages(pieces, 100)
    assert [one for page in found for one in page] == pieces
    assert all(height_of(page) <= 100 for page in found)


def test_what_belongs_together_stays_together() -> None:
    """A question that does not fit goes to the next page with its answer, not without it."""
    first, label, answer = piece(70), piece(10, keep=True), piece(30)
    assert pages([first, label, answer], 100) == [[first], [label, answer]]


def test_what_is_too_high_for_any_page_is_spread() -> None:
    """Pieces that want to stay together, but have no room on one page, still all stand somewhere."""
    together = [piece(40, keep=True), piece(40, keep=True), piece(40)]
    assert pages(together, 100) == [together[:2], together[2:]]


def test_a_table_has_its_head_again_on_the_next_page() -> None:
    """A row that begins a page stands below the head of its table."""
    head = piece(10, keep=True)
    rows = [piece(30, head=head) for _ in range(4)]
    assert pages([head, *rows], 100) == [[head, *rows[:3]], [head, rows[3]]]


def test_no_line_of_a_text_stands_alone() -> None:
    """The first line of a long text stays with the second, the last with the one before it; nothing without a text."""
    lines = written("kata " * 60, 40, 4)
    assert [one.keep for one in lines] == [True, *[False] * (len(lines) - 3), True, False]
    assert written("   ", 40, 4) == []
    assert [one.keep for one in written("satu", 40, 4)] == [False]
