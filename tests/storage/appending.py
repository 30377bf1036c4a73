"""A process that appends records from several threads, and says which ones were acknowledged, until it is killed.

python appending.py ADDRESS THREADS LIMIT
"""

from __future__ import annotations

import os
import sys
import threading

from forms_app.storage.log import Log, NewRecord
from forms_app.storage.tables import open_database


def main() -> None:
    """Append, and write the id of each record on a line of its own once it is acknowledged."""
    address, threads, limit = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    log = Log(open_database(address), "metro-01")

    def work() -> None:
        for _ in range(limit):
            new = NewRecord(os.urandom(16), os.urandom(3000), "p", "registration", "K7Q2MX")
            log.append([new], 20_780)
            os.write(1, new.record_id.hex().encode() + b"\n")

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
