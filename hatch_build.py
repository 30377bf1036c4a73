"""The build step of a wheel: compiles translations and bundles scripts, though neither is part of the repository."""

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

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile all of `translations/`; raises on a catalogue that is none, or where Node is needed and missing.

        An editable installation takes the scripts from the checkout, where `make setup` bundles them afterwards. What
        was bundled of older sources is bundled anew: a wheel must not carry scripts that its site does not match.
        """
        for source in sorted(Path(self.root, "translations").glob("*/LC_MESSAGES/*.po")):
            with source.open("rb") as text, source.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(text, locale=source.parts[-3]))
        if version != "editable":
            _bundle(Path(self.root))
            build_data["force_include"]["static/vendor"] = "forms_app/shipped/static/vendor"


def _bundle(root: Path) -> None:
    build = ["sh", "static/phone/build.sh"]
    if not _bundled(root / "static") and subprocess.run(build, cwd=root, check=False).returncode:
        raise RuntimeError("The wheel needs the phone's scripts in static/vendor, and they were not bundled.")


def _bundled(static: Path) -> bool:
    """Tell whether the scripts are there, and no older than what they are made of."""
    manifest = static / "vendor" / "manifest.json"
    sources = [path for path in (static / "phone").iterdir() if path.is_file()]
    newest = max(path.stat().st_mtime for path in (*sources, static / "expressions.js"))
    return manifest.is_file() and manifest.stat().st_mtime >= newest
