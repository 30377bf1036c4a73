"""Whatever is changed in the log behind its back shows, and the first bad entry is named."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import text

from forms_app.errors import BrokenLog
from forms_app.storage.chain import opening
from forms_app.storage.log import Log, NewRecord
from forms_app.storage.tables import SQLDatabase, store_of

SITE = "metro-01"
DAY = 20_780


def named(form: str = "registration", event: str = "K7Q2MX") -> NewRecord:
    """Return a record of an open form, with an id and a body of its own."""
    return NewRecord(os.urandom(16), os.urandom(100), "p", form, event)


@pytest.fixture
def log(database: SQLDatabase) -> Log:
    """Return an empty log, on each engine."""
    return Log(database, SITE)


TAMPERING = [
    ("UPDATE log SET record = decode('00', 'hex') WHERE seq = 3", 3),
    ("UPDATE log SET record_hash = previous WHERE seq = 3", 3),
    ("UPDATE log SET day = day - 1 WHERE seq = 3", 3),
    ("UPDATE log SET type = 'epoch' WHERE seq = 3", 3),
    ("UPDATE log SET epoch = 2 WHERE seq = 3", 3),
    ("UPDATE log SET hash = previous WHERE seq = 3", 3),
    ("UPDATE log SET previous = hash WHERE seq = 3", 3),
    ("DELETE FROM log WHERE seq = 3", 3),
    ("DELETE FROM log WHERE seq = 1", 1),
    ("UPDATE log SET seq = 100 WHERE seq = 3", 3),
    ("UPDATE log SET seq = seq + 1 WHERE seq = 5", 5),
]


@pytest.mark.parametrize(("change", "place"), TAMPERING)
def test_a_change_shows(database: SQLDatabase, log: Log, change: str, place: int) -> None:
    """Whatever is changed, moved or removed behind the log's back: verifying names the first bad entry."""
    log.append([named() for _ in range(5)], DAY)
    store = store_of(database)
    with store.writing() as connection:
        plain = change.replace("decode('00', 'hex')", "x'00'") if store.dialect == "sqlite" else change
        connection.execute(text(plain))
    with pytest.raises(BrokenLog) as raised:
        log.verify()
    assert raised.value.places == {"seq": place}
    assert str(place) in str(raised.value)


def test_a_cut_tail_shows_by_a_head_that_left(database: SQLDatabase, log: Log) -> None:
    """A chain that was shortened verifies by itself, but not against a head that somebody else holds."""
    heads = [entry.head for entry in log.append([named() for _ in range(4)], DAY)]
    assert log.verify([opening(SITE), *heads]) == heads[-1]
    with store_of(database).writing() as connection:
        connection.execute(text("DELETE FROM log WHERE seq > 2"))
    assert log.verify() == heads[1]
    with pytest.raises(BrokenLog) as raised:
        log.verify(heads)
    assert raised.value.places == {"seq": 3}


def test_a_rewritten_chain_shows_by_a_head_that_left(database: SQLDatabase, log: Log) -> None:
    """Whoever writes the whole chain anew is found out by any head that left the site before."""
    heads = [entry.head for entry in log.append([named() for _ in range(3)], DAY)]
    with store_of(database).writing() as connection:
        connection.execute(text("DELETE FROM log"))
    log.append([named() for _ in range(3)], DAY)
    assert log.verify().seq == 3
    with pytest.raises(BrokenLog):
        log.verify(heads[:1])
