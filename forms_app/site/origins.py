"""Where a form that is sealed on the phone may be served: over https, and where it is set, from the office's origin.

The site that serves the sealer could serve another one: so a school's laptop links to the origin that the office runs.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from flask import redirect, request
from werkzeug.wrappers import Response

from forms_app.errors import N_, Refused
from forms_app.site.i18n import suffix
from forms_app.site.services import services
from forms_app.specs.model import FormSpec

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def refuse_open_air(spec: FormSpec) -> None:
    """Raise Refused for a form sealed on the phone where whoever shares the Wi-Fi could change its page."""
    if spec.sealed_on_phone and not (request.is_secure or request.host.rsplit(":", 1)[0] in _LOOPBACK):
        raise Refused(
            N_("Formulir ini hanya bisa dibuka lewat alamat aman (https). Butuh bantuan? Tekan Bantuan di atas.")
        )


def other_origin(spec: FormSpec) -> str:
    """Return the one origin that serves forms sealed on the phone; "" when it is this one, or any."""
    origin = services().settings.sealed_origin
    here = not spec.sealed_on_phone or not origin or urlsplit(origin).netloc == request.host
    return "" if here else origin


def elsewhere(spec: FormSpec) -> Response | None:
    """Return the way to the same page at the one origin that serves this form; None when it is this one, or any.

    The event and the poster's words stand in the path; of the question only language and kiosk go along, since a form
    without its script may have put answers there.
    """
    origin = other_origin(spec)
    return redirect(f"{origin}{quote(request.path)}{suffix()}", 303) if origin else None


def refuse_other_origin(spec: FormSpec) -> None:
    """Raise Refused where another origin is the one that serves this form."""
    refuse_open_air(spec)
    if other_origin(spec):
        raise Refused(N_("Formulir ini hanya dibuka di alamat kantor."))
