"""Every form that a site ever served: without its form, an old record says nothing to the office."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from zlib import compress, decompress

from tinydb import TinyDB
from tinydb.table import Table


class ServedForms:
    """Every form that this site ever served, by digest: without its form, an old record says nothing to the office.

    The whole library is kept, used or not, and compressed: the site's files name no form in clear text.
    """

    def __init__(self, database: TinyDB) -> None:
        self._table: Table = database.table("served_forms")

    def keep(self, sources: Mapping[str, str]) -> None:
        """Keep the forms that are not kept yet; `sources` are canonical texts by digest."""
        known = self.all()
        new = [source for digest, source in sources.items() if digest not in known]
        if new:
            self._table.insert_multiple({"form": b64encode(compress(source.encode())).decode()} for source in new)

    def all(self) -> dict[str, str]:
        """Return all sources by digest."""
        sources = [decompress(b64decode(row["form"])) for row in self._table.all()]
        return {sha256(source).hexdigest(): source.decode() for source in sources}
