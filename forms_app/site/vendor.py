"""The phone's scripts, bundled by static/phone/build.mjs into static/vendor: named by what is in them, kept for ever.

Where they were not built the product still runs: pages work without them, but nothing is sealed on the phone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flask import Blueprint, Flask, Response, request

from forms_app.errors import N_, NotFound
from forms_app.site.services import extension
from forms_app.site.window import Packed

blueprint = Blueprint("vendor", __name__)
FOLDER, MANIFEST, PLACE = "vendor", "manifest.json", "/static/vendor"
_FOREVER = "public, max-age=31536000, immutable"


@dataclass
class Vendor:
    """The bundled scripts by name; each is compressed when it is first asked for."""

    folder: Path
    files: Mapping[str, str]
    packed: dict[str, Packed] = field(default_factory=dict)

    @classmethod
    def read(cls, static: Path) -> Vendor:
        """Return what was built; nothing where nothing was."""
        manifest = static / FOLDER / MANIFEST
        known = json.loads(manifest.read_text(encoding="utf-8")) if manifest.is_file() else {}
        return cls(static / FOLDER, {name: one["file"] for name, one in known.items()})

    def address(self, name: str) -> str:
        """Return where a script lies, or ''."""
        return f"{PLACE}/{self.files[name]}" if name in self.files else ""

    def script(self, file: str) -> Packed | None:
        """Return a script by its file's name, or None; no other file can be named."""
        if file not in self.files.values():
            return None
        if file not in self.packed:
            self.packed[file] = Packed.make((self.folder / file).read_bytes())
        return self.packed[file]


def init_app(app: Flask, static: Path) -> Vendor:
    """Attach the scripts, and return them."""
    found = app.extensions["peksos.vendor"] = Vendor.read(static)
    app.register_blueprint(blueprint)
    return found


@blueprint.get(f"{PLACE}/<file>")
def script(file: str) -> Response:
    """Give out one script."""
    scripts: Vendor = extension("peksos.vendor")
    packed = scripts.script(file)
    if packed is None:
        raise NotFound(N_("Halaman ini tidak ada. Periksa lagi alamatnya, atau ketik kode kegiatan."))
    return packed_answer(packed, "text/javascript; charset=utf-8", _FOREVER)


def packed_answer(packed: Packed, mimetype: str, cached: str) -> Response:
    """Return something compressed as the browser takes it."""
    body, encoding = packed.offer(request.headers.get("Accept-Encoding", ""))
    headers = {"Cache-Control": cached, "Vary": "Accept-Encoding"}
    return Response(body, 200, headers | ({"Content-Encoding": encoding} if encoding else {}), content_type=mimetype)
