"""The build step of a wheel: translations are compiled and scripts bundled, though neither is part of the repository."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildShipped(BuildHookInterface[Any]):
    """Compiles every catalogue beside its source, and bundles the phone's scripts, where the wheel takes them from."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling calls it so
        """Compile all of `translations/`; raises on a catalogue that is no catalogue, or where Node is missing.

        An editable installation takes the scripts from the checkout, where `make setup` bundles them afterwards.
        """
        for source in sorted(Path(self.root, "translations").glob("*/LC_MESSAGES/*.po")):
            with source.open("rb") as text, source.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(text, locale=source.parts[-3]))
        if version != "editable" and not Path(self.root, "static/vendor/manifest.json").is_file():
            subprocess.run(["sh", "static/phone/build.sh"], cwd=self.root, check=True)  # noqa: S607  # any POSIX shell
