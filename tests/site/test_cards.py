"""What pages show besides questions."""

from __future__ import annotations

import pytest

from forms_app.errors import N_
from forms_app.site.cards import kept_text


@pytest.mark.parametrize(
    ("days", "said"), [(30, "30 hari"), (365, "365 hari"), (730, "2 tahun"), (1095, "3 tahun"), (1096, "1096 hari")]
)
def test_how_long_answers_are_kept_is_said_in_years_where_they_are_whole(days: int, said: str):
    """Nobody reckons with 1095 days; a year stays in days, since a year of school is shorter."""
    assert kept_text(days, N_) == f"Dihapus setelah {said}."
