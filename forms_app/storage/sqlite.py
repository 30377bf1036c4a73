"""The SQLite library under the store: the newest at hand, since only newer ones may keep a write-ahead log.

Whatever opens a site's database in one process must take the library from here: two of them in one process do not see
each other's locks, and closing a file in one drops the locks of the other. The keeper of pysqlite3.
"""

from __future__ import annotations

__all__ = ["VERSION", "library"]

try:
    from pysqlite3 import dbapi2 as library
except ImportError:  # there is no build of it for this machine
    import sqlite3 as library

VERSION: tuple[int, ...] = library.sqlite_version_info

# Whatever is neither number nor text is asked how it adapts itself: bytes cannot, which is found out by two exceptions
# a value. Told that bytes stay bytes, the library does not ask (a row of four hashes: 1.1 instead of 3.8 us).
library.register_adapter(bytes, bytes)
