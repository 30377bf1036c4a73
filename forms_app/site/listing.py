"""Long lists: sent once to a phone that searches in them, from an address made of what they hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from flask import Blueprint, Flask, Response, request
from werkzeug.wrappers import Response as Answer

from forms_app.answers.logic import columns_asked
from forms_app.errors import N_, NotFound
from forms_app.site.services import extension, services
from forms_app.site.window import Packed
from forms_app.specs.library import Library, say
from forms_app.specs.model import FormSpec
from forms_app.translation import LANGUAGES

blueprint = Blueprint("listing", __name__)
_FOREVER = "public, max-age=31536000, immutable"


@dataclass
class Listings:
    """The long lists of all forms, made when they are first asked for, and kept."""

    addresses: dict[tuple[str, str, str], str] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)
    packed: dict[str, Packed] = field(default_factory=dict)

    def of_form(self, spec: FormSpec, language: str) -> dict[str, str]:
        """Return the address of each long list that a form asks with, by the list's name."""
        names = sorted({one.list_name for one in spec.questions() if spec.is_long(one.list_name)})
        return {name: self._address(spec, name, language) for name in names}

    def find(self, name: str, library: Library) -> Packed | None:
        """Return the list at `/c/<name>`; None when no form of this site has it."""
        language = name.rpartition(".")[2]
        if name not in self.bodies and language in LANGUAGES:
            for spec in library:
                self.of_form(spec, language)
        if name not in self.packed and name in self.bodies:
            self.packed[name] = Packed.make(self.bodies[name])
        return self.packed.get(name)

    def _address(self, spec: FormSpec, list_name: str, language: str) -> str:
        key = (spec.digest, list_name, language)
        if key not in self.addresses:
            body = json.dumps(dict(_columns(spec, list_name, language)), ensure_ascii=False, separators=(",", ":"))
            name = f"{hashlib.sha256(body.encode()).hexdigest()[:32]}.{language}"
            self.bodies[name] = body.encode()
            self.addresses[key] = f"/c/{name}"
        return self.addresses[key]


def _columns(spec: FormSpec, list_name: str, language: str) -> Iterator[tuple[str, list[str]]]:
    """Yield what the phone needs of a list, column by column: names, labels, and what filters look at."""
    choices = spec.choice_list(list_name)
    yield "@name", [choice.name for choice in choices]
    yield "label", [say(choice.label, language) for choice in choices]
    asked = {column for one in spec.questions() if one.list_name == list_name for column in columns_asked(one)}
    for column in sorted(asked):
        yield column, [dict(choice.columns).get(column[1:], "") for choice in choices]


def init_app(app: Flask) -> None:
    """Attach the lists."""
    app.register_blueprint(blueprint)
    app.extensions["peksos.lists"] = Listings()


@blueprint.get("/c/<name>")
def listing(name: str) -> Answer:
    """Send one list, which a phone keeps for as long as it likes: another list has another address."""
    lists: Listings = extension("peksos.lists")
    packed = lists.find(name, services().library)
    if packed is None:
        raise NotFound(N_("Halaman ini tidak ada. Periksa lagi alamatnya, atau ketik kode kegiatan."))
    body, encoding = packed.offer(request.headers.get("Accept-Encoding", ""))
    response = Response(body, mimetype="application/json")
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Cache-Control"] = _FOREVER
    response.headers["Vary"] = "Accept-Encoding"
    return response
