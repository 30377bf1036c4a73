"""Where a form that is sealed on the phone may be served: over https, and where it is set, from the office's origin.

The site that serves the sealer could serve another one: so a school's laptop links to the origin that the office runs.
"""

from __future__ import annotations

from urllib.parse import urlsplit

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


def elsewhere(spec: FormSpec) -> Response | None:
    """Return the way to the one origin that serves forms sealed on the phone; None when it is this one, or any."""
    origin = services().settings.sealed_origin
    if not spec.sealed_on_phone or not origin or urlsplit(origin).netloc == request.host:
        return None
    return redirect(f"{origin}/f/{spec.slug}{suffix()}", 303)


def refuse_other_origin(spec: FormSpec) -> None:
    """Raise Refused where another origin is the one that serves this form."""
    refuse_open_air(spec)
    if elsewhere(spec) is not None:
        raise Refused(N_("Formulir ini hanya dibuka di alamat kantor."))
