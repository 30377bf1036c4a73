"""The inbox as a small web application: sites leave signed files, the office fetches them, strangers learn nothing.

POST   /v1/offers           a site's signed offer; answers how much of the file is here
PATCH  /v1/files/<file>     the next piece, from Upload-Offset on; 409 with the offset where it should begin
POST   /v1/receipts/ask     a site's signed question; its newest receipt, or 204
GET    /v1/bundles          with the office's token: what waits
GET    /v1/bundles/<file>   with the token: one package, from any byte on (Range)
DELETE /v1/bundles/<file>   with the token: the office keeps it, the inbox may forget it
POST   /v1/receipts         with the token: a receipt that the office root signed, for its site to fetch
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Flask, Response, jsonify, request, send_file
from werkzeug.exceptions import HTTPException

from forms_app.errors import N_, NotFound, PeksosError, SignInRequired, TooLarge, TransferError
from forms_app.inbox.receipts import read_claim
from forms_app.inbox.store import Displaced, State, Store
from forms_app.transfer.offers import FILE, read_ask, read_offer
from forms_app.transfer.push import MOST, OFFSET
from forms_app.translation import LANGUAGES, SOURCE, catalogue

MAX_BODY = 2 * MOST
BYTES = "application/octet-stream"
Said = tuple[Response, int]


def create_inbox_app(store: Store) -> Flask:
    """Return the application around one store."""
    app = Flask("forms_app.inbox", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY)
    _attach_sites(app, store)
    _attach_office(app, store)
    _attach_errors(app)

    @app.get("/healthz")
    def alive() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return app


def _attach_sites(app: Flask, store: Store) -> None:
    @app.post("/v1/offers")
    def offer() -> Response:
        return _state(store.offer(read_offer(request.get_data(), store.members.sites())))

    @app.patch("/v1/files/<file>")
    def piece(file: str) -> Response:
        offset = request.headers.get(OFFSET, "")
        if not FILE.match(file) or not offset.isascii() or not offset.isdigit() or len(offset) > 18:
            raise NotFound(N_("Berkas ini belum ditawarkan. Mulai lagi dari awal."))
        return _state(store.append(file, int(offset), request.get_data()))

    @app.post("/v1/receipts/ask")
    def ask() -> Response:
        site, after = read_ask(request.get_data(), store.members.sites())
        receipt = store.receipt(site.key_id, after)
        return Response(status=204) if receipt is None else Response(receipt, mimetype=BYTES)


def _attach_office(app: Flask, store: Store) -> None:
    def only_office() -> None:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not store.members.is_office(token.strip()):
            raise SignInRequired(N_("Kunci kotak titipan tidak cocok. Minta berkas kunci yang baru."))

    @app.get("/v1/bundles")
    def waiting() -> Response:
        only_office()
        return jsonify(bundles=store.waiting())

    @app.route("/v1/bundles/<file>", methods=["GET", "DELETE"])
    def bundle(file: str) -> Response:
        only_office()
        if not FILE.match(file):
            raise NotFound(N_("Paket ini tidak ada di kotak titipan."))
        if request.method == "DELETE":
            store.release(file)
            return jsonify(released=file)
        return send_file(store.path(file).resolve(), mimetype=BYTES, conditional=True, etag=False)

    @app.post("/v1/receipts")
    def receive() -> Response:
        only_office()
        data = request.get_data()
        site, number = read_claim(data, store.members)
        return jsonify(kept=store.keep_receipt(site.key_id, number, data))


def _attach_errors(app: Flask) -> None:
    @app.errorhandler(Displaced)
    def displaced(found: Displaced) -> Said:
        return _state(found.state), 409

    @app.errorhandler(PeksosError)
    def ours(error: PeksosError) -> Said:
        return _refusal(error, error.status)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Said | HTTPException:
        status = error.code or 500
        if status == 413:
            return _refusal(TooLarge(N_("Kiriman ini terlalu besar.")), status)
        return _refusal(NotFound(N_("Alamat ini tidak ada di kotak titipan.")), status)

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Said:
        app.logger.error("unforeseen", exc_info=error)
        return _refusal(TransferError(N_("Ada gangguan di kotak titipan. Coba lagi nanti.")), 500)


def _state(state: State) -> Response:
    return jsonify(asdict(state))


def _refusal(error: PeksosError, status: int) -> Said:
    wish = request.accept_languages.best_match(LANGUAGES) or SOURCE
    told: dict[str, Any] = {"code": error.code, "text": error.text(catalogue("messages", wish))}
    return jsonify(told), status
