"""What is looked at when a connection is made or lent: whether the server still answers, whether the disk is open."""

from __future__ import annotations

import select
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DisconnectionError

from forms_app.storage.reserve import is_shut


def refuse_dead(connection: Any, _record: object, _proxy: object) -> None:
    """Refuse a pooled connection whose server has hung up: the pool then makes a new one, and nobody notices.

    A server that is restarted says goodbye on every connection; on one that is idle nothing else ever waits.
    """
    if connection.closed:
        raise DisconnectionError
    try:
        spoken = select.select([connection.fileno()], [], [], 0)[0]
    except ValueError:  # more files open than this question knows numbers for: the request itself will tell
        spoken = []
    if spoken:
        raise DisconnectionError


def read_where_shut(_dialect: object, _record: object, given: list[Any], options: dict[str, Any]) -> None:
    """Open a SQLite file to be read only where its disk lets nothing be written: a log beside it could not be made.

    What the log of the last run still holds is read too; without one the file cannot change.
    """
    path = Path(given[0])
    if path.exists() and is_shut(path.parent):
        log = path.with_name(f"{path.name}-wal")
        still = "" if log.exists() and log.stat().st_size else "&immutable=1"
        given[0] = f"{path.resolve().as_uri()}?mode=ro{still}"
        options["uri"] = True
