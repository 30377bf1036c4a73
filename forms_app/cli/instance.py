"""The site of an instance folder, lent to one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from forms_app.cli.terminal import settings_of
from forms_app.site.services import Services, open_site


@contextmanager
def site(instance: Path) -> Iterator[Services]:
    """Open the site of an instance folder, and close it afterwards."""
    services = open_site(settings_of(instance))
    try:
        yield services
    finally:
        services.close()
