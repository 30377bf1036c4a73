"""Statements of office and sites: self-consistent, continued, and compared by words."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from datetime import date

import pytest

from forms_app.errors import BadSignature, KeyRefused, SealingError
from forms_app.sealing.keys import Identity
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import (
    OFFICE_TYPE,
    SITE_TYPE,
    Term,
    make_office_statement,
    make_site_statement,
    read_office_statement,
    read_site_statement,
)
from forms_app.sealing.words import words

ROOT = SigningKey(bytes([7]) * 32)
SITE = SigningKey(bytes([8]) * 32)
FIRST = Term(Identity("office", bytes([1]) * 32).recipient, date(2026, 7, 1), date(2026, 12, 31))
NEXT = Term(Identity("office", bytes([2]) * 32).recipient, date(2026, 12, 1), date(2027, 6, 30))
LONG = Term(Identity("office", bytes([3]) * 32).recipient, date(2026, 7, 1), date(2027, 6, 30), "5y")


def test_an_office_statement_comes_back():
    """Name, root, number and terms are read as they were made."""
    statement = read_office_statement(make_office_statement(ROOT, "Dinas Sosial", 1, [FIRST, LONG]))
    assert (statement.office, statement.root, statement.number) == ("Dinas Sosial", ROOT.public, 1)
    assert statement.terms == (FIRST, LONG)
    assert statement.words == words(ROOT.public)


def test_the_term_key_of_a_day():
    """A day has the youngest key of its retention class; a day without one is refused, with a remedy."""
    statement = read_office_statement(make_office_statement(ROOT, "Dinas", 1, [FIRST, NEXT, LONG]))
    assert statement.term_key(date(2026, 7, 1)) == FIRST.recipient
    assert statement.term_key(date(2026, 12, 31)) == NEXT.recipient
    assert statement.term_key(date(2026, 12, 31), "5y") == LONG.recipient
    for day in (date(2026, 6, 30), date(2027, 7, 1)):
        with pytest.raises(KeyRefused, match="Minta"):
            statement.term_key(day)


def test_old_keys_are_still_accepted():
    """A record for any key that the office ever signed is taken; others are not."""
    statement = read_office_statement(make_office_statement(ROOT, "Dinas", 1, [FIRST, NEXT]))
    assert statement.accepts(FIRST.recipient.key_id)
    assert not statement.accepts(LONG.recipient.key_id)


def test_words_heard_decide():
    """The words of the root, however typed, are accepted; the words of any other key are not."""
    data = make_office_statement(ROOT, "Dinas", 1, [FIRST])
    assert read_office_statement(data, spoken=words(ROOT.public).upper()).root == ROOT.public
    with pytest.raises(KeyRefused):
        read_office_statement(data, spoken=words(SITE.public))
    site = make_site_statement(SITE, "metro-1", "SDN 1")
    assert read_site_statement(site, spoken=words(SITE.public).replace("-", " ")).site == "metro-1"
    with pytest.raises(KeyRefused):
        read_site_statement(site, spoken=words(ROOT.public))


def test_a_new_statement_continues_the_known_one():
    """Another root, a lower number or a key taken away is refused; a longer list is taken."""
    known = read_office_statement(make_office_statement(ROOT, "Dinas", 2, [FIRST]))
    longer = make_office_statement(ROOT, "Dinas", 3, [FIRST, NEXT])
    assert read_office_statement(longer, known=known).accepts(NEXT.recipient.key_id)
    for data in (
        make_office_statement(SITE, "Dinas", 3, [FIRST, NEXT]),
        make_office_statement(ROOT, "Dinas", 1, [FIRST, NEXT]),
        make_office_statement(ROOT, "Dinas", 3, [NEXT]),
    ):
        with pytest.raises(KeyRefused):
            read_office_statement(data, known=known)


def test_a_statement_signed_by_another_key_is_refused():
    """Naming the office's root without being able to sign for it is worth nothing."""
    payload = json.dumps(
        {"format": "peksos/office/1", "office": "D", "root": b64encode(ROOT.public).decode(), "number": 1, "terms": []}
    ).encode()
    with pytest.raises(BadSignature):
        read_office_statement(SITE.sign(OFFICE_TYPE, payload))


@pytest.mark.parametrize(
    "change",
    [
        {"format": "peksos/office/2"},
        {"office": ""},
        {"office": 5},
        {"root": "AAAA"},
        {"terms": [{}]},
        {"terms": 5},
        {"number": "x"},
    ],
)
def test_a_malformed_office_statement_is_refused(change: dict[str, object]):
    """Whatever is wrong inside, though signed, raises BadSignature and nothing else."""
    value = {
        "format": "peksos/office/1",
        "office": "D",
        "root": b64encode(ROOT.public).decode(),
        "number": 1,
        "terms": [],
    }
    read_office_statement(ROOT.sign(OFFICE_TYPE, json.dumps(value).encode()))
    with pytest.raises(BadSignature):
        read_office_statement(ROOT.sign(OFFICE_TYPE, json.dumps(value | change).encode()))


def test_a_term_whose_id_is_not_its_keys_is_refused():
    """A key id that does not belong to its key raises BadSignature."""
    line = make_office_statement(ROOT, "D", 1, [FIRST])
    from forms_app.sealing.signing import read_envelope

    payload, _ = read_envelope(line, OFFICE_TYPE)
    forged = payload.replace(FIRST.recipient.key_id.encode(), b"0" * 16)
    with pytest.raises(BadSignature):
        read_office_statement(ROOT.sign(OFFICE_TYPE, forged))


def test_a_site_statement_comes_back():
    """Id, name, key and words are read as they were made."""
    statement = read_site_statement(make_site_statement(SITE, "metro-1", "SDN 1 Metro") + b"\n")
    assert (statement.site, statement.name, statement.public) == ("metro-1", "SDN 1 Metro", SITE.public)
    assert statement.key_id == SITE.key_id
    assert statement.words == words(SITE.public)


@pytest.mark.parametrize("site", ["", "Metro", "metro 1", "../metro", "-metro", "m" * 41, "metro\n"])
def test_a_site_id_is_plain(site: str):
    """Ids that could be a path or look like another are refused when made and when read."""
    with pytest.raises(SealingError):
        make_site_statement(SITE, site, "x")
    value = {"format": "peksos/site/1", "site": site, "name": "x", "public": b64encode(SITE.public).decode()}
    with pytest.raises(BadSignature):
        read_site_statement(SITE.sign(SITE_TYPE, json.dumps(value).encode()))


def test_a_site_cannot_name_anothers_key():
    """A statement that names a key it is not signed by is refused."""
    value = {"format": "peksos/site/1", "site": "m", "name": "x", "public": b64encode(ROOT.public).decode()}
    with pytest.raises(BadSignature):
        read_site_statement(SITE.sign(SITE_TYPE, json.dumps(value).encode()))


def test_one_statement_is_not_taken_for_the_other():
    """An office statement is no site statement, though one key signed both."""
    with pytest.raises(BadSignature):
        read_site_statement(make_office_statement(ROOT, "D", 1, [FIRST]))
    with pytest.raises(BadSignature):
        read_office_statement(b"")


def numbered(number: int, *terms: Term, root: SigningKey = ROOT) -> bytes:
    """Return the office's statement of a number."""
    return make_office_statement(root, "Dinas", number, terms)


def test_each_class_has_its_own_key():
    """A class seals to its own key only; a statement from before there were classes serves all."""
    statement = read_office_statement(numbered(1, LONG))
    assert statement.term_key(date(2026, 8, 1), "5y") == LONG.recipient
    with pytest.raises(KeyRefused):
        statement.term_key(date(2026, 8, 1), "90d")
    old = read_office_statement(numbered(1, FIRST))
    assert old.term_key(date(2026, 8, 1), "90d") == FIRST.recipient


def test_a_class_of_its_own_goes_before_the_old_one():
    """Where both are announced, the exact class wins, however young the other is."""
    statement = read_office_statement(numbered(1, LONG, replace(NEXT, first=date(2026, 7, 2))))
    assert statement.term_key(date(2026, 8, 1), "5y") == LONG.recipient


def test_of_two_keys_of_one_day_the_later_is_used():
    """A key that was made to follow another on the very same day follows it."""
    again = replace(NEXT, first=FIRST.first, last=FIRST.last)
    assert read_office_statement(numbered(1, FIRST, again)).term_key(FIRST.first) == NEXT.recipient


def test_nothing_is_sealed_to_a_revoked_key():
    """It comes back revoked, is passed over for every day, and is still accepted."""
    gone = replace(NEXT, first=date(2026, 8, 1), revoked=date(2026, 9, 1))
    statement = read_office_statement(numbered(2, FIRST, gone))
    assert statement.terms == (FIRST, gone)
    assert statement.term_key(date(2026, 9, 2)) == FIRST.recipient
    assert statement.accepts(NEXT.key_id)
    with pytest.raises(KeyRefused):
        statement.term_key(date(2027, 1, 10))


def test_a_revoked_key_never_comes_back():
    """A later statement that forgets the revocation is refused."""
    known = read_office_statement(numbered(2, FIRST, replace(NEXT, revoked=date(2026, 9, 1))))
    with pytest.raises(KeyRefused):
        read_office_statement(numbered(3, FIRST, NEXT), known=known)


def test_one_number_is_one_statement():
    """The same statement once more is no trouble; another one under its number is refused."""
    known = read_office_statement(numbered(2, FIRST))
    assert read_office_statement(numbered(2, FIRST), known=known) == known
    with pytest.raises(KeyRefused):
        read_office_statement(numbered(2, FIRST, NEXT), known=known)


def test_how_long_a_class_lasts():
    """Terms that follow each other count as one stretch; a day without a key ends it."""
    statement = read_office_statement(numbered(1, replace(NEXT, retention="5y", first=date(2027, 7, 1)), LONG))
    assert statement.lasts(date(2026, 7, 1), "5y") == NEXT.last
    gap = read_office_statement(numbered(1, replace(NEXT, first=date(2027, 7, 2), last=date(2028, 1, 1)), LONG))
    assert gap.lasts(date(2026, 7, 1), "5y") == LONG.last
    assert gap.lasts(date(2026, 7, 1), "90d") is None
    assert gap.lasts(date(2027, 7, 2), "5y") == date(2028, 1, 1)


def test_a_site_names_its_office():
    """The root of the office comes back from the site's own statement; older ones name none."""
    assert read_site_statement(make_site_statement(SITE, "metro-1", "SDN 1", ROOT.public)).office == ROOT.public
    assert read_site_statement(make_site_statement(SITE, "metro-1", "SDN 1")).office == b""
