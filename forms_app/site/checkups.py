"""What the doctor asks of a site that opens: its key, its log, what was carried and kept, and one event."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from forms_app.answers.submission import WIB, day_of
from forms_app.errors import N_, PeksosError
from forms_app.settings import LOCAL_NAMES
from forms_app.site.doctor import BAD, OK, WARN, Finding, Patient, of_the_computer
from forms_app.site.services import Services, forms_of, known_event
from forms_app.site.standing import standing
from forms_app.storage.documents import Event

KEY_ENDS_SOON = 30  # days
CARRY_WITHIN, BACK_UP_WITHIN, TRY_WITHIN = 3, 7, 90  # days
CERTIFICATE_ENDS_SOON = 21  # days
PATIENCE = 3  # seconds for the site's own address
ASKED = ("peksos", "uptd_ppa", "dinsos")
_ALONE = ("127.0.0.1", "localhost", "::1")


def examine(patient: Patient, event: str = "") -> list[Finding]:
    """Return everything found, the computer first; with `event`, also whether that event can begin."""
    found = list(of_the_computer(patient))
    if patient.services is None:
        return found
    for look in (_key_and_log, _backup, _trial, _waiting, _numbers, _secret_forms, _certificate):
        found += look(patient, patient.services)
    return found + list(_event(patient, patient.services, event)) if event else found


def _key_and_log(patient: Patient, services: Services) -> Iterator[Finding]:
    found = standing(services)
    left, remedy = _days(found.until, patient.today), N_("Minta berkas kunci baru dari kantor.")
    places = {"until": found.until, "left": left, "records": found.records}
    if left < 0:
        remedy = N_("Periksa tanggal komputer, atau minta berkas kunci baru dari kantor.")
        yield Finding("office-key", BAD, N_("Tidak ada kunci kantor untuk hari ini."), remedy)
    elif left < KEY_ENDS_SOON:
        yield Finding("office-key", WARN, N_("Kunci kantor berakhir {until}: {left} hari lagi."), remedy, places)
    else:
        yield Finding("office-key", OK, N_("Kunci kantor berlaku sampai {until}."), places=places)
    if found.keyless and left >= 0:
        shut = {"forms": ", ".join(found.keyless)}
        yield Finding("office-key", WARN, N_("Tanpa kunci kantor formulir ini tertutup: {forms}."), remedy, shut)
    if found.untried:
        remedy = N_("Coba dulu: peksos trial --out coba.trial")
        count = {"count": len(found.untried)}
        yield Finding("trial", BAD, N_("{count} kunci kantor belum dicoba, jadi belum dipakai."), remedy, count)
    if found.broken is not None:
        remedy = N_("Jangan hapus apa pun. Salin folder ini, dan hubungi kantor.")
        yield Finding("log", BAD, found.broken.message, remedy, dict(found.broken.places))
    else:
        yield Finding("log", OK, N_("Catatan utuh: {records} jawaban."), places=places)


def _days(until: date | None, today: date) -> int:
    """Return how many days are left; negative when the last one has gone, or never was."""
    return (until - today).days if until else -1


def _backup(patient: Patient, services: Services) -> Iterator[Finding]:
    last, remedy = services.backups.last(), N_("Jalankan: peksos backup FILE, ke stik yang dikunci.")
    if last is None:
        yield Finding("backup", WARN, N_("Belum pernah dicadangkan."), remedy)
        return
    age = _age(patient, str(last["made"]))
    places = {"age": age, "digest": str(last["digest"])[:16], "seq": last["upto"]}
    if age > BACK_UP_WITHIN:
        yield Finding("backup", WARN, N_("Cadangan terakhir {age} hari yang lalu."), remedy, places)
    else:
        yield Finding("backup", OK, N_("Cadangan terakhir {age} hari lalu, sampai nomor {seq}."), places=places)


def _trial(patient: Patient, services: Services) -> Iterator[Finding]:
    last, remedy = services.restore_trials.last(), N_("Jalankan: peksos restore --test FILE.")
    if last is None:
        yield Finding("restore-test", WARN, N_("Cadangan belum pernah diuji pulih."), remedy)
        return
    places = {"age": _age(patient, str(last["at"]))}
    if not last["ok"]:
        remedy = N_("Buat cadangan baru di stik lain, lalu uji.")
        yield Finding("restore-test", BAD, N_("Uji pulih terakhir gagal, {age} hari yang lalu."), remedy, places)
    elif places["age"] > TRY_WITHIN:
        yield Finding("restore-test", WARN, N_("Uji pulih terakhir {age} hari yang lalu."), remedy, places)
    else:
        yield Finding("restore-test", OK, N_("Uji pulih berhasil {age} hari yang lalu."), places=places)


def _waiting(patient: Patient, services: Services) -> Iterator[Finding]:
    """Look how long the oldest answer waits that no package holds."""
    last = services.packages.last()
    oldest = next((one for one in services.log.entries(last.seq if last else 0) if one.record), None)
    if oldest is None:
        yield Finding("waiting", OK, N_("Semua jawaban sudah ada di sebuah paket."))
        return
    places = {"age": (patient.today - day_of(oldest.day)).days}
    if places["age"] > CARRY_WITHIN:
        remedy = N_("Buat paket dan bawa ke kantor hari ini.")
        yield Finding("waiting", WARN, N_("Jawaban tertua menunggu {age} hari di sini."), remedy, places)
    else:
        yield Finding("waiting", OK, N_("Jawaban tertua yang menunggu: {age} hari."), places=places)


def _numbers(_patient: Patient, services: Services) -> Iterator[Finding]:
    unset = [name for name in LOCAL_NAMES if name in ASKED and not services.settings.number(name)]
    if unset:
        remedy = N_("Tulis di settings.toml, lalu telepon setiap nomor sekali.")
        names = ", ".join(f"help_{name}" for name in unset)
        yield Finding("help-numbers", WARN, N_("Nomor bantuan belum diisi: {names}."), remedy, {"names": names})
    else:
        yield Finding("help-numbers", OK, N_("Nomor bantuan setempat terisi."))


def _secret_forms(_patient: Patient, services: Services) -> Iterator[Finding]:
    if services.shut:
        remedy = N_("Jalankan: peksos check. Di sana tertulis apa yang kurang.")
        places = {"forms": ", ".join(services.shut)}
        yield Finding("sign-offs", WARN, N_("Formulir rahasia belum dibuka: {forms}."), remedy, places)
    else:
        yield Finding("sign-offs", OK, N_("Semua formulir rahasia boleh dibuka."))


def _certificate(patient: Patient, services: Services) -> Iterator[Finding]:
    """Ask the site's own https address for its certificate; without https there is none to ask for."""
    if not services.settings.secure:
        return
    address = urlsplit(services.settings.public_url)
    place, remedy = (address.hostname or "", address.port or 443), N_("Pasang sertifikat baru di server depan.")
    try:
        with (
            socket.create_connection(place, PATIENCE) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=place[0]) as dressed,
        ):
            ends = ssl.cert_time_to_seconds(str((dressed.getpeercert() or {})["notAfter"]))
    except ssl.SSLCertVerificationError as error:
        message = N_("Sertifikat {host} ditolak: {reason}.")
        yield Finding("tls", BAD, message, remedy, {"host": place[0], "reason": error.verify_message})
        return
    except OSError:
        message = N_("{host} tidak bisa dihubungi dari sini.")
        yield Finding("tls", WARN, message, N_("Periksa jaringan dan server depan."), {"host": place[0]})
        return
    left = (datetime.fromtimestamp(ends, UTC) - patient.moment).days
    level = WARN if left < CERTIFICATE_ENDS_SOON else OK
    yield Finding(
        "tls", level, N_("Sertifikat berlaku {left} hari lagi."), remedy if level == WARN else "", {"left": left}
    )


def _event(patient: Patient, services: Services, code: str) -> Iterator[Finding]:
    try:
        event = known_event(services, code)
    except PeksosError as error:
        yield Finding("event", BAD, error.message, N_("Lihat kodenya di meja koordinator."))
        return
    yield _window(patient, event)
    missing = sorted(set(event.forms) - {one.form_id for one in forms_of(services, event)})
    if missing:
        message, remedy = N_("Formulir kegiatan ini tidak ada: {forms}."), N_("Kembalikan berkas formulirnya.")
        yield Finding("event-forms", BAD, message, remedy, {"forms": ", ".join(missing)})
    else:
        yield Finding(
            "event-forms", OK, N_("Formulir kegiatan ini lengkap: {count}."), places={"count": len(event.forms)}
        )
    if event.public_key:
        yield Finding("event-key", OK, N_("Koordinator bisa membaca jawaban kegiatan ini."))
    else:
        remedy = N_("Buat akun dulu, lalu buat kegiatan baru dengan poster baru.")
        yield Finding("event-key", WARN, N_("Hanya kantor yang bisa membaca kegiatan ini."), remedy)
    yield from _keys_to_its_end(services, event)
    yield _address(services, event)


def _window(patient: Patient, event: Event) -> Finding:
    opens, closes = (datetime.fromisoformat(one) for one in (event.opens, event.closes))
    shown = {"opens": f"{opens.astimezone(WIB):%Y-%m-%d %H.%M}", "closes": f"{closes.astimezone(WIB):%Y-%m-%d %H.%M}"}
    if patient.moment > closes:
        remedy = N_("Buat kegiatan baru, dan cetak posternya.")
        return Finding("event", BAD, N_("Kegiatan sudah ditutup {closes}."), remedy, shown)
    if patient.moment < opens:
        return Finding("event", OK, N_("Kegiatan dibuka {opens}, ditutup {closes}."), places=shown)
    return Finding("event", OK, N_("Kegiatan sedang dibuka, sampai {closes}."), places=shown)


def _keys_to_its_end(services: Services, event: Event) -> Iterator[Finding]:
    day = datetime.fromisoformat(event.closes).astimezone(WIB).date()
    try:
        services.office.term_key(day)
    except PeksosError:
        message, remedy = N_("Kunci kantor berakhir sebelum kegiatan selesai."), N_("Minta kunci baru dari kantor.")
        yield Finding("event-office-key", WARN, message, remedy)


def _address(services: Services, event: Event) -> Finding:
    places = {"url": f"{services.settings.public_url}/e/{event.code.lower()}"}
    if urlsplit(services.settings.public_url).hostname in _ALONE:
        remedy = N_("Atur public_url ke alamat yang dicapai ponsel, lalu cetak lagi.")
        return Finding("event-address", WARN, N_("Poster menuju {url}: hanya terbuka di komputer ini."), remedy, places)
    return Finding("event-address", OK, N_("Poster menuju {url}. Coba dengan satu ponsel."), places=places)


def _age(patient: Patient, moment: str) -> int:
    return max(0, (patient.moment - datetime.fromisoformat(moment)).days)
