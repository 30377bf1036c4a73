"""Which pages and files a phone keeps, so that they open without a line: the list that the service worker asks for.

It names the open forms of one event, the pages around them, and the secret forms: these for everyone alike, so that
what a phone holds never tells which of them somebody opened. A kiosk keeps its own pages, and no secret form.
docs/decisions/0024-outbox-and-worker.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from forms_app.answers.submission import WIB
from forms_app.errors import EventShut, KeyRefused, Refused, UnknownEvent
from forms_app.sealing.words import words
from forms_app.site.cards import help_numbers
from forms_app.site.i18n import language, suffix
from forms_app.site.intake import event_data
from forms_app.site.kiosk import refuse_kiosk, way_back
from forms_app.site.kit import Kits, kit_address
from forms_app.site.origins import other_origin, refuse_open_air
from forms_app.site.pages import FormPages, address
from forms_app.site.respondent import open_event
from forms_app.site.services import extension, forms_of, services
from forms_app.site.trials import awaits_trial
from forms_app.site.vendor import Vendor
from forms_app.specs.library import say
from forms_app.specs.model import FormSpec
from forms_app.storage.documents import Event
from forms_app.translation import shipped

FORMAT = "peksos/offline/1"
LOST = "/tanpa-internet"
_PLAIN = ("/", "/bantuan")


@dataclass(frozen=True)
class Kept:
    """One page: where it lies and under which other addresses it is asked for, what it needs, and what it is called.

    A phone fetches it again when its `tag` has changed, and takes it away when its `scope` no longer lists it.
    """

    at: str
    tag: str
    scope: str
    also: tuple[str, ...] = ()
    kit: str = ""
    files: tuple[str, ...] = ()
    label: str = ""
    note: str = ""


def belongings(at: str) -> dict[str, Any]:
    """Return what belongs to the page at an address, in this request's language; nothing of what is not open now."""
    scope, event, alone = _place(at.lower())
    first = forms_of(services(), event) if event else alone
    around = [*_form_pages(first, event, scope, secret=False), *_pages_around(event, scope)]
    everyone = sorted(
        (one for one in services().library if one.sealed_on_phone), key=lambda one: (len(one.slug), one.slug)
    )
    later = [*_form_pages(first, event, scope, secret=True), *_form_pages(everyone, None, "secret", secret=True)]
    return {
        "format": FORMAT,
        "lang": language(),
        "lost": LOST + suffix(),
        "scopes": [scope, "secret", ""],
        "pages": [asdict(page) for page in around],
        "later": [asdict(page) for page in later],
    }


def _place(at: str) -> tuple[str, Event | None, list[FormSpec]]:
    """Return the scope of an address, its event when that is open, and the form that stands there without an event."""
    kind, name = [*at.strip("/").split("/"), ""][:2]
    if kind == "e" and name:
        try:
            event = open_event(name)
        except (UnknownEvent, EventShut):
            return f"/e/{name}", None, []
        return f"/e/{event.code.lower()}", event, []
    if kind == "f" and name:
        spec = services().library.at(name)
        return f"/f/{name}", None, [spec] if spec and not spec.secret else []
    return "", None, []


def _form_pages(specs: list[FormSpec], event: Event | None, scope: str, *, secret: bool) -> Iterator[Kept]:
    """Yield the pages of the forms that can be filled in here and now."""
    pages: FormPages = extension("peksos.pages")
    scripts: Vendor = extension("peksos.vendor")
    for spec in specs:
        if spec.sealed_on_phone != secret or not _served(spec):
            continue
        files = tuple(filter(None, map(scripts.address, ("page", "sealer"))))
        kit = _keys(spec) if len(files) == 2 else ""
        yield Kept(
            at=address(spec, event) + suffix(),
            tag=_tag(spec.digest, event_data(event), pages.headers(spec)["Content-Security-Policy"], kit),
            scope=scope,
            also=_also(spec, event),
            kit=kit_address(spec, event) + suffix() if kit else "",
            files=files if kit else (),
            label=say(spec.title, language()),
            note=" · ".join(filter(None, (event.title, event.school))) if event else "",
        )


def _served(spec: FormSpec) -> bool:
    today = services().clock().astimezone(WIB).date()
    try:
        refuse_kiosk(spec)
        refuse_open_air(spec)
    except Refused:
        return False
    return not (spec.form_id in services().shut or other_origin(spec) or awaits_trial(services(), spec, today))


def _keys(spec: FormSpec) -> str:
    """Return which keys of the office a form's kit names; '' where nothing can be sealed today: the page says so."""
    try:
        return f"{services().office.number} {Kits.keys(services(), spec)}"
    except KeyRefused:
        return ""


def _also(spec: FormSpec, event: Event | None) -> tuple[str, ...]:
    """Return the other addresses of an event's first form, in small letters: from the poster, and typed."""
    if event is None or spec.form_id != event.forms[0]:
        return ()
    code = f"/e/{event.code.lower()}"
    return f"{code}{suffix()}", f"{code}/{words(services().office.root)}{suffix()}"


def _pages_around(event: Event | None, scope: str) -> Iterator[Kept]:
    """Yield the pages that are no forms: they change with the program and its settings."""
    scripts: Vendor = extension("peksos.vendor")
    for path in _PLAIN:
        yield Kept(path + suffix(), _tag(), "")
    back = way_back(event.code) if event else ""
    if back:
        yield Kept(f"/bantuan{suffix()}{back}", _tag(), scope)
    yield Kept("/keluar", _tag(), "")
    yield Kept("/kiriman" + suffix(), _tag(), "", files=tuple(filter(None, [scripts.address("sent")])))
    if event and len(event.forms) > 1:
        yield Kept(f"/e/{event.code.lower()}/daftar{suffix()}", _tag(event), scope)


def _tag(*made_of: object) -> str:
    """Return a name for a page by what it is made of, so that nobody waits until it is made.

    Its nonce is no part of it: a kept page draws its own.
    """
    scripts: Vendor = extension("peksos.vendor")
    settings = services().settings
    around = (_program(language()), help_numbers(), sorted(scripts.files.values()), settings.sample)
    return hashlib.sha256(repr((*around, *made_of)).encode()).hexdigest()[:16]


@cache
def _program(tongue: str) -> str:
    """Return a name for what every page is made with: the program's templates, styles and texts."""
    places = (Path(__file__).parent / "templates", shipped("static"), shipped("translations") / tongue)
    files = [one for place in places for one in sorted(place.rglob("*.*")) if one.is_file()]
    kept = (one.read_bytes() for one in files if "node_modules" not in one.parts)
    return hashlib.sha256(b"\0".join(kept)).hexdigest()
