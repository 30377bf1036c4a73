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
from forms_app.site.window import BEST, Packed

blueprint = Blueprint("vendor", __name__)
FOLDER, MANIFEST, PLACE = "vendor", "manifest.json", "/static/vendor"
LICENCES = "LICENSES.txt"
_FOREVER = "public, max-age=31536000, immutable"
_A_DAY = "public, max-age=86400"


@dataclass
class Vendor:
    """The bundled scripts: their files by name, and what is in the files, compressed when it is first asked for.

    They are read at the start, so that a site that runs while they are bundled anew keeps what its pages name.
    """

    files: Mapping[str, str]
    contents: Mapping[str, bytes]
    packed: dict[str, Packed] = field(default_factory=dict)

    @classmethod
    def read(cls, static: Path) -> Vendor:
        """Return what was built; nothing where nothing was."""
        folder = static / FOLDER
        if not (folder / MANIFEST).is_file():
            return cls({}, {})
        known = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {name: one["file"] for name, one in known.items()}
        return cls(files, {file: (folder / file).read_bytes() for file in (*files.values(), LICENCES)})

    def address(self, name: str) -> str:
        """Return where a script lies, or ''."""
        return f"{PLACE}/{self.files[name]}" if name in self.files else ""

    def content(self, file: str) -> Packed | None:
        """Return what is in a file, by the file's name, or None; no other file can be named."""
        if file not in self.contents:
            return None
        if file not in self.packed:
            self.packed[file] = Packed.make(self.contents[file], BEST)
        return self.packed[file]


def init_app(app: Flask, static: Path) -> Vendor:
    """Attach the scripts, and return them."""
    found = app.extensions["peksos.vendor"] = Vendor.read(static)
    app.register_blueprint(blueprint)
    return found


@blueprint.get(f"{PLACE}/<file>")
def script(file: str) -> Response:
    """Give out one script, or the licences of what is in them."""
    scripts: Vendor = extension("peksos.vendor")
    packed = scripts.content(file)
    if packed is None:
        raise NotFound(N_("Halaman ini tidak ada. Periksa lagi alamatnya, atau ketik kode kegiatan."))
    if file == LICENCES:
        return packed_answer(packed, "text/plain; charset=utf-8", _A_DAY)
    return packed_answer(packed, "text/javascript; charset=utf-8", _FOREVER)


def packed_answer(packed: Packed, mimetype: str, cached: str) -> Response:
    """Return something compressed as the browser takes it."""
    body, encoding = packed.offer(request.headers.get("Accept-Encoding", ""))
    headers = {"Cache-Control": cached, "Vary": "Accept-Encoding"}
    return Response(body, 200, headers | ({"Content-Encoding": encoding} if encoding else {}), content_type=mimetype)
