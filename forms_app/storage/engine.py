"""The one door to the SQL database: who may write when, what is on the disk after it, and what a failure is called.

SQLite has one writing connection per process, and every write takes its turn at it. `COMMIT` returns only after the
disk has confirmed (measured with power cuts: `synchronous=NORMAL` loses acknowledged rows, and so does a rollback
journal with FULL; EXTRA loses none, nor does a WAL with FULL). PostgreSQL takes its connections from a pool and orders
writers itself.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from forms_app.errors import N_, StorageError, StorageShut
from forms_app.storage.address import is_file, read_address
from forms_app.storage.alive import read_where_shut, refuse_dead
from forms_app.storage.sqlite import VERSION, library
from forms_app.storage.trouble import named

BUSY_MS = 10_000
WAL_SAFE = (3, 51, 3)  # 3.7.0 to 3.51.2 may corrupt a WAL that two connections reset at once
KEEP_DURABLE = (
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
)
_FORKED: list[Connection] = []  # a child must not even close its parent's SQLite connection


def journal_mode(version: tuple[int, ...]) -> str:
    """Return the journal that is safe with this version of the SQLite library: `WAL` or `TRUNCATE`."""
    return "WAL" if version >= WAL_SAFE else "TRUNCATE"


class Store:
    """A database that threads share: any number read, and one at a time writes durably.

    `url` is an SQLAlchemy address (`sqlite:///instance/site.db`, `sqlite://` for memory,
    `postgresql+psycopg://...`). Raises SettingsError for any other kind.
    """

    def __init__(self, url: str, journal: str | None = None) -> None:
        address = read_address(url)
        self.dialect = address.get_backend_name()
        self.journal = journal or journal_mode(VERSION)
        self._one_writer = self.dialect == "sqlite"
        self._file = self._one_writer and is_file(address)
        # Without WAL a reader that meets a commit would sleep and poll: taking turns is quicker.
        self._alone = self._one_writer and not (self._file and self.journal == "WAL")
        self._start = "BEGIN IMMEDIATE" if self._one_writer else "BEGIN"
        self.engine = create_engine(
            address,
            isolation_level="AUTOCOMMIT",  # BEGIN and COMMIT are written out below
            hide_parameters=True,  # an error must not repeat what was being stored
            poolclass=QueuePool,
            max_overflow=32,
            **self._options(),
        )
        event.listen(self.engine, "connect", self._greet)
        if not self._one_writer:
            event.listen(self.engine, "checkout", refuse_dead)
        elif self._file:
            event.listen(self.engine, "do_connect", read_where_shut)
        dbapi: Any = self.engine.dialect.dbapi
        self.driver_error: type[Exception] = dbapi.Error
        self.taken: type[Exception] = dbapi.IntegrityError
        self._remains = False  # something was deleted, and may still be readable in the WAL
        # A commit failed, here or in the process before this one: what is found again may not have reached the disk.
        self.doubtful = True
        self._current: ContextVar[Connection | None] = ContextVar("transaction", default=None)
        self._closed = self._shut = False
        self._only: Connection | None = None
        self._forget()

    @property
    def inside(self) -> bool:
        """Whether this thread is inside a transaction: what it writes counts when that commits."""
        return self._current.get() is not None

    def sql(self, text: str) -> str:
        """Return a statement written with `?` in the paramstyle of the driver."""
        return text if self._one_writer else text.replace("?", "%s")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection to read from: the transaction's own, if one is open. Raises StorageError."""
        outer = self._current.get()
        if outer is not None:
            yield outer
            return
        self._ready()
        try:
            if self._alone:
                with self._turn:
                    yield self._writer()
            else:
                with self.engine.connect() as connection:
                    yield connection
        except (DBAPIError, self.driver_error) as error:
            raise named(error) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Lend the writing connection for one transaction, committed durably at the end, or undone as a whole.

        Inside another `writing` of the same thread it takes part in that one. Raises StorageFull or StorageError;
        after these nothing may be acknowledged.
        """
        outer = self._current.get()
        if outer is not None:
            yield outer
            return
        self._ready()
        with self._turn if self._one_writer else nullcontext():
            connection = self._begin()
            token = self._current.set(connection)
            try:
                yield connection
                self._commit(connection)
                self._forget_deleted(connection)
            except (DBAPIError, self.driver_error) as error:
                self._undo(connection)
                trouble = named(error)
                self._shut = isinstance(trouble, StorageShut)
                raise trouble from error
            except BaseException:
                self._undo(connection)
                raise
            finally:
                self._current.reset(token)
                if not self._one_writer:
                    connection.close()

    def deleted(self) -> None:
        """Note that the transaction under way deletes: that must go from the WAL too, not only from the tables."""
        self._remains = self._file and self.journal == "WAL"

    def close(self) -> None:
        """Give all connections back; using the store afterwards raises StorageError."""
        with self._turn:
            if self._only is not None:
                with suppress(DBAPIError):
                    self._only.exec_driver_sql("PRAGMA optimize")
                self._only.close()
            self._only = None
            self._closed = True
            self.engine.dispose()

    def _begin(self, *, afresh: bool = False) -> Connection:
        """Return a connection on which a transaction has begun.

        It begins `afresh` on a new one when the pool has kept one from before PostgreSQL was restarted.
        """
        if self._shut and self._only is not None:  # opened to be read only: the disk may be writable again
            self._throw_away(self._only)
            self.engine.dispose()
        try:
            connection = self._writer()
            driver(connection).execute(self._start)
        except (DBAPIError, self.driver_error) as error:
            if self._one_writer or afresh:
                raise named(error) from error
            self.engine.dispose()
            return self._begin(afresh=True)
        return connection

    def _commit(self, connection: Connection) -> None:
        """Make the transaction durable. A failure leaves it unknown whether it is, hence `doubtful`."""
        try:
            driver(connection).execute("COMMIT")
            self._shut = False
        except BaseException:
            self.doubtful = True
            raise

    def _forget_deleted(self, connection: Connection) -> None:
        """Empty the WAL when something was deleted; a reader that is in the way lets the next commit try again."""
        if self._remains:
            run = driver(connection).execute
            run("PRAGMA busy_timeout=0")
            ((self._remains, _pages, _moved),) = run("PRAGMA wal_checkpoint(TRUNCATE)")
            run(f"PRAGMA busy_timeout={BUSY_MS}")

    def _undo(self, connection: Connection) -> None:
        """Roll back; a connection that cannot even do that is thrown away."""
        try:
            driver(connection).execute("ROLLBACK")
        except self.driver_error:
            self._throw_away(connection)

    def _throw_away(self, connection: Connection) -> None:
        connection.invalidate()
        connection.close()
        self._only = None

    def _writer(self) -> Connection:
        """Return SQLite's one writing connection, opened at first use, or one from PostgreSQL's pool."""
        if not self._one_writer:
            return self.engine.connect()
        if self._only is None:
            self._only = self.engine.connect()
        return self._only

    def _ready(self) -> None:
        """Refuse a closed store; in a forked child, start with connections of its own."""
        if self._closed:
            raise StorageError(N_("Penyimpanan sudah ditutup."))
        if self._process != os.getpid():
            _FORKED.extend([self._only] if self._only is not None else [])
            self.engine.dispose(close=False)
            self._forget()

    def _forget(self) -> None:
        """Start without connections, as a process does."""
        self._process = os.getpid()
        self._turn = threading.RLock()
        self._only = None

    def _options(self) -> dict[str, Any]:
        """Return what SQLite's driver is told when it connects."""
        if not self._one_writer:
            return {}
        return {"module": library, "connect_args": {"check_same_thread": False, "timeout": BUSY_MS / 1000}}

    def _greet(self, connection: Any, _record: object) -> None:
        """Set up a new connection so that a commit is durable and nothing deleted stays readable in the file."""
        if not self._one_writer:
            connection.execute(KEEP_DURABLE)
            return
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        ((journal,),) = connection.execute("PRAGMA journal_mode" + (f"={self.journal}" if self._file else ""))
        for pragma in (
            f"synchronous={'FULL' if journal == 'wal' else 'EXTRA'}",
            "secure_delete=ON",
            "temp_store=MEMORY",
            "cache_size=-8000",  # KiB a connection: twice that made nothing quicker, and an office that opens filled it
        ):
            connection.execute(f"PRAGMA {pragma}")


def driver(connection: Connection) -> Any:
    """Return the driver's own connection: for the hot path, where SQLAlchemy's layers cost as much as SQLite."""
    return connection.connection.driver_connection
