"""A site whose files may not grow beyond a limit for a while: a write that fails in the middle of a commit.

python limited.py INSTANCE prints one line of JSON: the statuses of three sends, and how many records there are.
"""

from __future__ import annotations

import json
import re
import resource
import signal
import sys
from pathlib import Path

from forms_app.settings import Settings
from forms_app.site.app import assemble
from forms_app.site.services import open_site

LIMIT = 128 << 10  # bytes: more than what SQLite's readers need to share
ANSWERS = {"reg_kind": "guru", "full_name": "Sutinah", "photo_ok": "tidak", "agree": "true"}


def main() -> None:
    """Send, forbid any file to grow, send the same twice more: once with the limit and once without."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    instance = Path(sys.argv[1])
    site = open_site(Settings.from_mapping({"PEKSOS_INSTANCE": str(instance), "PEKSOS_RESERVE": "0"}))
    client = assemble(site).test_client()
    statuses = []

    def nonce() -> str:
        found = re.search(r'name="_nonce" value="([^"]+)"', client.get("/f/1").get_data(as_text=True))
        return found[1] if found else ""

    def send(page: str) -> str:
        sent = client.post("/f/1", data={"_nonce": page, **ANSWERS})
        statuses.append(sent.status_code)
        return sent.headers.get("Location", "")

    files = [instance / "peksos.sqlite-wal", instance / "peksos.sqlite"]
    while next(file for file in files if file.exists()).stat().st_size <= LIMIT:  # so that the next page is beyond it
        send(nonce())
    before, statuses[:] = site.log.count(), statuses[-1:]
    second = nonce()
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, resource.RLIM_INFINITY))
    send(second)
    found_meanwhile = site.log.count()
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    receipts = [send(second), send(second)]
    told = {
        "statuses": statuses,
        "meanwhile": found_meanwhile - before,
        "records": site.log.count() - before,
        "receipts": receipts,
    }
    print(json.dumps(told | {"seq": site.log.verify().seq - before}))
    site.close()


if __name__ == "__main__":
    main()
