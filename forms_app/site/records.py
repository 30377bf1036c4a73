"""Records that were sealed before they came: POST /records, and the signed acknowledgement that a phone keeps.

docs/decisions/0021-records-endpoint.md tells the browser's side what it may rely on.
"""

from __future__ import annotations

import base64
import binascii

from flask import Blueprint, Flask, Response, request

from forms_app.answers.submission import WIB, day_number
from forms_app.errors import N_, Refused, TooLarge, UnknownReceipt
from forms_app.sealing.layout import MAX_RECORD, OPAQUE, SealedRecord
from forms_app.site.admission import Admission
from forms_app.site.services import Services, extension, services
from forms_app.transfer.acknowledgement import make_acknowledgement

blueprint = Blueprint("records", __name__)
ANSWER_BYTES = 768
JSON, BYTES = "application/json", "application/octet-stream"


def init_app(app: Flask, site: Services) -> None:
    """Attach the endpoint; what it refuses is JSON with a code and a text to show (errors.py)."""
    app.extensions["peksos.admission"] = Admission(site)
    app.register_blueprint(blueprint)


@blueprint.post("/records")
def take() -> Response:
    """Keep one sealed record, and acknowledge it once it is on the disk; the same one may come any number of times."""
    if request.mimetype != BYTES:  # no form of a foreign page can say so without being asked about first
        raise Refused(N_("Catatan tersegel dikirim sebagai berkas, bukan sebagai formulir."))
    if (request.content_length or 0) > MAX_RECORD:
        raise TooLarge(N_("Catatan ini terlalu besar."))
    admission: Admission = extension("peksos.admission")
    site = services()
    new = admission.admit(request.get_data(cache=False))
    (entry,) = site.log.append([new], day_number(site.clock().astimezone(WIB).date()))
    line = make_acknowledgement(site.site_key, site.site, entry)
    return Response(line.ljust(ANSWER_BYTES), mimetype=JSON)  # one size: what arrived when must not show on the line


@blueprint.get("/r/<receipt>/bukti.json")
def proof(receipt: str) -> Response:
    """Give out the signed acknowledgement of a record that is not secret.

    Of a secret one a file on a shared phone would prove to whoever finds it that something was reported, and when.
    """
    identity = receipt_identity(receipt)
    entry = services().log.find(identity) if identity else None
    if entry is None or entry.record is None or SealedRecord.from_bytes(entry.record).header.kind == OPAQUE:
        raise UnknownReceipt(N_("Kode bukti ini tidak ada di sini. Periksa lagi, atau tanya petugas."))
    line = make_acknowledgement(services().site_key, services().site, entry)
    name = 'attachment; filename="bukti.json"'
    return Response(line, mimetype=JSON, headers={"Content-Disposition": name})


def receipt_path(identity: bytes) -> str:
    """Return how a record's id stands in the address of its receipt."""
    return base64.b32encode(identity).decode().rstrip("=").lower()


def receipt_identity(receipt: str) -> bytes | None:
    """Return the id of a record from the address of its receipt, or None."""
    try:
        found = base64.b32decode(receipt.upper() + "======")
    except (binascii.Error, ValueError):
        return None
    return found if len(found) == 16 else None
