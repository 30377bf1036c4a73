"""Packages made at the desk, which hold records too: those no longer needed are removed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from forms_app.site.services import Services, package_folder, push_folder
from forms_app.storage.documents import Package


def drop_packages(services: Services, unwanted: Callable[[Package], bool]) -> int:
    """Remove the files of unwanted packages from the desk's folder and the courier's, and return how many there were.

    A file that was written elsewhere (a stick) is not the site's to remove. Another package can be made at any time.
    """
    own, count = {package_folder(services.settings).resolve(), push_folder(services.settings).resolve()}, 0
    for package in services.packages.all():
        path = Path(package.path).resolve()
        if path.parent in own and unwanted(package) and path.is_file():
            path.unlink()
            count += 1
    return count
