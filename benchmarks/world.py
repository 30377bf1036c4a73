"""An office and a site that knows its keys, for measuring on: real in every part, but with cheap passphrases."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from forms_app.office.household import STATEMENT, create_household, open_household
from forms_app.office.trials import answer_trial
from forms_app.sealing.passwords import Cost
from forms_app.settings import Settings
from forms_app.site.enrolment import create_site
from forms_app.site.keys import SITE_FILE
from forms_app.site.services import Services, open_site
from forms_app.site.trials import accept_reply, make_trial

CHEAP = Cost(memory=64, iterations=1)
PASSPHRASE = "bench-bench"  # noqa: S105 - of a world that is thrown away
REGISTRATION = {
    "reg_kind": "ortu",
    "full_name": "Sutinah Contoh",
    "phone": "0899-0000-0011",
    "rel": "ibu",
    "child_n": "2",
    "children-0-nick": "Dimas",
    "children-0-kelas": "1",
    "children-1-nick": "Sari",
    "children-1-kelas": "4",
    "photo_ok": "tidak",
    "agree": "true",
}


def set_up(folder: Path) -> Services:
    """Make `office` and `instance` in a folder, enrol the site, try the keys, and return the open site."""
    today = datetime.now(UTC).date()
    create_household(folder / "office", "Bench", PASSPHRASE, today - timedelta(1), date(2099, 1, 1), CHEAP)
    create_site(folder / "instance", (folder / "office" / STATEMENT).read_bytes(), "Bench")
    services = open_site(Settings.from_mapping({**os.environ, "PEKSOS_INSTANCE": str(folder / "instance")}))
    household = open_household(folder / "office")
    household.enrol((folder / "instance" / SITE_FILE).read_bytes().strip())
    keys, root = household.unlock(PASSPHRASE), household.root(PASSPHRASE)
    accept_reply(services, answer_trial(household, keys, root, make_trial(services)[0]).reply)
    household.close()
    return services
