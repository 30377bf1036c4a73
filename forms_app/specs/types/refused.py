"""The types of XLSForm that this language does not have, each with its reason and what to do instead."""

from __future__ import annotations

from forms_app.errors import N_

_MEDIA = N_("Foto, suara, dan berkas belum dapat dikirim. Minta keterangan tertulis dengan text.")
_DEVICE = N_("Data tentang HP dan pemiliknya tidak pernah dikumpulkan. Hapus baris ini.")
_SHAPE = N_("Garis dan bidang di peta tidak ada. Pakai geopoint, atau tanyakan kelurahan.")
_OUTSIDE = N_("Data dari luar formulir tidak ada. Pakai daftar CSV dengan select_one_from_file.")
_MARKER = N_("Di sini grup ditulis type: group atau repeat, dengan questions di dalamnya.")

REFUSED: dict[str, str] = {
    **dict.fromkeys(("image", "audio", "video", "file", "background-audio"), _MEDIA),
    **dict.fromkeys(("deviceid", "phonenumber", "username", "email", "simserial", "subscriberid", "audit"), _DEVICE),
    **dict.fromkeys(("geotrace", "geoshape", "start-geopoint"), _SHAPE),
    **dict.fromkeys(("csv-external", "xml-external", "entity"), _OUTSIDE),
    **dict.fromkeys(("begin_group", "begin_repeat", "end_group", "end_repeat", "begin"), _MARKER),
    "trigger": N_("Tulis acknowledge, nama baru untuk trigger."),
    "datetime": N_("Tulis dateTime, dengan T besar."),
}
