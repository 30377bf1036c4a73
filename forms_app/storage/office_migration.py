"""The office's tables of the first version, brought to the second: every record and every damaged byte stays.

The first version kept no chains: the next package of each site brings these, since a site packs its log from the
beginning until it has a receipt. Verdicts are not taken over: the next `open` makes them anew.
"""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Connection, inspect

from forms_app.storage import office_tables as tables

_OLD = ("office_records", "office_quarantine")
_INDEXES = ("office_records_by_form", "office_records_by_place")
_RECORD = (
    "INSERT INTO office_records"
    " (record_id, record_hash, site, carrier, epoch, seq, day, kind, form, event, aside, record)"
    " VALUES ({0}, {0}, {0}, '', {0}, {0}, {0}, {0}, {0}, {0}, '', {0})"
)
_HURT = (
    "INSERT INTO office_quarantine (digest, site, epoch, seq, day, record_id, record_hash, reason, record)"
    " VALUES ({0}, {0}, 1, {0}, 0, {0}, {0}, {0}, {0})"
)


def bring_office(connection: Connection) -> None:
    """Make the second version's tables of the first one's, in the transaction under way; no office, nothing to do."""
    looked = inspect(connection)
    if not looked.has_table(_OLD[0]) or "record_hash" in {one["name"] for one in looked.get_columns(_OLD[0])}:
        return
    for name in _INDEXES:
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS {name}")
    for name in _OLD:
        connection.exec_driver_sql(f"ALTER TABLE {name} RENAME TO {name}_1")
    if connection.dialect.name == "postgresql":  # its constraints keep their names, which the new tables want
        for name in _OLD:
            connection.exec_driver_sql(f"ALTER TABLE {name}_1 DROP CONSTRAINT {name}_pkey")
    tables.office.create_all(connection)
    place = "%s" if connection.dialect.name == "postgresql" else "?"
    fields = "record_id, site, epoch, seq, day, kind, form, event, record"
    for row in connection.exec_driver_sql(f"SELECT {fields} FROM office_records_1").yield_per(500):  # noqa: S608 - fixed names
        record_id, *middle, record = row
        values = (record_id, sha256(record).digest(), *middle, record)
        connection.exec_driver_sql(_RECORD.format(place), values)
    for row in connection.exec_driver_sql("SELECT digest, site, seq, reason, record FROM office_quarantine_1"):
        digest, site, seq, reason, record = row
        connection.exec_driver_sql(_HURT.format(place), (digest, site, seq, b"", b"", reason, record))
    for name in _OLD:
        connection.exec_driver_sql(f"DROP TABLE {name}_1")
