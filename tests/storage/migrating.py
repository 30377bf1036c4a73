"""A process that migrates a database and kills itself at a chosen moment.

python migrating.py ADDRESS MOMENT
"""

from __future__ import annotations

import os
import signal
import sys

from sqlalchemy import Connection

from forms_app.storage import migrations
from forms_app.storage.engine import Store

MOMENTS = ("before", "between", "committing", "after")


def main() -> None:
    """Migrate, and die."""
    address, moment = sys.argv[1:]
    what, step = migrations.STEPS[2]
    commit = Store._commit

    def stepping(connection: Connection) -> None:
        die(moment == "before")
        step(connection)
        die(moment == "between")

    def committing(store: Store, connection: Connection) -> None:
        die(moment == "committing")
        commit(store, connection)

    migrations.STEPS = {2: (what, stepping)}
    Store._commit = committing
    migrations.migrate(address)
    die(moment == "after")


def die(now: bool) -> None:
    """End as a power cut does."""
    if now:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
