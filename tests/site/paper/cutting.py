"""Types one paper in at a site and dies on the way: before the record and its note are on the disk, or right after."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from werkzeug.datastructures import MultiDict

from forms_app.settings import Settings
from forms_app.site.paper.typing import Typing, find
from forms_app.site.services import Services, open_site
from tests.site.test_respondent import REGISTRATION


def cut(services: Services, moment: str) -> Services:
    """Return the services of a site whose power goes before or after the commit."""

    @contextmanager
    def transaction() -> Iterator[object]:
        with services.transaction() as inside:
            yield inside
            if moment == "before":
                os.kill(os.getpid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)

    return replace(services, transaction=transaction)


def main(instance: str, serial: str, moment: str) -> None:
    """Type the paper in."""
    services = open_site(Settings.from_mapping({"PEKSOS_INSTANCE": instance}))
    found = find(services, serial)
    assert found is not None
    Typing(cut(services, moment), found, date(2026, 11, 23), "koordinator", "id").take(MultiDict(REGISTRATION))


if __name__ == "__main__":
    main(*sys.argv[1:])
