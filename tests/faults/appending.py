"""A process that appends records from several threads and writes the id of each one down once it is acknowledged.

python appending.py ADDRESS [SYNCHRONOUS]: with SYNCHRONOUS (such as OFF) the product's own care is switched off.
"""

from __future__ import annotations

import os
import sys
import threading

from forms_app.storage.log import Log, NewRecord
from forms_app.storage.tables import open_database, store_of

SITE = "metro-01"
DAY = 20_780
THREADS = 4


def main() -> None:
    """Append until the process is killed or the disk refuses."""
    database = open_database(sys.argv[1])
    log = Log(database, SITE)
    for careless in sys.argv[2:]:
        store_of(database)._writer().exec_driver_sql(f"PRAGMA synchronous={careless}")  # readers have their own

    def work() -> None:
        while True:
            new = NewRecord(os.urandom(16), os.urandom(3000), "p", "registration", "K7Q2MX")
            log.append([new], DAY)
            os.write(1, new.record_id.hex().encode() + b"\n")

    workers = [threading.Thread(target=work) for _ in range(THREADS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
