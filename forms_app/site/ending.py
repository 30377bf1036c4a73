"""The page after sending. At a kiosk it gives way to an empty form, with a script of its own and without."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, render_template

from forms_app.site.assets import Assets
from forms_app.site.headers import policy
from forms_app.site.i18n import suffix
from forms_app.site.kiosk import Turn, turn, way_back
from forms_app.site.services import extension
from forms_app.storage.documents import Event


def ended(template: str, texts: Mapping[str, object], event: Event | None) -> Response:
    """Return the page that says a filling is sent."""
    again = texts["again_url"]
    found = turn(again if isinstance(again, str) else None, card="card" in texts)
    help_url = f"/bantuan{suffix()}{way_back(event.code if event else '')}"
    return turning(template, {**texts, "help_url": help_url}, found)


def turning(template: str, texts: Mapping[str, object], found: Turn | None) -> Response:
    """Return a page that gives way to an empty form, or stays where there is no turn."""
    if found is None:
        return Response(render_template(template, **texts))
    assets: Assets = extension("peksos.pages").assets
    page = render_template(template, **texts, turn=found, turn_script=assets.turn)
    return Response(page, headers={"Content-Security-Policy": policy([assets.css], [assets.turn])})
