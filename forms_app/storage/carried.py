"""What went out and what came back: the packages that were made, and the receipts and orders that the office signed."""

from __future__ import annotations

from forms_app.errors import N_, StorageError
from forms_app.storage.documents import Shelf
from forms_app.storage.kinds import Leave, Package


class Packages(Shelf[Package]):
    """The packages that this site has made, by number."""

    table = "packages"
    kind = Package

    def add(self, package: Package) -> None:
        """Remember a package. Raises StorageError if its number was used before."""
        try:
            self._insert(package.number, package)
        except ValueError:
            raise StorageError(N_("Paket nomor {number} sudah ada."), number=package.number) from None

    def get(self, number: int) -> Package | None:
        """Return a package, or None."""
        return self._look_up(number)

    def last(self) -> Package | None:
        """Return the newest package, or None before the first."""
        return self._last()

    def last_carried(self) -> Package | None:
        """Return the newest package that has left the site: all are meant to, but a push may never have ended."""
        package = self.last()
        while package is not None and not package.carried:
            package = self.get(package.number - 1)
        return package


class Receipts(Shelf[Leave]):
    """The office's receipts, each as it was signed, by number. All are kept: they are the leave for what was purged."""

    table = "receipts"
    kind = Leave

    def add(self, leave: Leave) -> None:
        """Keep one. Raises StorageError if its number was used before."""
        try:
            self._insert(leave.number, leave)
        except ValueError:
            raise StorageError(N_("Surat kantor nomor {number} sudah ada."), number=leave.number) from None

    def get(self, number: int) -> Leave | None:
        """Return one, or None."""
        return self._look_up(number)

    def last(self) -> Leave | None:
        """Return the one with the highest number, or None."""
        return self._last()


class Orders(Receipts):
    """The office's orders to erase, each as it was signed, by number."""

    table = "orders"
