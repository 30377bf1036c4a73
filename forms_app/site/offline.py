"""What a phone needs without a line: the service worker and its list, the outbox, and a place on the home screen."""

from __future__ import annotations

import hashlib
import json

from flask import Blueprint, Flask, Response, make_response, render_template, request
from flask_babel import gettext as _

from forms_app.errors import N_, NotFound
from forms_app.paper.icon import SIZES, icon
from forms_app.site.assets import Assets
from forms_app.site.belongings import LOST, belongings
from forms_app.site.headers import script_policy
from forms_app.site.i18n import language, suffix
from forms_app.site.services import extension, services
from forms_app.site.vendor import Vendor, packed_answer

blueprint = Blueprint("offline", __name__)
COLOURS = {"background_color": "#f8f5ef", "theme_color": "#0b6b60"}
_WORKER_POLICY = "default-src 'none'; connect-src 'self'"
_DAY = "public, max-age=86400"
_ABSENT = N_("Halaman ini tidak ada. Periksa lagi alamatnya, atau ketik kode kegiatan.")


def init_app(app: Flask, assets: Assets) -> None:
    """Attach the pages and files."""
    app.extensions["peksos.outbox_css"] = assets.page_style("outbox")
    app.register_blueprint(blueprint)


@blueprint.get("/worker.js")
def worker() -> Response:
    """Give out the service worker, which the browser compares with the one it has."""
    scripts: Vendor = extension("peksos.vendor")
    packed = scripts.content(scripts.files.get("worker", ""))
    if packed is None:
        raise NotFound(_ABSENT)
    answer = packed_answer(packed, "text/javascript; charset=utf-8", "no-cache")
    answer.headers["Service-Worker-Allowed"] = "/"
    answer.headers["Content-Security-Policy"] = _WORKER_POLICY
    answer.set_etag(scripts.files["worker"])
    answer.make_conditional(request)
    return answer


@blueprint.get("/offline.json")
def listing() -> Response:
    """Tell which pages and files a phone keeps that has the page `at` open."""
    text = json.dumps(belongings(request.args.get("at", "/")), ensure_ascii=False)
    answer = Response(text, mimetype="application/json")
    answer.set_etag(hashlib.sha256(text.encode()).hexdigest()[:32])
    answer.headers.update({"Cache-Control": "private, no-cache", "Vary": "Accept-Language"})
    answer.make_conditional(request)
    return answer


@blueprint.get("/kiriman")
def outbox() -> Response:
    """Show what waits on this phone and what arrived: its script fills the page, and nothing of it leaves the phone."""
    scripts: Vendor = extension("peksos.vendor")
    style = extension("peksos.outbox_css")
    answer = make_response(render_template("outbox.html", css=style, script=scripts.address("sent"), states=states()))
    answer.headers["Content-Security-Policy"] = script_policy([style])
    return answer


def states() -> dict[str, str]:
    """Return what the page says of an entry."""
    return {
        "waiting": _("BELUM terkirim"),
        "sending": _("Sedang dikirim ..."),
        "received": _("Terkirim"),
        "refused": _("BELUM terkirim, ditolak"),
        "kept": _("Kantor sudah menerima"),
        "name": _("Kiriman {label}"),
        "remove": _("Hapus kiriman {label}"),
        "send": _("Kirim kiriman {label} lagi"),
        "sure": _("Hapus kiriman {label} dari HP ini?"),
        "lost": _("Jawaban ini belum terkirim. Bila dihapus, jawaban hilang."),
        "file": _("kiriman"),
        "still": _("Belum semua terkirim. HP mencoba lagi sendiri."),
        "drop": _("Hapus: {label}"),
        "dropped": _("Tiket dihapus dari HP ini."),
        "none": _("HP ini tidak bisa menyimpan kiriman."),
    }


@blueprint.get(LOST)
def lost() -> str:
    """Show what the phone puts in the place of a page that it does not have; the worker fills in what it has."""
    return render_template("lost.html")


@blueprint.get("/records/kantor")
def office_receipt() -> Response:
    """Give out the office's newest receipt, as it was signed, so that a phone sees whether its record arrived there."""
    last = services().receipts.last()
    return Response(last.line, mimetype="application/json") if last else Response(status=204)


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """Tell the phone how the home screen names and opens the site: like any form, and nothing else."""
    sizes = [{"src": f"/ikon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"} for size in SIZES]
    told = {
        "id": "/",
        "name": _("Formulir"),
        "short_name": _("Formulir"),
        "lang": language(),
        "start_url": f"/{suffix()}",
        "scope": "/",
        "display": "standalone",
        **COLOURS,
        "icons": [one | {"purpose": purpose} for one in sizes for purpose in ("any", "maskable")],
    }
    answer = Response(json.dumps(told, ensure_ascii=False), mimetype="application/manifest+json")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/ikon-<int:size>.png")
def picture(size: int) -> Response:
    """Give out the picture for the home screen."""
    if size not in SIZES:
        raise NotFound(_ABSENT)
    return Response(icon(size), mimetype="image/png", headers={"Cache-Control": _DAY})
