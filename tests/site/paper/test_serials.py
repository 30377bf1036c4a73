"""Serials: what a person may mistype, what another site printed, and what follows from thirteen digits alone."""

from __future__ import annotations

from datetime import date

import pytest

from forms_app.answers.submission import day_number
from forms_app.site.paper import serials

SECRET, OTHER = b"s" * 32, b"t" * 32
DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def drawn() -> list[str]:
    """Return many fresh serials of one site."""
    return [serials.draw(SECRET) for _ in range(300)]


def test_a_serial_is_thirteen_digits_and_reads_back(drawn: list[str]) -> None:
    """Thirteen digits, no zero in front, all different; as shown, with dots or hyphens it reads back the same."""
    assert len(set(drawn)) == 300
    for serial in drawn:
        assert len(serial) == serials.LENGTH
        assert serial.isdigit()
        assert serial[0] in "12345678"
        for typed in (serial, serials.show(serial), f" {serial[:6]}-{serial[6:]} ", ".".join(serial)):
            assert serials.read(typed) == serial


def test_a_scanned_address_is_its_serial(drawn: list[str]) -> None:
    """A scanner that types the whole address of a QR code types the serial."""
    serial = drawn[0]
    assert serials.read(f"https://formulir.example.id/desk/paper/{serial}/1/K7Q2MX") == serial
    assert serials.read(f"HTTP://127.0.0.1:8000/DESK/PAPER/{serial}") == serial
    assert serials.read(f"https://formulir.example.id/desk/paper/{serial}9/1") == ""


@pytest.mark.parametrize("place", range(13))
def test_every_wrong_digit_is_noticed(drawn: list[str], place: int) -> None:
    """No serial with one digit changed is a serial."""
    for serial in drawn[:30]:
        for digit in set("0123456789") - {serial[place]}:
            assert serials.read(serial[:place] + digit + serial[place + 1 :]) == ""


@pytest.mark.parametrize("place", range(12))
def test_every_swap_of_neighbours_is_noticed(drawn: list[str], place: int) -> None:
    """No serial with two neighbouring digits swapped is a serial."""
    for serial in drawn[:60]:
        swapped = serial[:place] + serial[place + 1] + serial[place] + serial[place + 2 :]
        assert swapped == serial or serials.read(swapped) == ""


@pytest.mark.parametrize("typed", ["", "1234", "x" * 13, "²" * 13, "١" * 13, "1" * 14])
def test_what_is_no_serial_reads_as_nothing(typed: str) -> None:
    """Too short, too long, and digits of other scripts are no serial."""
    assert serials.read(typed) == ""


def test_a_site_knows_what_it_printed_without_any_list(drawn: list[str]) -> None:
    """Every own serial is proved by three of its digits; hardly one of another site is."""
    assert all(serials.printed_here(serial, SECRET) for serial in drawn)
    foreign = [serials.draw(OTHER) for _ in range(2000)]
    assert sum(serials.printed_here(serial, SECRET) for serial in foreign) < 20  # one in a thousand


def test_envelopes_are_told_by_their_first_digit(drawn: list[str]) -> None:
    """A 9 in front, and only there, is an envelope."""
    assert all(serials.is_envelope(serials.draw(SECRET, envelope=True)) for _ in range(100))
    assert not any(map(serials.is_envelope, drawn))


def test_the_nonce_follows_from_serial_day_and_site_alone(drawn: list[str]) -> None:
    """The same serial gives the same nonce; another serial or site gives another secret, another day another day."""
    nonce = serials.nonce_of(drawn[0], DAY, SECRET)
    assert nonce == serials.nonce_of(drawn[0], DAY, SECRET)
    assert (nonce.day, len(nonce.secret)) == (day_number(DAY), 16)
    others = [serials.nonce_of(drawn[1], DAY, SECRET), serials.nonce_of(drawn[0], DAY, OTHER)]
    assert nonce.secret not in {other.secret for other in others}
    later = serials.nonce_of(drawn[0], date(2026, 11, 24), SECRET)
    assert (later.secret, later.day) == (nonce.secret, nonce.day + 1)
