"""Whether a connection to PostgreSQL that lay in the pool still leads anywhere: asked of the socket, without a trip."""

from __future__ import annotations

import select
from typing import Any

from sqlalchemy.exc import DisconnectionError


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
