"""How fit a site is: one finding for each thing that could go wrong, with what to do about it. Changes nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from forms_app import RELEASED
from forms_app.answers.submission import WIB, day_of
from forms_app.errors import N_, PeksosError, Translate
from forms_app.settings import Settings
from forms_app.site.keys import OFFICE_FILE, SECRET_FILE, SITE_KEY_FILE
from forms_app.site.services import Services
from forms_app.storage.engine import WAL_SAFE, Store, driver, journal_mode
from forms_app.storage.reserve import SPARE, Reserve, is_shut
from forms_app.storage.sqlite import VERSION

OK, WARN, BAD = "ok", "warn", "bad"
MB = 1 << 20
LOW = 512 * MB  # free bytes below which somebody should make room before the next event
DAY = timedelta(days=1)
LONG_SILENCE = timedelta(days=3 * 366)  # no site sleeps that long: the clock has jumped


@dataclass(frozen=True)
class Finding:
    """What one look found: `ok`, `warn` or `bad`, in words, and what to do about it."""

    name: str
    level: str
    message: str
    remedy: str = ""
    places: dict[str, Any] = field(default_factory=dict)

    def text(self, translate: Translate) -> str:
        """Return what was found, in the reader's language."""
        places = {name: _said(value, translate) for name, value in self.places.items()}
        return translate(self.message).format(**places)

    def advice(self, translate: Translate) -> str:
        """Return what to do, in the reader's language; nothing where all is well."""
        return translate(self.remedy).format(**self.places) if self.remedy else ""


@dataclass(frozen=True)
class Patient:
    """What is looked at: the settings of a site, the time that its computer shows, and the site where it opens.

    `refusal` is why it does not open.
    """

    settings: Settings
    moment: datetime
    services: Services | None = None
    refusal: PeksosError | None = None

    @property
    def today(self) -> date:
        """Return the day that the computer shows."""
        return self.moment.astimezone(WIB).date()

    @property
    def folder(self) -> Path:
        """Return the site's folder."""
        return self.settings.instance


def _said(value: Any, translate: Translate) -> Any:
    return value.text(translate) if isinstance(value, PeksosError) else value


def worst(findings: list[Finding]) -> str:
    """Return the gravest level there is among findings."""
    levels = {one.level for one in findings}
    return next((level for level in (BAD, WARN) if level in levels), OK)


def of_the_computer(patient: Patient) -> Iterator[Finding]:
    """Yield what can be said of computer and folder, also when the site does not open."""
    for look in (_opens, _disk, _clock, _database, _permissions):
        yield from look(patient)


def _opens(patient: Patient) -> Iterator[Finding]:
    if patient.refusal is not None:
        places = {"reason": patient.refusal}
        yield Finding("site", BAD, N_("Tempat ini tidak bisa dibuka: {reason}"), N_("Perbaiki ini dulu."), places)


def _disk(patient: Patient) -> Iterator[Finding]:
    if not patient.folder.is_dir():
        return
    free, size = shutil.disk_usage(patient.folder).free, patient.settings.reserve
    places = {"free": free // MB, "size": size // MB}
    if is_shut(patient.folder):
        yield Finding("disk", BAD, N_("Disk hanya bisa dibaca."), N_("Mulai ulang komputer, atau ganti disknya."))
    elif free < size + SPARE:
        remedy = N_("Kosongkan ruang sekarang: isian baru sudah ditolak.")
        yield Finding("disk", BAD, N_("Ruang disk tinggal {free} MB."), remedy, places)
    elif free < LOW:
        yield Finding("disk", WARN, N_("Ruang disk tinggal {free} MB."), N_("Kosongkan ruang."), places)
    else:
        yield Finding("disk", OK, N_("Ruang disk: {free} MB."), places=places)
    if not patient.settings.database.startswith("sqlite"):
        return
    if Reserve(patient.folder, size).held:
        yield Finding("reserve", OK, N_("Ruang cadangan {size} MB siap."), places=places)
    else:
        yield Finding("reserve", OK, N_("Ruang cadangan {size} MB dibuat saat situs dijalankan."), places=places)


def _clock(patient: Patient) -> Iterator[Finding]:
    """Compare the clock with what cannot be later than now: this program, the newest record, the site's own files."""
    today, remedy = patient.today, N_("Atur tanggal dan jam komputer ini, lalu periksa lagi.")
    newest = _newest_record(patient)
    places: dict[str, Any] = {"today": today, "built": RELEASED, "newest": newest or today}
    if today < date.fromisoformat(RELEASED):
        yield Finding("clock", BAD, N_("Jam menunjukkan {today}, sebelum program ini dibuat."), remedy, places)
    elif newest and newest > today + DAY:
        yield Finding("clock", BAD, N_("Jam menunjukkan {today}, tetapi catatan terbaru {newest}."), remedy, places)
    elif newest and newest < today - LONG_SILENCE:
        yield Finding("clock", BAD, N_("Jam menunjukkan {today}, catatan terbaru {newest}."), remedy, places)
    elif (written := _newest_file(patient)) > today + DAY:
        places |= {"written": written}
        yield Finding("clock", WARN, N_("Jam menunjukkan {today}, tetapi ada berkas dari {written}."), remedy, places)
    else:
        yield Finding("clock", OK, N_("Jam: {today}."), places=places)


def _newest_record(patient: Patient) -> date | None:
    if patient.services is None or not (seq := patient.services.log.head().seq):
        return None
    last = next(patient.services.log.entries(seq - 1, 1), None)
    return day_of(last.day) if last else None


def _newest_file(patient: Patient) -> date:
    """Return the day of the youngest of the site's keys and statements."""
    found = [patient.folder / name for name in (OFFICE_FILE, SITE_KEY_FILE, SECRET_FILE)]
    times = [path.stat().st_mtime for path in found if path.exists()]
    return datetime.fromtimestamp(max(times, default=0), UTC).astimezone(WIB).date()


def _database(patient: Patient) -> Iterator[Finding]:
    """Ask the database itself what it does when it commits."""
    if patient.services is None:
        return
    store = Store(patient.settings.database)
    try:
        with store.reading() as connection:
            ask = driver(connection).execute
            yield _sqlite(ask) if store.dialect == "sqlite" else _postgresql(ask)
    except PeksosError as error:
        remedy = N_("Salin folder ini ke disk lain, lalu pulihkan dari cadangan.")
        yield Finding("database", BAD, N_("Basis data: {reason}"), remedy, {"reason": error})
    finally:
        store.close()


def _sqlite(ask: Callable[[str], Any]) -> Finding:
    asked = [ask(f"PRAGMA {one}").fetchone()[0] for one in ("journal_mode", "synchronous", "quick_check(1)")]
    mode, level, whole = str(asked[0]).upper(), int(asked[1]), str(asked[2])
    places = {
        "version": ".".join(map(str, VERSION)),
        "mode": mode,
        "needed": ".".join(map(str, WAL_SAFE)),
        "level": level,
    }
    if whole != "ok":
        return Finding("database", BAD, N_("Basis data rusak."), N_("Jangan hapus apa pun. Hubungi kantor."))
    if mode != journal_mode(VERSION) or level < (2 if mode == "WAL" else 3):
        message = N_("SQLite {version} memakai jurnal {mode} ({level}), yang belum aman.")
        return Finding("database", BAD, message, N_("Pakai SQLite {needed} atau lebih baru."), places)
    return Finding("database", OK, N_("SQLite {version}, jurnal {mode}: aman."), places=places)


def _postgresql(ask: Callable[[str], Any]) -> Finding:
    names = ("server_version", "fsync", "full_page_writes", "synchronous_commit")
    version, *safe = [ask(f"SHOW {one}").fetchone()[0] for one in names]
    if "off" in safe:
        off = ", ".join(name for name, value in zip(names[1:], safe, strict=True) if value == "off")
        message, remedy = N_("PostgreSQL {version} berjalan dengan {off} = off."), N_("Nyalakan: {off} = on.")
        return Finding("database", BAD, message, remedy, {"version": version, "off": off})
    return Finding("database", OK, N_("PostgreSQL {version}: aman."), places={"version": version})


def _permissions(patient: Patient) -> Iterator[Finding]:
    """Look whether anybody else at this computer can read the folder or its keys."""
    if os.name != "posix" or not patient.folder.is_dir():
        return
    secret = [path for path in patient.folder.iterdir() if path.suffix in (".key", ".sqlite")]
    open_ones = [path for path in (patient.folder, *sorted(secret)) if path.stat().st_mode & 0o077]
    if open_ones:
        places = {"names": ", ".join(map(str, open_ones)), "folder": patient.folder}
        remedy = N_("Jalankan: chmod -R go= {folder}")
        yield Finding("permissions", BAD, N_("Bisa dibaca orang lain di komputer ini: {names}."), remedy, places)
    else:
        yield Finding("permissions", OK, N_("Folder dan kunci hanya terbuka untuk pemiliknya."))
