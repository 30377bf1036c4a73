"""Setting a site up: its folder and keys, the accounts of its desk, and its events."""

from __future__ import annotations

import os
import unicodedata
from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from forms_app.answers.submission import now
from forms_app.errors import N_, SettingsError, UnknownForm
from forms_app.sealing.durable import durable
from forms_app.sealing.fields import damaged
from forms_app.sealing.keyfiles import lock_seed, unlock_seed, write_seed
from forms_app.sealing.keys import Identity, Recipient, seal_to
from forms_app.sealing.layout import OVERHEAD
from forms_app.sealing.passwords import STANDARD, Cost, hash_password
from forms_app.sealing.records import Header, seal
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import (
    OfficeStatement,
    SiteStatement,
    make_site_statement,
    read_office_statement,
    read_site_statement,
)
from forms_app.site.keys import OFFICE_FILE, SECRET_FILE, SITE_FILE, SITE_KEY_FILE
from forms_app.site.services import Services
from forms_app.specs.model import FormSpec
from forms_app.storage.codes import new_code
from forms_app.storage.documents import Event, EventKeys, StaffMember

ROLES = ("coordinator", "admin")
JENJANG = ("paud", "sd", "smp", "sma", "slb", "pnf")
LONGEST_NAME = 80  # characters of an account's name
LONGEST_TEXT = 200  # characters of an event's texts: what answers/sizes.py keeps room for in every record
EVENT_SEED = "event"  # what an event's seed is sealed for


def create_site(instance: Path, office: bytes, name: str, spoken: str = "") -> tuple[SiteStatement, OfficeStatement]:
    """Make a site's folder with its keys and pin the office; return both statements.

    `office` is the office's signed statement, `spoken` its words as heard from the office. Raises SettingsError when
    a site is here already, BadSignature or KeyRefused when the statement is not to be believed. What a first try left
    half made is completed.
    """
    statement = read_office_statement(office, spoken=spoken)
    if (instance / SITE_KEY_FILE).exists():
        raise SettingsError(N_("Di folder {instance} sudah ada kunci. Pilih folder lain."), instance=instance)
    if any(instance.glob("*.sqlite")):  # its log was signed with a key that is gone: a new one would disown it
        message = N_("Di folder {instance} ada data tanpa kunci. Kembalikan {file} dari cadangan.")
        raise SettingsError(message, instance=instance, file=SITE_KEY_FILE)
    _refuse_text(name, N_("Nama tempat perlu 1 sampai {longest} huruf, tanpa spasi di ujung."), LONGEST_TEXT)
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    instance.chmod(0o700)
    key = SigningKey.generate()
    own = make_site_statement(key, key.key_id, name, statement.root)
    if not (instance / SECRET_FILE).exists():
        write_seed(instance / SECRET_FILE, os.urandom(32), "secret")
    for file_name, content in ((OFFICE_FILE, office.strip()), (SITE_FILE, own)):
        with durable(instance / file_name) as file:
            file.write(content + b"\n")
    write_seed(instance / SITE_KEY_FILE, key.seed, "site")  # last: with it the folder counts as a site
    return read_site_statement(own), statement


def add_staff(services: Services, name: str, role: str, password: str, cost: Cost = STANDARD) -> StaffMember:
    """Make an account with a key of its own, whose private half lies under the password.

    Raises SettingsError for a role or name that cannot be, StorageError for a name that is taken.
    """
    if role not in ROLES:
        raise SettingsError(N_("Peran harus salah satu: {known}."), known=", ".join(ROLES))
    _refuse_text(name, N_("Nama akun perlu 1 sampai {longest} huruf, tanpa spasi di ujung."), LONGEST_NAME)
    key = Identity.generate("staff")
    member = StaffMember(
        name=name,
        role=role,
        password=hash_password(password, cost),
        public=b64encode(key.recipient.public).decode(),
        sealed_seed=lock_seed(key.seed, password, f"staff/{name}", cost),
        created=now().isoformat(),
    )
    services.staff.add(member)
    services.audit.write(now().isoformat(), "-", "user-add", name)
    return member


def staff_identity(member: StaffMember, password: str) -> Identity:
    """Return an account's key; raise WrongPassphrase."""
    return Identity("staff", unlock_seed(member.sealed_seed, password, f"staff/{member.name}"))


def add_event(services: Services, event: Event) -> Event:
    """Keep a new event, with a key of its own where one of its forms has the event among its readers.

    The key's seed is sealed to the accounts that exist now and kept nowhere else; without accounts there is no key,
    and only the office reads. Raises UnknownForm, SettingsError or StorageError.
    """
    if not event.forms or event.opens >= event.closes:
        raise SettingsError(N_("Kegiatan perlu formulir. Waktu tutup harus sesudah waktu buka."))
    _refuse_text(event.title, N_("Judul kegiatan perlu 1 sampai {longest} huruf, dalam satu baris."), LONGEST_TEXT)
    for text in filter(None, (event.school, event.jenjang, event.place, event.topic)):
        _refuse_text(text, N_("Sekolah, tempat, dan topik paling banyak {longest} huruf, satu baris."), LONGEST_TEXT)
    specs = [_public_form(services, form_id) for form_id in dict.fromkeys(event.forms)]
    forms = tuple(spec.form_id for spec in specs)
    named = replace(event, code=event.code or new_code(), forms=forms, created=event.created or now().isoformat())
    accounts = services.staff.all()
    if accounts and any("event" in spec.readers for spec in specs):
        named = replace(named, keys=_event_keys(named.code, accounts))
    with services.transaction():
        added = services.events.add(named)
        services.audit.write(now().isoformat(), "-", "event-add", added.code)
    return added


def _public_form(services: Services, form_id: str) -> FormSpec:
    """Return a form that an event may have; raise UnknownForm with what there is."""
    spec = next((one for one in services.library if one.form_id == form_id), None)
    if spec is None:
        known = ", ".join(one.form_id for one in services.library if not one.secret)
        raise UnknownForm(N_("Formulir {form} tidak ada. Yang ada: {known}."), form=form_id, known=known)
    if spec.secret:
        message = N_("Formulir {form} rahasia, jadi tidak boleh masuk kegiatan. Bagikan alamatnya: {address}")
        address = f"{services.settings.public_url}/f/{spec.slug}"
        raise UnknownForm(message, form=form_id, address=address)
    return spec


def _refuse_text(text: str, message: str, longest: int) -> None:
    """Raise SettingsError for a text that is blank, framed by spaces, too long, or holds signs nobody can see."""
    unseen = any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text)
    if not text or text != text.strip() or len(text) > longest or unseen:
        raise SettingsError(message, longest=longest)


def _event_keys(code: str, accounts: list[StaffMember]) -> EventKeys:
    key = Identity.generate("event")
    _try_event_key(key)
    seeds = {one.name: b64encode(_sealed_seed(one, code, key.seed)).decode() for one in accounts}
    return EventKeys(key_id=key.recipient.key_id, public=b64encode(key.recipient.public).decode(), seeds=seeds)


def _try_event_key(key: Identity) -> None:
    """Raise CannotOpen unless the seed that is kept opens what is sealed to the key, before anybody's answers are."""
    challenge, public = os.urandom(32), Recipient("event", key.recipient.public)
    sealed = seal(Header(os.urandom(16), "trial"), challenge, [public], len(challenge) + OVERHEAD)
    if Identity("event", key.seed).open(sealed) != challenge:
        raise damaged()


def _sealed_seed(member: StaffMember, code: str, seed: bytes) -> bytes:
    return seal_to(Recipient("staff", b64decode(member.public)), EVENT_SEED, code.encode(), seed)


def event_identity(event: Event, member: StaffMember, key: Identity) -> Identity:
    """Return the event's key, opened by an account that was there when it was made; raise CannotOpen."""
    sealed = b64decode(event.keys.get("seeds", {}).get(member.name, ""))
    return Identity("event", key.open_sealed(EVENT_SEED, event.code.encode(), sealed))


def iso(moment: datetime) -> str:
    """Return a time as it is kept: in UTC, so that times sort as text."""
    return moment.astimezone(UTC).isoformat()
