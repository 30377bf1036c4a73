"""What is told to somebody who cannot fill in a form here and now: whom to call instead."""

from __future__ import annotations

from flask import Response, render_template
from flask_babel import gettext as _

from forms_app.site.cards import help_numbers, shown_card
from forms_app.specs.model import FormSpec


def tell_shut(spec: FormSpec) -> Response:
    """Tell that a secret form is not open at this site. Why it is not concerns the site alone."""
    texts = {
        "title": _("Formulir ini belum dibuka"),
        "body": [_("Tempat ini belum siap menerima formulir ini. Telepon salah satu nomor di bawah.")],
        "numbers": help_numbers(),
    }
    return _told(spec, texts)


def tell_untried(spec: FormSpec) -> Response:
    """Tell that the site does not take answers yet, and its staff what they have to do: nobody may believe it sent."""
    texts = {
        "title": _("Formulir ini belum dibuka"),
        "body": [
            _("Tempat ini belum siap menerima jawaban. Butuh bantuan sekarang? Telepon salah satu nomor di bawah."),
            _("Petugas: kunci kantor belum dicoba dari sini. Jalankan: peksos trial."),
        ],
        "numbers": help_numbers(),
    }
    return _told(spec, texts, 503)


def tell_held(spec: FormSpec) -> Response:
    """Tell somebody who cannot send this form yet what to do. Nothing of what was typed is in the page."""
    return _told(spec, shown_card(spec.held) if spec.held else {})


def _told(spec: FormSpec, texts: dict[str, object], status: int = 403) -> Response:
    page = render_template("told.html", secret=spec.secret, **texts)
    return Response(page, status, {"Cache-Control": "no-store"})
