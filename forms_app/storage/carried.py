"""What went out and what came back: the packages that were made, and the receipts and orders that the office signed."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from forms_app.errors import N_, StorageError
from forms_app.storage.documents import Shelf
from forms_app.storage.kinds import Leave, Package

Numbered = TypeVar("Numbered", Package, Leave)


class NumberedShelf(Shelf[Numbered]):
    """Documents that bear a number of their own, each number once."""

    taken: ClassVar[str]

    def add(self, kept: Numbered) -> None:
        """Keep one. Raises StorageError if its number was used before."""
        try:
            self._insert(kept.number, kept)
        except ValueError:
            raise StorageError(self.taken, number=kept.number) from None

    def get(self, number: int) -> Numbered | None:
        """Return one, or None."""
        return self._look_up(number)

    def last(self) -> Numbered | None:
        """Return the one with the highest number, or None."""
        return self._last()


class Packages(NumberedShelf[Package]):
    """The packages that this site has made."""

    table = "packages"
    kind = Package
    taken = N_("Paket nomor {number} sudah ada.")

    def last_carried(self) -> Package | None:
        """Return the newest package that has left the site: all are meant to, but a push may never have ended."""
        package = self.last()
        while package is not None and not package.carried:
            package = self.get(package.number - 1)
        return package


class Letters(NumberedShelf[Leave]):
    """What the office signed, each letter as it came."""

    kind = Leave
    taken = N_("Surat kantor nomor {number} sudah ada.")


class Receipts(Letters):
    """The office's receipts. All are kept: they are the leave for what was purged."""

    table = "receipts"


class Orders(Letters):
    """The office's orders to erase."""

    table = "orders"
