"""The kit of a form: what a phone needs to seal a filling itself, fetched after the page is there.

It holds the form's recipe, the office's own signed statement, which of its keys to use, and the pages at the end. What
it says differs by form, event and language, never by visitor or answer. docs/decisions/0026-the-kit.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Flask, Response, render_template, request

from forms_app.answers.recipe import recipe
from forms_app.answers.sizes import record_bytes, sealed_event_names
from forms_app.answers.submission import WIB
from forms_app.errors import N_, Refused, UnknownEvent, UnknownForm
from forms_app.sealing.layout import NAMED, OPAQUE
from forms_app.site.admission import Admission
from forms_app.site.assets import Assets
from forms_app.site.cards import shown_card, shown_event
from forms_app.site.i18n import language, suffix
from forms_app.site.intake import event_data, event_recipient
from forms_app.site.origins import refuse_other_origin
from forms_app.site.services import Services, extension, known_event, services
from forms_app.site.trials import sealing_key
from forms_app.site.vendor import Vendor
from forms_app.site.window import Packed
from forms_app.specs.library import say
from forms_app.specs.model import Card, FormSpec
from forms_app.specs.retention import retention_class
from forms_app.storage.documents import Event
from forms_app.translation import catalogue

blueprint = Blueprint("kit", __name__)
FORMAT = "peksos/kit/1"
NAMED_BY = 24  # signs of a form's digest in addresses
CODE, WHEN, LABEL = "{code}", "{when}", "{label}"
_MAX_KITS = 256
WORDS: Mapping[str, str] = {
    "held": N_("Formulir ini belum bisa dikirim. Telepon salah satu nomor bantuan."),
    "failed": N_("Belum bisa menyegel jawaban di HP ini. Telepon salah satu nomor bantuan, atau pakai HP lain."),
    "full": N_("Penyimpanan HP penuh. Jawaban belum tersimpan. Hapus beberapa berkas, lalu kirim lagi."),
    "office": N_("Kunci kantor tidak sama dengan yang dikenal HP ini. Jangan kirim. Tanya petugas."),
    "older": N_(
        "Kunci kantor di halaman ini sudah lama. Sambungkan internet lalu kirim lagi, atau telepon nomor bantuan."
    ),
    "sent": N_("Terkirim"),
    "unsent": N_("BELUM terkirim"),
    "sealed_for": N_("Disegel untuk kantor dengan delapan kata ini: {words}"),
    "first_done": N_("Sudah terkirim sebagian. Kode bukti: {code}. Tambahannya bisa dikirim dari sini."),
    "first_waits": N_("BELUM terkirim. Isian yang sudah ada disegel dan menunggu di HP ini."),
    "follows": N_("Menambah kiriman sebelumnya? Tulis kode buktinya."),
    "locked": N_("Layar terkunci"),
    "lock_hint": N_("Isian masih ada di HP ini, dan hilang bila halaman ditutup."),
    "pin": N_("Angka kunci (boleh kosong)"),
    "pin_ask": N_("Angka kunci"),
    "pin_hint": N_("Layar juga terkunci sendiri setelah 2 menit. Lima kali salah menghapus isian."),
    "lock": N_("Kunci sekarang"),
    "unlock": N_("Buka"),
    "unlock_wrong": N_("Angka kunci belum sesuai."),
}


def init_app(app: Flask, assets: Assets, vendor: Vendor) -> None:
    """Attach the address of the kits."""
    app.extensions["peksos.kits"] = Kits(assets, vendor)
    app.register_blueprint(blueprint)


@dataclass
class Kits:
    """The kits that were asked for, kept by what they depend on."""

    assets: Assets
    vendor: Vendor
    made: dict[tuple[object, ...], Packed] = field(default_factory=dict)

    def get(self, site: Services, spec: FormSpec, event: Event | None) -> Packed:
        """Return a form's kit in this request's language; raise KeyRefused when nothing may be sealed today."""
        parts = list(_parts(site, spec))
        keys = tuple(one["key"] for one in parts)
        key = (spec.digest, tuple(event_data(event).items()), suffix(), language(), keys, site.office.number)
        if key not in self.made:
            if len(self.made) >= _MAX_KITS:
                self.made.clear()
            text = json.dumps(self._kit(site, spec, event, parts), ensure_ascii=False, separators=(",", ":"))
            self.made[key] = Packed.make(text.encode())
        return self.made[key]

    @staticmethod
    def keys(site: Services, spec: FormSpec) -> tuple[str, ...]:
        """Return the ids of the office's keys that a kit of today names; raise KeyRefused when there is none."""
        return tuple(one["key"] for one in _parts(site, spec))

    def _kit(self, site: Services, spec: FormSpec, event: Event | None, parts: list[dict[str, Any]]) -> dict[str, Any]:
        tongue, data = language(), event_data(event)
        translate = catalogue("messages", tongue)
        names = sealed_event_names(spec)
        return {
            "format": FORMAT,
            "recipe": recipe(spec, tongue, data) | _held(spec),
            "sealer": self.vendor.address("sealer"),
            "event": {"code": event.code if event else "", "data": data},
            "sealed_event": list(names),
            "site": site.site,
            "site_public": site.site_key.public.hex(),
            "sample": site.settings.sample,
            "kind": OPAQUE if spec.secret else NAMED,
            "size": record_bytes(spec),
            "office": site.office.line.decode(),
            "parts": parts,
            "event_key": _event_key(event),
            "shown": bool(spec.outcome and spec.outcome.show == "respondent"),
            "ends": _ends(spec, event),
            "css": self.assets.ending_css,
            "texts": {name: translate(text) for name, text in WORDS.items()},
        }


@blueprint.get("/kit/<digest>")
@blueprint.get("/kit/<digest>/<code>")
def kit(digest: str, code: str = "") -> Response:
    """Give out the kit of a form, today's or one that a phone still has from before."""
    site, kits = services(), extension("peksos.kits")
    spec = _form(digest)
    if spec.form_id in site.shut:
        raise Refused(N_("Formulir ini belum dibuka."))
    event = known_event(site, code) if code else None
    if event and spec.form_id not in event.forms:
        raise UnknownEvent(N_("Formulir ini bukan bagian dari kegiatan ini."))
    refuse_other_origin(spec)
    body, encoding = kits.get(site, spec, event).offer(request.headers.get("Accept-Encoding", ""))
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Encoding, Accept-Language"}
    return Response(body, 200, headers | ({"Content-Encoding": encoding} if encoding else {}), "application/json")


def kit_address(spec: FormSpec, event: Event | None) -> str:
    """Return where the kit of a page lies: of exactly this version of the form, so that an older page finds its own."""
    return f"/kit/{spec.digest[:NAMED_BY]}{f'/{event.code.lower()}' if event else ''}"


def _form(named: str) -> FormSpec:
    site: Services = services()
    found = next((one for one in site.library if one.digest[:NAMED_BY] == named), None)
    if found is None and len(named) == NAMED_BY:
        admission: Admission = extension("peksos.admission")
        found = admission.form_named(named)
    if found is None:
        raise UnknownForm(N_("Formulir ini tidak dikenal di sini. Buka lagi formulirnya."))
    return found


def _parts(site: Services, spec: FormSpec) -> list[dict[str, Any]]:
    """Return what becomes of a filling: its record and that of each part, with their readers and the office's key."""
    today = site.clock().astimezone(WIB).date()
    found = []
    for name in ("", *(part.name for part in spec.parts)):
        retention = retention_class(spec, name)
        readers = spec.part(name).readers if name else spec.readers
        key = sealing_key(site, today, retention).key_id
        found.append({"name": name, "readers": list(readers), "key": key, "retention": retention})
    return found


def _held(spec: FormSpec) -> dict[str, None]:
    """Return nothing while somebody may not send the form yet, else what takes that out of its recipe."""
    lifted = spec.held is not None and services().settings.lifts(spec.held.name)
    return {"held": None} if lifted else {}


def _event_key(event: Event | None) -> dict[str, str] | None:
    if event is None or not event.public_key:
        return None
    reader = event_recipient(event.public_key)
    return {"key_id": reader.key_id, "public": reader.public.hex()}


def _ends(spec: FormSpec, event: Event | None) -> dict[str, Any]:
    """Return what may stand at the end, ready but for code and time: by card, the notes by name, and while unsent."""
    outcome, secret = spec.outcome, spec.secret
    notes = outcome.notes if outcome and outcome.show == "respondent" else ()
    cards: dict[str, Card | None] = {"": None}
    if outcome and outcome.show == "respondent":
        cards |= {one.name: one for one in outcome.cards}
    elif outcome and len({rule.card for rule in outcome.rules}) == 1:
        cards[""] = outcome.card(outcome.rules[0].card)
    texts: dict[str, Any] = {
        "secret": secret,
        "event": shown_event(event),
        "closing": say(spec.closing, language()),
        "code": CODE,
        "label": LABEL,
        "sent_at_text": WHEN,
        "again": not secret,
        "sent_url": f"/kiriman{suffix()}",
    }
    shown = {name: shown_card(card) if card else None for name, card in cards.items()}
    return {
        "sent": {name: render_template("phone_sent.html", card=card, **texts) for name, card in shown.items()},
        "unsent": {name: render_template("phone_unsent.html", card=card, **texts) for name, card in shown.items()},
        "notes": {one.name: render_template("phone_note.html", card=shown_card(one)) for one in notes},
    }
