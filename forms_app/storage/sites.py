"""The sites that the office has enrolled: their signed statements, what they may send, and which were revoked."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass

from tinydb import TinyDB
from tinydb.table import Document, Table

from forms_app.storage.codes import word_number


@dataclass(frozen=True)
class Enrolment:
    """One enrolled site: its statement, its scope (empty: no limit), and why it was revoked, if it was."""

    key_id: str
    statement: bytes
    schools: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    revoked: str = ""


class Sites:
    """The enrolled sites, by the id of their key."""

    def __init__(self, database: TinyDB) -> None:
        self._table: Table = database.table("sites")

    def add(self, key_id: str, statement: bytes, schools: tuple[str, ...] = (), forms: tuple[str, ...] = ()) -> None:
        """Enrol a site, or take in a newer statement or another scope of one."""
        document = {"key_id": key_id, "statement": b64encode(statement).decode()}
        scope = {"schools": list(schools), "forms": list(forms)}
        self._table.upsert(Document(document | scope, doc_id=word_number(key_id)))

    def revoke(self, key_id: str, reason: str) -> None:
        """Note why nothing is taken from a site any more; an empty reason lifts that."""
        self._table.update({"revoked": reason}, doc_ids=[word_number(key_id)])

    def enrolments(self) -> Iterator[Enrolment]:
        """Yield all sites, revoked ones too."""
        for document in self._table:
            yield Enrolment(
                key_id=document["key_id"],
                statement=b64decode(document["statement"]),
                schools=tuple(document.get("schools", ())),
                forms=tuple(document.get("forms", ())),
                revoked=document.get("revoked", ""),
            )

    def all(self) -> dict[str, bytes]:
        """Return all statements, by key id."""
        return {one.key_id: one.statement for one in self.enrolments()}
