"""What few forms need: styles and scripts in static/parts that come into the pages of these forms only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from forms_app.answers.checking import WARNING
from forms_app.answers.spoken import NO, repeats_answers
from forms_app.errors import N_
from forms_app.site.cards import urgent_card
from forms_app.site.kiosk import is_kiosk
from forms_app.site.services import services
from forms_app.specs.model import FormSpec, Question
from forms_app.specs.types import TYPES
from forms_app.translation import catalogue

WORDS: Mapping[str, str] = {
    "step": N_("Langkah {n} dari {m}"),
    "required": N_("Bagian ini belum diisi."),
    "wrong": N_("Isian ini belum sesuai."),
    "change": N_("Ubah"),
    "empty": N_("Tidak diisi"),
    "yes": N_("Ya"),
    "sending": N_("Sedang mengirim…"),
    "offline": N_("Tidak ada internet. Jawaban masih ada di halaman ini. Coba lagi sebentar lagi."),
}


@dataclass(frozen=True)
class Part:
    """One part: its files' name, which forms it is for, the texts that its script shows, what it asks the phone for."""

    name: str
    wanted: Callable[[FormSpec], bool]
    words: Mapping[str, str] = field(default_factory=dict)
    asks: str = ""


def _asks_with(*widgets: str) -> Callable[[FormSpec], bool]:
    """Return whether a form asks with one of these widgets."""
    return lambda spec: not widgets_of(spec).isdisjoint(widgets)


def _any(holds: Callable[[Question], object]) -> Callable[[FormSpec], bool]:
    """Return whether something holds for a question of a form."""
    return lambda spec: any(holds(one) for one in spec.questions())


def widgets_of(spec: FormSpec) -> set[str]:
    """Return the widgets that a form asks with."""
    return {TYPES[one.type].kind(one, spec) for one in spec.questions()}


def _folds(spec: FormSpec) -> bool:
    """Return whether anything in a form's pages is folded."""
    explained = spec.outcome is not None and spec.outcome.explanation
    return bool(explained) or any(one.guidance_hint for one in spec.questions()) or "folded" in widgets_of(spec)


def _filters(spec: FormSpec) -> bool:
    """Return whether a form filters a list that stands in its pages."""
    return any(one.choice_filter and not spec.is_long(one.list_name) for one in spec.questions())


_RANK = {
    "up": N_("Naikkan"),
    "down": N_("Turunkan"),
    "order": N_("Pakai urutan ini"),
    "unorder": N_("Kosongkan urutan"),
    "place": N_("{label}: urutan {n} dari {m}"),
}
_SEARCH = {
    "loading": N_("Daftar sedang dibuka…"),
    "fetch": N_("Daftar belum bisa dibuka. Ketik lalu tekan Cari."),
    "none": N_("Tidak ada yang cocok. Periksa lagi ejaannya."),
    "count": N_("{n} pilihan cocok."),
    "rest": N_("Masih ada pilihan lain. Ketik lebih lengkap."),
    "pick": N_("Pilih satu dari daftar yang muncul."),
}
_BARCODE = {
    "scan": N_("Pindai dengan kamera"),
    "stop": N_("Tutup kamera"),
    "camera": N_("Kamera belum bisa dipakai. Ketik kodenya."),
}
_GEOPOINT = {
    "locating": N_("Sedang mencari letak…"),
    "located": N_("Letak sudah diisi. Ketepatan {n} meter."),
    "lost": N_("Letak belum ditemukan. Coba di luar ruangan, atau ketik."),
}
_KIOSK = {
    "still": N_("Masih di sini?"),
    "empties": N_("Formulir dikosongkan dalam {n} detik. Sentuh layar untuk melanjutkan."),
    "stay": N_("Lanjut mengisi"),
}
PARTS = (
    Part("sample", lambda _spec: services().settings.sample),
    Part("scales", _asks_with("likert", "faces", "range")),
    Part("counter", _asks_with("counter")),
    Part("group", _asks_with("group")),
    Part("repeat", _asks_with("repeat")),
    Part(
        "rows",
        _any(lambda one: one.children and not one.repeat_count),
        {"remove": N_("Hapus isian ini?"), "removed": N_("Isian dihapus.")},
    ),
    Part("dates", _asks_with("date")),
    Part("moments", _asks_with("datetime")),
    Part("folds", _folds),
    Part("folded", _asks_with("folded")),
    Part("rank", _asks_with("rank"), _RANK),
    Part("filter", _filters, {"nothing": N_("Belum ada pilihan. Jawab dulu pertanyaan sebelumnya.")}),
    Part("search", _asks_with("search"), _SEARCH),
    Part("barcode", _asks_with("barcode"), _BARCODE, "camera"),
    Part("geopoint", _asks_with("geopoint"), _GEOPOINT, "geolocation"),
    Part("warn", _any(lambda one: one.warn), {"warn": WARNING}),
    Part("quick", _any(lambda one: "quick" in one.appearance)),
    Part("upper", _any(lambda one: one.parameter("case") == "upper")),
    Part("start", _any(lambda one: one.type == "start")),
    Part("say", repeats_answers, {"no": NO}),
    Part("alarm", lambda spec: urgent_card(spec) is not None),
    Part("held", lambda spec: spec.held is not None),
    Part("sealed", lambda spec: spec.sealed_on_phone),
    Part("exit", lambda spec: spec.secret),
    Part("kiosk", lambda spec: is_kiosk() and not spec.secret, _KIOSK),
)


def parts_of(spec: FormSpec) -> tuple[Part, ...]:
    """Return the parts that a form's pages carry."""
    return tuple(part for part in PARTS if part.wanted(spec))


def words_of(spec: FormSpec, language: str) -> dict[str, str]:
    """Return the texts that a form's script shows, in one language."""
    translate = catalogue("messages", language)
    told = dict(WORDS)
    for part in parts_of(spec):
        told |= part.words
    return {name: translate(text) for name, text in told.items()}
