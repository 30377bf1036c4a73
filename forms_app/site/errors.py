"""Errors as pages: in the reader's language, with what to do, and never with an answer."""

from __future__ import annotations

from flask import Flask, Response, jsonify, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from forms_app.errors import N_, NotFound, PeksosError, SignInRequired, TooLarge

Answer = tuple[str | Response, int]
PROGRAMS = ("/records", "/kit/")
"""How the addresses begin that scripts ask."""
_HTTP = {
    404: NotFound(N_("Halaman ini tidak ada. Periksa lagi alamatnya, atau ketik kode kegiatan.")),
    405: NotFound(N_("Halaman ini tidak bisa dibuka dengan cara itu. Buka lagi dari awal.")),
    413: TooLarge(N_("Isian ini terlalu panjang. Kurangi tulisannya, lalu kirim lagi.")),
}
_UNKNOWN = N_("Ada gangguan di komputer ini. Jawaban belum tersimpan. Coba lagi, atau panggil petugas.")


def init_app(app: Flask) -> None:
    """Turn every error into a page; what we did not foresee says that nothing was stored."""

    @app.errorhandler(PeksosError)
    def ours(error: PeksosError) -> Answer:
        return _answer(error, error.status)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Answer:
        status = error.code or 500
        return _answer(_HTTP.get(status, PeksosError(_UNKNOWN)), status)

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Answer:
        # The traceback's frames hold answers: only the kind of error and its place in our code are logged.
        trace = error.__traceback__
        while trace and trace.tb_next:
            trace = trace.tb_next
        place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
        app.logger.error("unforeseen %s at %s", type(error).__name__, place)
        return _answer(PeksosError(_UNKNOWN), 500)


def _answer(error: PeksosError, status: int) -> Answer:
    """Return the error as a page; where no person but a program asked, as JSON with its code and the same text."""
    if request.path.startswith(PROGRAMS):
        return jsonify(code=error.code, text=error.text(_)), status
    return error_page(error, status)


def error_page(error: PeksosError, status: int) -> tuple[str, int]:
    """Return the page of an error."""
    title = _("Perlu masuk dulu") if isinstance(error, SignInRequired) else _("Belum bisa dibuka")
    return render_template("error.html", title=title, message=error.text(_), remedy=""), status
