"""When the disk takes nothing: a page that says so, keeps what was typed, and needs neither disk nor template.

The page holds the answers in the browser, to be sent again with one tap: the page's own nonce makes that one record.
"""

from __future__ import annotations

import re

from flask import Flask, Response, json, request
from markupsafe import Markup, escape

from forms_app.errors import N_, StorageError, StorageFull, StorageShut, Translate
from forms_app.site.assets import Assets
from forms_app.site.cards import help_numbers
from forms_app.site.errors import error_page
from forms_app.site.i18n import language
from forms_app.site.services import Services
from forms_app.translation import LANGUAGES, catalogue

AGAIN = 30  # seconds until a phone that asks by itself may try again
RESPONDENTS, RECORDS = "respondent", "records"  # blueprints that take answers in
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

_PAGE = """<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title}</title><link rel="icon" href="data:,">
<style>{css}</style></head><body><header class="bar"><b>PEKSOS Go to School</b></header><main>
<h1>{title}</h1><p><strong>{reason}</strong></p>{advice}{again}{numbers}</main></body></html>
"""


def init_app(app: Flask, assets: Assets, site: Services) -> None:
    """Refuse answers while only the reserve is left, and tell in one way that nothing was stored."""
    for name in LANGUAGES:  # read now: later the disk may not even be readable
        catalogue("messages", name)("")
    reserve = site.reserve
    if reserve is not None:
        reserve.hold()

    @app.before_request
    def leave_the_reserve() -> None:
        if request.method == "POST" and request.blueprint in (RESPONDENTS, RECORDS) and not site.has_room and reserve:
            raise reserve.refusal()

    @app.errorhandler(StorageError)
    def unkept(error: StorageError) -> Response | tuple[str, int]:
        if isinstance(error, StorageFull) and reserve is not None:
            reserve.give_up()
        asked_to_keep = request.method == "POST" and request.blueprint in (RESPONDENTS, RECORDS)
        if isinstance(error, StorageFull | StorageShut) or (asked_to_keep and type(error) is StorageError):
            return tell_unkept(error, assets)
        return error_page(error, error.status)


def tell_unkept(error: StorageError, assets: Assets) -> Response:
    """Return the answer to a request that could not be stored: a page to people, JSON to programs."""
    texts = catalogue("messages", language())
    headers = {"Retry-After": str(AGAIN), "Cache-Control": "no-store"}
    if request.method == "POST" and request.mimetype not in _FORMS:
        values = {"code": error.code, "text": error.text(texts), "stored": False, "retry_after": AGAIN}
        return Response(json.dumps(values), error.status, headers, mimetype="application/json")
    return Response(_page(error, assets, texts), error.status, headers)


def _page(error: StorageError, assets: Assets, texts: Translate) -> str:
    title, advice, again = texts(N_("Belum terkirim")), _advice(texts), Markup("")
    if request.method == "POST" and request.blueprint == RESPONDENTS:
        again = _again(texts)
    elif request.method != "POST":
        title = texts(N_("Belum bisa dibuka"))
    return _PAGE.format(
        lang=language(),
        title=escape(title),
        css=assets.css,
        reason=escape(error.text(texts)),
        advice=advice,
        again=again,
        numbers=_numbers(texts),
    )


def _advice(texts: Translate) -> Markup:
    """Return what to do, one sentence a line: a respondent's answers are still in the page, the desk has room now."""
    if request.method == "POST" and request.blueprint == RESPONDENTS:
        lines = [
            texts(N_("Isian Anda belum kami terima. Jangan tutup halaman ini.")),
            texts(N_("Isian Anda masih ada di halaman ini. Panggil petugas.")),
            texts(N_("Tunggu sebentar, lalu tekan Kirim lagi.")),
        ]
    else:
        lines = [texts(N_("Tidak ada yang berubah. Ulangi sekali lagi, lalu kosongkan ruang di komputer ini."))]
    return Markup("").join(Markup("<p>{}</p>").format(line) for line in lines)


def _again(texts: Translate) -> Markup:
    """Return a form that sends the same answers to the same address."""
    field = Markup('<input type="hidden" name="{}" value="{}">')
    fields = Markup("").join(field.format(name, value) for name, value in request.form.items(multi=True))
    button = Markup('<div class="ways"><button class="go">{}</button></div>').format(texts(N_("Kirim lagi")))
    return Markup('<form method="post" action="{}">{}{}</form>').format(request.full_path.rstrip("?"), fields, button)


def _numbers(texts: Translate) -> Markup:
    """Return the numbers that help now, as every page shows them."""
    line = Markup('<li><a href="tel:{}"><span>{}</span> <b>{}</b></a></li>')
    found = help_numbers()
    lines = Markup("").join(line.format(re.sub("[ -]", "", number), who, number) for who, number, _hours in found)
    return Markup('<p>{}</p><ul class="calls">{}</ul>').format(texts(N_("Ada bahaya sekarang? Telepon:")), lines)
