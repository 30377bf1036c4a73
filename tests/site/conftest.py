"""A PostgreSQL server for the site's tests too."""

from tests.storage.conftest import server

__all__ = ["server"]
