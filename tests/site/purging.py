"""A site that purges, and is killed between the commit that drops the records and the emptying of the WAL.

python purging.py INSTANCE MOMENT
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime

from sqlalchemy import Connection

from forms_app.settings import Settings
from forms_app.site.purging import purge
from forms_app.site.services import open_site
from forms_app.storage.engine import Store


def main() -> None:
    """Purge as if it were that moment, and die."""
    instance, moment = sys.argv[1:]
    clock = datetime.fromisoformat(moment)
    services = open_site(Settings.from_mapping({"PEKSOS_INSTANCE": instance}), lambda: clock)
    forget = Store._forget_deleted

    def dying(store: Store, connection: Connection) -> None:
        if store._remains:
            os.kill(os.getpid(), signal.SIGKILL)
        forget(store, connection)

    Store._forget_deleted = dying  # type: ignore[method-assign]  # the moment between two steps of the real one
    purge(services)


if __name__ == "__main__":
    main()
